//! What one thread changes, away from what another changes.

/// On a cache line of its own (a pair of them, which processors fetch together): threads that change different things with each message would
/// take the line from each other each time.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(super) struct Apart<T>(pub(super) T);

//! Whether it is a handler that publishes.

use std::future::Future;

tokio::task_local! {
    static AT_WORK: ();
}

/// What is published while the future is polled comes of messages that are not at their end yet.
pub(crate) async fn at_work<F: Future>(work: F) -> F::Output {
    AT_WORK.scope((), work).await
}

pub(super) fn is_at_work() -> bool {
    AT_WORK.try_with(|()| ()).is_ok()
}

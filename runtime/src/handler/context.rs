use std::sync::Arc;

use bytes::Bytes;

/// The headers of a message, in their order; a name may stand several times, and a value may be missing.
pub type RawHeaders = Arc<[(String, Option<Bytes>)]>;

/// What a handler may ask for besides the event: extractors take from it.
#[derive(Clone, Debug)]
pub struct Context<S> {
    /// The application's state, as given to `with_state`.
    pub state: S,
    /// The message key.
    pub key: Option<Bytes>,
    /// The message's headers.
    pub headers: RawHeaders,
    /// Where the message stood.
    pub metadata: Metadata,
}

/// Where a message stood, and how often it was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The topic, with its prefix.
    pub topic: Arc<str>,
    /// The partition.
    pub partition: i32,
    /// The offset within the partition.
    pub offset: i64,
    /// When it was written, in milliseconds since 1970, where it says so.
    pub timestamp_ms: Option<i64>,
    /// The consumer group.
    pub group: Arc<str>,
    /// Which try this is, from 1.
    pub attempt: u32,
}

use std::sync::Arc;

use bytes::Bytes;

use super::{Extensions, Headers};
use crate::event::KeyError;

/// What a handler may ask for besides the event: extractors take from it. `K` is the type of the topic's key.
#[derive(Clone, Debug)]
pub struct Context<K, S> {
    /// The application's state, as given to `with_state`.
    pub state: S,
    /// The message's key, as its topic says; `None` where it has none.
    pub key: Option<Result<K, KeyError>>,
    /// The bytes of the key.
    pub key_bytes: Option<Bytes>,
    /// The message's headers.
    pub headers: Headers,
    /// Where the message stood.
    pub metadata: Metadata,
    /// What layers have put beside it.
    pub extensions: Extensions,
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
    /// The consumer group; in a replay the name that it was given.
    pub group: Arc<str>,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// Whether it is handled in a [replay](crate::replay): it was handled before, as a rule, and what a handler does outside of its own store
    /// (mails, payments, calls of others) was done then. See [`Live`](super::Live).
    pub is_replay: bool,
}

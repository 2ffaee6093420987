use std::time::Duration;

/// A row that keeps its key from going on: [`Outbox::held`](super::Outbox::held).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeldRow {
    /// The row, as [`Outbox::release`](super::Outbox::release) and [`Outbox::discard`](super::Outbox::discard) take it.
    pub id: i64,
    /// The id of its message, the header `ce_id`.
    pub message_id: String,
    /// The topic, with its prefix.
    pub topic: String,
    /// The bytes of the message's key.
    pub key: Option<Vec<u8>>,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it was refused.
    pub error: String,
    /// How long ago it was stored.
    pub age: Duration,
    /// Whether it is tried again by itself; otherwise it waits to be released or discarded.
    pub is_retried: bool,
}

/// What an outbox has not sent yet.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Lag {
    /// Rows that are not sent.
    pub rows: u64,
    /// Those among them that were refused for good.
    pub held: u64,
    /// How long ago the oldest of the rows that are not held was stored; zero where there is none.
    pub oldest: Duration,
}

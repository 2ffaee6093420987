//! A message as bytes, going out and coming in.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rdkafka::message::{BorrowedMessage, Header, Headers as _, Message as _, OwnedHeaders};

use super::chunk::Chunk;
use super::here::Owed;
#[cfg(test)]
use super::progress::Progress;
use super::taken::{Run, Taken};
#[cfg(test)]
use super::uncommitted::Uncommitted;
use crate::error::Error;
use crate::handler::Headers;
use crate::meter::Sending;

/// What is to be written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Record<'a> {
    pub(crate) topic: &'a str,
    /// `None`: by the key.
    pub(crate) partition: Option<i32>,
    pub(crate) key: Option<&'a [u8]>,
    pub(crate) payload: Option<&'a [u8]>,
    pub(crate) headers: &'a [(&'a str, Option<&'a [u8]>)],
    /// Milliseconds since 1970; `None`: now.
    pub(crate) timestamp_ms: Option<i64>,
    /// Where it is counted; `None`: where messages of its topic are, looked up for it.
    pub(crate) sending: Option<&'a Sending>,
}

impl Record<'_> {
    /// About how much memory it takes in the queue.
    pub(super) fn bytes(&self) -> usize {
        let headers: usize = self.headers.iter().map(|(name, value)| name.len() + value.map_or(0, <[u8]>::len)).sum();
        self.key.map_or(0, <[u8]>::len) + self.payload.map_or(0, <[u8]>::len) + headers
    }

    pub(super) fn native_headers(&self) -> Option<OwnedHeaders> {
        if self.headers.is_empty() {
            return None;
        }
        let empty = OwnedHeaders::new_with_capacity(self.headers.len());
        Some(self.headers.iter().fold(empty, |all, (key, value)| all.insert(Header { key, value: *value })))
    }
}

/// What was read. While it lives it is in flight: a partition is not given up before its messages are, up to a deadline.
#[derive(Debug)]
pub(crate) struct RawMessage {
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    /// Milliseconds since 1970; `None` where the message carries none.
    pub(crate) timestamp_ms: Option<i64>,
    pub(crate) key: Option<Bytes>,
    pub(crate) payload: Option<Bytes>,
    pub(crate) headers: Headers,
    /// The topic that it stood on first, where that is another one.
    origin: Option<Arc<str>>,
    taken: Taken,
    /// Somebody waits for its end, where it never was on a broker.
    _owed: Option<Owed>,
}

/// What a message says, and where.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    pub(crate) timestamp_ms: Option<i64>,
    pub(crate) key: Option<Bytes>,
    pub(crate) payload: Option<Bytes>,
    pub(crate) headers: Headers,
}

/// The headers of a message, with their values copied.
///
/// One whose name is no UTF-8 is left out, and told: the binding of librdkafka panics over it, and others may write what they like.
pub(super) fn headers_of(message: &BorrowedMessage<'_>, mut copy: impl FnMut(&[u8]) -> Bytes) -> Headers {
    let Some(headers) = message.headers() else { return Headers::new() };
    let (readable, left_out) = readable(headers.count(), |nth| {
        let header = headers.try_get(nth)?;
        Some((header.key.to_owned(), header.value.map(&mut copy)))
    });
    if left_out > 0 {
        let (topic, partition, offset) = (message.topic(), message.partition(), message.offset());
        tracing::warn!(topic, partition, offset, left_out, "headers whose names are no UTF-8 are left out");
    }
    readable.into()
}

/// Those that can be read, and how many cannot.
fn readable<H>(count: usize, mut get: impl FnMut(usize) -> Option<H>) -> (Vec<H>, usize) {
    let (mut all, mut left_out) = (Vec::with_capacity(count), 0);
    for nth in 0..count {
        match catch_unwind(AssertUnwindSafe(|| get(nth))) {
            Ok(header) => all.extend(header),
            Err(_) => left_out += 1,
        }
    }
    (all, left_out)
}

/// A message of which nothing is left but that its partition is not given up before this is dropped.
#[derive(Debug)]
pub(crate) struct Held(Taken);

impl Held {
    /// Whether its partition went to another member all the same.
    pub(crate) fn is_revoked(&self) -> bool {
        self.0.is_revoked()
    }
}

/// Tells whether a message is committed.
#[derive(Debug)]
pub(crate) struct Receipt((Arc<Run>, i64));

impl Receipt {
    pub(crate) fn is_committed(&self) -> bool {
        let (run, offset) = &self.0;
        run.progress.confirmed().is_some_and(|confirmed| confirmed > *offset)
    }
}

impl RawMessage {
    /// Copies out of librdkafka's memory, and enters the message into the partition's progress.
    pub(super) fn copy(message: &BorrowedMessage<'_>, into: &mut Chunk, run: &Arc<Run>) -> Self {
        let headers = headers_of(message, |value| into.copy(value));
        let key = message.key().map(|key| into.copy(key));
        let payload = message.payload().map(|payload| into.copy(payload));
        let size = key.as_ref().map_or(0, Bytes::len) + payload.as_ref().map_or(0, Bytes::len);
        Self {
            partition: message.partition(),
            offset: message.offset(),
            timestamp_ms: message.timestamp().to_millis(),
            key,
            payload,
            headers,
            origin: None,
            taken: run.enter(message.offset(), size),
            _owed: None,
        }
    }

    /// One that never was on a broker.
    pub(super) fn here(said: Said, run: &Arc<Run>, owed: Owed) -> Self {
        let Said { partition, offset, timestamp_ms, key, payload, headers } = said;
        let size = key.as_ref().map_or(0, Bytes::len) + payload.as_ref().map_or(0, Bytes::len);
        let mut taken = run.enter(offset, size);
        taken.hand_out();
        Self { partition, offset, timestamp_ms, key, payload, headers, origin: None, taken, _owed: Some(owed) }
    }

    /// Whether it stands beside the topics of the subscription. Such a message comes before it is handed out: when it is worked on, others decide.
    pub(crate) fn is_beside(&self) -> bool {
        self.taken.is_beside()
    }

    /// Whether it came before it was handed out, as what stands beside does, and others while too much stands there.
    pub(crate) fn is_early(&self) -> bool {
        self.taken.is_queued()
    }

    /// From here on it says that it stands where it stood first. What is acknowledged stays the message that was read.
    pub(crate) fn appear_at(&mut self, topic: &Arc<str>, offset: i64, timestamp_ms: Option<i64>, headers: Headers) {
        self.origin = Some(Arc::clone(topic));
        (self.offset, self.timestamp_ms, self.headers) = (offset, timestamp_ms, headers);
    }

    /// How long key and payload are.
    pub(super) fn bytes(&self) -> usize {
        self.taken.bytes()
    }

    pub(crate) fn topic(&self) -> &Arc<str> {
        self.origin.as_ref().unwrap_or_else(|| self.taken.topic())
    }

    /// Marks it as taken out of the queue: from here on the partition's release waits for it. False where the partition is given up
    /// already, and the message is not to be worked on.
    pub(crate) fn hand_out(&mut self) -> bool {
        self.taken.hand_out()
    }

    /// Puts it into a queue of the caller's: a release does not wait for it until it is handed out from there.
    pub(crate) fn set_aside(&mut self) {
        self.taken.set_aside();
    }

    /// Done with: it need not be read again. Committed once everything before it is acknowledged too.
    pub(crate) fn ack(&mut self) {
        self.taken.ack();
    }

    /// Whether it is done with.
    pub(crate) fn is_acked(&self) -> bool {
        self.taken.is_acked()
    }

    /// Lets go of everything but its place: it stays in flight until this is dropped.
    pub(crate) fn into_held(self) -> Held {
        Held(self.taken)
    }

    /// Whether the partition is about to be given to another member: work not yet begun is better left to it.
    pub(crate) fn is_revoked(&self) -> bool {
        self.taken.is_revoked()
    }

    /// Waits before the next try; less where the partition is about to be given up, since that waits for whoever holds a message.
    pub(crate) async fn pause(&self, wait: Duration) {
        // Either way the next thing asked is whether the partition is still ours.
        let _ = tokio::time::timeout(wait, self.taken.revoked()).await;
    }

    /// Tells when it is committed that this is done with.
    pub(crate) fn receipt(&self) -> Receipt {
        Receipt(self.taken.receipt())
    }

    /// What is done with is committed soon, and not at the next interval only.
    pub(crate) fn ask_for_commit(&self) {
        self.taken.ask_for_commit();
    }

    /// Done with, and committed at once: waits until the broker has confirmed that.
    pub(crate) async fn commit(&mut self) -> Result<(), Error> {
        self.taken.ack();
        self.taken.settled().await
    }

    /// As [`Self::pause`], for several: as soon as one of their partitions is about to be given up.
    pub(crate) async fn pause_all(messages: &[Self], wait: Duration) {
        let revoked = messages.iter().map(|message| Box::pin(message.taken.revoked()));
        if !messages.is_empty() {
            let _ = tokio::time::timeout(wait, futures_util::future::select_all(revoked)).await;
        }
    }

    #[cfg(test)]
    pub(crate) fn for_test(
        topic: &str,
        partition: i32,
        offset: i64,
        key: Option<&str>,
        payload: Option<&[u8]>,
    ) -> Self {
        let progress = Arc::new(Progress::new(Arc::from(topic), partition, Uncommitted::for_test()));
        let mut taken = Run::of(&progress).enter(offset, 0);
        taken.hand_out();
        Self {
            partition,
            offset,
            timestamp_ms: Some(1_700_000_000_000),
            key: key.map(|k| Bytes::copy_from_slice(k.as_bytes())),
            payload: payload.map(Bytes::copy_from_slice),
            headers: Headers::new(),
            origin: None,
            taken,
            _owed: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_cannot_be_read_is_left_out_and_the_others_stay() {
        let found = readable(4, |nth| match nth {
            1 => panic!("as the binding of librdkafka does for a name that is no UTF-8"),
            3 => None,
            nth => Some(nth.to_string()),
        });
        assert_eq!(found, (vec!["0".to_owned(), "2".to_owned()], 1));
    }

    #[test]
    fn a_record_weighs_its_key_payload_and_headers() {
        let record = Record {
            key: Some(b"ab"),
            payload: Some(b"cde"),
            headers: &[("h", Some(b"12")), ("n", None)],
            ..Record::default()
        };
        assert_eq!(record.bytes(), 9);
        let headers = record.native_headers().unwrap();
        assert_eq!(headers.count(), 2);
        assert_eq!(headers.get(0).value, Some(&b"12"[..]));
        assert_eq!(headers.get(1).value, None);
        assert!(Record::default().native_headers().is_none());
    }
}

//! A row: what is stored, and what is read again.

use super::headers::{self, Headers};
use crate::error::Error;
use crate::kafka::Record;

/// Into so many parts the rows are divided, for relays to share.
#[cfg(feature = "postgres")]
pub(super) const SHARDS: i32 = 64;

/// What is to be stored.
pub struct NewRow<'a> {
    pub(super) message_id: &'a str,
    pub(super) topic: &'a str,
    pub(super) partition: Option<i32>,
    pub(super) key: Option<&'a [u8]>,
    pub(super) order_key: Option<&'a [u8]>,
    pub(super) payload: Option<&'a [u8]>,
    pub(super) headers: String,
    pub(super) timestamp_ms: i64,
}

#[cfg(feature = "postgres")]
impl NewRow<'_> {
    /// Rows that are in order with each other are in one shard; others anywhere. It is stored, so it never changes (FNV-1a).
    pub(super) fn shard(&self) -> i32 {
        let hash = |hash: u64, bytes: &[u8]| {
            bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
        };
        let of = self.order_key.unwrap_or(self.message_id.as_bytes());
        let hash = hash(hash(0xcbf2_9ce4_8422_2325, self.topic.as_bytes()), of);
        i32::try_from((hash ^ (hash >> 32)) % u64::from(SHARDS.unsigned_abs())).unwrap_or_default()
    }
}

/// What is to be sent.
#[derive(Debug)]
pub(crate) struct Row {
    pub(super) id: i64,
    pub(super) topic: String,
    pub(super) partition: Option<i32>,
    pub(super) key: Option<Vec<u8>>,
    pub(super) order_key: Option<Vec<u8>>,
    pub(super) payload: Option<Vec<u8>>,
    pub(super) headers: String,
    pub(super) timestamp_ms: i64,
    pub(super) attempts: i32,
    /// The part that it is in, where there are several.
    pub(super) shard: i32,
}

impl Row {
    pub(super) fn headers(&self) -> Result<Headers, Error> {
        headers::from_text(&self.headers, self.id)
    }

    pub(super) fn record<'a>(&'a self, headers: &'a [(&'a str, Option<&'a [u8]>)]) -> Record<'a> {
        Record {
            topic: &self.topic,
            partition: self.partition,
            key: self.key.as_deref(),
            payload: self.payload.as_deref(),
            headers,
            timestamp_ms: Some(self.timestamp_ms),
            sending: None,
        }
    }
}

/// What is noted of a row that was not sent.
#[derive(Debug)]
pub struct Mark {
    pub(super) id: i64,
    pub(super) error: String,
    /// When it is tried again; `None`: not before somebody releases it.
    pub(super) retry_after: Option<std::time::Duration>,
}

/// What is read at once.
#[derive(Debug, Default)]
pub struct Found {
    pub(super) rows: Vec<Row>,
    /// Rows are there that are not to be sent yet, because a transaction that is older than theirs has not ended.
    pub(super) young: bool,
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::*;

    fn row<'a>(topic: &'a str, order_key: Option<&'a [u8]>, message_id: &'a str) -> NewRow<'a> {
        NewRow {
            message_id,
            topic,
            partition: None,
            key: None,
            order_key,
            payload: None,
            headers: String::new(),
            timestamp_ms: 1,
        }
    }

    #[test]
    fn rows_that_are_in_order_are_in_one_shard_and_others_are_spread() {
        assert_eq!(row("orders", Some(b"a"), "1").shard(), row("orders", Some(b"a"), "2").shard());
        // Stored in tables: a change would let two relays have the rows of one key.
        assert_eq!(row("orders", Some(b"CUST-00001"), "1").shard(), 62);
        let mut hit = [false; 64];
        for number in 0..2000 {
            let shard = row("orders", None, &number.to_string()).shard();
            assert!((0..SHARDS).contains(&shard));
            hit[usize::try_from(shard).unwrap()] = true;
        }
        assert!(hit.iter().all(|hit| *hit));
    }
}

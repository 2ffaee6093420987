//! A message of a replay: what a scan found, and where.

use std::sync::Arc;
use std::time::Duration;

use crate::client::Undecoded;
use crate::handler::Headers;
use crate::kafka::Found;

pub(super) struct Replayed {
    pub(super) topic: Arc<str>,
    pub(super) found: Found,
}

impl Replayed {
    /// About how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let Found { key, payload, headers, .. } = &self.found;
        let headers: usize = headers.iter().map(|(name, value)| name.len() + value.map_or(0, <[u8]>::len)).sum();
        key.as_ref().map_or(0, bytes::Bytes::len) + payload.as_ref().map_or(0, bytes::Bytes::len) + headers
    }
}

impl Undecoded for Replayed {
    fn place(&self) -> (&str, i32, i64) {
        (&self.topic, self.found.partition, self.found.offset)
    }

    fn key(&self) -> Option<&[u8]> {
        self.found.key.as_deref()
    }

    fn payload(&self) -> Option<&[u8]> {
        self.found.payload.as_deref()
    }

    fn headers(&self) -> &Headers {
        &self.found.headers
    }

    /// Nobody else has a part in it; where it is dropped, so is the reading.
    fn is_revoked(&self) -> bool {
        false
    }

    async fn pause(&self, wait: Duration) {
        tokio::time::sleep(wait).await;
    }
}

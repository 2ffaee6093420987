//! What a scan of a topic found, and where: a message of no consumer.

use std::sync::Arc;
use std::time::Duration;

use super::decode::Undecoded;
use crate::handler::Headers;
use crate::kafka::Found;

pub(crate) struct Scanned {
    pub(crate) topic: Arc<str>,
    pub(crate) found: Found,
}

impl Scanned {
    /// About how much memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        let Found { key, payload, headers, .. } = &self.found;
        let headers: usize = headers.iter().map(|(name, value)| name.len() + value.map_or(0, <[u8]>::len)).sum();
        key.as_ref().map_or(0, bytes::Bytes::len) + payload.as_ref().map_or(0, bytes::Bytes::len) + headers
    }
}

impl Undecoded for Scanned {
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

use std::future::Future;

use super::deserializer::TopicDeserializer;
use super::undecodable::Undecodable;
use crate::event::{KeyError, Topic};

/// Reads the messages of a topic, as values of `T`.
#[cfg_attr(not(feature = "kafka"), allow(dead_code))]
pub(crate) trait Reads<T: Topic>: Send + Sync + 'static {
    /// A key: what it is, or what is wrong with it.
    fn key(
        &self,
        header: Option<&[u8]>,
        bytes: &[u8],
    ) -> impl Future<Output = Result<Result<T::Key, KeyError>, Undecodable>> + Send;

    /// A value.
    fn value(&self, header: Option<&[u8]>, payload: &[u8]) -> impl Future<Output = Result<T, Undecodable>> + Send;
}

impl<T: Topic> Reads<T> for TopicDeserializer<T> {
    async fn key(&self, header: Option<&[u8]>, bytes: &[u8]) -> Result<Result<T::Key, KeyError>, Undecodable> {
        self.deserialize_key(header, bytes).await
    }

    async fn value(&self, header: Option<&[u8]>, payload: &[u8]) -> Result<T, Undecodable> {
        self.deserialize_with(header, payload).await
    }
}

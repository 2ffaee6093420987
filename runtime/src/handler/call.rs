use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use super::{Batch, BatchHandler, Context, Extensions, HandlerFuture, Headers, Metadata, Route};
use crate::event::Topic;

/// One try of one message, as a layer gets it: what it is about, and the way to its handler. See [`HandlerService`](super::HandlerService).
///
/// For a batch it is one try of all of its messages: what stands here is of the first of them.
pub struct Call {
    event: Option<&'static str>,
    messages: usize,
    metadata: Metadata,
    headers: Headers,
    key_bytes: Option<Bytes>,
    extensions: Extensions,
    begin: Box<dyn FnOnce(Extensions) -> HandlerFuture + Send>,
}

impl Call {
    /// A call of the handler that the route has for this event. For tests of layers: an app makes its own.
    pub fn of<S, R>(route: Arc<R>, event: R::Topic, mut context: Context<<R::Topic as Topic>::Key, S>) -> Self
    where
        S: Send + Sync + 'static,
        R: Route<S>,
    {
        Self {
            event: R::Topic::TOPIC.events.get(event.index()).map(|descriptor| descriptor.event),
            messages: 1,
            metadata: context.metadata.clone(),
            headers: context.headers.clone(),
            key_bytes: context.key_bytes.clone(),
            extensions: std::mem::take(&mut context.extensions),
            begin: Box::new(move |extensions| {
                context.extensions = extensions;
                Box::pin(async move { route.call(event, context).await })
            }),
        }
    }

    /// A call of a handler of batches; `None` where there is no message. For tests of layers, too.
    pub fn of_batch<S, T, H, M>(handler: &H, batch: Batch<T>, state: S) -> Option<Self>
    where
        S: Send + 'static,
        T: Topic,
        H: BatchHandler<T, S, M>,
    {
        let first = batch.first()?;
        let handler = handler.clone();
        Some(Self {
            event: T::TOPIC.events.get(first.event.index()).map(|descriptor| descriptor.event),
            messages: batch.len(),
            metadata: first.metadata.clone(),
            headers: first.headers.clone(),
            key_bytes: first.key_bytes.clone(),
            extensions: Extensions::default(),
            begin: Box::new(move |_| handler.call(batch, &state)),
        })
    }

    /// The event's name, `orders.order-placed`; `None` for a tombstone.
    #[must_use]
    pub fn event(&self) -> Option<&'static str> {
        self.event
    }

    /// How many messages are handled: more than one only where the handler takes batches.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.messages
    }

    /// Where the message stood, and which try this is.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The message's headers.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The bytes of the message's key.
    #[must_use]
    pub fn key_bytes(&self) -> Option<&[u8]> {
        self.key_bytes.as_deref()
    }

    /// What layers before have put beside the message.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// Puts something beside the message, which the handler takes as [`Extension`](super::Extension). A handler of batches has none.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.extensions
    }

    /// Calls the handler.
    pub(super) fn handle(self) -> HandlerFuture {
        (self.begin)(self.extensions)
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("event", &self.event)
            .field("messages", &self.messages)
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

use std::fmt;
use std::sync::Arc;

use super::decode::FoundKey;
use super::giving_up::{GivingUp, Reader};
use crate::envelope::with_carried;
use crate::error::{Error, ErrorKind};
use crate::event::{KeyError, Topic};
use crate::handler::{Failure, HandlerError, Headers};
use crate::kafka::RawMessage;

/// An event that was read, with where it stood. Unless it is acknowledged it is read again after a restart.
pub struct Message<T: Topic> {
    /// What it says.
    pub event: T,
    key: FoundKey<T>,
    /// With what the event carries of its envelope, where it does.
    headers: Option<Headers>,
    origin: Ack,
}

/// The acknowledgement of one message, and where it stood.
///
/// Dropping it without [`ack`](Self::ack) leaves the message for the next reader of the partition.
#[derive(Debug)]
#[must_use = "a message that is not acknowledged is read again"]
pub struct Ack {
    raw: RawMessage,
    reader: Arc<Reader>,
}

impl<T: Topic> Message<T> {
    pub(super) fn new(event: T, key: FoundKey<T>, raw: RawMessage, reader: Arc<Reader>) -> Self {
        let headers = event.carried().map(|_| with_carried(raw.headers.clone(), &event));
        Self { event, key, headers, origin: Ack { raw, reader } }
    }

    /// Done with: committed as soon as everything before it on its partition is acknowledged too.
    pub fn ack(self) {
        self.origin.ack();
    }

    /// Done with, and committed now: see [`Ack::commit`].
    ///
    /// # Errors
    /// As [`Ack::commit`].
    pub async fn commit(self) -> Result<(), Error> {
        self.origin.commit().await
    }

    /// Given up because of that error: kept as a dead letter, and then acknowledged. Without an [`App`](crate::App) this is what its
    /// [`dead_letters`](crate::App::dead_letters) does.
    ///
    /// ```no_run
    /// # use topika::{Error, HandlerError};
    /// # async fn f<FoodOrders: topika::Topic, E: HandlerError>(kafka: topika::Client, cook: impl Fn(&FoodOrders) -> Result<(), E>) -> Result<(), Error> {
    /// let mut orders = kafka.consumer::<FoodOrders>("kitchen").await?;
    /// while let Some(message) = orders.next().await {
    ///     let message = message?;
    ///     match cook(&message.event) {
    ///         Ok(()) => message.ack(),
    ///         Err(error) => message.dead_letter(&error).await?,
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub fn dead_letter<E: HandlerError + ?Sized>(self, error: &E) -> GivingUp {
        self.origin.dead_letter(error)
    }

    /// The event, and its acknowledgement for later.
    pub fn into_parts(self) -> (T, Ack) {
        (self.event, self.origin)
    }

    /// The topic, with its prefix.
    #[must_use]
    pub fn topic(&self) -> &str {
        self.origin.topic()
    }

    /// The partition.
    #[must_use]
    pub fn partition(&self) -> i32 {
        self.origin.partition()
    }

    /// The offset within the partition.
    #[must_use]
    pub fn offset(&self) -> i64 {
        self.origin.offset()
    }

    /// When it was written, in milliseconds since 1970, where it says so.
    #[must_use]
    pub fn timestamp_ms(&self) -> Option<i64> {
        self.origin.timestamp_ms()
    }

    /// The key's bytes.
    #[must_use]
    pub fn key_bytes(&self) -> Option<&[u8]> {
        self.origin.key_bytes()
    }

    /// The key; `None` where there is none.
    ///
    /// # Errors
    /// When the bytes are not of the type that the topic says.
    pub fn key(&self) -> Result<Option<&T::Key>, &KeyError> {
        self.key.as_ref().map(Result::as_ref).transpose()
    }

    /// The value of the last header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers().last(name)
    }

    /// All headers, in their order.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        self.headers.as_ref().unwrap_or_else(|| self.origin.headers())
    }
}

impl<T: Topic + fmt::Debug> fmt::Debug for Message<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("event", &self.event).field("key", &self.key).finish_non_exhaustive()
    }
}

impl Ack {
    /// Done with: committed as soon as everything before it on its partition is acknowledged too.
    pub fn ack(mut self) {
        self.raw.ack();
    }

    /// Given up because of that error: kept as a dead letter, and then acknowledged. See [`Message::dead_letter`].
    pub fn dead_letter<E: HandlerError + ?Sized>(self, error: &E) -> GivingUp {
        GivingUp::new(self.raw, self.reader, Failure::of(error))
    }

    /// Acknowledges, and waits until the broker has confirmed that this is committed. Where messages before it on its partition are still
    /// held, that is when they are acknowledged too: whoever holds one of them in the same task waits for ever. Dropping the future takes no
    /// acknowledgement back.
    ///
    /// # Errors
    /// [`NotCommitted`](ErrorKind::NotCommitted) where the partition went to another member, or a message before this one was dropped without
    /// acknowledgement; [`Closed`](ErrorKind::Closed) where the consumer ended first; otherwise what the broker refused or did not answer: then it
    /// is committed with the next interval.
    pub async fn commit(mut self) -> Result<(), Error> {
        self.raw.commit().await
    }

    /// The topic, with its prefix.
    #[must_use]
    pub fn topic(&self) -> &str {
        self.raw.topic()
    }

    /// The partition.
    #[must_use]
    pub fn partition(&self) -> i32 {
        self.raw.partition
    }

    /// The offset within the partition.
    #[must_use]
    pub fn offset(&self) -> i64 {
        self.raw.offset
    }

    /// When it was written, in milliseconds since 1970, where it says so.
    #[must_use]
    pub fn timestamp_ms(&self) -> Option<i64> {
        self.raw.timestamp_ms
    }

    /// The key's bytes.
    #[must_use]
    pub fn key_bytes(&self) -> Option<&[u8]> {
        self.raw.key.as_deref()
    }

    /// The value of the last header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.raw.headers.last(name)
    }

    /// All headers, in their order.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        &self.raw.headers
    }
}

/// A message that is no event of its topic, as raw bytes: what [`Undecodable::Yield`](super::Undecodable::Yield) hands out, inside an error.
#[derive(Debug)]
pub struct UndecodableMessage {
    failure: Failure,
    origin: Ack,
}

impl UndecodableMessage {
    pub(super) fn new(failure: Failure, raw: RawMessage, reader: Arc<Reader>) -> Self {
        Self { failure, origin: Ack { raw, reader } }
    }

    /// Takes it out of the error that `next()` gave.
    ///
    /// # Errors
    /// Gives the error back where it is another: then the stream has ended.
    pub fn from_error(error: Error) -> Result<Self, Error> {
        error.downcast::<Self>()
    }

    pub(super) fn into_error(self) -> Error {
        let at = format!(
            "\"{}\" partition {} offset {}",
            self.origin.topic(),
            self.origin.partition(),
            self.origin.offset()
        );
        Error::new(ErrorKind::Decode, format!("the message at {at} cannot be read: {}", self.failure.message))
            .caused_by(self)
    }

    /// Why it cannot be read, as a short label: `not-framed`, `framed`, `unknown-schema`, `guids-unknown`, `not-on-topic`,
    /// `payload`, `no-value`.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.failure.code
    }

    /// The value's bytes, with their frame; `None` for a message without value.
    #[must_use]
    pub fn payload(&self) -> Option<&[u8]> {
        self.origin.raw.payload.as_deref()
    }

    /// Where it stood, and its acknowledgement.
    pub fn origin(&self) -> &Ack {
        &self.origin
    }

    /// Given up for what it is: kept as a dead letter, and then acknowledged, as [`Undecodable::DeadLetter`](super::Undecodable::DeadLetter) does by itself.
    pub fn dead_letter(self) -> GivingUp {
        GivingUp::new(self.origin.raw, self.origin.reader, self.failure)
    }

    /// Done with: it is not read again.
    pub fn ack(self) {
        self.origin.ack();
    }
}

impl fmt::Display for UndecodableMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.failure.message)
    }
}

impl std::error::Error for UndecodableMessage {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{DecodeError, Resolution};
    use crate::schema::{TopicDescriptor, TopicSettings};

    #[derive(Debug, PartialEq)]
    struct Said;

    impl Topic for Said {
        type Key = String;
        const TOPIC: &'static TopicDescriptor = &TopicDescriptor {
            name: "orders",
            events: &[],
            key: &[],
            key_type: "string",
            compact: false,
            settings: TopicSettings::NONE,
            environments: &[],
            dead_letters: None,
            plain: false,
            mixed: false,
            rust: "Said",
        };
        fn index(&self) -> usize {
            0
        }
        fn decode_event(_: usize, _: &[u8], _: Option<&Resolution>) -> Result<Self, DecodeError> {
            Ok(Self)
        }
    }

    fn reader() -> Arc<Reader> {
        let client = crate::Client::builder().bootstrap("127.0.0.1:1").without_registry().build().unwrap();
        Arc::new(Reader { client, group: "kitchen".to_owned(), letters: "dlq.orders".to_owned() })
    }

    fn raw() -> RawMessage {
        let mut raw = RawMessage::for_test("orders", 1, 5, Some("CUST-1"), Some(b"payload"));
        raw.headers = Headers::from_iter([("a", "1"), ("a", "2")]).with_null("n");
        raw
    }

    #[test]
    fn a_message_says_where_it_stood() {
        let message = Message::new(Said, Some(Ok("CUST-1".to_owned())), raw(), reader());
        assert_eq!((message.topic(), message.partition(), message.offset()), ("orders", 1, 5));
        assert_eq!(message.timestamp_ms(), Some(1_700_000_000_000));
        assert_eq!(message.key_bytes(), Some(&b"CUST-1"[..]));
        assert_eq!(message.key(), Ok(Some(&"CUST-1".to_owned())));
        assert_eq!(message.header("a"), Some(&b"2"[..]));
        assert_eq!(message.header("b"), None);
        assert_eq!(message.headers().len(), 3);
        let (event, ack) = message.into_parts();
        assert_eq!(event, Said);
        ack.ack();
        let bad = KeyError::new("string", b"x");
        assert_eq!(Message::new(Said, Some(Err(bad.clone())), raw(), reader()).key(), Err(&bad));
        Message::new(Said, None, raw(), reader()).ack();
    }

    #[test]
    fn an_undecodable_message_travels_in_an_error_and_comes_out_again() {
        let bad = UndecodableMessage::new(Failure::unreadable("not-framed", &"no magic byte"), raw(), reader());
        let error = bad.into_error();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.to_string(), "the message at \"orders\" partition 1 offset 5 cannot be read: no magic byte");
        let bad = UndecodableMessage::from_error(error).unwrap();
        assert_eq!((bad.reason(), bad.payload(), bad.origin().offset()), ("not-framed", Some(&b"payload"[..]), 5));
        bad.ack();
        let other = UndecodableMessage::from_error(Error::new(ErrorKind::Kafka, "gone")).unwrap_err();
        assert_eq!(other.kind(), ErrorKind::Kafka);
        let other = UndecodableMessage::from_error(Error::wrap("x")).unwrap_err();
        assert_eq!(other.to_string(), "x");
    }
}

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::Stream;

use super::connection::Client;
use super::dead_letter::{GivenUp, Reason};
use super::decode::{Decoded, decode};
use super::giving_up::Reader;
use super::letter_topics::LetterTopics;
use super::message::{Message, UndecodableMessage};
use super::settings::Undecodable;
use crate::error::Error;
use crate::event::Topic;
use crate::handler::Failure;
use crate::kafka::{RawConsumer, RawMessage, Start, Subscription};
use crate::wire::TopicDeserializer;

/// A group that waits for a member that died has this long to notice.
const JOIN: Duration = Duration::from_secs(60);

/// Chooses how a consumer reads; awaiting it starts the consumer.
#[must_use = "a consumer starts when this is awaited"]
pub struct ConsumerBuilder<T: Topic> {
    client: Client,
    subscription: Subscription,
    undecodable: Undecodable,
    letters_to: Option<String>,
    topic: PhantomData<fn() -> T>,
}

impl<T: Topic> ConsumerBuilder<T> {
    pub(super) fn new(client: Client, group: String) -> Self {
        let topic = client.topic_name(T::TOPIC);
        let group = client.group_name(&group);
        Self {
            client,
            subscription: Subscription::new(&group, vec![topic]),
            undecodable: Undecodable::default(),
            letters_to: None,
            topic: PhantomData,
        }
    }

    /// Begins each partition at its beginning, whatever the group has committed: for reports and rebuilds. Without this, and the next
    /// two, it begins where the group has committed to, and at the beginning where it has not.
    pub fn from_start(self) -> Self {
        self.start(Start::Earliest)
    }

    /// Begins each partition at its end: what is written after the consumer has started is read, what was written before is not.
    ///
    /// Each member of a group begins so on what it is given first: for a group whose members come and go, what is written while a partition
    /// changes hands to a new member is not read. Leave this out where that matters.
    pub fn from_latest(self) -> Self {
        self.start(Start::Latest)
    }

    /// Begins each partition at its first message that is not older than that, in milliseconds since 1970.
    pub fn from_time(self, millis: i64) -> Self {
        self.start(Start::Time(millis))
    }

    /// Begins each of these partitions at its offset, the others where the group has committed to: after a look at the topic by hand, or with offsets
    /// that are kept elsewhere. An offset that is no more, or not yet, is the nearest one that is.
    pub fn from_offsets(self, offsets: impl IntoIterator<Item = (i32, i64)>) -> Self {
        self.start(Start::Offsets(offsets.into_iter().collect()))
    }

    /// Reads each partition to where it ends when the consumer starts, and no further; then the stream ends. What is committed ends at the last
    /// stable offset: what a transaction that is open then has written is not read, and neither is what stands behind it.
    ///
    /// Where the group has several members, this one is at its end when the others are, too: when the group has committed their partitions to where they
    /// ended when this consumer started. So acknowledge on the way there: what is acknowledged behind the end alone lets them wait for each other.
    pub fn until_end(mut self) -> Self {
        self.subscription.until_end = true;
        self
    }

    /// The name of this member in its group, and again when the process has been started anew: that of a pod of a stateful set, say. Its partitions wait
    /// for it until `session.timeout.ms` (45 s) has passed, and nobody else is disturbed; so closing it does not give them to others before that.
    /// The prefix of the environment stands before it. Of two members of one name the earlier one ends with the error
    /// [`Fenced`](crate::ErrorKind::Fenced).
    pub fn instance(mut self, name: impl AsRef<str>) -> Self {
        self.subscription.instance = Some(format!("{}{}", self.client.topic_prefix(), name.as_ref()));
        self
    }

    /// Where the consumer begins, as a value.
    pub fn start(mut self, start: Start) -> Self {
        self.subscription.start = start;
        self
    }

    /// What becomes of messages that cannot be read. Default: [`Undecodable::DeadLetter`].
    pub fn undecodable(mut self, policy: Undecodable) -> Self {
        self.undecodable = policy;
        self
    }

    /// All that this consumer gives up goes to that topic: messages that cannot be read, and those of [`Message::dead_letter`]. Default: the one that the topic
    /// names for it (`#[topic(dead_letters = "...")]`), and else `dlq.<topic>`. The prefix of the environment stands before the name.
    pub fn dead_letters_to(mut self, topic: impl Into<String>) -> Self {
        self.letters_to = Some(topic.into());
        self
    }

    /// How long a rebalance waits for messages that were handed out and are neither acknowledged nor dropped. Default: 10 s. No longer than
    /// three quarters of `max.poll.interval.ms` (5 minutes), so that it costs no membership.
    pub fn drain_deadline(mut self, deadline: Duration) -> Self {
        self.subscription.drain = deadline;
        self
    }

    /// How often acknowledgements are committed while messages keep coming. Default: 1 s.
    pub fn commit_interval(mut self, interval: Duration) -> Self {
        self.subscription.commit_interval = interval;
        self
    }

    async fn begin(self) -> Result<Consumer<T>, Error> {
        let letters = LetterTopics::new(self.client.topic_prefix()).and(T::TOPIC).all_to(self.letters_to.as_deref());
        let topic = self.client.topic_name(T::TOPIC);
        letters.apart_from(std::iter::once(topic.as_str()))?;
        self.client.readable(T::TOPIC).await?;
        self.client.provision(T::TOPIC).await?;
        let group = self.subscription.group.clone();
        // "From here on", or "to here", means the end of this call, so the ends must be known by then.
        let waits = matches!(self.subscription.start, Start::Latest) || self.subscription.until_end;
        let mut raw = RawConsumer::start(self.client.kafka(), self.subscription)?;
        if waits {
            raw.joined(JOIN.max(self.client.connect_deadline())).await?;
        }
        self.client.dead_letters().tell(&letters);
        let deserializer = self.client.deserializer();
        Ok(Consumer {
            deserializer,
            reader: Arc::new(Reader { client: self.client, group, letters: letters.of(&topic) }),
            raw,
            undecodable: self.undecodable,
            reading: None,
            ended: false,
        })
    }
}

impl<T: Topic> IntoFuture for ConsumerBuilder<T> {
    type Output = Result<Consumer<T>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.begin())
    }
}

impl<T: Topic> fmt::Debug for ConsumerBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsumerBuilder").field("subscription", &self.subscription).finish_non_exhaustive()
    }
}

/// Reads the events of the topic `T` as one member of a group, at least once.
///
/// Only what is acknowledged is committed, up to the first message that is not. Dropping it commits and leaves the group in the background;
/// [`close`](Self::close) does so and waits.
///
/// ```no_run
/// # async fn f<FoodOrders: topika::event::Topic + std::fmt::Debug>(kafka: topika::Client) -> Result<(), topika::Error> {
/// let mut orders = kafka.consumer::<FoodOrders>("report").from_start().await?;
/// while let Some(message) = orders.next().await {
///     let message = message?;
///     println!("{:?}", message.event);
///     message.ack();
/// }
/// # Ok(()) }
/// ```
pub struct Consumer<T: Topic> {
    reader: Arc<Reader>,
    raw: RawConsumer,
    deserializer: TopicDeserializer<T>,
    undecodable: Undecodable,
    /// The message that is being decoded: kept here, so that a dropped `next()` loses nothing.
    reading: Option<RawMessage>,
    ended: bool,
}

impl<T: Topic> Consumer<T> {
    /// The next event, in the order of its partition; waits for one. May be dropped while it waits: nothing is lost.
    ///
    /// While the registry is away it waits, and asks again. `None` comes after the end: an error, or what [`until_end`](ConsumerBuilder::until_end)
    /// says.
    ///
    /// # Errors
    /// What ends the stream: no right to read, the topic gone, a dead letter that cannot be written. And, under
    /// [`Undecodable::Yield`], each message that cannot be read, after which the stream goes on.
    pub async fn next(&mut self) -> Option<Result<Message<T>, Error>> {
        while !self.ended {
            if self.reading.is_none() {
                match self.raw.next().await {
                    Some(Ok(raw)) => self.reading = Some(raw),
                    Some(Err(error)) => {
                        self.ended = true;
                        return Some(Err(error));
                    }
                    None => self.ended = true,
                }
            }
            let decoded = match &self.reading {
                Some(raw) => decode(&self.deserializer, raw).await,
                None => continue,
            };
            let given = match decoded {
                Decoded::Event(event, key) => {
                    self.reading.take().map(|raw| Ok(Message::new(event, key, raw, Arc::clone(&self.reader))))
                }
                Decoded::Bad(failure) | Decoded::Unknown(failure) => self.give_up(failure).await,
                Decoded::Revoked => {
                    self.reading = None;
                    None
                }
            };
            if given.is_some() {
                return given;
            }
        }
        None
    }

    /// The next event, where one comes within that time; `None` where none does, or at the [end](Self::is_ended). The consumer keeps its place in
    /// the group however rarely this is called.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub async fn poll(&mut self, timeout: Duration) -> Option<Result<Message<T>, Error>> {
        tokio::time::timeout(timeout, self.next()).await.unwrap_or(None)
    }

    /// Whether nothing more comes: the end that it was [told to read to](ConsumerBuilder::until_end), or an error that was given.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// The consumer as a stream; it ends after the first error, as [`next`](Self::next) does.
    pub fn into_stream(self) -> impl Stream<Item = Result<Message<T>, Error>> {
        futures_util::stream::unfold(
            self,
            |mut consumer| async move { consumer.next().await.map(|item| (item, consumer)) },
        )
    }

    /// What the policy makes of the message that is being read.
    async fn give_up(&mut self, failure: Failure) -> Option<Result<Message<T>, Error>> {
        match self.undecodable {
            Undecodable::DeadLetter => {
                let raw = self.reading.as_ref()?;
                let Reader { client, group, letters } = &*self.reader;
                let reason = Reason::of(failure, group, 1);
                let given_up = GivenUp { raw, group, reason: &reason, letters };
                match client.dead_letters().write_patiently(given_up).await {
                    Ok(true) => {}
                    // No letter and no acknowledgement: the partition's new owner comes to the message again.
                    Ok(false) => {
                        self.reading = None;
                        return None;
                    }
                    Err(error) => {
                        self.ended = true;
                        return Some(Err(error));
                    }
                }
            }
            Undecodable::Yield => {
                let raw = self.reading.take()?;
                return Some(Err(UndecodableMessage::new(failure, raw, Arc::clone(&self.reader)).into_error()));
            }
            Undecodable::Skip => {
                tracing::warn!(
                    topic = self.reader.client.topic_name(T::TOPIC),
                    reason = failure.code,
                    why = failure.message,
                    "a message is skipped"
                );
            }
        }
        // Only now: the dead letter is with the broker.
        if let Some(mut raw) = self.reading.take() {
            raw.ack();
        }
        None
    }

    /// Messages that are not read yet, by partition; as of librdkafka's statistics, up to 5 s old.
    #[must_use]
    pub fn lag(&self) -> std::collections::BTreeMap<i32, i64> {
        self.raw.telling().lag().into_iter().map(|((_, partition), lag)| (partition, lag)).collect()
    }

    /// Whether it reads, and the brokers have answered and were not lost since. Asks nobody; see [`Client::is_alive`].
    #[must_use]
    pub fn is_alive(&self) -> bool {
        !self.ended && self.raw.is_alive()
    }

    /// Asks the brokers, over this consumer's own connections.
    ///
    /// # Errors
    /// As [`Client::check_connection`]; [`Closed`](crate::ErrorKind::Closed) where the stream has ended.
    pub async fn check_connection(&self, deadline: Duration) -> Result<(), Error> {
        self.raw.check(deadline).await
    }

    /// The group.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.reader.group
    }

    /// Commits what is acknowledged, now and not at the next interval.
    ///
    /// # Errors
    /// What the broker refused or did not answer; it is tried again at the next interval. [`Closed`](crate::ErrorKind::Closed) after the
    /// end.
    pub async fn commit(&self) -> Result<(), Error> {
        self.raw.commit().await
    }

    /// Commits what is acknowledged and leaves the group. Messages still held are read again by another member.
    ///
    /// # Errors
    /// [`Timeout`](crate::ErrorKind::Timeout) where that takes longer than the deadline; it goes on in the background.
    pub async fn close(self, deadline: Duration) -> Result<(), Error> {
        self.raw.close(deadline).await
    }
}

impl<T: Topic> fmt::Debug for Consumer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("topic", &T::TOPIC.name)
            .field("group", &self.reader.group)
            .finish_non_exhaustive()
    }
}

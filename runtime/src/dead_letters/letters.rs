use std::fmt;

use super::filter::Filter;
use super::letter::DeadLetter;
use super::redrive::Redrive;
use super::redriven::{Redriven, is_marker};
use super::summary::Summary;
use crate::client::{Client, LetterTopics};
use crate::error::{Error, ErrorKind};
use crate::event::Topic;
use crate::kafka::{Ends, Part, Scan};

/// The dead letters of a topic. Nothing is read before it is asked, and reading changes nothing: no group is joined, and nothing committed.
///
/// ```no_run
/// # async fn f<FoodOrders: topika::Topic>(kafka: topika::Client) -> Result<(), topika::Error> {
/// use topika::dead_letters::{DeadLetters, Filter};
///
/// let letters = DeadLetters::of::<FoodOrders>(&kafka);
/// let mut broken = letters.read(Filter::all().reason("oven-broken")).await?;
/// while let Some(letter) = broken.next().await {
///     let letter = letter?;
///     println!("{:?} after {:?} tries: {:?}", letter.key, letter.attempts, letter.message);
/// }
/// let done = letters.redrive(Filter::all().reason("oven-broken")).await?;
/// println!("{} sent again", done.sent);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct DeadLetters {
    client: Client,
    topic: String,
    /// The topic that the messages came from, where others share the topic of their letters.
    source: Option<String>,
}

impl DeadLetters {
    /// Those of the topic `T`: on `dlq.<topic>`, or on the topic that `#[topic(dead_letters = "...")]` names. There others may have theirs too, so those alone are
    /// meant that say that they came from `T`.
    #[must_use]
    pub fn of<T: Topic>(client: &Client) -> Self {
        let source = client.topic_name(T::TOPIC);
        match T::TOPIC.dead_letters {
            Some(name) => Self::named(client, name).from_topic(source),
            None => Self::on(client, client.dead_letters().topic_of(&source)),
        }
    }

    /// Those on a topic that has a name of its own in this environment, of whatever they are: the one of [`App::dead_letters_to`](crate::App::dead_letters_to),
    /// or of `#[topic(dead_letters = "...")]`. The prefix of the environment stands before the name. [`all`](Self::all) knows of it from here on.
    #[must_use]
    pub fn named(client: &Client, name: impl AsRef<str>) -> Self {
        let topics = LetterTopics::new(client.topic_prefix()).all_to(Some(name.as_ref()));
        client.dead_letters().tell(&topics);
        Self::on(client, topics.of(""))
    }

    /// Those that stand on a topic of that whole name, whoever writes them there: `prod.dlq.food-orders`, or Spring's `orders-dlt`.
    #[must_use]
    pub fn on(client: &Client, topic: impl Into<String>) -> Self {
        Self { client: client.clone(), topic: topic.into(), source: None }
    }

    /// Of these only the ones that say that they came from that topic, by its whole name: several topics may have their dead letters on one.
    #[must_use]
    pub fn from_topic(self, source: impl Into<String>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// The topics of dead letters that are there: all that are called `dlq.` and something, behind the prefix of the environment, and those of other names that
    /// this client has met: of its apps and consumers, and those that were [named](Self::named) to it.
    ///
    /// # Errors
    /// [`Unreachable`](crate::ErrorKind::Unreachable) and what else keeps brokers from answering.
    pub async fn all(client: &Client) -> Result<Vec<Self>, Error> {
        let begins = client.dead_letters().topic_of(client.topic_prefix());
        let told = client.dead_letters().told();
        let topics = client.topics().list().await?;
        let is_of_letters = |name: &String| name.starts_with(&begins) || told.contains(name);
        Ok(topics.into_keys().filter(is_of_letters).map(|name| Self::on(client, name)).collect())
    }

    /// The topic that they stand on, with its prefix.
    #[must_use]
    pub fn topic(&self) -> &str {
        &self.topic
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Those that wait now and are meant, those of a partition in their order. What was sent again already is passed over.
    ///
    /// The topic is read twice: what was sent again is told behind the letters.
    ///
    /// # Errors
    /// [`UnknownTopic`](ErrorKind::UnknownTopic) where nothing was ever given up there, [`Denied`](ErrorKind::Denied), and what keeps brokers from
    /// answering.
    pub async fn read(&self, filter: Filter) -> Result<Reading, Error> {
        let (redriven, ends) = self.redriven().await?;
        let (scan, _) = self.scan(Part::Within(ends)).await?;
        let source = self.source.clone();
        Ok(Reading { topic: self.topic.clone(), source, scan, filter, redriven, passed_over: 0 })
    }

    /// What stands there, in numbers.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub async fn summary(&self) -> Result<Summary, Error> {
        let mut summary = Summary::default();
        let mut reading = self.read(Filter::all()).await?;
        while let Some(letter) = reading.next().await {
            summary.count(&letter?);
        }
        summary.redriven = reading.passed_over;
        Ok(summary)
    }

    /// Sends those that are meant again; await it, after choosing how.
    pub fn redrive(&self, filter: Filter) -> Redrive {
        Redrive::new(self.clone(), filter)
    }

    /// What was sent again up to now, and where the partitions end.
    async fn redriven(&self) -> Result<(Redriven, Ends), Error> {
        let (mut scan, ends) = self.scan(Part::Whole).await?;
        let mut redriven = Redriven::default();
        while let Some(found) = scan.next().await {
            let found = found?;
            if is_marker(&found) {
                redriven.take_in(&found);
            }
        }
        Ok((redriven, ends))
    }

    async fn scan(&self, part: Part) -> Result<(Scan, Ends), Error> {
        // Who may not log in is told so, and not that nothing came.
        if matches!(part, Part::Whole) && self.client.topics().partitions(&self.topic).await?.is_none() {
            return Err(Error::new(ErrorKind::UnknownTopic, format!("there is no topic \"{}\"", self.topic))
                .help("nothing was given up there, or the topic has another name; `cargo topika dlq list` shows those there are"));
        }
        Scan::start(self.client.kafka(), &self.topic, part).await
    }
}

impl fmt::Debug for DeadLetters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DeadLetters").field(&self.topic).finish()
    }
}

/// Dead letters as they are read. Dropping it ends the reading.
pub struct Reading {
    topic: String,
    source: Option<String>,
    scan: Scan,
    filter: Filter,
    redriven: Redriven,
    passed_over: u64,
}

impl Reading {
    /// The next letter; `None` at the end.
    ///
    /// # Errors
    /// What keeps brokers from answering; nothing comes behind that.
    pub async fn next(&mut self) -> Option<Result<DeadLetter, Error>> {
        loop {
            let found = match self.scan.next().await? {
                Ok(found) => found,
                Err(error) => return Some(Err(error)),
            };
            if is_marker(&found) {
                continue;
            }
            let is_redriven = self.redriven.has(found.partition, found.offset);
            let letter = DeadLetter::of(&self.topic, found);
            let is_of_source = self.source.is_none() || self.source == letter.original_topic;
            if !is_of_source || !self.filter.takes(&letter) {
                continue;
            }
            if is_redriven {
                self.passed_over += 1;
                continue;
            }
            return Some(Ok(letter));
        }
    }

    /// How many letters that are meant were passed over up to now, since they were sent again before.
    #[must_use]
    pub fn redriven_before(&self) -> u64 {
        self.passed_over
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("topic", &self.topic).field("filter", &self.filter).finish_non_exhaustive()
    }
}

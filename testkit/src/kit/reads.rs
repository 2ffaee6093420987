//! What a kit finds on its topics.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::time::{Duration, Instant};

use topika::event::Topic;

use super::failure::{KitError, fail};
use super::harness::Kit;
use super::message::Seen;
use super::messages::Messages;
use super::reading::{Places, Read, Reader};

/// How long is waited before something is looked at again.
const PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

impl Kit {
    /// What stands on the topic `T` now, what was [given](Self::given) included.
    ///
    /// ```
    /// # use topika::{Event, Topic};
    /// # #[derive(Clone, Debug, PartialEq, Event)]
    /// # #[event(name = "pages.viewed")]
    /// # struct PageViewed { page: String, millis: i64 }
    /// # #[derive(Clone, Debug, PartialEq, Topic)]
    /// # #[topic(name = "pages.viewed", key = "page")]
    /// # enum PagesViewed { PageViewed(PageViewed) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let kit = topika_testkit::start().await;
    /// let viewed = PageViewed { page: "/menu".to_owned(), millis: 12 };
    /// kit.given::<PagesViewed>([viewed.clone()]).await;
    /// kit.published::<PagesViewed>().await.assert_eq([viewed]);
    /// # });
    /// ```
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn published<T: Topic>(&self) -> Messages<T> {
        self.on_topic(self.client().topic_name(T::TOPIC)).await
    }

    /// What stands on a topic of that whole name now, whose messages are those of `T`.
    pub(super) async fn on_topic<T: Topic>(&self, topic: String) -> Messages<T> {
        let reader = Reader::<T>::new(&self.client(), topic);
        let read = self.read(&reader).await;
        messages(format!("what is on \"{}\"", reader.topic()), read)
    }

    async fn read<T: Topic>(&self, reader: &Reader<T>) -> Vec<Read<T>> {
        reader.read().await.unwrap_or_else(|error| fail(unreadable(reader.topic(), error)))
    }

    /// Reads the topic `T` from its beginning until a message is what `is_it` looks for, and gives all that was read up to then, that one as the last.
    /// No sleeps: it ends with the message.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use topika::{Event, Topic};
    /// # #[derive(Clone, Debug, PartialEq, Event)]
    /// # #[event(name = "pages.viewed")]
    /// # struct PageViewed { page: String, millis: i64 }
    /// # #[derive(Clone, Debug, PartialEq, Topic)]
    /// # #[topic(name = "pages.viewed", key = "page")]
    /// # enum PagesViewed { PageViewed(PageViewed) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// # let kit = topika_testkit::start().await;
    /// # kit.given::<PagesViewed>([PageViewed { page: "/menu".to_owned(), millis: 12 }]).await;
    /// let seen = kit
    ///     .consume_until::<PagesViewed>(|message| message.key.as_deref() == Some("/menu"), Duration::from_secs(10))
    ///     .await;
    /// assert_eq!(seen.len(), 1);
    /// # });
    /// ```
    ///
    /// # Panics
    /// When no such message has come by the deadline, which nothing outlasts: the message tells what was read instead. A message whose schema the registry does
    /// not give now is read again until then.
    pub async fn consume_until<T: Topic>(
        &self,
        mut is_it: impl FnMut(&Seen<T>) -> bool,
        deadline: Duration,
    ) -> Messages<T> {
        let reader = Reader::<T>::new(&self.client(), self.client().topic_name(T::TOPIC));
        let start = Instant::now();
        let left = || deadline.saturating_sub(start.elapsed());
        let (mut all, mut places) = (Vec::new(), Places::new());
        loop {
            let grown = self.grown(reader.topic(), LONGEST_PAUSE);
            let read = reader.read_from(&places, left()).await;
            let read = read.unwrap_or_else(|error| fail(unreadable(reader.topic(), error)));
            // What cannot be read now stands before what comes behind it, and is read again.
            let mut not_yet = BTreeMap::new();
            for one in read {
                if not_yet.contains_key(&one.partition) {
                    continue;
                }
                if one.message.as_ref().is_err_and(|unread| unread.is_retriable) {
                    not_yet.insert(one.partition, one);
                    continue;
                }
                places.insert(one.partition, one.offset.saturating_add(1));
                let found = one.message.as_ref().is_ok_and(&mut is_it);
                all.push(one);
                if found {
                    return messages(format!("what was read of \"{}\"", reader.topic()), all);
                }
            }
            if left().is_zero() {
                all.extend(not_yet.into_values());
                let read = messages(String::new(), all);
                fail(format!(
                    "what is waited for did not come on \"{}\" within {deadline:?}; {} messages were read instead:{}",
                    reader.topic(),
                    read.len(),
                    read.listed()
                ));
            }
            // Where nothing tells of news it is looked for from time to time, and so it is for what could not be read.
            let _either = tokio::time::timeout(left(), grown).await;
        }
    }

    /// Asks again and again until there is an answer: whether something is stored, say.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # struct Store;
    /// # impl Store { async fn order(&self, id: &str) -> Result<u32, String> { Ok(1) } }
    /// # async fn f(kit: topika_testkit::Kit, store: Store) {
    /// let order = kit.eventually(Duration::from_secs(10), || store.order("ORD-00001")).await;
    /// # }
    /// ```
    ///
    /// # Panics
    /// When there is none by the deadline, with the last refusal.
    pub async fn eventually<V, E: fmt::Display, F>(&self, deadline: Duration, mut ask: impl FnMut() -> F) -> V
    where
        F: Future<Output = Result<V, E>>,
    {
        let start = Instant::now();
        let mut pause = PAUSE;
        loop {
            match ask().await {
                Ok(value) => return value,
                Err(why) if start.elapsed() >= deadline => {
                    fail(format!("it has not come to pass within {deadline:?}: {why}"))
                }
                Err(_) => tokio::time::sleep(pause).await,
            }
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }
}

fn unreadable(topic: &str, error: topika::Error) -> KitError {
    KitError::new(format!("cannot read \"{topic}\""), error)
}

fn messages<T: Topic>(what: String, read: Vec<Read<T>>) -> Messages<T> {
    let (mut seen, mut unreadable) = (Vec::new(), Vec::new());
    for one in read {
        match one.message {
            Ok(message) => seen.push(message),
            Err(unread) => unreadable.push(unread.why),
        }
    }
    Messages::new(what, seen, unreadable)
}

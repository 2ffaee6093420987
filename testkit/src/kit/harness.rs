use std::future::Future;
use std::time::Duration;

use topika::event::{On, Topic};
use topika::{Client, Delivered, Provision};

use super::cluster::{Swept, TestCluster};
use super::dead_letters::{self, DeadLetters};
use super::failure::{KitError, fail};
use super::hosted::HostedRegistry;
use super::place::{CLEAN_UP, Place, clean_up};
use super::producers::Producers;
use crate::broker::{Broker, PartitionLag};

/// Ends a test that waits for what does not come.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a cluster is asked how far a group has come.
const LOOK: Duration = Duration::from_millis(100);

/// A broker, a registry, and a client of both: all that a test of producers, consumers and handlers needs.
///
/// Where the variable `TOPIKA_TEST_BOOTSTRAP` names brokers, it is on that cluster, with names of its own that are removed at its end: see
/// [`TestCluster`].
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let kit = topika_testkit::start().await;
/// println!("KAFKA_BOOTSTRAP_SERVERS={} SCHEMA_REGISTRY_URL={}", kit.bootstrap(), kit.registry_url());
/// # });
/// ```
#[derive(Debug)]
pub struct Kit {
    // First, so that they end before the broker does.
    producers: Producers,
    client: Client,
    place: Place,
    is_clean: bool,
}

/// Starts a [`Kit`], or fails the test: on the embedded broker, or on the cluster that `TOPIKA_TEST_BOOTSTRAP` names.
///
/// # Panics
/// When broker or registry cannot be started; [`try_start`] gives the error.
pub async fn start() -> Kit {
    try_start().await.unwrap_or_else(|error| fail(error))
}

/// Starts a [`Kit`], as [`start`] does.
///
/// # Errors
/// When broker or registry cannot be started.
pub async fn try_start() -> Result<Kit, KitError> {
    if let Some(cluster) = TestCluster::from_env() {
        return cluster.start().await;
    }
    let broker = Broker::start().map_err(|error| KitError::new("cannot start the broker", error))?;
    let registry = HostedRegistry::start().await?;
    let client = Client::builder()
        .bootstrap(broker.bootstrap())
        .registry(registry.url())
        .auto_register(true)
        .provision(Provision::Create)
        .development(true)
        // librdkafka's 3 s are how long a member may take to notice a rebalance: a test should not wait for that.
        .kafka_property("heartbeat.interval.ms", "500")
        .build()
        .map_err(|error| KitError::new("cannot make a client", error))?;
    Ok(Kit::of(Producers::default(), client, Place::Embedded { registry, broker }))
}

impl Kit {
    pub(super) fn of(producers: Producers, client: Client, place: Place) -> Self {
        Self { producers, client, place, is_clean: false }
    }

    /// Ends the kit. On a cluster all that it has made is removed: its topics, groups and subjects.
    ///
    /// A kit that is dropped does the same, for ten seconds at most, and says nothing where that fails but in the log. Apps and consumers should have ended: a
    /// group goes when its last member has left, and members that are dropped may need the runtime for that, which stands still meanwhile. So groups
    /// alone are waited for for two seconds, and tried again in the background.
    ///
    /// # Errors
    /// What could not be removed.
    pub async fn close(mut self) -> Result<Swept, KitError> {
        self.producers = Producers::default();
        match self.place.outside() {
            None => Ok(Swept::default()),
            Some(outside) => {
                let swept = outside.clean(CLEAN_UP, |_| ()).await?;
                // There is nothing left for the drop to do.
                self.is_clean = true;
                Ok(swept)
            }
        }
    }

    /// A client of this broker and registry. It registers schemas and makes topics as they are needed.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// `host:port` of the broker, for clients of other processes.
    #[must_use]
    pub fn bootstrap(&self) -> String {
        self.place.bootstrap()
    }

    /// The registry's address, for clients of other processes.
    #[must_use]
    pub fn registry_url(&self) -> &str {
        self.place.registry_url()
    }

    /// The embedded broker itself, to look into.
    ///
    /// # Panics
    /// On a cluster, which has none.
    #[must_use]
    pub fn broker(&self) -> &Broker {
        let none =
            || fail(format!("the kit is on the cluster at \"{}\", and there is no embedded broker", self.bootstrap()));
        self.place.broker().unwrap_or_else(none)
    }

    /// Whether the broker is the embedded one, and no cluster that `TOPIKA_TEST_BOOTSTRAP` names.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.place.broker().is_some()
    }

    /// Sends the events, in order, and waits until the broker has them. Gives the place of each.
    ///
    /// # Panics
    /// When one cannot be sent.
    pub async fn given<T: Topic>(&self, events: impl IntoIterator<Item = impl On<T>>) -> Vec<Delivered> {
        self.try_given::<T>(events).await.unwrap_or_else(|error| {
            fail(KitError::new(format!("cannot send what is given on \"{}\"", T::TOPIC.name), error))
        })
    }

    async fn try_given<T: Topic>(
        &self,
        events: impl IntoIterator<Item = impl On<T>>,
    ) -> Result<Vec<Delivered>, topika::Error> {
        let producer = self.producers.of::<T>(&self.client).await?;
        let mut pending = Vec::new();
        for event in events {
            pending.push(producer.enqueue(&event).await?);
        }
        let mut delivered = Vec::with_capacity(pending.len());
        for delivery in pending {
            delivered.push(delivery.await?);
        }
        Ok(delivered)
    }

    /// Waits until the group has committed all that is on the topic `T`.
    ///
    /// # Panics
    /// When that has not come to pass within 30 s; the message tells how far the group has come.
    pub async fn caught_up<T: Topic>(&self, group: &str) {
        self.caught_up_on(&self.client.group_name(group), &[&self.client.topic_name(T::TOPIC)]).await;
    }

    /// Waits until the group has committed all that is on the topics; all are named with their prefix.
    ///
    /// # Panics
    /// As [`caught_up`](Self::caught_up).
    pub async fn caught_up_on(&self, group: &str, topics: &[&str]) {
        let done = async {
            match self.place.broker() {
                Some(broker) => broker.until(|broker| behind(broker.lag(group, topics)).is_empty().then_some(())).await,
                None => {
                    while !self.behind(group, topics).await.is_empty() {
                        tokio::time::sleep(LOOK).await;
                    }
                }
            }
        };
        if tokio::time::timeout(PATIENCE, done).await.is_err() {
            fail(format!("after {} s {}", PATIENCE.as_secs(), self.report(group, topics).await));
        }
    }

    /// Waits until the app has nothing left: its group has committed all that is on its topics.
    ///
    /// # Panics
    /// As [`caught_up`](Self::caught_up), and when the app ends before it is done.
    pub async fn settled(&self, app: &topika::app::RunningApp) {
        let topics: Vec<&str> = app.topics().iter().map(String::as_str).collect();
        let ended = async {
            while app.is_running() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::select! {
            biased;
            () = self.caught_up_on(app.group(), &topics) => {}
            () = ended => {
                if !self.behind(app.group(), &topics).await.is_empty() {
                    let left = self.report(app.group(), &topics).await;
                    fail(format!("the app has ended before it was done (`shutdown` says why): {left}"));
                }
            }
        }
    }

    /// Ends when more stands on the topic than now, or a while has passed.
    pub(super) fn grown(&self, topic: &str, longest: Duration) -> impl Future<Output = ()> {
        let ends =
            move |broker: &Broker| -> Vec<i64> { broker.lag("", &[topic]).into_iter().map(|lag| lag.end).collect() };
        let before = self.place.broker().map(&ends);
        async move {
            let news = async {
                match self.place.broker() {
                    Some(broker) => broker.until(|broker| (Some(ends(broker)) != before).then_some(())).await,
                    // Nothing tells of news there.
                    None => std::future::pending().await,
                }
            };
            // Without news it is time to look all the same.
            let _either = tokio::time::timeout(longest, news).await;
        }
    }

    async fn behind(&self, group: &str, topics: &[&str]) -> Vec<PartitionLag> {
        behind(self.place.lag(group, topics).await)
    }

    async fn report(&self, group: &str, topics: &[&str]) -> String {
        use std::fmt::Write;
        let state = self.place.group_state(group).await;
        let mut text = format!("group \"{group}\" is not done; its state: {state}");
        for lag in self.behind(group, topics).await {
            let committed = lag.committed.map_or_else(|| "nothing".to_owned(), |offset| offset.to_string());
            // Writing to a string does not fail.
            let _written = write!(
                text,
                "\n  {} partition {}: {} left (committed {committed}, end {})",
                lag.topic, lag.partition, lag.lag, lag.end
            );
        }
        text
    }

    /// The dead letters of the topic `T`, of all groups, as they are now. Where the topic names another for them (`#[topic(dead_letters = "...")]`), all that
    /// stand there.
    ///
    /// # Panics
    /// When they cannot be read.
    pub async fn dead_letters<T: Topic>(&self) -> DeadLetters {
        let topic = topika::dead_letters::DeadLetters::of::<T>(&self.client).topic().to_owned();
        let ends = self.place.lag("", &[&topic]).await.into_iter().map(|p| (p.partition, p.end)).collect();
        let reading = dead_letters::read(self.bootstrap(), topic.clone(), ends, PATIENCE);
        reading.await.unwrap_or_else(|error| fail(KitError::new(format!("cannot read \"{topic}\""), error)))
    }
}

impl Drop for Kit {
    fn drop(&mut self) {
        if let Some(outside) = self.place.outside().filter(|_| !self.is_clean) {
            self.producers = Producers::default();
            clean_up(outside.clone());
        }
    }
}

fn behind(all: Vec<PartitionLag>) -> Vec<PartitionLag> {
    all.into_iter().filter(|lag| lag.lag > 0).collect()
}

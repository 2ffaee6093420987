use std::collections::BTreeMap;

use crate::error::Error;
use crate::kafka::{Admin, Seen, TopicPlan};

/// The topics of a cluster, by their whole names: no prefix is put before them. For tools; applications say what they need with
/// [`Provision`](super::Provision).
///
/// A change is made when its call returns, and the cluster shows it. None is ever made by asking, also where brokers make topics that somebody asks for.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use topika::client::NewTopic;
///
/// let broker = topika_testkit::Broker::start().unwrap();
/// let client = topika::Client::builder().bootstrap(broker.bootstrap()).without_registry().build()?;
/// let topics = client.topics();
/// assert!(topics.create(&NewTopic::new("orders").partitions(3).config("retention.ms", "86400000")).await?);
/// topics.configure("orders", &[("retention.ms".to_owned(), Some("3600000".to_owned()))]).await?;
/// topics.add_partitions("orders", 6).await?;
///
/// let there = topics.describe(&["orders", "payments"]).await?;
/// assert_eq!(there["orders"].partitions, 6);
/// assert_eq!(there["orders"].configs["retention.ms"].value, "3600000");
/// assert!(!there.contains_key("payments"));
/// # Ok::<(), topika::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct Topics {
    admin: Admin,
}

/// A topic to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct NewTopic(TopicPlan);

impl NewTopic {
    /// A topic as the broker makes it where nothing else is said.
    pub fn new(name: impl Into<String>) -> Self {
        Self(TopicPlan { name: name.into(), partitions: None, replication: None, configs: Vec::new() })
    }

    /// The number of partitions.
    pub fn partitions(mut self, count: impl Into<Option<u32>>) -> Self {
        self.0.partitions = count.into();
        self
    }

    /// How many brokers have a copy of each partition.
    pub fn replication(mut self, copies: impl Into<Option<u16>>) -> Self {
        self.0.replication = copies.into();
        self
    }

    /// A setting, by Kafka's own name.
    pub fn config(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.configs.push((name.into(), value.into()));
        self
    }
}

/// How a topic is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TopicState {
    /// The number of partitions.
    pub partitions: u32,
    /// How many copies the partition has that has the fewest.
    pub replication: u16,
    /// Its settings, by Kafka's own names; empty in a [list](Topics::list).
    pub configs: BTreeMap<String, TopicConfig>,
}

/// A setting of a topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TopicConfig {
    /// The value that holds.
    pub value: String,
    /// Whether it was set on the topic itself; otherwise it is the broker's.
    pub is_set: bool,
}

impl Topics {
    pub(super) fn new(admin: Admin) -> Self {
        Self { admin }
    }

    /// All topics that the client may see, without their settings.
    ///
    /// # Errors
    /// [`Unreachable`](crate::ErrorKind::Unreachable) and what else keeps brokers from answering.
    pub async fn list(&self) -> Result<BTreeMap<String, TopicState>, Error> {
        Ok(self.admin.topics().await?.into_iter().map(|(name, seen)| (name, state(seen))).collect())
    }

    /// Those of these topics that are there.
    ///
    /// # Errors
    /// As of [`list`](Self::list), and [`Denied`](crate::ErrorKind::Denied) where the user may not see a topic's settings.
    pub async fn describe(&self, names: &[&str]) -> Result<BTreeMap<String, TopicState>, Error> {
        let mut seen = self.admin.topics().await?;
        seen.retain(|name, _| names.contains(&name.as_str()));
        let there: Vec<&str> = seen.keys().map(String::as_str).collect();
        let mut configs = self.admin.describe_configs(&there).await?;
        let with = |(name, seen): (String, Seen)| {
            let seen = Seen { configs: configs.remove(&name).unwrap_or_default(), ..seen };
            (name, state(seen))
        };
        Ok(seen.into_iter().map(with).collect())
    }

    /// How many partitions the topic has; `None` where it is not there.
    ///
    /// # Errors
    /// As of [`list`](Self::list).
    pub async fn partitions(&self, topic: &str) -> Result<Option<u32>, Error> {
        self.admin.partitions(topic).await
    }

    /// Makes a topic; false where there is one of the name already, however it is.
    ///
    /// # Errors
    /// The broker's own words, with the name of the topic.
    pub async fn create(&self, topic: &NewTopic) -> Result<bool, Error> {
        self.admin.create(&topic.0).await
    }

    /// Gives a topic partitions, `count` in all; false where it has as many. Keys then go to other partitions than before, so that what has one key
    /// no longer stands in one order. No topic loses partitions: Kafka refuses it.
    ///
    /// # Errors
    /// The broker's own words, with the name of the topic.
    pub async fn add_partitions(&self, topic: &str, count: u32) -> Result<bool, Error> {
        self.admin.add_partitions(topic, count).await
    }

    /// Changes these settings of a topic, and no other; without a value one is taken back, so that the broker's holds.
    ///
    /// # Errors
    /// The broker's own words, with the names of the topic and the settings.
    pub async fn configure(&self, topic: &str, configs: &[(String, Option<String>)]) -> Result<(), Error> {
        self.admin.configure(topic, configs).await
    }

    /// Deletes a topic with all its messages; false where there is none.
    ///
    /// # Errors
    /// The broker's own words, with the name of the topic.
    pub async fn delete(&self, topic: &str) -> Result<bool, Error> {
        self.admin.delete(topic).await
    }
}

impl std::fmt::Debug for Topics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Topics").field("bootstrap", &self.admin.bootstrap()).finish_non_exhaustive()
    }
}

fn state(seen: Seen) -> TopicState {
    let configs = seen.configs.into_iter().map(|(name, (value, is_set))| (name, TopicConfig { value, is_set }));
    TopicState { partitions: seen.partitions, replication: seen.replication, configs: configs.collect() }
}

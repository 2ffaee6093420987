//! A cluster that others use too: looked into by librdkafka, since no broker of ours tells.

use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};
use topika::topika_registry::client::Client as Registry;

use super::cluster::Swept;
use super::failure::KitError;
use crate::broker::PartitionLag;

/// How long one question to the brokers may take.
const ASK: Duration = Duration::from_secs(15);
/// Members that are told to go need a moment.
const PAUSE: Duration = Duration::from_millis(200);

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone, Debug)]
pub(super) struct Outside {
    bootstrap: String,
    /// The registry, where it is not the kit's own.
    registry: Option<String>,
    prefix: String,
}

impl Outside {
    pub(super) fn new(bootstrap: String, registry: Option<String>, prefix: String) -> Self {
        Self { bootstrap, registry, prefix }
    }

    pub(super) fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    fn config(&self, group: &str) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.bootstrap).set("group.id", group).set("enable.auto.commit", "false");
        config.set("enable.partition.eof", "true").set("fetch.wait.max.ms", "10");
        config
    }

    /// As [`Broker::lag`](crate::Broker::lag).
    pub(super) async fn lag(&self, group: &str, topics: &[&str]) -> Result<Vec<PartitionLag>, Failure> {
        let group = if group.is_empty() { "topika-testkit" } else { group };
        let config = self.config(group);
        let topics: Vec<String> = topics.iter().map(|topic| (*topic).to_owned()).collect();
        // librdkafka blocks while it waits.
        tokio::task::spawn_blocking(move || patiently(|| lag(&config, &topics))).await?
    }

    /// The state of a group, as Kafka names it.
    pub(super) async fn group_state(&self, group: &str) -> Option<String> {
        let (config, group) = (self.config("topika-testkit"), group.to_owned());
        let asked = tokio::task::spawn_blocking(move || {
            let consumer: BaseConsumer = config.create()?;
            let list = consumer.fetch_group_list(Some(&group), ASK)?;
            Ok::<_, KafkaError>(list.groups().first().map(|group| group.state().to_owned()))
        });
        asked.await.ok()?.ok()?
    }

    /// Removes all that has the prefix of this kit.
    /// `passed` is called behind each round, with whether nothing but groups is left.
    pub(super) async fn clean(&self, deadline: Duration, passed: impl Fn(bool)) -> Result<Swept, KitError> {
        let prefix = self.prefix.clone();
        self.remove(move |name| name.starts_with(&prefix), deadline, passed).await
    }

    /// Removes topics, groups and subjects of these names; gives what it has removed.
    pub(super) async fn remove(
        &self,
        is_meant: impl Fn(&str) -> bool,
        deadline: Duration,
        passed: impl Fn(bool),
    ) -> Result<Swept, KitError> {
        let failed = |error: Failure| KitError::new(format!("cannot clean up at \"{}\"", self.bootstrap), error);
        let start = Instant::now();
        let mut swept = Swept::default();
        if let Some(url) = &self.registry {
            // One of its own: connections of the kit's client live in a runtime that may stand still meanwhile.
            let registry = Registry::builder().url(url).build().map_err(|error| failed(error.into()))?;
            let subjects = registry.subjects().await.map_err(|error| failed(error.into()))?;
            for subject in subjects.into_iter().filter(|name| is_meant(name)) {
                for permanent in [false, true] {
                    let deleted = registry.delete_subject(&subject, permanent).await;
                    drop(deleted.map_err(|error| failed(error.into()))?);
                }
                swept.subjects.push(subject);
            }
        }
        // A group goes when its last member has left, and members that end late may make a topic anew.
        loop {
            let (topics, groups) = self.names().await.map_err(failed)?;
            let topics: Vec<String> = topics.into_iter().filter(|name| is_meant(name)).collect();
            let groups: Vec<String> = groups.into_iter().filter(|name| is_meant(name)).collect();
            if topics.is_empty() && groups.is_empty() {
                break;
            }
            let (gone, held) = self.delete(&topics, &groups).await.map_err(failed)?;
            for (all, more) in [(&mut swept.topics, gone.topics), (&mut swept.groups, gone.groups)] {
                all.extend(more.into_iter().filter(|name| !all.contains(name)).collect::<Vec<_>>());
            }
            if start.elapsed() >= deadline {
                let held = if held.is_empty() { "the brokers still show it".to_owned() } else { held };
                return Err(failed(format!("{} s were not enough: {held}", deadline.as_secs()).into()));
            }
            passed(topics.is_empty());
            tokio::time::sleep(PAUSE).await;
        }
        swept.topics.sort();
        swept.groups.sort();
        Ok(swept)
    }

    /// All topics and groups.
    async fn names(&self) -> Result<(Vec<String>, Vec<String>), Failure> {
        let config = self.config("topika-testkit");
        let ask = move || {
            let consumer: BaseConsumer = config.create()?;
            let metadata = consumer.fetch_metadata(None, ASK)?;
            let topics = metadata.topics().iter().map(|topic| topic.name().to_owned()).collect();
            let groups = consumer.fetch_group_list(None, ASK)?;
            Ok((topics, groups.groups().iter().map(|group| group.name().to_owned()).collect()))
        };
        tokio::task::spawn_blocking(move || patiently(ask)).await?
    }

    /// What is gone, and why something is not.
    async fn delete(&self, topics: &[String], groups: &[String]) -> Result<(Swept, String), Failure> {
        let admin: AdminClient<DefaultClientContext> =
            ClientConfig::new().set("bootstrap.servers", &self.bootstrap).create()?;
        let options = AdminOptions::new().request_timeout(Some(ASK)).operation_timeout(Some(ASK));
        let (mut swept, mut held) = (Swept::default(), String::new());
        let mut note = |gone: &mut Vec<String>, name: String, code: Option<RDKafkaErrorCode>| match code {
            None => gone.push(name),
            Some(
                RDKafkaErrorCode::GroupIdNotFound
                | RDKafkaErrorCode::UnknownTopicOrPartition
                | RDKafkaErrorCode::UnknownTopic
                | RDKafkaErrorCode::UnknownPartition,
            ) => {}
            Some(code) => held = format!("\"{name}\": {code}"),
        };
        // Groups first: a member that loses its topics asks for them anew.
        if !groups.is_empty() {
            let names: Vec<&str> = groups.iter().map(String::as_str).collect();
            for result in admin.delete_groups(&names, &options).await? {
                match result {
                    Ok(name) => note(&mut swept.groups, name, None),
                    Err((name, code)) => note(&mut swept.groups, name, Some(code)),
                }
            }
        }
        if !topics.is_empty() {
            let names: Vec<&str> = topics.iter().map(String::as_str).collect();
            for result in admin.delete_topics(&names, &options).await? {
                match result {
                    Ok(name) => note(&mut swept.topics, name, None),
                    Err((name, code)) => note(&mut swept.topics, name, Some(code)),
                }
            }
        }
        Ok((swept, held))
    }
}

/// Asks again while a cluster has to find out who leads, and who coordinates a group: at the first group of all, and after changes.
fn patiently<V>(ask: impl Fn() -> Result<V, Failure>) -> Result<V, Failure> {
    use RDKafkaErrorCode as Code;
    let start = Instant::now();
    loop {
        let answer = ask();
        let passes = match &answer {
            Ok(_) => false,
            Err(error) => matches!(
                error.downcast_ref::<KafkaError>().and_then(KafkaError::rdkafka_error_code),
                Some(
                    Code::NotCoordinator
                        | Code::CoordinatorNotAvailable
                        | Code::CoordinatorLoadInProgress
                        | Code::LeaderNotAvailable
                        | Code::NotLeaderForPartition
                        | Code::UnknownTopicOrPartition
                        | Code::UnknownPartition
                        | Code::BrokerTransportFailure
                        | Code::WaitingForCoordinator
                )
            ),
        };
        if !passes || start.elapsed() >= ASK {
            return answer;
        }
        std::thread::sleep(PAUSE);
    }
}

fn lag(config: &ClientConfig, topics: &[String]) -> Result<Vec<PartitionLag>, Failure> {
    let consumer: BaseConsumer = config.create()?;
    let metadata = consumer.fetch_metadata(None, ASK)?;
    let mut asked = TopicPartitionList::new();
    for topic in metadata.topics().iter().filter(|topic| topics.iter().any(|name| name == topic.name())) {
        for partition in topic.partitions() {
            asked.add_partition(topic.name(), partition.id());
        }
    }
    if asked.count() == 0 {
        return Ok(Vec::new());
    }
    let committed = consumer.committed_offsets(asked, ASK)?;
    let mut found = Vec::new();
    for place in committed.elements() {
        let (topic, partition) = (place.topic(), place.partition());
        let (start, end) = consumer.fetch_watermarks(topic, partition, ASK)?;
        let committed = match place.offset() {
            Offset::Offset(offset) => Some(offset),
            _ => None,
        };
        let from = committed.unwrap_or(start).max(start);
        let behind = if from < end && has_unread(&consumer, topic, partition, from)? { end - from } else { 0 };
        let lag = u64::try_from(behind).unwrap_or_default();
        found.push(PartitionLag { topic: topic.to_owned(), partition, committed, end, lag });
    }
    Ok(found)
}

/// Whether a record stands there that is to be read: the ends of transactions are none, and neither is what was aborted.
fn has_unread(consumer: &BaseConsumer, topic: &str, partition: i32, from: i64) -> Result<bool, Failure> {
    let mut there = TopicPartitionList::new();
    there.add_partition_offset(topic, partition, Offset::Offset(from))?;
    consumer.assign(&there)?;
    let start = Instant::now();
    let found = loop {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Err(KafkaError::PartitionEOF(_))) => break false,
            Some(message) => {
                drop(message?);
                break true;
            }
            None if start.elapsed() > ASK => return Err(format!("\"{topic}\" was not read to its end").into()),
            None => {}
        }
    };
    consumer.unassign()?;
    Ok(found)
}

//! Topics: whether they exist, how they are, and making them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::error::RDKafkaErrorCode as Code;

use super::config::Settings;
use super::context::{LastTrouble, Quiet};
use super::fault;
use super::reach::{ASKED, Link, probe, seconds};
use crate::error::{Error, ErrorKind};

/// Questions to the cluster. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Admin {
    client: Arc<AdminClient<Quiet>>,
    trouble: LastTrouble,
    bootstrap: Arc<str>,
    deadline: Duration,
}

/// What a topic is to be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TopicPlan {
    pub(crate) name: String,
    /// `None`: the broker's default.
    pub(crate) partitions: Option<u32>,
    pub(crate) configs: Vec<(String, String)>,
}

impl Admin {
    /// `deadline` bounds every call.
    pub(crate) fn new(settings: &Settings, deadline: Duration) -> Result<Self, Error> {
        let trouble = LastTrouble::of(settings.link().clone());
        let context = Quiet { trouble: trouble.clone() };
        let client =
            settings.plain().create_with_context(context).map_err(|e| fault::error("start the Kafka client", &e))?;
        Ok(Self { client: Arc::new(client), trouble, bootstrap: Arc::from(settings.bootstrap()), deadline })
    }

    /// Where the cluster is.
    pub(crate) fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    /// What is known of the brokers.
    pub(crate) fn link(&self) -> &Link {
        &self.trouble.link
    }

    /// Asks the brokers whether they are there.
    pub(crate) async fn check(&self, deadline: Duration) -> Result<(), Error> {
        let client = Arc::clone(&self.client);
        let fetch = move |deadline| client.inner().fetch_metadata(Some(ASKED), deadline).map(drop);
        self.link().ask(deadline, fetch, || self.trouble.get()).await
    }

    /// How many partitions the topic has; `None` where it does not exist.
    pub(crate) async fn partitions(&self, topic: &str) -> Result<Option<u32>, Error> {
        let client = Arc::clone(&self.client);
        let name = topic.to_owned();
        let deadline = self.deadline;
        let answer = tokio::task::spawn_blocking(move || {
            let metadata = client.inner().fetch_metadata(Some(&name), deadline)?;
            Ok(metadata
                .topics()
                .iter()
                .find(|t| t.name() == name)
                .map(|t| (t.error().map(Code::from), t.partitions().len())))
        })
        .await
        .map_err(|e| {
            Error::new(ErrorKind::Kafka, format!("the look-up of topic \"{topic}\" was cut off")).caused_by(e)
        })?;
        if answer.is_ok() {
            self.link().reached();
        }
        match answer {
            Err(error) => Err(self.unreachable(topic, &error).await),
            Ok(None | Some((Some(Code::UnknownTopicOrPartition | Code::UnknownTopic), _))) => Ok(None),
            // A topic that was made a moment ago has no leaders yet; it exists.
            Ok(Some((None | Some(Code::LeaderNotAvailable), count))) => {
                Ok(Some(u32::try_from(count).unwrap_or(u32::MAX)))
            }
            Ok(Some((Some(code), _))) => Err(fault::of_code(&format!("look up topic \"{topic}\""), code)),
        }
    }

    async fn unreachable(&self, topic: &str, error: &rdkafka::error::KafkaError) -> Error {
        let fault = fault::error(&format!("look up topic \"{topic}\""), error);
        if !matches!(fault.kind(), ErrorKind::Unreachable | ErrorKind::Timeout) {
            return fault;
        }
        let why = match self.trouble.get() {
            Some(why) => why,
            None => probe(&self.bootstrap).await,
        };
        Error::new(
            ErrorKind::Unreachable,
            format!("cannot reach Kafka at \"{}\" within {} s: {why}", self.bootstrap, seconds(self.deadline)),
        )
        .help(
            "is the broker running, and is KAFKA_BOOTSTRAP_SERVERS (or `Client::builder().bootstrap(..)`) its address?",
        )
    }

    /// Makes the topic and waits until the cluster knows it; false where it existed already.
    pub(crate) async fn create(&self, plan: &TopicPlan) -> Result<bool, Error> {
        let what = format!("create topic \"{}\"", plan.name);
        let partitions = match plan.partitions {
            None => -1,
            Some(n) => i32::try_from(n)
                .map_err(|_| Error::new(ErrorKind::Config, format!("cannot {what}: {n} partitions are too many")))?,
        };
        // Replication -1: the broker's default (KIP-464).
        let mut topic = NewTopic::new(&plan.name, partitions, TopicReplication::Fixed(-1));
        for (key, value) in &plan.configs {
            topic = topic.set(key, value);
        }
        let options = AdminOptions::new().operation_timeout(Some(self.deadline)).request_timeout(Some(self.deadline));
        let results = self.client.create_topics([&topic], &options).await.map_err(|e| fault::error(&what, &e))?;
        let made = match results.into_iter().next() {
            Some(Err((_, Code::TopicAlreadyExists))) => false,
            Some(Err((_, code))) => return Err(fault::of_code(&what, code)),
            Some(Ok(_)) | None => true,
        };
        self.wait_for(&plan.name).await?;
        Ok(made)
    }

    /// CreateTopics answers before every broker has heard of it.
    async fn wait_for(&self, topic: &str) -> Result<(), Error> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(5);
        while self.partitions(topic).await?.is_none() {
            if start.elapsed() > self.deadline {
                return Err(Error::new(
                    ErrorKind::Timeout,
                    format!(
                        "topic \"{topic}\" was created, but the cluster does not show it after {} s",
                        seconds(self.deadline)
                    ),
                ));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(250));
        }
        Ok(())
    }

    /// One setting of a topic; `None` where the broker does not tell it.
    pub(crate) async fn topic_config(&self, topic: &str, name: &str) -> Result<Option<String>, Error> {
        let what = format!("read the settings of topic \"{topic}\"");
        let options = AdminOptions::new().request_timeout(Some(self.deadline));
        let answer = self
            .client
            .describe_configs([&ResourceSpecifier::Topic(topic)], &options)
            .await
            .map_err(|e| fault::error(&what, &e))?;
        match answer.into_iter().next() {
            Some(Ok(resource)) => Ok(resource.get(name).and_then(|entry| entry.value.clone())),
            Some(Err(code)) => Err(fault::of_code(&what, code)),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[tokio::test]
    async fn a_broker_that_is_down_is_an_error_within_the_deadline() {
        let settings = Settings::new("127.0.0.1:1".to_owned(), BTreeMap::new()).unwrap();
        let admin = Admin::new(&settings, Duration::from_millis(400)).unwrap();
        let start = Instant::now();
        let error = admin.partitions("orders").await.unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(5));
        assert_eq!(error.kind(), ErrorKind::Unreachable);
        let text = error.to_string();
        assert!(text.starts_with("cannot reach Kafka at \"127.0.0.1:1\" within 0.4 s: "), "{text}");
        assert!(text.contains("Connection refused"), "{text}");
        assert!(text.contains("KAFKA_BOOTSTRAP_SERVERS"), "{text}");
        assert!(error.is_retriable());
    }

    #[tokio::test]
    async fn more_partitions_than_kafka_can_count_are_refused_without_asking() {
        let settings = Settings::new("127.0.0.1:1".to_owned(), BTreeMap::new()).unwrap();
        let admin = Admin::new(&settings, Duration::from_millis(50)).unwrap();
        let plan = TopicPlan { name: "orders".to_owned(), partitions: Some(u32::MAX), configs: Vec::new() };
        let error = admin.create(&plan).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }
}

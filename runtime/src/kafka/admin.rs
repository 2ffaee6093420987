//! Topics: whether they exist, how they are, and making them.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, ConfigSource, OwnedResourceSpecifier, ResourceSpecifier};
use rdkafka::error::RDKafkaErrorCode as Code;

use super::admin_calls::{Change, Refusal, change};
use super::config::Settings;
use super::contact::{Contact, NO_TOKEN, NoContact};
use super::context::{LastTrouble, Quiet};
use super::fault;
use super::reach::{ASKED, Link, probe, seconds};
use super::sasl_token::{self, Tokens};
use crate::error::{Error, ErrorKind};

/// How far brokers are behind their controller at most, as a rule.
const LAG: Duration = Duration::from_secs(5);

/// The least that a question behind a first contact is given.
const LEAST: Duration = Duration::from_millis(100);

/// Questions to the cluster. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Admin {
    native: Arc<AdminClient<Quiet>>,
    contact: Arc<Contact>,
    tokens: Option<Tokens>,
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
    /// `None`: the broker's default.
    pub(crate) replication: Option<u16>,
    pub(crate) configs: Vec<(String, String)>,
}

/// How a topic is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) partitions: u32,
    /// Copies of the partition that has the fewest.
    pub(crate) replication: u16,
    /// Settings: the value that holds, and whether it was set on the topic itself.
    pub(crate) configs: BTreeMap<String, (String, bool)>,
}

impl Admin {
    /// `deadline` bounds every call.
    pub(crate) fn new(settings: &Settings, deadline: Duration) -> Result<Self, Error> {
        let trouble = settings.trouble();
        let context = Quiet { trouble: trouble.clone() };
        let client =
            settings.plain().create_with_context(context).map_err(|e| fault::error("start the Kafka client", &e))?;
        Ok(Self {
            native: Arc::new(client),
            contact: Arc::new(Contact::new(settings)),
            tokens: settings.tokens(),
            trouble,
            bootstrap: Arc::from(settings.bootstrap()),
            deadline,
        })
    }

    /// The client, behind a first contact, and with a token that is good where it logs in with one.
    async fn client(&self) -> Result<Arc<AdminClient<Quiet>>, Error> {
        let why = match self.client_within(self.deadline).await {
            Ok(client) => return Ok(client),
            Err(NoContact::Refused(error)) => return Err(error),
            Err(NoContact::Silent(why)) => self.or_probed(why).await,
        };
        let message =
            format!("cannot reach Kafka at \"{}\" within {} s: {why}", self.bootstrap, seconds(self.deadline));
        Err(Error::new(ErrorKind::Unreachable, message)
            .help("is the broker running, and does this listener speak the `security.protocol` that is set?"))
    }

    /// What a connection said last, or what a look at the first broker says.
    async fn or_probed(&self, trouble: Option<String>) -> String {
        match trouble {
            Some(why) => why,
            None => probe(&self.bootstrap).await,
        }
    }

    async fn client_within(&self, deadline: Duration) -> Result<Arc<AdminClient<Quiet>>, NoContact> {
        let start = Instant::now();
        self.contact.make(deadline).await?;
        if let Some(tokens) = &self.tokens {
            let left = deadline.saturating_sub(start.elapsed());
            let token = tokio::time::timeout(left, tokens.get()).await;
            let token = token.map_err(|_| NoContact::Silent(Some(NO_TOKEN.to_owned())))?;
            token.and_then(|token| sasl_token::give(self.native.inner(), &token)).map_err(|why| {
                NoContact::Refused(Error::new(ErrorKind::Denied, format!("there is no token for Kafka: {why}")))
            })?;
        }
        Ok(Arc::clone(&self.native))
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
        let start = Instant::now();
        let client = match self.client_within(deadline).await {
            Ok(client) => client,
            Err(NoContact::Refused(error)) => return Err(error),
            Err(NoContact::Silent(why)) => return Err(self.link().silent(deadline, &self.or_probed(why).await)),
        };
        // A broker that was reached a moment ago is given that moment once more.
        let left = deadline.saturating_sub(start.elapsed()).max(LEAST.min(deadline));
        let fetch = move |_| client.inner().fetch_metadata(Some(ASKED), left).map(drop);
        self.link().ask(deadline, fetch, || self.trouble.get()).await
    }

    /// How many partitions the topic has; `None` where it does not exist.
    pub(crate) async fn partitions(&self, topic: &str) -> Result<Option<u32>, Error> {
        let client = self.client().await?;
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
        let what = format!("look up topic \"{topic}\"");
        self.away(fault::error(&what, error)).await
    }

    /// The fault, or where no broker answers, why.
    async fn away(&self, fault: Error) -> Error {
        if !matches!(fault.kind(), ErrorKind::Unreachable | ErrorKind::Timeout) {
            return fault;
        }
        let why = self.or_probed(self.trouble.get()).await;
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
        // -1: the broker's default (KIP-464).
        let replication = plan.replication.map_or(-1, i32::from);
        let configs = plan.configs.clone();
        let asked = self.change(&plan.name, move |topic, ask| {
            ask(topic, &Change::Create { partitions, replication, configs: &configs })
        });
        let made = match asked.await? {
            Err(Refusal { code: Code::TopicAlreadyExists, .. }) => false,
            Err(refusal) => return Err(fault::refusal(&what, refusal)),
            Ok(()) => true,
        };
        self.wait_for(&plan.name).await?;
        Ok(made)
    }

    /// Gives the topic partitions: `count` in all. False where it had as many already.
    pub(crate) async fn add_partitions(&self, topic: &str, count: u32) -> Result<bool, Error> {
        let what = format!("give topic \"{topic}\" {count} partitions");
        let wanted = usize::try_from(count).unwrap_or(usize::MAX);
        let asked = self.change(topic, move |topic, ask| ask(topic, &Change::Partitions(wanted)));
        match asked.await? {
            Ok(()) => {}
            // Somebody else was faster; the controller knows it before the brokers do.
            Err(refusal) if refusal.code == Code::InvalidPartitions => {
                let is_there = || async { Ok(self.partitions(topic).await?.is_some_and(|there| there >= count)) };
                self.until(self.deadline.min(LAG), is_there).await?;
                let is_there = self.partitions(topic).await? == Some(count);
                return if is_there { Ok(false) } else { Err(fault::refusal(&what, refusal)) };
            }
            Err(refusal) => return Err(fault::refusal(&what, refusal)),
        }
        self.until(self.deadline, || async { Ok(self.partitions(topic).await? == Some(count)) }).await?;
        Ok(true)
    }

    /// Sets these settings and no other; without a value one is taken back.
    pub(crate) async fn configure(&self, topic: &str, configs: &[(String, Option<String>)]) -> Result<(), Error> {
        let told = configs.iter().map(|(name, value)| match value {
            Some(value) => format!("set {name}={value}"),
            None => format!("take back {name}"),
        });
        let what = format!("{} on topic \"{topic}\"", told.collect::<Vec<_>>().join(", "));
        let changes = configs.to_vec();
        let asked = self.change(topic, move |topic, ask| ask(topic, &Change::Configs(&changes)));
        asked.await?.map_err(|refusal| fault::refusal(&what, refusal))?;
        self.until(self.deadline, || async {
            let there = self.describe_configs(&[topic]).await?;
            let there = there.get(topic);
            Ok(configs.iter().all(|(name, value)| {
                let there = there.and_then(|configs| configs.get(name));
                match value {
                    Some(value) => there.is_none_or(|(there, _)| there == value),
                    None => there.is_none_or(|(_, is_set)| !is_set),
                }
            }))
        })
        .await
    }

    /// Deletes the topic with everything in it. False where there was none.
    pub(crate) async fn delete(&self, topic: &str) -> Result<bool, Error> {
        match self.change(topic, |topic, ask| ask(topic, &Change::Delete)).await? {
            Ok(()) => {}
            Err(Refusal { code: Code::UnknownTopicOrPartition | Code::UnknownTopic, .. }) => return Ok(false),
            Err(refusal) => return Err(fault::refusal(&format!("delete topic \"{topic}\""), refusal)),
        }
        self.until(self.deadline, || async { Ok(self.partitions(topic).await?.is_none()) }).await?;
        Ok(true)
    }

    /// A change, on a thread that may wait.
    async fn change(
        &self,
        topic: &str,
        of: impl FnOnce(&str, &dyn Fn(&str, &Change<'_>) -> Result<(), Refusal>) -> Result<(), Refusal> + Send + 'static,
    ) -> Result<Result<(), Refusal>, Error> {
        let (client, name, deadline) = (self.client().await?, topic.to_owned(), self.deadline);
        let asked = move || of(&name, &|topic, asked| change(&client, topic, asked, deadline));
        let answer = tokio::task::spawn_blocking(asked).await.map_err(|error| {
            Error::new(ErrorKind::Kafka, format!("the change of topic \"{topic}\" was cut off")).caused_by(error)
        })?;
        match answer {
            Err(Refusal { code, words: _ }) if is_unreachable(code) => {
                Err(self.away(fault::of_code(&format!("change topic \"{topic}\""), code)).await)
            }
            answer => Ok(answer),
        }
    }

    /// All topics that the cluster shows, with the number of their partitions and copies.
    pub(crate) async fn topics(&self) -> Result<BTreeMap<String, Seen>, Error> {
        let (client, deadline) = (self.client().await?, self.deadline);
        let asked = tokio::task::spawn_blocking(move || {
            let metadata = client.inner().fetch_metadata(None, deadline)?;
            let seen = metadata.topics().iter().filter(|topic| topic.error().is_none()).map(|topic| {
                let copies = topic.partitions().iter().map(|partition| partition.replicas().len()).min().unwrap_or(0);
                let seen = Seen {
                    partitions: u32::try_from(topic.partitions().len()).unwrap_or(u32::MAX),
                    replication: u16::try_from(copies).unwrap_or(u16::MAX),
                    configs: BTreeMap::new(),
                };
                (topic.name().to_owned(), seen)
            });
            Ok(seen.collect::<BTreeMap<_, _>>())
        });
        let answer = asked
            .await
            .map_err(|error| Error::new(ErrorKind::Kafka, "the look-up of all topics was cut off").caused_by(error))?;
        match answer {
            Ok(seen) => Ok(seen),
            Err(error) => Err(self.away(fault::error("look up all topics", &error)).await),
        }
    }

    /// The settings of topics.
    pub(crate) async fn describe_configs(
        &self,
        topics: &[&str],
    ) -> Result<BTreeMap<String, BTreeMap<String, (String, bool)>>, Error> {
        let mut all = BTreeMap::new();
        if topics.is_empty() {
            return Ok(all);
        }
        let what = "read the settings of topics";
        let asked: Vec<ResourceSpecifier<'_>> = topics.iter().map(|topic| ResourceSpecifier::Topic(topic)).collect();
        let options = AdminOptions::new().request_timeout(Some(self.deadline));
        let answer =
            self.client().await?.describe_configs(&asked, &options).await.map_err(|e| fault::error(what, &e))?;
        for (topic, answer) in topics.iter().zip(answer) {
            let of = |code| fault::of_code(&format!("read the settings of topic \"{topic}\""), code);
            let resource = answer.map_err(of)?;
            let OwnedResourceSpecifier::Topic(name) = &resource.specifier else { continue };
            let configs = resource.entries.iter().filter_map(|entry| {
                let is_set = matches!(entry.source, ConfigSource::DynamicTopic);
                Some((entry.name.clone(), (entry.value.clone()?, is_set)))
            });
            all.insert(name.clone(), configs.collect());
        }
        Ok(all)
    }

    /// Asks until it is so: brokers hear of a change behind the controller that made it. It is made, whenever they do.
    async fn until<F>(&self, deadline: Duration, is_so: impl Fn() -> F) -> Result<(), Error>
    where
        F: Future<Output = Result<bool, Error>>,
    {
        let start = Instant::now();
        let mut pause = Duration::from_millis(5);
        while !is_so().await? && start.elapsed() < deadline {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(250));
        }
        Ok(())
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
            .client()
            .await?
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

fn is_unreachable(code: Code) -> bool {
    matches!(code, Code::BrokerTransportFailure | Code::AllBrokersDown | Code::Resolve | Code::OperationTimedOut)
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
        let plan =
            TopicPlan { name: "orders".to_owned(), partitions: Some(u32::MAX), replication: None, configs: Vec::new() };
        let error = admin.create(&plan).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }
}

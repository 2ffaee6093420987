//! Where the example runs: the embedded broker and registry, or real ones.

use std::fmt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{Headers as _, Message as _};
use rdkafka::producer::{FutureProducer, FutureRecord};
use topika::{Client, Error, Provision};
use topika_testkit::Kit;

use crate::options::Options;

/// Broker and registry, with a client that knows both.
pub(crate) struct Cluster {
    client: Client,
    bootstrap: String,
    registry: String,
    prefix: String,
    /// Held so that broker and registry live as long as the example; none with real ones.
    _kit: Option<Kit>,
}

impl Cluster {
    pub(crate) async fn start(options: &Options) -> Result<Self, Error> {
        let (kit, bootstrap, registry, prefix) = match (&options.bootstrap, &options.registry) {
            (Some(bootstrap), Some(registry)) => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
                (None, bootstrap.clone(), registry.clone(), format!("food-{now}."))
            }
            _ => {
                let kit = topika_testkit::start().await;
                let (bootstrap, registry) = (kit.bootstrap().to_owned(), kit.registry_url().to_owned());
                (Some(kit), bootstrap, registry, String::new())
            }
        };
        let prefix = options.prefix.clone().unwrap_or(prefix);
        let client = Client::builder()
            .bootstrap(&bootstrap)
            .registry(&registry)
            .topic_prefix(&prefix)
            // A demonstration may register and create; in production `Provision::Verify` and a release step do.
            .auto_register(true)
            .provision(Provision::Create)
            .build()?;
        Ok(Self { client, bootstrap, registry, prefix, _kit: kit })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Somebody else's producer writes what is no event at all.
    pub(crate) async fn poison(&self, topic: &str) -> Result<(), Error> {
        let foreign: FutureProducer = self.config().create().map_err(Error::wrap)?;
        let topic = format!("{}{topic}", self.prefix);
        let record = FutureRecord::to(&topic).key("CUST-00000").payload(b"\xff\xfenot an event".as_slice());
        foreign.send(record, Duration::from_secs(10)).await.map_err(|(error, _)| Error::wrap(error))?;
        Ok(())
    }

    /// Waits until a kitchen came upon the poison: in a short rush it may be the last message of its partition.
    pub(crate) async fn poison_found(&self, topic: &str, deadline: Duration) -> Result<(), Error> {
        let started = Instant::now();
        while self.dead_letters(topic).await?.is_empty() && started.elapsed() < deadline {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// The reasons of all dead letters of `topic`, read from its start to its end.
    pub(crate) async fn dead_letters(&self, topic: &str) -> Result<Vec<String>, Error> {
        let dead = format!("{}dlq.{topic}", self.prefix);
        let consumer: BaseConsumer = self
            .config()
            .set("group.id", "food-orders-report")
            .set("auto.offset.reset", "earliest")
            .set("enable.partition.eof", "true")
            .create()
            .map_err(Error::wrap)?;
        let read = tokio::task::spawn_blocking(move || read_to_the_end(&consumer, &dead)).await;
        read.map_err(Error::wrap)?
    }

    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.bootstrap);
        config
    }
}

impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broker    {}\nregistry  {}", self.bootstrap, self.registry)
    }
}

fn read_to_the_end(consumer: &BaseConsumer, topic: &str) -> Result<Vec<String>, Error> {
    let metadata = consumer.fetch_metadata(Some(topic), Duration::from_secs(10)).map_err(Error::wrap)?;
    let partitions: Vec<i32> = metadata.topics().iter().flat_map(|t| t.partitions()).map(|p| p.id()).collect();
    let mut assignment = rdkafka::TopicPartitionList::new();
    for partition in &partitions {
        assignment.add_partition_offset(topic, *partition, rdkafka::Offset::Beginning).map_err(Error::wrap)?;
    }
    consumer.assign(&assignment).map_err(Error::wrap)?;
    let (mut reasons, mut ended) = (Vec::new(), 0);
    while ended < partitions.len() {
        match consumer.poll(Duration::from_secs(10)) {
            None => break,
            Some(Ok(message)) => {
                let header = |name: &str| {
                    let found = message.headers().into_iter().flat_map(|h| h.iter()).find(|h| h.key == name);
                    found.and_then(|h| h.value).map_or_else(String::new, |v| String::from_utf8_lossy(v).into_owned())
                };
                let (partition, offset) = (header("__dlq.errors.partition"), header("__dlq.errors.offset"));
                reasons.push(format!("partition {partition}, offset {offset}: {}", header("__dlq.errors.message")));
            }
            Some(Err(rdkafka::error::KafkaError::PartitionEOF(_))) => ended += 1,
            Some(Err(error)) => return Err(Error::wrap(error)),
        }
    }
    Ok(reasons)
}

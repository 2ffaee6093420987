//! Where the example runs: the embedded broker and registry, or real ones.

use std::fmt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use food_orders::events::topics::FoodOrders;
use rdkafka::config::ClientConfig;
use rdkafka::producer::{FutureProducer, FutureRecord};
use topika::dead_letters::{DeadLetters, Filter};
use topika::{Client, Error, ErrorKind, Provision};
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
        let mut config = ClientConfig::new();
        let foreign: FutureProducer = config.set("bootstrap.servers", &self.bootstrap).create().map_err(Error::wrap)?;
        let topic = format!("{}{topic}", self.prefix);
        let record = FutureRecord::to(&topic).key("CUST-00000").payload(b"\xff\xfenot an event".as_slice());
        foreign.send(record, Duration::from_secs(10)).await.map_err(|(error, _)| Error::wrap(error))?;
        Ok(())
    }

    /// Waits until so many groups came upon the poison: in a short rush it may be the last message of its partition.
    pub(crate) async fn poison_found(&self, groups: usize, deadline: Duration) -> Result<(), Error> {
        let started = Instant::now();
        while self.dead_letters().await?.len() < groups && started.elapsed() < deadline {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// The dead letters of the orders, each in a line.
    pub(crate) async fn dead_letters(&self) -> Result<Vec<String>, Error> {
        let mut letters = match DeadLetters::of::<FoodOrders>(&self.client).read(Filter::all()).await {
            // Nobody has given up anything.
            Err(error) if error.kind() == ErrorKind::UnknownTopic => return Ok(Vec::new()),
            letters => letters?,
        };
        let mut lines = Vec::new();
        while let Some(letter) = letters.next().await {
            let letter = letter?;
            let (group, why) = (letter.group.unwrap_or_default(), letter.message.unwrap_or_default());
            let (partition, offset) = (letter.original_partition.unwrap_or(-1), letter.original_offset.unwrap_or(-1));
            lines.push(format!("partition {partition}, offset {offset}, given up by {group}: {why}"));
        }
        Ok(lines)
    }
}

impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broker    {}\nregistry  {}", self.bootstrap, self.registry)
    }
}

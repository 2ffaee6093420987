//! Where a bus of a case runs.

use std::ops::Deref;
use std::time::Duration;

use topika::bus::{EventBus, InMemoryBus, RunningBus};
use topika::dead_letters::{DeadLetter, DeadLetters, Filter};
use topika::topika_registry::api::Level;
use topika::{Client, Error, ErrorKind, Provision};
use topika_testkit::Kit;

use super::board::Board;
use crate::clients::PATIENCE;
use crate::cluster::Cluster;

/// Brokers, or this process alone.
pub(crate) enum Ground<'a> {
    Memory,
    Kafka(&'a Cluster),
}

impl<'a> From<&'a Cluster> for Ground<'a> {
    fn from(cluster: &'a Cluster) -> Self {
        Self::Kafka(cluster)
    }
}

/// What a bus runs on for the length of a case.
pub(crate) enum Place {
    Memory,
    Kafka(Client, String, #[expect(dead_code, reason = "it holds the registry; its broker stays idle")] Box<Kit>),
}

pub(crate) enum Running {
    Memory(InMemoryBus),
    Kafka(RunningBus, Client),
}

impl Ground<'_> {
    pub(crate) async fn place(self) -> Place {
        let cluster = match self {
            Self::Memory => return Place::Memory,
            Self::Kafka(cluster) => cluster,
        };
        let kit = topika_testkit::start().await;
        // Some case says what no reader of before can read.
        kit.client().registry().set_level(None, Level::None).await.unwrap();
        let client = Client::builder().bootstrap(cluster.bootstrap()).registry(kit.registry_url());
        let client = client.topic_prefix(cluster.name("")).auto_register(true).provision(Provision::Create);
        Place::Kafka(client.build().unwrap(), cluster.name("game"), Box::new(kit))
    }
}

impl Place {
    pub(crate) fn is_memory(&self) -> bool {
        matches!(self, Self::Memory)
    }

    /// The name of the bus.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Memory => "game",
            Self::Kafka(_, name, _) => name,
        }
    }

    pub(crate) fn bus(&self) -> EventBus {
        EventBus::new(self.name())
    }

    /// A delay that is worth waiting for there.
    pub(crate) fn delay(&self) -> Duration {
        match self {
            Self::Memory => Duration::from_secs(3600),
            Self::Kafka(..) => Duration::from_millis(250),
        }
    }

    pub(crate) async fn start<S: Clone + Send + Sync + 'static>(&self, bus: EventBus<S>) -> Running {
        self.try_start(bus).await.unwrap()
    }

    pub(crate) async fn try_start<S: Clone + Send + Sync + 'static>(&self, bus: EventBus<S>) -> Result<Running, Error> {
        Ok(match self {
            Self::Memory => Running::Memory(bus.start_in_memory()?),
            Self::Kafka(client, ..) => Running::Kafka(bus.start(client).await?, client.clone()),
        })
    }
}

impl Deref for Running {
    type Target = RunningBus;

    fn deref(&self) -> &RunningBus {
        match self {
            Self::Memory(bus) => bus,
            Self::Kafka(bus, _) => bus,
        }
    }
}

impl Running {
    /// Until that is so; in memory it is so as soon as nothing is left to do.
    pub(crate) async fn until(&self, is_so: impl Fn() -> bool) {
        if let Self::Memory(bus) = self {
            bus.settled().await;
            assert!(is_so(), "all is handled, and it is not so");
            return;
        }
        let waiting = async {
            while !is_so() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("it is not so in time");
    }

    /// What was given up, once there are so many.
    pub(crate) async fn letters(&self, count: usize) -> Vec<DeadLetter> {
        let client = match self {
            Self::Memory(bus) => {
                bus.settled().await;
                let letters = bus.dead_letters();
                assert_eq!(letters.len(), count, "{letters:?}");
                return letters;
            }
            Self::Kafka(_, client) => client,
        };
        let letters = DeadLetters::of::<Board>(client);
        let read = async {
            loop {
                let mut found = Vec::new();
                match letters.read(Filter::all()).await {
                    Ok(mut reading) => {
                        while let Some(letter) = reading.next().await {
                            found.push(letter.unwrap());
                        }
                    }
                    Err(error) => assert_eq!(error.kind(), ErrorKind::UnknownTopic, "{error}"),
                }
                if found.len() >= count {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, read).await.expect("there are not as many letters in time")
    }

    pub(crate) async fn stop(self, deadline: Duration) -> Result<(), Error> {
        match self {
            Self::Memory(bus) => bus.stop(deadline).await,
            Self::Kafka(bus, _) => bus.stop(deadline).await,
        }
    }
}

//! A schema changes while messages flow: writers and readers of both versions side by side, and each restarted in its turn.

pub(crate) mod versions;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use tokio::sync::watch;
use tokio::task::JoinHandle;
use topika::app::RunningApp;
use topika::event::Keyed;
use topika::topika_registry::api::Level;
use topika::types::Bytes;
use topika::{Client, ErrorKind, Provision};
use topika_testkit::Kit;

use self::versions::{earlier, later, stray};
use crate::clients::PATIENCE;
use crate::cluster::Cluster;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    Earlier,
    Later,
}

impl Version {
    fn other(self) -> Self {
        match self {
            Self::Earlier => Self::Later,
            Self::Later => Self::Earlier,
        }
    }
}

/// Two writers, each with keys of its own.
const WRITERS: u8 = 2;
const KEYS: u8 = 4;
/// So many more messages of every key are read before the next process is restarted.
const BETWEEN: usize = 20;

/// What was read, by whom, in the order of reading.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    numbers: Mutex<BTreeMap<u8, Vec<i32>>>,
    /// Reader and writer.
    pairs: Mutex<BTreeSet<(Version, Version)>>,
    changed: watch::Sender<u64>,
}

impl Seen {
    pub(crate) fn note(&self, reader: Version, writer: Version, key: &Bytes, number: i32) {
        self.0.pairs.lock().unwrap().insert((reader, writer));
        self.0.numbers.lock().unwrap().entry(key.0[0]).or_default().push(number);
        self.0.changed.send_modify(|count| *count += 1);
    }

    fn numbers(&self) -> BTreeMap<u8, Vec<i32>> {
        self.0.numbers.lock().unwrap().clone()
    }

    fn pairs(&self) -> Vec<(Version, Version)> {
        self.0.pairs.lock().unwrap().iter().copied().collect()
    }

    async fn until(&self, what: &str, done: impl Fn(&BTreeMap<u8, Vec<i32>>) -> bool) {
        let mut changed = self.0.changed.subscribe();
        let all = changed.wait_for(|_| done(&self.0.numbers.lock().unwrap()));
        let reached = tokio::time::timeout(PATIENCE, all).await.is_ok();
        assert!(reached, "{what}: {:?}", self.numbers().iter().map(|(key, n)| (*key, n.len())).collect::<Vec<_>>());
    }

    /// Every key has gone on for a while.
    async fn goes_on(&self) {
        let before = self.numbers();
        let wanted = |key: u8| before.get(&key).map_or(0, Vec::len) + BETWEEN;
        self.until("nothing more comes", |now| {
            (0..WRITERS * KEYS).all(|key| now.get(&key).is_some_and(|numbers| numbers.len() >= wanted(key)))
        })
        .await;
    }
}

/// Writes one message of each of its keys after another, until it is told to stop; gives back how far it came.
struct Writer {
    stop: watch::Sender<bool>,
    task: JoinHandle<i32>,
}

/// The loop of both versions, whose types differ.
macro_rules! write {
    ($version:ident, $client:expr, $keys:expr, $from:expr, $stopping:expr) => {{
        let producer = $client.producer::<$version::Evolving>().await.unwrap();
        let mut next = $from;
        while !*$stopping.borrow() {
            let event = $version::Evolved::of(next);
            let all: Vec<_> = $keys.iter().map(|key| Keyed { key, event: &event }).collect();
            producer.send_all(&all).await.all().unwrap();
            next += 1;
        }
        producer.close(PATIENCE).await.unwrap();
        next
    }};
}

impl Writer {
    fn start(client: Client, version: Version, writer: u8, from: i32) -> Self {
        let (stop, stopping) = watch::channel(false);
        let keys: Vec<Bytes> = (writer * KEYS..(writer + 1) * KEYS).map(|key| Bytes(vec![key])).collect();
        let task = tokio::spawn(async move {
            match version {
                Version::Earlier => write!(earlier, client, keys, from, stopping),
                Version::Later => write!(later, client, keys, from, stopping),
            }
        });
        Self { stop, task }
    }

    async fn stop(self) -> i32 {
        self.stop.send_replace(true);
        self.task.await.unwrap()
    }
}

/// What the processes of this case share.
struct Town<'a> {
    cluster: &'a Cluster,
    kit: Kit,
    /// One topic and one group for each order of restarts.
    round: &'static str,
    seen: Seen,
}

impl Town<'_> {
    /// A client of its own for every process: nothing is known from before the restart.
    fn client(&self) -> Client {
        Client::builder()
            .bootstrap(self.cluster.bootstrap())
            .registry(self.kit.registry_url())
            .topic_prefix(format!("{}.", self.cluster.name(self.round)))
            .provision(Provision::Create)
            .auto_register(true)
            .kafka_property("heartbeat.interval.ms", "500")
            .build()
            .unwrap()
    }

    fn reader(&self, version: Version) -> RunningApp {
        let (group, seen) = (self.cluster.name(self.round), self.seen.clone());
        match version {
            Version::Earlier => earlier::reader(&group, seen).spawn(self.client()),
            Version::Later => later::reader(&group, seen).spawn(self.client()),
        }
    }
}

pub(crate) async fn readers_may_be_renewed_before_writers_and_nothing_is_lost(cluster: &Cluster) {
    let pairs = renew(cluster, "readers-first", true).await;
    let (old, new) = (Version::Earlier, Version::Later);
    assert_eq!(pairs, [(old, old), (new, old), (new, new)], "reader and writer");
}

pub(crate) async fn writers_may_be_renewed_before_readers_and_nothing_is_lost(cluster: &Cluster) {
    let pairs = renew(cluster, "writers-first", false).await;
    let (old, new) = (Version::Earlier, Version::Later);
    assert_eq!(pairs, [(old, old), (old, new), (new, new)], "reader and writer");
}

/// Restarts every process in its turn with the later version, under load; which versions have read which.
async fn renew(cluster: &Cluster, round: &'static str, readers_first: bool) -> Vec<(Version, Version)> {
    let town = Town { cluster, kit: topika_testkit::start().await, round, seen: Seen::default() };
    town.client().registry().set_level(None, Level::FullTransitive).await.unwrap();
    let mut readers = vec![town.reader(Version::Earlier), town.reader(Version::Earlier)];
    let mut writers: Vec<Writer> =
        (0..WRITERS).map(|writer| Writer::start(town.client(), Version::Earlier, writer, 0)).collect();
    let mut written = Vec::new();
    for renewed in [readers_first, !readers_first] {
        town.seen.goes_on().await;
        if renewed {
            for _ in 0..readers.len() {
                readers.remove(0).shutdown().await.unwrap();
                readers.push(town.reader(Version::Later));
                town.seen.goes_on().await;
            }
        } else {
            for writer in 0..WRITERS {
                let from = writers.remove(0).stop().await;
                writers.push(Writer::start(town.client(), Version::Later, writer, from));
                town.seen.goes_on().await;
            }
        }
    }
    let error = town.client().producer::<stray::Evolving>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema, "{error}");
    for writer in writers {
        written.push(writer.stop().await);
    }
    let wrote = |key: u8| written[usize::from(key / KEYS)];
    town.seen
        .until("something is lost", |now| {
            (0..WRITERS * KEYS).all(|key| now.get(&key).is_some_and(|n| n.contains(&(wrote(key) - 1))))
        })
        .await;
    for reader in readers {
        reader.shutdown().await.unwrap();
    }
    for (key, numbers) in town.seen.numbers() {
        let mut first: Vec<i32> = Vec::new();
        for number in numbers {
            // At least once: what was handled as a member left may be handled again, but nothing is passed over.
            assert!(
                number <= first.len().try_into().unwrap(),
                "{number} of key {key} came before those in front of it"
            );
            if first.len() == usize::try_from(number).unwrap() {
                first.push(number);
            }
        }
        assert_eq!(first.len(), usize::try_from(wrote(key)).unwrap(), "of key {key}");
    }
    town.seen.pairs()
}

//! What exactly once and at least once come to while workers are killed: the history of what went in beside that of what came out.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use topika::app::{ExactlyOnce, Publish};
use topika::client::Message;
use topika::event::Keyed;
use topika::handler::{Key, Metadata};
use topika::types::Bytes;
use topika::{App, Client, Provision, Retry};

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};
use crate::transactional::{Echoed, Echoes, reader};

/// Where a worker is told what to do; without it there is none.
pub(crate) const WORKER: &str = "TOPIKA_HISTORY_WORKER";
/// So many rounds, in place of a few.
const ROUNDS: &str = "TOPIKA_HISTORY_ROUNDS";
const FEW: usize = 4;
const WORKERS: usize = 3;
const KEYS: u8 = 20;
/// The number of a message: its key's, and its place among those of its key.
const PLACES: i32 = 1_000_000;
/// What a worker that handles at least once may repeat after its death.
const UNCOMMITTED: usize = 100;
/// How a worker is told to handle exactly once.
const EXACTLY: &str = "exactly-once";
/// How one is told to fail now and then.
const IN_TIERS: &str = "in-tiers";

async fn echo(Key(key): Key<Bytes>, said: Said) -> Result<Publish<Echoes>, String> {
    Ok(Publish::nothing().and_keyed(key, Echoed { number: said.number }))
}

/// Fails with some at first.
async fn stumble(Key(key): Key<Bytes>, metadata: Metadata, said: Said) -> Result<Publish<Echoes>, String> {
    let times = match said.number % 101 {
        3 => 1,
        7 => 2,
        11 => 3,
        _ => 0,
    };
    if metadata.attempt <= times { Err("not yet".to_owned()) } else { echo(Key(key), said).await }
}

/// The process that is killed: this test binary, told so by its environment.
#[tokio::test]
async fn a_worker() {
    let Ok(told) = std::env::var(WORKER) else { return };
    let [bootstrap, prefix, name, how] = told.split(' ').collect::<Vec<_>>()[..] else { panic!("{told}") };
    let client = Client::builder()
        .bootstrap(bootstrap)
        .without_registry()
        .topic_prefix(prefix)
        .provision(Provision::Create)
        // A member that is killed is missed soon.
        .kafka_property("session.timeout.ms", "6000")
        .kafka_property("heartbeat.interval.ms", "500")
        .build()
        .unwrap();
    let app = App::new(format!("{prefix}workers")).retry(Retry::never());
    let app = match how {
        IN_TIERS => {
            let tiers = [50, 100, 50].map(Duration::from_millis);
            app.retry(Retry::never().then_tiers(tiers)).topic(Sayings::router().said(stumble))
        }
        _ => app.topic(Sayings::router().said(echo)),
    };
    let app = if how == EXACTLY {
        let transactions = ExactlyOnce::new().instance(name).messages(50).interval(Duration::from_millis(20));
        app.exactly_once_with(transactions.timeout(Duration::from_secs(10)))
    } else {
        app.uncommitted(UNCOMMITTED)
    };
    app.run(client).await.unwrap();
}

/// A process of this test binary that runs one of its tests, which is told by a variable what to do.
pub(crate) struct Worker {
    test: &'static str,
    variable: &'static str,
    told: String,
    process: Child,
}

impl Worker {
    pub(crate) fn start(test: &'static str, variable: &'static str, told: String) -> Self {
        let process = Command::new(std::env::current_exe().unwrap())
            .args([test, "--exact", "--nocapture"])
            .env(variable, &told)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self { test, variable, told, process }
    }

    /// Ends it as a lost machine would: nothing is flushed, nobody is told. Then it is started anew.
    pub(crate) fn kill(&mut self) {
        self.kill_for_good();
        *self = Self::start(self.test, self.variable, self.told.clone());
    }

    pub(crate) fn kill_for_good(&mut self) {
        assert!(self.process.try_wait().unwrap().is_none(), "a worker ended by itself: {}", self.told);
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Asks it to end, as the system does, and says whether it ended well by then.
    #[cfg(unix)]
    pub(crate) async fn terminate(&mut self, deadline: Duration) -> bool {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let start = std::time::Instant::now();
        while start.elapsed() < deadline {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status.success();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What came out, by key, in the order in which it did.
#[derive(Default)]
struct History {
    of: BTreeMap<i32, Vec<i32>>,
    /// The furthest place of each key.
    furthest: BTreeMap<i32, i32>,
    repeated: usize,
}

impl History {
    fn add(&mut self, message: Message<Echoes>) {
        let Echoes::Echoed(Echoed { number }) = message.event;
        let (key, place) = (number / PLACES, number % PLACES);
        self.of.entry(key).or_default().push(place);
        let furthest = self.furthest.entry(key).or_insert(-1);
        self.repeated += usize::from(place <= *furthest);
        *furthest = place.max(*furthest);
        message.ack();
    }

    /// Without repetitions.
    fn len(&self) -> usize {
        self.of.values().map(Vec::len).sum::<usize>() - self.repeated
    }
}

/// How often a worker is killed.
pub(crate) fn rounds(few: usize) -> usize {
    std::env::var(ROUNDS).map_or(few, |rounds| rounds.parse().unwrap())
}

/// Lets workers answer what comes in, kills one of them in each round, and gives the history up to the last answer, with the number of answers for each
/// key.
async fn history(cluster: &Cluster, how: &str) -> (History, i32) {
    let rounds = rounds(FEW);
    let client = client(cluster).build().unwrap();
    let sayings = client.producer::<Sayings>().await.unwrap();
    let mut answers = reader::<Echoes>(&client, cluster).await;
    let told = |number| format!("{} {} worker-{number} {how}", cluster.bootstrap(), cluster.name(""));
    let mut workers: Vec<Worker> =
        (0..WORKERS).map(|number| Worker::start("history::a_worker", WORKER, told(number))).collect();
    let mut places = 0;
    let mut history = History::default();
    for round in 0..rounds {
        // While they work: some before the kill, some behind it.
        for half in 0..2 {
            let mut pending = Vec::new();
            for place in places..places + 100 {
                for key in 0..KEYS {
                    let (bytes, said) = (Bytes(vec![key]), Said { number: i32::from(key) * PLACES + place });
                    pending.push(sayings.enqueue(&Keyed { key: &bytes, event: &said }).await.unwrap());
                }
            }
            places += 100;
            for delivery in pending {
                delivery.await.unwrap();
            }
            if half == 0 {
                // At work when it dies, as far as one can see: something of this round has come out.
                take(&mut answers, &mut history, 1 + round * 200 * usize::from(KEYS)).await;
                workers[round % WORKERS].kill();
            }
        }
    }
    take(&mut answers, &mut history, usize::try_from(places).unwrap() * usize::from(KEYS)).await;
    while let Ok(more) = tokio::time::timeout(Duration::from_secs(2), answers.next()).await {
        history.add(more.unwrap().unwrap());
    }
    sayings.close(PATIENCE).await.unwrap();
    answers.close(PATIENCE).await.unwrap();
    (history, places)
}

/// Reads until that many have come out in all.
async fn take(answers: &mut topika::Consumer<Echoes>, history: &mut History, count: usize) {
    while history.len() < count {
        let read = tokio::time::timeout(PATIENCE, answers.next()).await;
        let message = read.unwrap_or_else(|_| panic!("{} of {count} came out", history.len())).unwrap().unwrap();
        history.add(message);
    }
}

pub(crate) async fn each_message_comes_out_once_and_in_order_while_workers_are_killed(cluster: &Cluster) {
    let (history, places) = history(cluster, EXACTLY).await;
    for (key, came) in history.of {
        assert_eq!(came, (0..places).collect::<Vec<_>>(), "of key {key}");
    }
}

pub(crate) async fn a_killed_worker_repeats_no_more_than_it_had_not_committed(cluster: &Cluster) {
    let (history, places) = history(cluster, "at-least-once").await;
    let (repeated, most) = (history.repeated, rounds(FEW) * UNCOMMITTED);
    let restarts = without_gaps(&history, places);
    println!("{} kills: {repeated} of at most {most} repeated, {restarts} times a key began again", rounds(FEW));
    assert!(repeated <= most, "{repeated} messages came out again, and at most {most} may");
    assert!(restarts <= rounds(FEW) * usize::from(KEYS), "{restarts} times a key began again");
}

pub(crate) async fn what_waits_in_tiers_keeps_its_order_while_workers_are_killed(cluster: &Cluster) {
    let (history, places) = history(cluster, IN_TIERS).await;
    let repeated = history.repeated;
    let restarts = without_gaps(&history, places);
    println!("{} kills, with tiers: {repeated} repeated, {restarts} times a key began again", rounds(FEW));
}

/// How often a key began again. All of its messages came out, none before the one before it.
fn without_gaps(history: &History, places: i32) -> usize {
    let mut restarts = 0;
    for (key, came) in &history.of {
        assert_eq!(came.iter().collect::<BTreeSet<_>>().len(), usize::try_from(places).unwrap(), "of key {key}");
        assert_eq!((came.first(), came.last()), (Some(&0), Some(&(places - 1))), "of key {key}");
        // Each comes behind the one before it; a repetition begins earlier, and goes on from there without a gap.
        for (before, next) in came.iter().zip(came.iter().skip(1)) {
            assert!(*next <= before + 1, "{next} of key {key} came behind {before}");
            restarts += usize::from(*next <= *before);
        }
    }
    restarts
}

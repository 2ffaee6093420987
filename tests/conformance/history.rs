//! What exactly once and at least once come to while workers are killed: the history of what went in beside that of what came out.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use topika::app::{ExactlyOnce, Publish};
use topika::event::Keyed;
use topika::handler::Key;
use topika::types::Bytes;
use topika::{App, Client, Provision, Retry};

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};
use crate::transactional::{Echoed, Echoes, reader};

/// Where a worker is told what to do; without it there is none.
const WORKER: &str = "TOPIKA_HISTORY_WORKER";
/// So many rounds, in place of a few.
const ROUNDS: &str = "TOPIKA_HISTORY_ROUNDS";
const WORKERS: usize = 3;
const KEYS: u8 = 20;
/// The number of a message: its key's, and its place among those of its key.
const PLACES: i32 = 1_000_000;

async fn echo(Key(key): Key<Bytes>, said: Said) -> Result<Publish<Echoes>, String> {
    Ok(Publish::nothing().and_keyed(key, Echoed { number: said.number }))
}

/// The process that is killed: this test binary, told so by its environment.
#[tokio::test]
async fn a_worker() {
    let Ok(told) = std::env::var(WORKER) else { return };
    let [bootstrap, prefix, name] = told.split(' ').collect::<Vec<_>>()[..] else { panic!("{told}") };
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
    let transactions = ExactlyOnce::new().instance(name).messages(50).interval(Duration::from_millis(20));
    let app = App::new(format!("{prefix}workers"))
        .exactly_once_with(transactions.timeout(Duration::from_secs(10)))
        .retry(Retry::never())
        .topic(Sayings::router().said(echo));
    app.run(client).await.unwrap();
}

struct Worker {
    name: String,
    process: Child,
}

impl Worker {
    fn start(cluster: &Cluster, number: usize) -> Self {
        let name = format!("worker-{number}");
        let process = Command::new(std::env::current_exe().unwrap())
            .args(["history::a_worker", "--exact", "--nocapture"])
            .env(WORKER, format!("{} {} {name}", cluster.bootstrap(), cluster.name("")))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self { name, process }
    }

    /// Ends it as a lost machine would: nothing is flushed, nobody is told.
    fn kill(&mut self) {
        assert!(self.process.try_wait().unwrap().is_none(), "{} ended by itself", self.name);
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) async fn each_message_comes_out_once_and_in_order_while_workers_are_killed(cluster: &Cluster) {
    let rounds: usize = std::env::var(ROUNDS).map_or(4, |rounds| rounds.parse().unwrap());
    let client = client(cluster).build().unwrap();
    let sayings = client.producer::<Sayings>().await.unwrap();
    let mut answers = reader::<Echoes>(&client, cluster).await;
    let mut workers: Vec<Worker> = (0..WORKERS).map(|number| Worker::start(cluster, number)).collect();
    let mut places = 0;
    let mut history: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
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
                let number = round % WORKERS;
                workers[number].kill();
                workers[number] = Worker::start(cluster, number);
            }
        }
    }
    take(&mut answers, &mut history, usize::try_from(places).unwrap() * usize::from(KEYS)).await;
    let more = tokio::time::timeout(Duration::from_secs(2), answers.next()).await;
    assert!(more.is_err(), "something came out twice");
    for (key, numbers) in history {
        let expected: Vec<i32> = (0..places).map(|place| key * PLACES + place).collect();
        assert_eq!(numbers, expected, "of key {key}");
    }
    sayings.close(PATIENCE).await.unwrap();
    answers.close(PATIENCE).await.unwrap();
}

/// Reads until that many have come out in all.
async fn take(answers: &mut topika::Consumer<Echoes>, history: &mut BTreeMap<i32, Vec<i32>>, count: usize) {
    let mut come: usize = history.values().map(Vec::len).sum();
    while come < count {
        let read = tokio::time::timeout(PATIENCE, answers.next()).await;
        let message = read.unwrap_or_else(|_| panic!("{come} of {count} came out")).unwrap().unwrap();
        let Echoes::Echoed(Echoed { number }) = message.event;
        history.entry(number / PLACES).or_default().push(number);
        message.ack();
        come += 1;
    }
}

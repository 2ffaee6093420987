//! What sending dead letters again comes to while whoever does it is killed: the letters beside what stands on the topic that they came from.

use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer as _};
use topika::Client;
use topika::dead_letters::{DeadLetters, Filter};

use crate::clients::{self, PATIENCE};
use crate::cluster::Cluster;
use crate::dead_letters::summary;
use crate::history::{Worker, rounds};
use crate::producing::client;

/// Where a worker is told what to do; without it there is none.
const WORKER: &str = "TOPIKA_REDRIVE_WORKER";
const PARTITIONS: i32 = 2;
/// So many letters for each kill.
const LETTERS: usize = 2000;
/// So many are sent in a second at most.
const PER_SECOND: u32 = 2000;
/// So many go in one transaction at most.
const AT_ONCE: usize = 100;
/// Many starts take a while.
const LONG: Duration = Duration::from_secs(120);

/// The process that is killed: this test binary, told so by its environment.
#[tokio::test]
async fn a_worker() {
    let Ok(told) = std::env::var(WORKER) else { return };
    let [bootstrap, dead] = told.split(' ').collect::<Vec<_>>()[..] else { panic!("{told}") };
    let client = Client::builder().bootstrap(bootstrap).without_registry().build().unwrap();
    let letters = DeadLetters::on(&client, dead);
    // A coordinator that still ends what the dead one has begun asks to wait.
    // So slowly that it is not through before it is killed, however long the killer is kept waiting.
    while letters.redrive(Filter::all()).per_second(PER_SECOND).await.is_err() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    std::future::pending::<()>().await;
}

/// How far the topic reaches, with what is not committed, or not to be.
fn reaches(watcher: &BaseConsumer, topic: &str) -> i64 {
    (0..PARTITIONS).map(|partition| watcher.fetch_watermarks(topic, partition, PATIENCE).unwrap().1).sum()
}

pub(crate) async fn each_letter_is_sent_again_once_while_whoever_does_it_is_killed(cluster: &Cluster) {
    let kills = rounds(2);
    let orders = clients::topic(cluster, "orders", PARTITIONS, &[]).await;
    let dead = clients::topic(cluster, "dlq.orders", PARTITIONS, &[]).await;
    let count = LETTERS * kills;
    let producer = clients::producer(cluster, &[("queue.buffering.max.messages", "1000000")]);
    for number in 0..count {
        let partition = i32::try_from(number).unwrap() % PARTITIONS;
        let (payload, at) = (number.to_string(), partition.to_string());
        let headers = [("__dlq.errors.topic", orders.as_str()), ("__dlq.errors.partition", at.as_str())];
        let empty = OwnedHeaders::new();
        let headers = headers.iter().fold(empty, |all, (key, value)| all.insert(Header { key, value: Some(*value) }));
        let record = BaseRecord::<str, str>::to(&dead).partition(partition).payload(&payload).headers(headers);
        producer.send(record).unwrap();
    }
    producer.flush(LONG).unwrap();

    let watcher = clients::consumer(cluster, "watcher", &[]);
    reaches(&watcher, &orders);
    let mut worker = Worker::start("redrive_history::a_worker", WORKER, format!("{} {dead}", cluster.bootstrap()));
    let mut killed = 0;
    while killed < kills {
        let before = reaches(&watcher, &orders);
        if before >= i64::try_from(count).unwrap() {
            break;
        }
        let end = tokio::time::Instant::now() + PATIENCE;
        while reaches(&watcher, &orders) == before {
            assert!(tokio::time::Instant::now() < end, "nothing is sent");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        // At another moment of its transactions each time.
        tokio::time::sleep(Duration::from_millis(u64::try_from(killed * 7 % 29).unwrap())).await;
        worker.kill();
        killed += 1;
    }
    assert!(killed * 2 > kills, "after {killed} kills there was nothing left to send");
    let client = client(cluster).build().unwrap();
    let letters = DeadLetters::on(&client, &dead);
    let end = tokio::time::Instant::now() + LONG;
    while summary(&letters).await.waiting > 0 {
        assert!(tokio::time::Instant::now() < end, "letters wait on");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mut seen = 0;
    for partition in 0..PARTITIONS {
        let read = |isolation| -> Vec<usize> {
            let all = clients::read(cluster, &orders, partition, isolation);
            all.iter().map(|number| number.parse().unwrap()).collect()
        };
        let first = usize::try_from(partition).unwrap();
        let expected: Vec<usize> = (first..count).step_by(2).collect();
        assert_eq!(read("read_committed"), expected, "none is lost, repeated or before its turn");
        seen += read("read_uncommitted").len();
    }
    let left = summary(&letters).await;
    assert_eq!((left.waiting, left.redriven), (0, u64::try_from(count).unwrap()));
    // Who reads what is not committed may meet again what the dead had under way.
    let repeated = seen - count;
    assert!(repeated <= AT_ONCE * killed, "{repeated} of {killed} kills");
    println!(
        "{killed} kills, {count} letters: each once for readers of what is committed; {repeated} were read twice by others"
    );
}

//! Messages a second through the embedded broker, with librdkafka on both sides, in this process: `cargo bench -p topika-testkit --bench throughput`.
//!
//! In memory and with a data directory, with `acks=all` (idempotent) and `acks=1`, three runs of each. `-- --data DIR` names the disk that is meant;
//! `-- --sync` waits for it, too.
#![allow(clippy::print_stdout, clippy::unwrap_used)] // A benchmark fails by panicking, and prints.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer, ProducerContext};
use rdkafka::{ClientContext, Offset, TopicPartitionList};
use topika_testkit::Broker;

const MESSAGES: u32 = 1_000_000;
const BYTES: usize = 400;
const RUNS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(120);

/// Counts what the broker has acknowledged.
#[derive(Default)]
struct Delivered(AtomicU32);

impl ClientContext for Delivered {}

impl ProducerContext for Delivered {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if result.is_ok() {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let dir = args.iter().position(|arg| arg == "--data").and_then(|at| args.get(at + 1));
    let dir = dir
        .map_or_else(|| std::env::temp_dir().join(format!("topika-throughput-{}", std::process::id())), PathBuf::from);
    let sync = args.iter().any(|arg| arg == "--sync");
    let start = Instant::now();
    drop(Broker::start().unwrap());
    println!("started and stopped in {:?}", start.elapsed());
    println!("{MESSAGES} messages of {BYTES} bytes, messages a second:");
    for home in [None, Some(&dir)] {
        for acks in ["all", "1"] {
            for _ in 0..RUNS {
                let mut builder = Broker::builder().sync(sync);
                if let Some(dir) = home {
                    drop(std::fs::remove_dir_all(dir));
                    builder = builder.data(dir);
                }
                run(&builder.start().unwrap(), if home.is_some() { "data directory" } else { "memory" }, acks);
            }
        }
    }
    if dir.exists() {
        let start = Instant::now();
        let broker = Broker::builder().data(&dir).start().unwrap();
        println!("started with {} MB of batches in {:?}", (u64::from(MESSAGES) * 400) >> 20, start.elapsed());
        drop(broker);
        std::fs::remove_dir_all(&dir).unwrap();
    }
}

fn run(broker: &Broker, home: &str, acks: &str) {
    broker.create_topic("t", 3, &[]).unwrap();
    let payload = [b'x'; BYTES];
    let start = Instant::now();
    let producer: BaseProducer<Delivered> = ClientConfig::new()
        .set("bootstrap.servers", broker.bootstrap())
        .set("enable.idempotence", (acks == "all").to_string())
        .set("acks", acks)
        .set("linger.ms", "5")
        .set("queue.buffering.max.messages", "1000000")
        .create_with_context(Delivered::default())
        .unwrap();
    for n in 0..MESSAGES {
        let key = n.to_string();
        let mut record = BaseRecord::to("t").key(&key).payload(&payload[..]);
        while let Err((_, again)) = producer.send(record) {
            record = again;
            producer.poll(Duration::from_millis(1));
        }
    }
    // Not by `flush`, which looks every 100 ms.
    while producer.in_flight_count() > 0 && start.elapsed() < PATIENCE {
        producer.poll(Duration::from_millis(1));
    }
    let into = start.elapsed();
    assert_eq!(producer.context().0.load(Ordering::Relaxed), MESSAGES, "all are acknowledged");
    let cost = broker_cpu();

    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", broker.bootstrap())
        .set("group.id", "g")
        .set("enable.auto.commit", "false")
        .create()
        .unwrap();
    let mut all = TopicPartitionList::new();
    for partition in 0..3 {
        all.add_partition_offset("t", partition, Offset::Beginning).unwrap();
    }
    let start = Instant::now();
    consumer.assign(&all).unwrap();
    let mut read = 0;
    while read < MESSAGES {
        if let Some(message) = consumer.poll(Duration::from_secs(1)) {
            message.unwrap();
            read += 1;
        }
    }
    let out = start.elapsed();
    let each = |cpu: Option<Duration>| cpu.map_or(f64::NAN, |cpu| cpu.as_secs_f64() * 1e6 / f64::from(MESSAGES));
    println!(
        "{home:>14}, acks={acks:<3}: in {:>9}, out {:>9}; CPU of the broker's thread: {:.2} us a message in, {:.2} out",
        rate(into),
        rate(out),
        each(cost),
        each(broker_cpu().zip(cost).map(|(all, into)| all.saturating_sub(into))),
    );
}

/// What the thread of the one broker that runs has used, where the system tells (Linux, in hundredths of a second): it does not depend on who
/// else uses the machine, as the time does.
fn broker_cpu() -> Option<Duration> {
    for task in std::fs::read_dir("/proc/self/task").ok()? {
        let stat = std::fs::read_to_string(task.ok()?.path().join("stat")).ok()?;
        if let Some((_, rest)) = stat.split_once("(topika-broker) ") {
            let ticks: u64 =
                rest.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap_or_default()).sum();
            return Some(Duration::from_millis(ticks * 10));
        }
    }
    None
}

fn rate(took: Duration) -> String {
    format!("{:.0}", f64::from(MESSAGES) / took.as_secs_f64())
}

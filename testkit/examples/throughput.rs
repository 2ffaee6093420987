//! Messages per second through the embedded broker, with librdkafka on both sides, in this process:
//! `cargo run --release -p topika-testkit --example throughput`
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::error::Error;
use std::time::{Duration, Instant};

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::{Offset, TopicPartitionList};
use topika_testkit::Broker;

const MESSAGES: u32 = 500_000;
const BYTES: usize = 400;

fn main() -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let broker = Broker::start()?;
    println!("broker started in {:?}", start.elapsed());
    broker.create_topic("t", 3, &[])?;
    let payload = [b'x'; BYTES];

    let start = Instant::now();
    let producer: BaseProducer = ClientConfig::new()
        .set("bootstrap.servers", broker.bootstrap())
        .set("enable.idempotence", "true")
        .set("linger.ms", "5")
        .set("queue.buffering.max.messages", "1000000")
        .create()?;
    for n in 0..MESSAGES {
        let key = n.to_string();
        let mut record = BaseRecord::to("t").key(&key).payload(&payload[..]);
        while let Err((_, again)) = producer.send(record) {
            record = again;
            producer.poll(Duration::from_millis(1));
        }
    }
    producer.flush(Duration::from_secs(60))?;
    rate("in", start);

    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", broker.bootstrap())
        .set("group.id", "g")
        .set("enable.auto.commit", "false")
        .create()?;
    let mut all = TopicPartitionList::new();
    for partition in 0..3 {
        all.add_partition_offset("t", partition, Offset::Beginning)?;
    }
    let start = Instant::now();
    consumer.assign(&all)?;
    let mut read = 0;
    while read < MESSAGES {
        if let Some(message) = consumer.poll(Duration::from_secs(1)) {
            message?;
            read += 1;
        }
    }
    rate("out", start);
    Ok(())
}

fn rate(way: &str, start: Instant) {
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{way:>3}: {MESSAGES} messages of {BYTES} bytes in {seconds:.2} s: {:.0} per second",
        f64::from(MESSAGES) / seconds
    );
}

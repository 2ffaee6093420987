//! Writing: topika's producer one by one and in batches, beside rdkafka's `ThreadedProducer` with a delivery callback.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rdkafka::client::ClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::future_producer::DeliveryFuture;
use rdkafka::producer::{BaseRecord, DeliveryResult, FutureProducer, FutureRecord, ProducerContext, ThreadedProducer};
use topika::{Client, Pending, PendingBatch, Producer};

use crate::events::{Measured, Measurements, noise};
use crate::meter::{Meter, Took};

/// How many are on their way before the first is awaited: four times what comes together while the first waits for others.
const WINDOW: usize = 10_000;
const BATCH: usize = 1_000;
const PATIENCE: Duration = Duration::from_secs(60);

/// What librdkafka asks the broker for before the first message is not measured: half a second, where its idempotent producer comes too early.
async fn warm(client: &Client, events: &[Measured]) -> Producer<Measurements> {
    let producer = client.producer::<Measurements>().await.unwrap();
    producer.send(events.first().unwrap()).await.unwrap();
    producer
}

/// Each message has a future of its own, and each is awaited.
pub(crate) async fn one_by_one(client: &Client, events: &[Measured], messages: u32) -> Took {
    let producer = warm(client, events).await;
    let meter = Meter::start();
    let mut waiting = VecDeque::with_capacity(WINDOW);
    for event in events.iter().cycle().take(messages.try_into().unwrap()) {
        if waiting.len() == WINDOW {
            let first: Pending = waiting.pop_front().unwrap();
            first.await.unwrap();
        }
        waiting.push_back(producer.enqueue(event).await.unwrap());
    }
    for pending in waiting {
        pending.await.unwrap();
    }
    let took = meter.stop(messages);
    producer.close(PATIENCE).await.unwrap();
    took
}

/// A thousand messages share a future, and ten of these are on their way.
pub(crate) async fn in_batches(client: &Client, events: &[Measured], messages: u32) -> Took {
    let producer = warm(client, events).await;
    let meter = Meter::start();
    let mut waiting = VecDeque::with_capacity(WINDOW / BATCH);
    for _ in 0..usize::try_from(messages).unwrap() / BATCH {
        if waiting.len() == WINDOW / BATCH {
            let batch: PendingBatch = waiting.pop_front().unwrap();
            batch.await.all().unwrap();
        }
        waiting.push_back(producer.enqueue_all(events.iter().cycle().take(BATCH)).await);
    }
    for batch in waiting {
        batch.await.all().unwrap();
    }
    let took = meter.stop(messages);
    producer.close(PATIENCE).await.unwrap();
    took
}

struct Count(Arc<AtomicU32>);

impl ClientContext for Count {}

impl ProducerContext for Count {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        assert!(result.is_ok());
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// The settings that topika's producers have by default.
fn config(bootstrap: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", bootstrap)
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("partitioner", "murmur2_random")
        .set("compression.type", "lz4")
        .set("linger.ms", "5")
        .set("queue.buffering.max.messages", "100000")
        .set("queue.buffering.max.kbytes", "65536");
    config
}

/// The same, with a future for each message.
pub(crate) async fn rdkafka_futures(
    bootstrap: &str,
    topic: &str,
    events: &[Measured],
    bytes: usize,
    messages: u32,
) -> Took {
    let producer: FutureProducer = config(bootstrap).create().unwrap();
    producer.send(FutureRecord::to(topic).key("warm").payload("warm"), PATIENCE).await.unwrap();
    let payloads: Vec<Vec<u8>> = events.iter().map(|_| noise(bytes)).collect();
    let meter = Meter::start();
    let mut waiting = VecDeque::with_capacity(WINDOW);
    for (event, payload) in events.iter().zip(&payloads).cycle().take(messages.try_into().unwrap()) {
        if waiting.len() == WINDOW {
            let first: DeliveryFuture = waiting.pop_front().unwrap();
            first.await.unwrap().unwrap();
        }
        let record = FutureRecord::to(topic).key(&event.customer).payload(payload);
        waiting.push_back(producer.send_result(record).map_err(|(error, _)| error).unwrap());
    }
    for pending in waiting {
        pending.await.unwrap().unwrap();
    }
    meter.stop(messages)
}

/// The same bytes, keys and settings, without types.
pub(crate) fn rdkafka(bootstrap: &str, topic: &str, events: &[Measured], bytes: usize, messages: u32) -> Took {
    let count = Arc::new(AtomicU32::new(0));
    let producer: ThreadedProducer<Count> = config(bootstrap).create_with_context(Count(Arc::clone(&count))).unwrap();
    let payloads: Vec<Vec<u8>> = events.iter().map(|_| noise(bytes)).collect();
    producer.send(BaseRecord::to(topic).key("warm").payload("warm")).unwrap_or_else(|(error, _)| panic!("{error}"));
    while count.load(Ordering::Relaxed) < 1 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let meter = Meter::start();
    for (event, payload) in events.iter().zip(&payloads).cycle().take(messages.try_into().unwrap()) {
        let mut record = BaseRecord::to(topic).key(&event.customer).payload(payload);
        while let Err((error, again)) = producer.send(record) {
            assert!(matches!(error, KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull)), "{error}");
            std::thread::sleep(Duration::from_millis(1));
            record = again;
        }
    }
    while count.load(Ordering::Relaxed) <= messages {
        std::thread::sleep(Duration::from_millis(1));
    }
    meter.stop(messages)
}

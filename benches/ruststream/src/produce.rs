//! Writing: each message has a future of its own, and each is awaited.

use std::fmt::Debug;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use ruststream_rdkafka::avro::AvroCodec;
use ruststream_rdkafka::prelude::*;
use ruststream_rdkafka::{KafkaPublish, MissingSubject, PARTITION_KEY_HEADER, SchemaPrefetch, SchemaRegistry};

use crate::args::Args;
use crate::events::{Measured, measured, noise};
use crate::meter::{Meter, Took};

/// How many are on their way: of 1,000, 2,500, 5,000 and 50,000 what suited it best. More costs CPU, fewer make it wait for the broker.
const WINDOW: usize = 2_500;
/// Half of what the queue takes in bytes: where it is full, rdkafka's future sleeps.
const HALF_FULL: usize = 32 << 20;

/// Bytes that leave as they are.
#[derive(Outgoing, Serialized)]
struct Frame(Vec<u8>);

pub(crate) async fn bytes(args: &Args) -> Took {
    let broker = broker(args).connect().await.unwrap();
    let publisher = broker.publisher(KafkaPublish::default());
    let events: Vec<(HeaderMap, Frame)> =
        measured(args.bytes).iter().map(|event| (key(event), Frame(noise(args.bytes)))).collect();
    let send = async |(key, frame): &(HeaderMap, Frame)| {
        publisher.message(frame).with_headers(key.clone()).to(&*args.topic).publish().await
    };
    all(args, events.iter().cycle().map(send)).await
}

/// Under a subject of its own, which it registers.
pub(crate) async fn avro(args: &Args) -> Took {
    let prefetch =
        SchemaPrefetch::new(SchemaRegistry::new(&args.registry)).on_missing_subject(MissingSubject::AutoRegister);
    let codec = AvroCodec::registry(&prefetch).register::<Measured>(format!("{}-ruststream", args.topic));
    let broker = broker(args).schema_prefetch(prefetch).connect().await.unwrap();
    let publisher = broker.publisher(KafkaPublish::default());
    let events: Vec<(HeaderMap, Measured)> =
        measured(args.bytes).into_iter().map(|event| (key(&event), event)).collect();
    let send = async |(key, event): &(HeaderMap, Measured)| {
        publisher.message(event).with_codec(codec.clone()).with_headers(key.clone()).to(&*args.topic).publish().await
    };
    all(args, events.iter().cycle().map(send)).await
}

/// What librdkafka asks the broker for before the first message is not measured.
async fn all<E: Debug>(args: &Args, mut sends: impl Iterator<Item = impl Future<Output = Result<(), E>>>) -> Took {
    sends.next().unwrap().await.unwrap();
    let meter = Meter::start();
    stream::iter(sends.take(args.messages.try_into().unwrap()))
        .buffer_unordered(WINDOW.min(HALF_FULL / args.bytes))
        .try_collect::<()>()
        .await
        .unwrap();
    meter.stop(args.messages)
}

fn key(event: &Measured) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(PARTITION_KEY_HEADER, event.customer.clone());
    headers
}

/// With the settings that topika's producers have by default.
fn broker(args: &Args) -> KafkaBroker {
    KafkaBroker::new([&*args.bootstrap])
        .producer_config("enable.idempotence", "true")
        .producer_config("acks", "all")
        .producer_config("partitioner", "murmur2_random")
        .producer_config("compression.type", "lz4")
        .producer_config("linger.ms", "5")
        .producer_config("queue.buffering.max.messages", "100000")
        .producer_config("queue.buffering.max.kbytes", "65536")
}

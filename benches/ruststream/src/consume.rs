//! Reading with a handler in so many keyed lanes.

use std::convert::Infallible;
use std::num::NonZeroUsize;

use ruststream_rdkafka::avro::AvroCodec;
use ruststream_rdkafka::prelude::*;
use ruststream_rdkafka::{SchemaPrefetch, SchemaRegistry};

use crate::args::Args;
use crate::events::Measured;
use crate::meter::Took;
use crate::seen::Seen;

/// The bytes as they came: no codec.
#[derive(Deserialized)]
struct Frame<'a>(&'a [u8]);

#[subscriber("measured")]
async fn see_bytes(frame: &Frame<'_>, ctx: &mut Context<'_, (), Seen>) -> HandlerOutcome {
    std::hint::black_box(frame.0);
    ctx.state().one();
    HandlerOutcome::ack()
}

#[subscriber("measured")]
async fn see_avro(event: &Measured, ctx: &mut Context<'_, (), Seen>) -> HandlerOutcome {
    std::hint::black_box((&event.customer, event.number, &event.payload));
    ctx.state().one();
    HandlerOutcome::ack()
}

pub(crate) async fn bytes(args: &Args) -> Took {
    let seen = Seen::expect(args.messages);
    let state = seen.clone();
    let app = RustStream::new(AppInfo::new("beside", "0.0.0"))
        .on_startup(async move |()| Ok::<_, Infallible>(state))
        .with_broker(broker(args), |b| {
            b.include(see_bytes.workers_by_key(lanes(args)).map_source(|_| topic(args)));
        });
    let app = app.start().await.unwrap();
    let took = seen.all().await;
    app.shutdown().await.unwrap();
    took
}

/// Decoded with the schema that the registry has.
pub(crate) async fn avro(args: &Args) -> Took {
    let seen = Seen::expect(args.messages);
    let state = seen.clone();
    let prefetch = SchemaPrefetch::new(SchemaRegistry::new(&args.registry));
    let codec = AvroCodec::registry(&prefetch);
    let app = RustStream::new(AppInfo::new("beside", "0.0.0"))
        .on_startup(async move |()| Ok::<_, Infallible>(state))
        .with_broker_codec(broker(args).schema_prefetch(prefetch), codec, |b| {
            b.include(see_avro.workers_by_key(lanes(args)).map_source(|_| topic(args)));
        });
    let app = app.start().await.unwrap();
    let took = seen.all().await;
    app.shutdown().await.unwrap();
    took
}

fn broker(args: &Args) -> KafkaBroker {
    KafkaBroker::new([&*args.bootstrap])
}

fn lanes(args: &Args) -> NonZeroUsize {
    NonZeroUsize::new(args.lanes).unwrap()
}

/// With the settings that topika's consumers have by default.
fn topic(args: &Args) -> KafkaTopic {
    KafkaTopic::new(&args.topic)
        .group(&args.group)
        .start(StartOffset::Earliest)
        .commit(if args.tracked { Commit::Tracked } else { Commit::Auto })
        .assignment(Assignment::CooperativeSticky)
        .lane_key(LaneKey::RecordKey)
        .config("queued.max.messages.kbytes", "16384")
        .config("fetch.queue.backoff.ms", "10")
        .config("auto.commit.interval.ms", "1000")
}

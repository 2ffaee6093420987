//! Reading: topika's stream and its handlers, beside rdkafka's `StreamConsumer` that only takes the bytes.

use std::time::Duration;

use rdkafka::Message as _;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::message::BorrowedMessage;
use topika::handler::State;
use topika::{App, Client, Error, Event as _};

use crate::events::{Measured, Measurements};
use crate::meter::{Meter, Took};
use crate::seen::Seen;

const PATIENCE: Duration = Duration::from_secs(60);

/// Decoded, and each acknowledged.
pub(crate) async fn stream(client: &Client, group: &str, messages: u32) -> Took {
    let mut consumer = client.consumer::<Measurements>(group).await.unwrap();
    let first = consumer.next().await.unwrap().unwrap();
    let meter = Meter::start();
    first.ack();
    for _ in 1..messages {
        let message = consumer.next().await.unwrap().unwrap();
        std::hint::black_box(&message.event);
        message.ack();
    }
    let took = meter.stop(messages - 1);
    consumer.close(PATIENCE).await.unwrap();
    took
}

async fn see(State(seen): State<Seen>, event: Measured) -> Result<(), Error> {
    std::hint::black_box(&event);
    seen.one();
    Ok(())
}

/// Decoded, and handled in so many lanes.
pub(crate) async fn app(client: &Client, group: &str, lanes: usize, messages: u32) -> Took {
    let seen = Seen::expect(messages);
    let app = App::new(group).with_state(seen.clone()).lanes(lanes).topic(Measurements::router().measured(see));
    let app = app.spawn(client.clone());
    let took = seen.all().await;
    app.shutdown().await.unwrap();
    took
}

/// The bytes alone, with the client's own commits; `look` sees each message.
pub(crate) async fn rdkafka(
    bootstrap: &str,
    topic: &str,
    group: &str,
    messages: u32,
    look: impl Fn(&BorrowedMessage<'_>),
) -> Took {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap)
        .set("group.id", group)
        .set("auto.offset.reset", "earliest")
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set("queued.max.messages.kbytes", "16384")
        .set("fetch.queue.backoff.ms", "10")
        .set("auto.commit.interval.ms", "1000")
        .create()
        .unwrap();
    consumer.subscribe(&[topic]).unwrap();
    consumer.recv().await.unwrap();
    let meter = Meter::start();
    for _ in 1..messages {
        let message = consumer.recv().await.unwrap();
        look(&message);
    }
    meter.stop(messages - 1)
}

/// What reading costs where nothing but the type is added: no thread of its own, no order of acknowledgements, nothing that outlives the next poll.
pub(crate) fn decoded(message: &BorrowedMessage<'_>) {
    let (_frame, event) = message.payload().unwrap().split_at(5);
    std::hint::black_box((message.key(), message.headers().is_some(), Measured::decode(event).unwrap()));
}

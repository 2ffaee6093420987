//! Reading: topika's stream and its handlers, beside rdkafka's `StreamConsumer` that only takes the bytes.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rdkafka::Message as _;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::message::BorrowedMessage;
use tokio::sync::Notify;
use topika::handler::State;
use topika::{App, Client, Error, Event as _};

use crate::events::{Measured, Measurements};
use crate::meter::{Meter, Took};

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

/// What the handlers have seen.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Inner>);

#[derive(Default)]
struct Inner {
    first: OnceLock<Meter>,
    count: AtomicU32,
    all: u32,
    done: Notify,
}

impl Seen {
    pub(crate) fn expect(all: u32) -> Self {
        Self(Arc::new(Inner { all, ..Inner::default() }))
    }

    pub(crate) fn one(&self) {
        self.0.first.get_or_init(Meter::start);
        if self.0.count.fetch_add(1, Ordering::Relaxed) + 1 == self.0.all {
            self.0.done.notify_one();
        }
    }

    pub(crate) fn count(&self) -> u32 {
        self.0.count.load(Ordering::Relaxed)
    }

    pub(crate) async fn all(&self) -> Took {
        self.0.done.notified().await;
        self.0.first.get().unwrap().stop(self.0.all - 1)
    }
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

//! Producing: bounded by messages and bytes, one delivery future per message, an explicit end.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;
use rdkafka::message::{DeliveryResult, Message as _};
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, PurgeConfig, ThreadedProducer};
use rdkafka::{ClientConfig, ClientContext};
use tokio::sync::oneshot;

use super::config::Settings;
use super::context::LastTrouble;
use super::fault;
use super::message::Record;
use super::room::{NoPlace, Place, Room};
use crate::error::{Error, ErrorKind};

/// Where a message was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Delivered {
    /// The partition.
    pub partition: i32,
    /// The offset within the partition.
    pub offset: i64,
}

/// A message on its way: a future that ends when the broker has acknowledged it, or delivery has failed.
///
/// Dropping it does not take the message back.
#[derive(Debug)]
#[must_use = "a delivery that nobody awaits may fail unseen"]
pub struct Pending(oneshot::Receiver<Result<Delivered, Error>>);

impl Future for Pending {
    type Output = Result<Delivered, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map(|answer| {
            answer.unwrap_or_else(|_| {
                Err(Error::new(ErrorKind::Closed, "the producer was dropped before the message was delivered"))
            })
        })
    }
}

/// Travels with a message through librdkafka and comes back with the broker's answer.
#[derive(Debug)]
struct Ticket {
    answer: oneshot::Sender<Result<Delivered, Error>>,
    counted: Counted,
    place: Place,
}

/// One message in the count of those on their way.
#[derive(Debug)]
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(count))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

struct Deliveries {
    trouble: LastTrouble,
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.trouble.log(level, facility, text);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.trouble.error(&error, reason);
    }

    fn stats_raw(&self, _statistics: &[u8]) {}
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Box<Ticket>;

    fn delivery(&self, result: &DeliveryResult<'_>, ticket: Self::DeliveryOpaque) {
        let answer = match result {
            Ok(message) => Ok(Delivered { partition: message.partition(), offset: message.offset() }),
            Err((error, message)) => Err(self.undelivered(message.topic(), error)),
        };
        let Ticket { answer: sender, counted, place } = *ticket;
        // Room is given back before the answer, so that who awaits it finds room.
        drop((counted, place));
        // Nobody may be waiting any more: `enqueue` without awaiting is allowed.
        let _ = sender.send(answer);
    }
}

impl Deliveries {
    fn undelivered(&self, topic: &str, error: &KafkaError) -> Error {
        let fault = fault::error(&format!("deliver to topic \"{topic}\""), error);
        match (fault.kind(), self.trouble.get()) {
            (ErrorKind::Timeout | ErrorKind::Unreachable, Some(why)) => {
                Error::new(fault.kind(), format!("{} ({why})", fault.message()))
            }
            _ => fault,
        }
    }
}

/// How much may be on its way at once, and how long the last moment takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) messages: usize,
    pub(crate) bytes: u32,
    /// How long a producer that is dropped without `close` may hold its thread to get rid of what is queued.
    pub(crate) last_flush: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { messages: 100_000, bytes: 64 << 20, last_flush: Duration::from_secs(5) }
    }
}

/// Writes bytes. Cheap to clone: all clones are one client.
#[derive(Clone)]
pub(crate) struct RawProducer(Arc<Shared>);

struct Shared {
    client: Option<Arc<ThreadedProducer<Deliveries>>>,
    room: Room,
    in_flight: Arc<AtomicUsize>,
    closed: AtomicBool,
    last_flush: Duration,
}

impl RawProducer {
    pub(crate) fn new(settings: &Settings, bounds: Bounds) -> Result<Self, Error> {
        Self::of(&settings.producer(), bounds)
    }

    /// The producer of dead letters.
    pub(crate) fn of_letters(settings: &Settings, bounds: Bounds) -> Result<Self, Error> {
        Self::of(&settings.letters(), bounds)
    }

    fn of(config: &ClientConfig, bounds: Bounds) -> Result<Self, Error> {
        let context = Deliveries { trouble: LastTrouble::default() };
        let client: ThreadedProducer<Deliveries> =
            config.create_with_context(context).map_err(|e| fault::error("start the Kafka producer", &e))?;
        Ok(Self(Arc::new(Shared {
            client: Some(Arc::new(client)),
            room: Room::new(bounds.messages, bounds.bytes),
            in_flight: Arc::new(AtomicUsize::new(0)),
            closed: AtomicBool::new(false),
            last_flush: bounds.last_flush,
        })))
    }

    /// Waits for room and puts the message into the queue.
    pub(crate) async fn enqueue(&self, record: &Record<'_>) -> Result<Pending, Error> {
        let place = self.0.room.wait(record.bytes()).await.map_err(|why| no_place(why, record.topic))?;
        self.hand_over(record, place)
    }

    /// Puts the message into the queue, or says that it is full.
    pub(crate) fn try_enqueue(&self, record: &Record<'_>) -> Result<Pending, Error> {
        let place = self.0.room.try_now(record.bytes()).map_err(|why| no_place(why, record.topic))?;
        self.hand_over(record, place)
    }

    fn hand_over(&self, record: &Record<'_>, place: Place) -> Result<Pending, Error> {
        let Some(client) = self.0.client.as_ref().filter(|_| !self.0.closed.load(Ordering::Acquire)) else {
            return Err(no_place(NoPlace::Closed, record.topic));
        };
        let (answer, pending) = oneshot::channel();
        let ticket = Box::new(Ticket { answer, counted: Counted::new(&self.0.in_flight), place });
        let mut native: BaseRecord<'_, [u8], [u8], Box<Ticket>> = BaseRecord::with_opaque_to(record.topic, ticket);
        native.partition = record.partition;
        native.key = record.key;
        native.payload = record.payload;
        native.headers = record.native_headers();
        match client.send(native) {
            Ok(()) => Ok(Pending(pending)),
            Err((error, _)) => Err(fault::error(&format!("produce on topic \"{}\"", record.topic), &error)),
        }
    }

    /// Messages that no broker has acknowledged yet.
    pub(crate) fn in_flight(&self) -> usize {
        self.0.in_flight.load(Ordering::Acquire)
    }

    /// Takes nothing more, and waits until everything is delivered or the deadline has passed; what is left then is given up and counted.
    pub(crate) async fn close(&self, deadline: Duration) -> Result<(), Error> {
        self.0.closed.store(true, Ordering::Release);
        self.0.room.close();
        let Some(client) = self.0.client.clone() else { return Ok(()) };
        let in_flight = Arc::clone(&self.0.in_flight);
        // On a thread of its own, and waited for a little longer than the deadline at most: a flush has been seen to hang.
        let flush = tokio::task::spawn_blocking(move || flush(&client, &in_flight, deadline));
        let undelivered = match tokio::time::timeout(deadline + Duration::from_secs(2), flush).await {
            Ok(Ok(undelivered)) => undelivered,
            Ok(Err(_)) | Err(_) => self.in_flight(),
        };
        if undelivered == 0 {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Timeout,
            format!(
                "{undelivered} messages were not delivered within {:.1} s and are given up",
                deadline.as_secs_f64()
            ),
        )
        .retriable(false)
        .help("their delivery futures say which; give `close` more time, or see whether the brokers are reachable"))
    }
}

/// Flushes, then gives up what is left; how many that are.
fn flush(client: &ThreadedProducer<Deliveries>, in_flight: &AtomicUsize, deadline: Duration) -> usize {
    // The answer is in the count: a flush that fails otherwise leaves messages in flight too.
    let _ = client.flush(deadline);
    let left = in_flight.load(Ordering::Acquire);
    if left > 0 {
        client.purge(PurgeConfig::default().queue().inflight());
        // The futures of what was given up get their answer.
        let _ = client.flush(Duration::from_millis(500));
    }
    left
}

fn no_place(why: NoPlace, topic: &str) -> Error {
    match why {
        NoPlace::Full => Error::new(ErrorKind::QueueFull, format!("the producer of topic \"{topic}\" has no room"))
            .help("wait for deliveries, or use `enqueue`, which waits for room"),
        NoPlace::Closed => Error::new(ErrorKind::Closed, format!("the producer of topic \"{topic}\" is closed")),
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        let waiting = self.in_flight.load(Ordering::Acquire);
        if waiting > 0 {
            tracing::warn!(
                messages = waiting,
                "a producer was dropped with messages on their way; it flushes now: call close() before"
            );
            let lost = flush(&client, &self.in_flight, self.last_flush);
            if lost > 0 {
                tracing::error!(
                    messages = lost,
                    "a producer was dropped and these messages are LOST: call close() and look at its error"
                );
            }
        }
        // librdkafka's end joins a thread that sleeps up to 100 ms: not on an executor's thread.
        if let Err(error) =
            std::thread::Builder::new().name("topika-producer-end".to_owned()).spawn(move || drop(client))
        {
            tracing::warn!(%error, "no thread to end the producer on");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Instant;

    use super::*;

    fn nowhere(messages: usize) -> RawProducer {
        let settings = Settings::new("127.0.0.1:1".to_owned(), BTreeMap::new()).unwrap();
        RawProducer::new(&settings, Bounds { messages, bytes: 1 << 20, last_flush: Duration::from_millis(50) }).unwrap()
    }

    const RECORD: Record<'static> = Record {
        topic: "orders",
        partition: None,
        key: Some(b"k"),
        payload: Some(b"v"),
        headers: &[("h", Some(b"1"))],
    };

    #[tokio::test]
    async fn a_full_producer_says_so_at_once() {
        let producer = nowhere(2);
        let _first = producer.try_enqueue(&RECORD).unwrap();
        let _second = producer.enqueue(&RECORD).await.unwrap();
        let start = Instant::now();
        let error = producer.try_enqueue(&RECORD).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::QueueFull);
        assert!(start.elapsed() < Duration::from_millis(50));
        assert_eq!(producer.in_flight(), 2);
    }

    #[tokio::test]
    async fn closing_counts_what_was_not_delivered_and_each_future_says_so() {
        let producer = nowhere(10);
        let pending = producer.try_enqueue(&RECORD).unwrap();
        let start = Instant::now();
        let error = producer.close(Duration::from_millis(100)).await.unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(3));
        assert!(error.to_string().starts_with("1 messages were not delivered within 0.1 s"), "{error}");
        assert_eq!(pending.await.unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!(producer.try_enqueue(&RECORD).unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!(producer.enqueue(&RECORD).await.unwrap_err().kind(), ErrorKind::Closed);
    }

    #[tokio::test]
    async fn closing_an_idle_producer_is_quick() {
        let producer = nowhere(10);
        producer.close(Duration::from_secs(5)).await.unwrap();
    }

    #[tokio::test]
    async fn a_dropped_producer_gives_up_after_its_last_flush() {
        let producer = nowhere(10);
        let pending = producer.try_enqueue(&RECORD).unwrap();
        let start = Instant::now();
        drop(producer);
        assert!(start.elapsed() < Duration::from_secs(3));
        assert_eq!(pending.await.unwrap_err().kind(), ErrorKind::Closed);
    }
}

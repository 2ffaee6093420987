//! Producing: bounded by messages and bytes, one delivery future per message, an explicit end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::producer::{BaseRecord, Producer as _, PurgeConfig, ThreadedProducer};
use tokio::sync::oneshot;

use super::batch::{Batch, PendingBatch};
use super::config::Settings;
use super::context::LastTrouble;
use super::delivery::Pending;
use super::fault;
use super::message::Record;
use super::outcome::{Failure, Tally, Unseen};
use super::reach::ASKED;
use super::room::{NoPlace, Place, Room};
use super::ticket::{Answer, Answers, Ticket};
use super::transactional_id::TransactionalId;
use super::undelivered::{self, no_place};
use crate::error::Error;
use crate::meter::{Sending, told};

/// More than anybody waits for; librdkafka counts milliseconds in 32 bits.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);

/// How long each of a new producer's first two requests for metadata may take. They bring up its connections before the first message.
const LOOK_UP: Duration = Duration::from_secs(1);

/// How much may be on its way at once, and how long the last moment takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) messages: usize,
    pub(crate) bytes: u32,
    /// How long `enqueue` waits for room; `None`: until there is some.
    pub(crate) wait: Option<Duration>,
    /// How long a producer that is dropped without `close` may hold its thread to get rid of what is queued.
    pub(crate) last_flush: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { messages: 100_000, bytes: 64 << 20, wait: None, last_flush: Duration::from_secs(5) }
    }
}

/// Writes bytes. Cheap to clone: all clones are one client.
#[derive(Clone)]
pub(crate) struct RawProducer(Arc<Shared>);

struct Shared {
    client: Option<Arc<ThreadedProducer<Answers>>>,
    room: Room,
    unseen: Unseen,
    trouble: LastTrouble,
    last_flush: Duration,
    /// What is not delivered is no loss: its transaction comes to nothing, and who commits is told, or it is kept elsewhere.
    is_no_loss: bool,
}

impl RawProducer {
    pub(crate) fn new(settings: &Settings, bounds: Bounds) -> Result<Self, Error> {
        Self::of(&settings.producer(), bounds, settings, false)
    }

    /// The producer of dead letters.
    pub(crate) fn of_letters(settings: &Settings, bounds: Bounds) -> Result<Self, Error> {
        Self::of(&settings.letters(), bounds, settings, false)
    }

    /// The producer of an outbox's rows.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(crate) fn of_relay(settings: &Settings, bounds: Bounds) -> Result<Self, Error> {
        // What is not delivered stays in the outbox.
        let producer = Self::of(&settings.relay(), bounds, settings, true)?;
        producer.0.client.as_ref().inspect(|client| look_up_early(client));
        Ok(producer)
    }

    /// Whether it will never deliver anything again: only a new one does.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(crate) fn is_broken(&self) -> bool {
        self.0.client.as_ref().is_none_or(|client| client.client().fatal_error().is_some())
    }

    /// A producer whose messages are part of transactions.
    pub(super) fn of_transactions(settings: &Settings, id: &TransactionalId, bounds: Bounds) -> Result<Self, Error> {
        Self::of(&settings.transactional(id), bounds, settings, true)
    }

    fn of(config: &ClientConfig, bounds: Bounds, settings: &Settings, is_no_loss: bool) -> Result<Self, Error> {
        let trouble = settings.trouble();
        let unseen = if is_no_loss { Unseen::untold() } else { Unseen::default() };
        let room = Room::new(bounds.messages, bounds.bytes, bounds.wait);
        let context = Answers {
            room: room.clone(),
            trouble: trouble.clone(),
            hook: settings.hook(),
            unseen: unseen.clone(),
            native: told("producer"),
            tokens: settings.tokens(),
        };
        let client: ThreadedProducer<Answers> =
            config.create_with_context(context).map_err(|e| fault::error("start the Kafka producer", &e))?;
        let client = Arc::new(client);
        if !is_no_loss {
            look_up_early(&client);
        }
        Ok(Self(Arc::new(Shared {
            client: Some(client),
            room,
            unseen,
            trouble,
            last_flush: bounds.last_flush,
            is_no_loss,
        })))
    }

    /// librdkafka's producer, for calls of its own.
    pub(super) fn native(&self) -> Option<Arc<ThreadedProducer<Answers>>> {
        self.0.client.clone()
    }

    /// Where failures are kept that nobody saw.
    pub(super) fn unseen(&self) -> Unseen {
        self.0.unseen.clone()
    }

    /// Waits for room and puts the message into the queue.
    pub(crate) async fn enqueue(&self, record: &Record<'_>) -> Result<Pending, Error> {
        let place = self.0.room.wait(record.bytes()).await.map_err(|why| no_place(why, record.topic))?;
        self.one(record, place)
    }

    /// Puts the message into the queue, or says that it is full.
    pub(crate) fn try_enqueue(&self, record: &Record<'_>) -> Result<Pending, Error> {
        let place = self.0.room.try_now(record.bytes()).map_err(|why| no_place(why, record.topic))?;
        self.one(record, place)
    }

    /// Begins a batch of about so many messages.
    pub(crate) fn batch(&self, messages: usize) -> RawBatch<'_> {
        RawBatch { producer: self, batch: Batch::new(messages, &self.0.unseen) }
    }

    fn one(&self, record: &Record<'_>, place: Place<'_>) -> Result<Pending, Error> {
        let (answer, pending) = oneshot::channel();
        match self.hand_over(record, place, Answer::One(answer)) {
            Ok(()) => Ok(Pending::new(pending)),
            Err((error, _)) => Err(error),
        }
    }

    /// Gives the answer back where librdkafka does not take the message.
    fn hand_over(&self, record: &Record<'_>, place: Place<'_>, answer: Answer) -> Result<(), (Error, Answer)> {
        let Some(client) = &self.0.client else {
            return Err((no_place(NoPlace::Closed, record.topic), answer));
        };
        let looked_up;
        let sending = match record.sending {
            Some(sending) => sending,
            None => {
                looked_up = Sending::on(record.topic);
                &looked_up
            }
        };
        let way = sending.begin(record.bytes());
        let ticket = Box::new(Ticket { answer, weight: place.weight(), way });
        let mut native: BaseRecord<'_, [u8], [u8], Box<Ticket>> = BaseRecord::with_opaque_to(record.topic, ticket);
        native.partition = record.partition;
        native.key = record.key;
        native.payload = record.payload;
        native.timestamp = record.timestamp_ms;
        native.headers = record.native_headers();
        let sent = client.send(native).map_err(|(error, native)| {
            let partition = record.partition.unwrap_or_default();
            let error = undelivered::error("produce on", record.topic, partition, &error, None);
            let Ticket { answer, way, .. } = *native.delivery_opaque;
            way.failed(error.kind());
            (error, answer)
        });
        if sent.is_ok() {
            place.handed_over();
        }
        sent
    }

    /// Messages that no broker has acknowledged yet.
    pub(crate) fn in_flight(&self) -> usize {
        self.0.room.count()
    }

    /// Whether it takes messages, and brokers have answered and were not lost since.
    pub(crate) fn is_alive(&self) -> bool {
        !self.is_closed() && self.0.trouble.link.is_up()
    }

    /// Asks the brokers, over this producer's own connections.
    pub(crate) async fn check(&self, topic: &str, deadline: Duration) -> Result<(), Error> {
        let Some(client) = self.0.client.clone().filter(|_| !self.is_closed()) else {
            return Err(no_place(NoPlace::Closed, topic));
        };
        let fetch = move |deadline| client.client().fetch_metadata(Some(ASKED), deadline).map(drop);
        self.0.trouble.link.ask(deadline, fetch, || self.0.trouble.get()).await
    }

    fn is_closed(&self) -> bool {
        self.0.room.is_closed()
    }

    /// Takes nothing more, and waits until everything is delivered or the deadline has passed; what is left then is given up and counted.
    pub(crate) async fn close(&self, deadline: Duration) -> Result<(), Error> {
        let deadline = deadline.min(LONGEST);
        self.0.room.close();
        let Some(client) = self.0.client.clone() else { return Ok(()) };
        let (room, unseen) = (self.0.room.clone(), self.0.unseen.clone());
        // On a thread of its own, and waited for a little longer than the deadline at most: a flush has been seen to hang.
        let flush = tokio::task::spawn_blocking(move || {
            let mut failed = Tally::default();
            let left = flush(&client, &room, deadline, || failed = unseen.take());
            (left, failed)
        });
        let (left, failed) = match tokio::time::timeout(deadline + Duration::from_secs(2), flush).await {
            Ok(Ok(undelivered)) => undelivered,
            Ok(Err(_)) | Err(_) => (self.in_flight(), self.0.unseen.take()),
        };
        undelivered::at_close(left, failed, deadline, self.0.trouble.get().as_deref())
    }
}

/// Messages that are answered together.
pub(crate) struct RawBatch<'a> {
    producer: &'a RawProducer,
    batch: Batch,
}

impl RawBatch<'_> {
    /// Waits for room and puts the message into the queue; what hinders that is its result.
    pub(crate) async fn enqueue(&mut self, record: &Record<'_>) {
        // No place in the answer before there is room: whoever gives up waiting has lost nothing.
        match self.producer.0.room.wait(record.bytes()).await {
            Ok(place) => self.hand_over(record, place),
            Err(why) => self.refused(no_place(why, record.topic)),
        }
    }

    /// A message that does not even come so far.
    pub(crate) fn refused(&mut self, error: Error) {
        self.batch.slot().fail(error);
    }

    pub(crate) fn pending(self) -> PendingBatch {
        self.batch.pending()
    }

    fn hand_over(&self, record: &Record<'_>, place: Place<'_>) {
        if let Err((error, answer)) = self.producer.hand_over(record, place, Answer::Of(self.batch.slot())) {
            answer.give(Err(Failure::new(error, &self.producer.0.unseen)));
        }
    }
}

/// An idempotent producer asks for its id when brokers have told of themselves, and again half a second later where no connection was up at that moment:
/// most often none is, since the first one goes to an address and not yet to a broker. Asking for something else in the meantime makes it ask at once. Where
/// that comes to nothing, it is as it was.
fn look_up_early(client: &Arc<ThreadedProducer<Answers>>) {
    let client = Arc::downgrade(client);
    let look_up = move || {
        // The first answer comes from an address, the second from a broker.
        for _ in 0..2 {
            let Some(client) = client.upgrade() else { break };
            if client.client().fetch_metadata(Some(ASKED), LOOK_UP).is_err() {
                break;
            }
        }
    };
    if let Err(error) = std::thread::Builder::new().name("topika-producer-start".to_owned()).spawn(look_up) {
        tracing::debug!(%error, "no thread to look up brokers on");
    }
}

/// Flushes, then gives up what is left; how many that are. `flushed` is called between the two.
fn flush(client: &ThreadedProducer<Answers>, room: &Room, deadline: Duration, flushed: impl FnOnce()) -> usize {
    let start = Instant::now();
    let left = loop {
        // The answer is in the count: a flush that fails otherwise leaves messages in flight too.
        let _ = client.flush(deadline.saturating_sub(start.elapsed()));
        let left = room.count();
        if left == 0 || start.elapsed() >= deadline {
            break left;
        }
        // One was let in before the end and is on its way into the queue, or its answer to who waits.
        std::thread::sleep(Duration::from_millis(1));
    };
    flushed();
    if left > 0 {
        client.purge(PurgeConfig::default().queue().inflight());
        // The futures of what was given up get their answer.
        let _ = client.flush(Duration::from_millis(500));
    }
    left
}

impl Drop for Shared {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        let waiting = self.room.count();
        if self.is_no_loss {
            // Nobody can commit it any more, or somebody sends it again.
            client.purge(PurgeConfig::default().queue().inflight());
        } else if waiting > 0 {
            tracing::warn!(
                messages = waiting,
                "a producer was dropped with messages on their way; it flushes now: call close() before"
            );
            let lost = flush(&client, &self.room, self.last_flush, || ());
            if lost > 0 {
                tracing::error!(
                    messages = lost,
                    why = self.trouble.get(),
                    "a producer was dropped and these messages are LOST: call close() and look at its error"
                );
            }
        }
        let Tally { count, first } = self.unseen.take();
        if let Some(error) = first.filter(|_| !self.is_no_loss) {
            tracing::error!(messages = count, %error, "a producer was dropped whose messages had failed unseen: they are LOST");
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
    use std::sync::Mutex;

    use super::super::delivery::Hook;
    use super::super::undelivered::Undelivered;
    use super::*;
    use crate::error::ErrorKind;

    fn nowhere(messages: usize) -> RawProducer {
        nowhere_with(messages, None)
    }

    fn nowhere_with(messages: usize, hook: Option<Hook>) -> RawProducer {
        let settings = Settings::new("127.0.0.1:1".to_owned(), BTreeMap::new()).unwrap().on_delivery(hook);
        let bounds = Bounds { messages, bytes: 1 << 20, wait: None, last_flush: Duration::from_millis(50) };
        RawProducer::new(&settings, bounds).unwrap()
    }

    const RECORD: Record<'static> = Record {
        topic: "orders",
        partition: None,
        key: Some(b"k"),
        payload: Some(b"v"),
        headers: &[("h", Some(b"1"))],
        timestamp_ms: None,
        sending: None,
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
    async fn who_waits_for_room_for_too_long_is_told_how_long_that_was() {
        let settings = Settings::new("127.0.0.1:1".to_owned(), BTreeMap::new()).unwrap();
        let wait = Some(Duration::from_millis(30));
        let bounds = Bounds { messages: 1, wait, last_flush: Duration::from_millis(50), ..Bounds::default() };
        let producer = RawProducer::new(&settings, bounds).unwrap();
        let _first = producer.enqueue(&RECORD).await.unwrap();
        let error = producer.enqueue(&RECORD).await.unwrap_err();
        assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::QueueFull, true));
        assert_eq!(error.message(), "the producer of topic \"orders\" has had no room for 0.03 s");
        let mut batch = producer.batch(1);
        batch.enqueue(&RECORD).await;
        assert!(batch.pending().await.failed().all(|(_, error)| error.kind() == ErrorKind::QueueFull));
    }

    #[tokio::test]
    async fn closing_counts_what_was_not_delivered_and_each_future_says_so() {
        let producer = nowhere(10);
        let pending = producer.try_enqueue(&RECORD).unwrap();
        let start = Instant::now();
        let error = producer.close(Duration::from_millis(100)).await.unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(3));
        assert!(error.to_string().starts_with("1 message was not delivered within 0.1 s: given up"), "{error}");
        assert_eq!(pending.await.unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!(producer.try_enqueue(&RECORD).unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!(producer.enqueue(&RECORD).await.unwrap_err().kind(), ErrorKind::Closed);
    }

    #[tokio::test]
    async fn closing_an_idle_producer_is_quick() {
        let producer = nowhere(10);
        producer.close(Duration::from_secs(5)).await.unwrap();
        nowhere(10).close(Duration::MAX).await.unwrap();
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

    #[tokio::test]
    async fn what_a_batch_had_on_its_way_at_the_deadline_is_said_at_each_place_and_to_the_hook() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hear = Arc::clone(&heard);
        let hook = Hook::new(move |delivery| {
            let kind = delivery.result().map_err(Error::kind);
            let what = (delivery.topic().to_owned(), delivery.key().map(<[u8]>::to_vec), kind);
            hear.lock().unwrap().push((what, delivery.payload().map(<[u8]>::to_vec)));
        });
        let producer = nowhere_with(10, Some(hook));
        let mut batch = producer.batch(3);
        batch.enqueue(&RECORD).await;
        batch.refused(Error::new(ErrorKind::Encode, "no"));
        batch.enqueue(&RECORD).await;
        let pending = batch.pending();
        let error = producer.close(Duration::from_millis(50)).await.unwrap_err();
        assert_eq!(error.downcast::<Undelivered>().ok(), Some(Undelivered { given_up: 2, failed_unseen: 0 }));
        let mut after = producer.batch(1);
        after.enqueue(&RECORD).await;
        assert!(after.pending().await.failed().all(|(_, error)| error.kind() == ErrorKind::Closed));
        let kinds: Vec<_> = pending.await.failed().map(|(at, error)| (at, error.kind())).collect();
        assert_eq!(kinds, [(0, ErrorKind::Closed), (1, ErrorKind::Encode), (2, ErrorKind::Closed)]);
        let gone = ("orders".to_owned(), Some(b"k".to_vec()), Err(ErrorKind::Closed));
        let gone = (gone, Some(b"v".to_vec()));
        assert_eq!(*heard.lock().unwrap(), [gone.clone(), gone]);
    }

    #[tokio::test]
    async fn closing_says_why_the_brokers_did_not_answer() {
        let producer = nowhere(10);
        let _pending = producer.try_enqueue(&RECORD).unwrap();
        let error = producer.close(Duration::from_secs(1)).await.unwrap_err();
        assert!(error.message().contains("Connection refused"), "{error}");
    }

    /// The texts of errors that are logged on this thread.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<String>>>);

    impl tracing::Subscriber for Log {
        fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
            *metadata.level() == tracing::Level::ERROR
        }

        fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
            tracing::span::Id::from_u64(1)
        }

        fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

        fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

        fn event(&self, event: &tracing::Event<'_>) {
            struct Text(String);
            impl tracing::field::Visit for Text {
                fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                    self.0.push_str(&format!("{field}={value:?} "));
                }
            }
            let mut text = Text(String::new());
            event.record(&mut text);
            self.0.lock().unwrap().push(text.0);
        }

        fn enter(&self, _: &tracing::span::Id) {}

        fn exit(&self, _: &tracing::span::Id) {}
    }

    #[tokio::test]
    async fn a_dropped_producer_says_aloud_how_many_messages_are_lost() {
        let producer = nowhere(10);
        let pending = [producer.try_enqueue(&RECORD).unwrap(), producer.try_enqueue(&RECORD).unwrap()];
        let log = Log::default();
        // With a single one tracing asks the thread that comes to a place first, which may be another test's, and remembers its answer for all.
        let _second = tracing::Dispatch::new(Log::default());
        tracing::subscriber::with_default(log.clone(), || drop(producer));
        let said = log.0.lock().unwrap().join("\n");
        assert!(said.contains("messages=2") && said.contains("LOST"), "{said}");
        drop(pending);
    }
}

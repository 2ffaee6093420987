use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use topika::client::{Answer, HandedOver, StandIn};
use topika::event::{Key as _, Topic};
use topika::{Delivered, Error, ErrorKind, Producer};

use super::failure::fail;
use super::message::{Seen, compared, event_of, place};
use super::messages::Messages;

/// Producers that write to nobody: what is sent is kept, decoded, and sending can be told to fail. For unit tests of code that takes a
/// [`Producer`]; no broker, no registry, no thread.
///
/// ```
/// # use topika::{Event, Topic};
/// use topika::{ErrorKind, Producer};
/// use topika_testkit::RecordingProducer;
/// # #[derive(Clone, Debug, PartialEq, Event)]
/// # #[event(name = "pages.viewed")]
/// # struct PageViewed { page: String }
/// # #[derive(Clone, Debug, PartialEq, Topic)]
/// # #[topic(name = "pages.viewed", key = "page")]
/// # enum PagesViewed { PageViewed(PageViewed) }
///
/// async fn view(pages: &Producer<PagesViewed>, page: &str) -> Result<(), topika::Error> {
///     pages.send(&PageViewed { page: page.to_owned() }).await.map(drop)
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let recorder = RecordingProducer::<PagesViewed>::new();
/// view(&recorder.producer(), "/menu").await.unwrap();
/// recorder.sent().assert_eq([PageViewed { page: "/menu".to_owned() }]);
///
/// recorder.fail_next(1, ErrorKind::Timeout);
/// assert_eq!(view(&recorder.producer(), "/").await.unwrap_err().kind(), ErrorKind::Timeout);
/// recorder.sent().assert_len(1); // what failed is not sent
/// # });
/// ```
pub struct RecordingProducer<T: Topic> {
    shared: Arc<Mutex<Recorder>>,
    producer: Producer<T>,
}

#[derive(Default)]
struct Recorder {
    sent: Vec<Sent>,
    /// How many went to each partition.
    ends: BTreeMap<i32, i64>,
    failing: Vec<Failing>,
    delay: Duration,
    refused: usize,
}

/// A message, and where it stands.
struct Sent {
    message: HandedOver,
    at: Delivered,
    time_ms: i64,
}

/// Which messages fail, and how.
struct Failing {
    which: Box<dyn Fn(&HandedOver) -> bool + Send>,
    /// How many more; `None`: all.
    left: Option<usize>,
    kind: ErrorKind,
}

impl<T: Topic> RecordingProducer<T> {
    /// One that has recorded nothing.
    #[must_use]
    pub fn new() -> Self {
        let shared = Arc::new(Mutex::new(Recorder::default()));
        let producer = Producer::over(Recording { shared: Arc::clone(&shared) });
        Self { shared, producer }
    }

    /// A producer whose messages are kept here. All of them are one: closing it closes them all.
    #[must_use]
    pub fn producer(&self) -> Producer<T> {
        self.producer.clone()
    }

    /// What was sent, in its order.
    ///
    /// # Panics
    /// When something was sent that is no event of the topic.
    #[must_use]
    pub fn sent(&self) -> Messages<T> {
        let recorder = self.recorder();
        let seen = recorder.sent.iter().map(|sent| {
            seen(sent).unwrap_or_else(|error| fail(format!("what was sent on \"{}\": {error}", T::TOPIC.name)))
        });
        Messages::new(format!("what was sent on \"{}\"", T::TOPIC.name), seen.collect(), Vec::new())
    }

    /// How many were refused.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.recorder().refused
    }

    /// Forgets what was sent.
    pub fn clear(&self) {
        self.recorder().sent.clear();
    }

    /// The next so many fail with an error of that kind: [`QueueFull`](ErrorKind::QueueFull), when they are put into the queue; any other, when their delivery is awaited
    /// ([`Timeout`](ErrorKind::Timeout), [`TooLarge`](ErrorKind::TooLarge), [`Denied`](ErrorKind::Denied), ...).
    pub fn fail_next(&self, messages: usize, kind: ErrorKind) {
        self.failing(Failing { which: Box::new(|_| true), left: Some(messages), kind });
    }

    /// All fail from here on, as of [`fail_next`](Self::fail_next), until [`heal`](Self::heal).
    pub fn fail_all(&self, kind: ErrorKind) {
        self.failing(Failing { which: Box::new(|_| true), left: None, kind });
    }

    /// Each message fails of which that is true, as of [`fail_next`](Self::fail_next), until [`heal`](Self::heal).
    pub fn fail_where(&self, which: impl Fn(&Seen<T>) -> bool + Send + 'static, kind: ErrorKind) {
        let which = move |message: &HandedOver| {
            let at = Delivered { partition: 0, offset: 0 };
            let sent = Sent { message: message.clone(), at, time_ms: 0 };
            seen::<T>(&sent).is_ok_and(|seen| which(&seen))
        };
        self.failing(Failing { which: Box::new(which), left: None, kind });
    }

    /// Each delivery takes so long, from when it is awaited on. On tokio's clock, which tests may pause.
    pub fn delay(&self, delay: Duration) {
        self.recorder().delay = delay;
    }

    /// Nothing fails any more, and nothing takes long.
    pub fn heal(&self) {
        let mut recorder = self.recorder();
        recorder.failing.clear();
        recorder.delay = Duration::ZERO;
    }

    fn failing(&self, failing: Failing) {
        self.recorder().failing.push(failing);
    }

    fn recorder(&self) -> MutexGuard<'_, Recorder> {
        lock(&self.shared)
    }
}

impl<T: Topic> Default for RecordingProducer<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Topic> Clone for RecordingProducer<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), producer: self.producer.clone() }
    }
}

impl<T: Topic> fmt::Debug for RecordingProducer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sent, refused) = (self.recorder().sent.len(), self.refused());
        f.debug_struct("RecordingProducer")
            .field("topic", &T::TOPIC.name)
            .field("sent", &sent)
            .field("refused", &refused)
            .finish_non_exhaustive()
    }
}

/// What producers hand their messages to.
struct Recording {
    shared: Arc<Mutex<Recorder>>,
}

impl StandIn for Recording {
    fn take(&self, message: HandedOver) -> Result<Answer, Error> {
        let mut recorder = lock(&self.shared);
        let delay = recorder.delay;
        let answer = match recorder.failure_of(&message) {
            None => Ok(recorder.keep(message)),
            Some(ErrorKind::QueueFull) => return Err(told(ErrorKind::QueueFull)),
            Some(kind) => Err(kind),
        };
        drop(recorder);
        Ok(Box::pin(async move {
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            answer.map_err(told)
        }))
    }
}

impl Recorder {
    fn failure_of(&mut self, message: &HandedOver) -> Option<ErrorKind> {
        let failing = self.failing.iter_mut().find(|failing| failing.left != Some(0) && (failing.which)(message))?;
        failing.left = failing.left.map(|left| left - 1);
        self.refused += 1;
        Some(failing.kind)
    }

    fn keep(&mut self, message: HandedOver) -> Delivered {
        let partition = message.partition.unwrap_or_default();
        let end = self.ends.entry(partition).or_default();
        let at = Delivered { partition, offset: *end };
        *end += 1;
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        let time_ms = message.timestamp_ms.unwrap_or(now);
        self.sent.push(Sent { message, at, time_ms });
        at
    }
}

fn told(kind: ErrorKind) -> Error {
    Error::new(kind, format!("the recording producer was told to fail ({kind})"))
}

fn lock(shared: &Mutex<Recorder>) -> MutexGuard<'_, Recorder> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn seen<T: Topic>(sent: &Sent) -> Result<Seen<T>, Error> {
    let Sent { message, at, time_ms } = sent;
    let read = |bytes: &[u8]| T::Key::read_key(bytes).map_err(|error| Error::new(ErrorKind::Decode, error.to_string()));
    let key = message.key.as_deref().map(read).transpose()?;
    let event = event_of::<T>(message.event, message.payload.as_deref(), key.as_ref())?;
    let value = match (message.event, message.payload.as_deref()) {
        (Some(event), Some(payload)) => topika::view::payload_to_json(event, payload)?,
        _ => serde_json::Value::Null,
    };
    let compared = compared::<T>(message.event, key.as_ref(), value, place(at.partition, at.offset));
    Ok(Seen {
        event,
        key,
        headers: message.headers.clone(),
        partition: at.partition,
        offset: at.offset,
        timestamp_ms: Some(*time_ms),
        compared,
    })
}

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use topika::app::Publish;
use topika::envelope::with_carried;
use topika::event::{On, Payload, Topic};
use topika::handler::{Context, Extensions, Failure, Headers, Metadata, Outcome, Route};

use super::failure::fail;
use super::message::{event_of, key_of};
use super::messages::Messages;
use super::recording::RecordingProducer;

/// Calls the handler of the event, without any broker: what it gives back is the answer.
///
/// The event passes through its own bytes, so the handler sees what it would see of Kafka. Retries and dead letters are the app's; here is
/// one try. [`Calling`] says more of the message.
///
/// ```
/// # use topika::{Event, Topic};
/// # #[derive(Clone, Debug, PartialEq, Event)]
/// # #[event(name = "pages.viewed")]
/// # struct PageViewed { page: String }
/// # #[derive(Clone, Debug, PartialEq, Topic)]
/// # #[topic(name = "pages.viewed", key = "page")]
/// # enum PagesViewed { PageViewed(PageViewed) }
/// async fn count(viewed: PageViewed) -> Result<(), topika::Error> {
///     assert!(viewed.page.starts_with('/'));
///     Ok(())
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let viewed = PageViewed { page: "/menu".to_owned() };
/// topika_testkit::handle(&PagesViewed::router().page_viewed(count), (), &viewed).await.assert_ok();
/// # });
/// ```
pub async fn handle<R: Route<S>, S>(router: &R, state: S, event: &impl On<R::Topic>) -> HandlerCall {
    Calling::new(router, state).event(event).await
}

/// As [`handle`], with more of the message: headers, the number of the try.
#[derive(Debug)]
#[must_use = "nothing is called before `event`"]
pub struct Calling<'r, R, S> {
    router: &'r R,
    state: S,
    headers: Headers,
    attempt: u32,
    is_replay: bool,
    group: Arc<str>,
    extensions: Extensions,
}

impl<'r, R: Route<S>, S> Calling<'r, R, S> {
    /// The handlers, and the app's state.
    pub fn new(router: &'r R, state: S) -> Self {
        let (headers, extensions) = (Headers::new(), Extensions::default());
        Self { router, state, headers, attempt: 1, is_replay: false, group: "test".into(), extensions }
    }

    /// One more header.
    pub fn header(mut self, name: impl Into<String>, value: impl AsRef<[u8]>) -> Self {
        self.headers = self.headers.with(name, value);
        self
    }

    /// Which try it is, from 1.
    pub fn attempt(mut self, attempt: u32) -> Self {
        self.attempt = attempt;
        self
    }

    /// In a replay, as [`topika::replay`] calls handlers.
    pub fn replay(mut self) -> Self {
        self.is_replay = true;
        self
    }

    /// The consumer group. Default: `test`.
    pub fn group(mut self, group: &str) -> Self {
        self.group = group.into();
        self
    }

    /// What a layer would put beside the message.
    pub fn extension<E: Send + Sync + 'static>(mut self, extension: E) -> Self {
        self.extensions.insert(extension);
        self
    }

    /// Calls the handler of the event.
    ///
    /// # Panics
    /// When the event cannot be written, and when the handler panics.
    pub async fn event(self, event: &impl On<R::Topic>) -> HandlerCall {
        let topic = R::Topic::TOPIC.name;
        let key = key_of::<R::Topic>(event).unwrap_or_else(|error| fail(error));
        let payload = event.payload().map(|payload| {
            let mut bytes = Vec::new();
            let written = payload.encode(&mut bytes);
            written.unwrap_or_else(|error| fail(format!("the event cannot be written: {error}")));
            bytes
        });
        let descriptor = event.payload().map(Payload::descriptor);
        let (key, key_bytes) = key.unzip();
        let event = event_of::<R::Topic>(descriptor, payload.as_deref(), key.as_ref());
        let event = event.unwrap_or_else(|error| fail(error));
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let context = Context {
            state: self.state,
            key: key.map(Ok),
            key_bytes,
            headers: with_carried(self.headers, &event),
            metadata: Metadata {
                topic: topic.into(),
                partition: 0,
                offset: 0,
                timestamp_ms: i64::try_from(since.as_millis()).ok(),
                group: self.group,
                attempt: self.attempt,
                is_replay: self.is_replay,
            },
            extensions: self.extensions,
        };
        HandlerCall { topic, result: self.router.call(event, context).await }
    }
}

/// What came of a handler that was called by [`handle`].
#[derive(Debug)]
pub struct HandlerCall {
    topic: &'static str,
    result: Result<Outcome, Failure>,
}

impl HandlerCall {
    /// Why it failed; `None` where it did not.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.result.as_ref().err()
    }

    /// Fails the test unless the handler succeeded.
    ///
    /// # Panics
    /// Then, with what the handler says.
    pub fn assert_ok(&self) -> &Self {
        if let Some(failure) = self.failure() {
            fail(format!("the handler of an event on \"{}\" failed: {}", self.topic, told(failure)));
        }
        self
    }

    /// Fails the test unless the handler failed with that code, as dead letters and metrics call it.
    ///
    /// # Panics
    /// Then, with what came instead.
    pub fn assert_failed(&self, code: &str) -> &Failure {
        match &self.result {
            Err(failure) if failure.code == code => failure,
            Err(failure) => fail(format!(
                "the handler of an event on \"{}\" failed otherwise than with {code}: {}",
                self.topic,
                told(failure)
            )),
            Ok(_) => fail(format!("the handler of an event on \"{}\" succeeded, and {code} was expected", self.topic)),
        }
    }

    /// What the handler has given back to be published on the topic `T`; taken out, so the next call finds nothing.
    ///
    /// # Panics
    /// When the handler failed, or has given back what cannot be written.
    pub async fn published<T: Topic>(&mut self) -> Messages<T> {
        let taken = match &mut self.result {
            Ok(outcome) => Publish::<T>::taken_from(outcome),
            Err(failure) => fail(format!("the handler of an event on \"{}\" failed: {}", self.topic, told(failure))),
        };
        let recorder = RecordingProducer::<T>::new();
        let sent = taken.send(&recorder.producer()).await;
        drop(sent.unwrap_or_else(|error| fail(format!("what the handler gave back cannot be written: {error}"))));
        recorder.sent()
    }
}

fn told(failure: &Failure) -> String {
    let grave = match (failure.unreadable, failure.fatal) {
        (true, _) => ", poison",
        (false, true) => ", fatal",
        (false, false) => "",
    };
    let causes: BTreeMap<usize, String> = failure.causes.iter().cloned().enumerate().collect();
    let causes: String = causes.values().map(|cause| format!("\n  from: {cause}")).collect();
    format!("{} ({}{grave}){causes}", failure.message, failure.code)
}

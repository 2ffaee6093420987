use std::time::Duration;

use futures_util::future::join_all;

use super::publisher::BusPublisher;
use crate::app::RunningApp;
use crate::error::Error;
use crate::event::{Member, On, Topic};
use crate::handler::Headers;

/// A bus at work. Dropping it stops its subscribers in the background; [`stop`](Self::stop) does so and waits.
#[derive(Debug)]
#[must_use = "dropping it stops the bus"]
pub struct RunningBus {
    publisher: BusPublisher,
    apps: Vec<RunningApp>,
}

impl RunningBus {
    pub(super) fn new(publisher: BusPublisher, apps: Vec<RunningApp>) -> Self {
        Self { publisher, apps }
    }

    /// Waits until all subscribers have joined; where one ends instead, it says why.
    pub(super) async fn joined(self) -> Result<Self, Error> {
        let joined = join_all(self.apps.iter().map(RunningApp::joined)).await;
        if joined.into_iter().all(|joined| joined) {
            return Ok(self);
        }
        self.stop(Duration::ZERO).await?;
        Err(Error::new(crate::ErrorKind::Closed, "a subscriber of the bus ended before it had joined its group"))
    }

    /// As [`BusPublisher::publish`].
    ///
    /// # Errors
    /// As there.
    pub async fn publish<E, T>(&self, event: &E) -> Result<(), Error>
    where
        E: Member<T> + On<T>,
        T: Topic,
    {
        self.publisher.publish(event).await
    }

    /// As [`BusPublisher::publish_with`].
    ///
    /// # Errors
    /// As there.
    pub async fn publish_with<E, T>(&self, event: &E, headers: Headers) -> Result<(), Error>
    where
        E: Member<T> + On<T>,
        T: Topic,
    {
        self.publisher.publish_with(event, headers).await
    }

    /// As [`BusPublisher::publish_on`].
    ///
    /// # Errors
    /// As there.
    pub async fn publish_on<T: Topic>(&self, said: &impl On<T>) -> Result<(), Error> {
        self.publisher.publish_on(said).await
    }

    /// What publishes, for others to have.
    #[must_use]
    pub fn publisher(&self) -> BusPublisher {
        self.publisher.clone()
    }

    /// The subscribers, in the order in which they were added: their groups, and on Kafka how they are.
    pub fn apps(&self) -> &[RunningApp] {
        &self.apps
    }

    /// Lets the handlers finish, up to the deadline, and ends. What they publish is published, whether they return it or call
    /// [`publish`](BusPublisher::publish); then nothing more is. On Kafka, what is not handled by then is read by the next that starts with these names.
    ///
    /// # Errors
    /// What made a subscriber end before, or kept one from leaving.
    pub async fn stop(self, deadline: Duration) -> Result<(), Error> {
        let Self { publisher, apps } = self;
        let ended = join_all(apps.into_iter().map(|app| app.shutdown_within(deadline))).await;
        // Not before: a handler that is refused fails, and its message would be given up for no fault of its own.
        publisher.close();
        let flushed = publisher.flush(deadline).await;
        ended.into_iter().fold(Ok(()), Result::and).and(flushed)
    }

    /// Each subscriber ends when its queue does.
    pub(super) async fn ended(self) -> Result<(), Error> {
        let ended = join_all(self.apps.into_iter().map(RunningApp::ended)).await;
        ended.into_iter().fold(Ok(()), Result::and)
    }
}

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::open::Open;
use super::reading::read;
use crate::client::{Client, Producer};
use crate::envelope::{Envelope, new_id};
use crate::error::{Error, ErrorKind};
use crate::event::{On, Topic};
use crate::kafka::{Part, Scan};
use crate::schema::TopicDescriptor;

/// Asks on the topic `Q`, and reads the answers on the topic `A`. See the [module](super). Dropping it ends the reading.
pub struct Requests<Q: Topic, A: Topic> {
    questions: Producer<Q>,
    answers: Arc<str>,
    open: Open<A>,
    reads: watch::Receiver<bool>,
    reading: JoinHandle<()>,
}

impl<Q: Topic, A: Topic> Requests<Q, A> {
    /// Opens both topics. What is answered from now on is read.
    ///
    /// # Errors
    /// As [`Client::producer`], and where the topic of answers is not there or cannot be read.
    pub async fn start(client: &Client) -> Result<Self, Error> {
        let descriptor: &TopicDescriptor = A::TOPIC;
        client.readable(descriptor).await?;
        client.provision(descriptor).await?;
        let questions = client.producer::<Q>().await?;
        let answers: Arc<str> = client.topic_name(descriptor).into();
        let (scan, _) = Scan::start(client.kafka(), &answers, Part::Tail).await?;
        let (reading, reads) = watch::channel(true);
        let open = Open::new();
        let reading = tokio::spawn(read(client.clone(), Arc::clone(&answers), scan, open.clone(), reading));
        Ok(Self { questions, answers, open, reads, reading })
    }

    /// Asks, and waits for the answer: no longer than `within`, all in all.
    ///
    /// Dropping the future gives up the answer, not the question.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) where nobody answered in time; as [`Producer::send`] where the question is not delivered;
    /// [`Decode`](ErrorKind::Decode) where the answer cannot be read; [`Kafka`](ErrorKind::Kafka), retriable, where the reading of answers breaks off.
    pub async fn ask(&self, question: &impl On<Q>, within: Duration) -> Result<A, Error> {
        let deadline = Instant::now() + within;
        let id = new_id();
        let late = || {
            let (asked, answers) = (self.questions.topic(), &self.answers);
            let message = format!(
                "nobody answered on topic \"{answers}\" within {within:?} what was asked on \"{asked}\" (ce_id {id})"
            );
            Error::new(ErrorKind::Timeout, message).help(
                "see whether a handler of that topic takes `Asked` and returns its answer; it may still be at work",
            )
        };
        let mut reads = self.reads.clone();
        let asked = async {
            // An answer that comes while nobody reads is not found. What is given back locks the channel.
            drop(reads.wait_for(|reads| *reads).await.map_err(|_| Self::ended())?);
            let mut waiting = self.open.put(id.clone());
            let envelope = Envelope::new().with_id(waiting.id()).with_reply_to(&*self.answers).with_timeout(within);
            self.questions.message(question).envelope(&envelope).send().await?;
            waiting.answer().await.unwrap_or_else(|| Err(Self::ended()))
        };
        timeout_at(deadline, asked).await.unwrap_or_else(|_| Err(late()))
    }

    fn ended() -> Error {
        Error::new(ErrorKind::Closed, "answers are not read any more: the runtime is at its end")
    }

    /// Delivers what was asked, and reads no more answers.
    ///
    /// # Errors
    /// As [`Producer::close`].
    pub async fn close(self, deadline: Duration) -> Result<(), Error> {
        self.questions.close(deadline).await
    }
}

impl<Q: Topic, A: Topic> Drop for Requests<Q, A> {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl<Q: Topic, A: Topic> fmt::Debug for Requests<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requests")
            .field("questions", &self.questions.topic())
            .field("answers", &self.answers)
            .finish_non_exhaustive()
    }
}

use std::marker::PhantomData;
use std::time::Duration;

use crate::app::Publish;
use crate::envelope::{Envelope, header};
use crate::event::{Keyed, On, Payload, Topic};
use crate::handler::{Context, Failure, FromMessage};
use crate::types::TimestampMillis;

/// Taken by a handler that answers: `async fn balance(asked: Asked<Answers>, wanted: BalanceWanted) -> Result<Publish<Answers>, _>`.
///
/// A message that asks for no answer, or for one on another topic than `A`, is given up under the code `not-asked`; `Option<Asked<A>>` takes one that
/// asks for no answer.
#[derive(Clone, Debug)]
pub struct Asked<A> {
    id: String,
    envelope: Envelope,
    answers: PhantomData<fn() -> A>,
}

impl<A: Topic> Asked<A> {
    /// The answer, to be returned by the handler. It is written also when the time is over by this machine's clock, which may not be the clock of the one
    /// who asks; see [`remaining`](Self::remaining).
    pub fn answer(&self, event: impl On<A> + 'static) -> Publish<A> {
        self.of(Publish::one(event))
    }

    /// As [`answer`](Self::answer), on a topic whose key is no field of its events.
    pub fn answer_keyed<E: Payload + 'static>(&self, key: A::Key, event: E) -> Publish<A>
    where
        for<'k> Keyed<'k, A::Key, E>: On<A>,
    {
        self.of(Publish::nothing().and_keyed(key, event))
    }

    fn of(&self, answer: Publish<A>) -> Publish<A> {
        answer.header(header::CAUSATION_ID, &self.id)
    }

    /// How long somebody waits yet, by this machine's clock and the time at which the question was written; `None` where it does not say. For a handler
    /// that would rather leave work undone which nobody waits for: it returns [`Publish::nothing`].
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        let (time, timeout) = (self.envelope.time()?, self.envelope.timeout()?);
        let gone = u64::try_from(TimestampMillis::now().get().saturating_sub(time.get())).unwrap_or(0);
        Some(timeout.saturating_sub(Duration::from_millis(gone)))
    }

    /// The id of the question.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl<K, S, A: Topic> FromMessage<K, S> for Asked<A> {
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure> {
        let no_question = || {
            Failure::unreadable("not-asked", &"the message asks for no answer: it has no headers ce_id and ce_replyto")
        };
        Option::from_message(context)?.ok_or_else(no_question)
    }
}

impl<K, S, A: Topic> FromMessage<K, S> for Option<Asked<A>> {
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure> {
        let envelope = Envelope::of(&context.headers, context.metadata.timestamp_ms);
        let (Some(id), Some(reply_to)) = (envelope.id(), envelope.reply_to()) else { return Ok(None) };
        // The prefix of the environment stands before it, as before the topic of the question.
        let prefix = reply_to.strip_suffix(A::TOPIC.name);
        if !prefix.is_some_and(|prefix| context.metadata.topic.starts_with(prefix)) {
            let message = format!(
                "the answer is expected on topic \"{reply_to}\", and this handler answers on \"{}\"",
                A::TOPIC.name
            );
            return Err(Failure::unreadable("not-asked", &message));
        }
        Ok(Some(Asked { id: id.to_owned(), envelope, answers: PhantomData }))
    }
}

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;

use super::connection::Client;
use super::dead_letter::{GivenUp, Reason};
use crate::error::{Error, ErrorKind};
use crate::handler::{Failure, History};
use crate::kafka::RawMessage;

/// Who reads, and where what it gives up goes.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) client: Client,
    pub(super) group: String,
    /// The topic of its dead letters.
    pub(super) letters: String,
}

/// Gives a message up: awaiting it writes its dead letter, and then acknowledges the message.
///
/// The letter is what an [`App`](crate::App) would write: key, value and headers as they are, where the message stood, the group, the error with its label and its
/// sources, the schema that the message names. While brokers are away it waits and tries again; put a timeout around it where that must not take long.
/// Dropping it, before or while it is awaited, acknowledges nothing: the message is read again, and at worst there is a letter as well.
///
/// # Errors
/// Nothing is acknowledged then. [`NotCommitted`](ErrorKind::NotCommitted) where the partition went to another member before the letter was written: that
/// one comes to the message again. Otherwise what brokers refuse for good: no right to write to the topic of dead letters, a letter that is too large.
#[must_use = "nothing is written before this is awaited"]
pub struct GivingUp {
    raw: RawMessage,
    reader: Arc<Reader>,
    failure: Failure,
    before: History,
    attempts: Option<u32>,
}

impl GivingUp {
    pub(super) fn new(raw: RawMessage, reader: Arc<Reader>, failure: Failure) -> Self {
        Self { raw, reader, failure, before: History::default(), attempts: None }
    }

    /// How often it was tried, this time too. Default: the tries of the [history](Self::after) and one.
    pub fn attempts(mut self, tries: u32) -> Self {
        self.attempts = Some(tries);
        self
    }

    /// What came of the tries before this one.
    pub fn after(mut self, history: History) -> Self {
        self.before = history;
        self
    }

    async fn give_up(self) -> Result<(), Error> {
        let Self { mut raw, reader, failure, before, attempts } = self;
        let tries = before.len().saturating_add(1);
        let attempts = attempts.unwrap_or_else(|| u32::try_from(tries).unwrap_or(u32::MAX));
        let reason = Reason::of(failure, &reader.group, attempts).after(before);
        let given_up = GivenUp { raw: &raw, group: &reader.group, reason: &reason, letters: &reader.letters };
        if !reader.client.dead_letters().write_patiently(given_up).await? {
            let at = format!("\"{}\" partition {} offset {}", raw.topic(), raw.partition, raw.offset);
            return Err(Error::new(
                ErrorKind::NotCommitted,
                format!(
                    "the partition of the message at {at} went to another member before its dead letter was written"
                ),
            )
            .help("go on: that member comes to the message again"));
        }
        // Only now: the dead letter is with the broker.
        raw.ack();
        Ok(())
    }
}

impl IntoFuture for GivingUp {
    type Output = Result<(), Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.give_up())
    }
}

impl fmt::Debug for GivingUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GivingUp")
            .field("failure", &self.failure)
            .field("letters", &self.reader.letters)
            .finish_non_exhaustive()
    }
}

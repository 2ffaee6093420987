use std::sync::Arc;

use super::super::publishing::Publishing;
use super::super::work::{Kept, Morgue};
use crate::client::{Client, GivenUp, LetterTopics, Reason};
use crate::error::{Error, ErrorKind};
use crate::kafka::RawMessage;

/// Dead letters as a part of the transaction: a message that is given up is given up once.
pub(in super::super) struct LettersWithin {
    pub(in super::super) client: Client,
    pub(in super::super) publishing: Arc<Publishing>,
    pub(in super::super) topics: LetterTopics,
}

impl Morgue for LettersWithin {
    fn keep<'a>(&'a self, raw: &'a RawMessage, group: &'a str, reason: &'a Reason) -> Kept<'a> {
        Box::pin(async move {
            let Some(publisher) = self.publishing.within() else { return Ok(false) };
            let letters = self.client.dead_letters();
            let topic = self.topics.of(raw.topic());
            let given_up = GivenUp { raw, group, reason, letters: &topic };
            // That there is a topic for it hangs on no transaction.
            let posted = match letters.prepare(given_up).await {
                Err(error) if !error.is_retriable() => return Err(error),
                Err(error) => Err(error),
                Ok(()) => letters.post(given_up, publisher.raw()).await,
            };
            match posted {
                Ok(_) => {
                    tracing::warn!(
                        source = &**raw.topic(),
                        raw.partition,
                        raw.offset,
                        group,
                        reason = reason.label,
                        why = reason.message,
                        "dead letter written with the transaction"
                    );
                    Ok(true)
                }
                // No other transaction would fare better.
                Err(error) if is_refused_for_good(&error) => Err(error),
                // The transaction comes to nothing, and the message comes again.
                Err(error) => {
                    tracing::warn!(%error, source = &**raw.topic(), raw.partition, raw.offset, "a dead letter cannot be written");
                    Ok(false)
                }
            }
        })
    }
}

/// Whether the letter itself is refused: too large, or no right to its topic. Of the other errors that do not pass, the transaction is the reason.
fn is_refused_for_good(error: &Error) -> bool {
    let is_of_the_transaction =
        matches!(error.kind(), ErrorKind::Aborted | ErrorKind::Fenced | ErrorKind::Closed | ErrorKind::Kafka);
    !error.is_retriable() && !is_of_the_transaction
}

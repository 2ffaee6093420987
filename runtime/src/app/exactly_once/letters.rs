use std::sync::Arc;

use super::super::publish::Publishing;
use super::super::work::{Kept, Morgue};
use crate::client::{Client, Reason};
use crate::kafka::RawMessage;

/// Dead letters as a part of the transaction: a message that is given up is given up once.
pub(in super::super) struct LettersWithin {
    pub(in super::super) client: Client,
    pub(in super::super) publishing: Arc<Publishing>,
}

impl Morgue for LettersWithin {
    fn keep<'a>(&'a self, raw: &'a RawMessage, group: &'a str, reason: &'a Reason) -> Kept<'a> {
        Box::pin(async move {
            let Some(publisher) = self.publishing.within() else { return Ok(false) };
            match self.client.dead_letters().post(raw, group, reason, publisher.raw()).await {
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
                // The transaction comes to nothing, and the message comes again.
                Err(error) => {
                    tracing::warn!(%error, source = &**raw.topic(), raw.partition, raw.offset, "a dead letter cannot be written");
                    Ok(false)
                }
            }
        })
    }
}

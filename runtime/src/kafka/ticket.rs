//! What travels with a message through librdkafka, and what becomes of the broker's answer.

use rdkafka::client::OAuthToken;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;
use rdkafka::message::{DeliveryResult, Message as _};
use rdkafka::producer::ProducerContext;
use rdkafka::{ClientContext, Statistics};
use tokio::sync::oneshot;

use super::batch::Slot;
use super::context::LastTrouble;
use super::delivery::{Delivered, Delivery, Hook};
use super::outcome::{Failure, Outcome, Unseen};
use super::room::{Room, Weight};
use super::sasl_token::{self, Tokens};
use super::statistics::told;
use super::undelivered;
use crate::meter::{Native, OnItsWay};

/// Comes back with the broker's answer.
#[derive(Debug)]
pub(super) struct Ticket {
    pub(super) answer: Answer,
    pub(super) weight: Weight,
    pub(super) way: OnItsWay,
}

/// Who waits for it.
#[derive(Debug)]
pub(super) enum Answer {
    One(oneshot::Sender<Outcome>),
    Of(Slot),
}

impl Answer {
    pub(super) fn give(self, outcome: Outcome) {
        match self {
            // Nobody may be waiting any more: a failure tells of itself when it is dropped.
            Self::One(sender) => drop(sender.send(outcome)),
            Self::Of(slot) => slot.fill(outcome),
        }
    }
}

/// Takes the broker's answers, and librdkafka's logs.
pub(super) struct Answers {
    pub(super) room: Room,
    pub(super) trouble: LastTrouble,
    pub(super) hook: Option<Hook>,
    pub(super) unseen: Unseen,
    pub(super) native: Native,
    pub(super) tokens: Option<Tokens>,
}

impl ClientContext for Answers {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn generate_oauth_token(&self, _: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        sasl_token::for_thread(self.tokens.as_ref())
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.trouble.log(level, facility, text);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.trouble.error(&error, reason);
    }

    fn stats(&self, statistics: Statistics) {
        self.trouble.link.statistics(&statistics);
        self.native.tell(told(&statistics));
    }
}

impl ProducerContext for Answers {
    type DeliveryOpaque = Box<Ticket>;

    fn delivery(&self, result: &DeliveryResult<'_>, ticket: Self::DeliveryOpaque) {
        let (message, outcome) = match result {
            Ok(message) => {
                self.trouble.link.reached();
                (message, Ok(Delivered { partition: message.partition(), offset: message.offset() }))
            }
            Err((error, message)) => {
                let error = undelivered::error(
                    "deliver to",
                    message.topic(),
                    message.partition(),
                    error,
                    self.trouble.get().as_deref(),
                );
                (message, Err(error))
            }
        };
        if let Some(hook) = &self.hook {
            hook.call(&Delivery {
                topic: message.topic(),
                key: message.key(),
                payload: message.payload(),
                result: outcome.as_ref().copied(),
            });
        }
        let Ticket { answer, weight, way } = *ticket;
        // Room is given back before the answer, so that who awaits it finds room.
        match outcome {
            Ok(delivered) => {
                way.delivered();
                self.room.give_back(weight);
                answer.give(Ok(delivered));
            }
            Err(error) => {
                way.failed(error.kind());
                // It counts for who closes until it is known whether somebody sees the failure.
                self.room.give_back_and_tell(weight, || answer.give(Err(Failure::new(error, &self.unseen))));
            }
        }
    }
}

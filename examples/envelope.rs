//! An envelope inside the payload: fields of an event carry its id, its time and what it belongs to. Run it with `cargo run --example envelope`.
//!
//! The producer fills what is marked and empty, and its reader finds it there; the id stands in a header, too. docs/envelope.md says more.
#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use topika::envelope::{self, Envelope};
use topika::types::{TimestampMillis, Uuid};
use topika::{Error, Event, Topic};

#[derive(Clone, Debug, Default, PartialEq, Event)]
#[event(name = "billing.payment-taken")]
struct PaymentTaken {
    #[event(envelope = "event_id")]
    event_id: Uuid,
    #[event(envelope = "timestamp")]
    occurred_at: TimestampMillis,
    #[event(envelope = "correlation_id", default)]
    correlation_id: Option<String>,
    account: i64,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "payments", key = "account", key_type = i64)]
enum Payments {
    PaymentTaken(PaymentTaken),
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let kit = topika_testkit::start().await;
    let payments = kit.client().producer::<Payments>().await?;

    let taken = PaymentTaken { account: 7, ..PaymentTaken::default() };
    envelope::within(&Envelope::integration("req-1"), payments.send(&taken)).await?;

    let read = kit.published::<Payments>().await;
    for message in read.all() {
        let Payments::PaymentTaken(taken) = &message.event;
        println!("of account {}, within {:?}", taken.account, taken.correlation_id.as_deref().unwrap_or_default());
        println!(
            "its id is in the header too: {}",
            message.header("ce_id") == Some(taken.event_id.to_string().as_str())
        );
        println!("its correlation is: {}", message.header("ce_correlationid").is_some());
        println!("its time was filled in: {}", taken.occurred_at > TimestampMillis::default());
    }
    Ok(())
}

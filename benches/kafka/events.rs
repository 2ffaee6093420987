//! What is sent: one Avro record of a given size, keyed by one of a thousand customers.

use topika::types::Bytes;
use topika::{Event, Topic};

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "bench.measured")]
pub(crate) struct Measured {
    pub(crate) customer: String,
    pub(crate) number: i64,
    pub(crate) payload: Bytes,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "measured", key = "customer", partitions = 3)]
pub(crate) enum Measurements {
    Measured(Measured),
}

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "bench.answered")]
pub(crate) struct Answered {
    pub(crate) customer: String,
    pub(crate) payload: Bytes,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "answered", key = "customer", partitions = 3)]
pub(crate) enum Answers {
    Answered(Answered),
}

/// The frame (5), the customer (11), the number (4) and the length of the payload (2) stand beside the payload.
const BESIDE: usize = 22;

/// A thousand messages of so many bytes each, as they stand in the topic.
pub(crate) fn measured(bytes: usize) -> Vec<Measured> {
    let payload = || Bytes(noise(bytes.saturating_sub(BESIDE)));
    (0..1000).map(|n| Measured { customer: customer(n), number: 10_000_000 + n, payload: payload() }).collect()
}

/// Letters and digits that compression makes little smaller.
pub(crate) fn noise(bytes: usize) -> Vec<u8> {
    std::iter::repeat_with(fastrand::alphanumeric).map(|letter| u8::try_from(letter).unwrap()).take(bytes).collect()
}

pub(crate) fn customer(number: i64) -> String {
    format!("CUST-{number:05}")
}

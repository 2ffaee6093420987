//! The same record as topika's side has, as ruststream knows it: serde's derives and apache-avro's schema.

use apache_avro::AvroSchema;
use ruststream::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(AvroSchema, Deserialize, Outgoing, Serialize)]
pub(crate) struct Measured {
    pub(crate) customer: String,
    pub(crate) number: i64,
    #[avro(with)]
    #[serde(with = "apache_avro::serde::bytes")]
    pub(crate) payload: Vec<u8>,
}

/// The frame (5), the customer (11), the number (4) and the length of the payload (2) stand beside the payload.
const BESIDE: usize = 22;

/// A thousand messages of so many bytes each, as they stand in the topic.
pub(crate) fn measured(bytes: usize) -> Vec<Measured> {
    let payload = || noise(bytes.saturating_sub(BESIDE));
    (0..1000).map(|n| Measured { customer: customer(n), number: 10_000_000 + n, payload: payload() }).collect()
}

/// Letters and digits that compression makes little smaller.
pub(crate) fn noise(bytes: usize) -> Vec<u8> {
    std::iter::repeat_with(fastrand::alphanumeric).map(|letter| u8::try_from(letter).unwrap()).take(bytes).collect()
}

pub(crate) fn customer(number: i64) -> String {
    format!("CUST-{number:05}")
}

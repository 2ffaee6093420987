//! Fake data, drawn from the schemas of events.

mod avro;
mod binary;
mod check;
#[cfg(test)]
mod corpora;
mod error;
mod fakes;
mod json;
mod numbers;
mod pattern;
mod random;
mod texts;
mod words;

pub use error::FakeError;
pub use fakes::{Fake, fake};
pub(crate) use texts::avro_schema;

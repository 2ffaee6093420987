use serde_json::Value;
use topika_contract::avro;
use topika_contract::text::Source;

use super::avro_write::{Misfit, write};
use crate::error::{Error, ErrorKind};
use crate::schema::{Descriptor, Format, parsed};
use crate::view::avro_json::{branches, to_json};

/// What a payload is of: the schema that it was written with.
pub(crate) enum Shape {
    /// Avro, which cannot be read without it.
    Avro(Box<avro::Schema>),
    /// JSON, whose text says it.
    Json,
}

impl Shape {
    /// That of an Avro schema, with the texts that it refers to.
    pub(crate) fn avro(text: &Source, others: &[Source]) -> Result<Self, Error> {
        let schema = avro::Schema::from_texts(text, others).map_err(|report| {
            Error::new(ErrorKind::Decode, format!("its schema is invalid: {}", parsed::first(&report)))
        })?;
        Ok(Self::Avro(Box::new(schema)))
    }

    /// That of the schema which an event type brings along.
    pub(crate) fn of_event(event: &'static Descriptor) -> Result<Self, String> {
        match event.format {
            Format::Avro => Ok(Self::Avro(Box::new(parsed::avro(event)?))),
            Format::Json => Ok(Self::Json),
        }
    }

    /// The payload without its frame that says the value; unions keep the branches that they have `before` where they can.
    pub(crate) fn written(&self, value: &Value, before: &[u8]) -> Result<Vec<u8>, Misfit> {
        match self {
            Self::Avro(schema) => write(schema, value, &branches(schema, before).unwrap_or_default()),
            Self::Json => Ok(value.to_string().into_bytes()),
        }
    }

    /// The value of a payload without its frame.
    pub(crate) fn value(&self, bare: &[u8]) -> Result<Value, Error> {
        match self {
            Self::Avro(schema) => to_json(schema, bare),
            Self::Json => serde_json::from_slice(bare)
                .map_err(|error| Error::new(ErrorKind::Decode, "its bytes are no JSON").caused_by(error)),
        }
    }
}

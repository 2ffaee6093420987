//! What a dead letter says, read with the schema that it names.

use serde_json::Value;
use topika_contract::text::Source;
use topika_registry::api::SchemaType;
use topika_registry::client::Client as Registry;

use super::letter::DeadLetter;
use crate::dynamic::Shape;
use crate::error::{Error, ErrorKind};
use crate::wire::{SchemaKey, VALUE_HEADER, unframe};

impl DeadLetter {
    /// The payload as JSON, read with the schema that it names in the registry; where it names none, JSON as it stands. `None` for a message without a value.
    ///
    /// An Avro value looks as it does in Avro's specification for defaults, but for what people would rather read: a union is the value of its branch alone,
    /// logical types are their texts (`2026-11-21T09:30:00.250Z`, `12.50`), bytes are `{"hex": "00ff"}`, and a float that JSON has no number for is a text.
    ///
    /// # Errors
    /// [`Registry`](ErrorKind::Registry) where it does not answer or does not know the schema, [`Decode`](ErrorKind::Decode) where the bytes are not of it.
    pub async fn decoded(&self, registry: &Registry) -> Result<Option<Value>, Error> {
        let Some(payload) = self.payload.as_deref() else { return Ok(None) };
        let Some(contents) = self.contents(registry).await? else { return json(payload).map(Some) };
        contents.value(self.bare(payload)).map(Some)
    }

    /// The payload without the frame that names its schema.
    pub(super) fn bare<'p>(&self, payload: &'p [u8]) -> &'p [u8] {
        let is_framed = self.schema.is_some() && self.headers.last(VALUE_HEADER).is_none();
        if is_framed { unframe(payload).map_or(payload, |(_, bare)| bare) } else { payload }
    }

    /// The schema that it names, where it names one.
    pub(super) async fn contents(&self, registry: &Registry) -> Result<Option<Contents>, Error> {
        let Some(key) = self.schema else { return Ok(None) };
        let found = match key {
            SchemaKey::Id(id) => registry.schema(id).await,
            SchemaKey::Guid(guid) => registry.schema_by_guid(guid).await,
        };
        let asked = |error: topika_registry::client::Error| {
            let retriable = error.is_retriable();
            Error::new(ErrorKind::Registry, format!("the registry does not give the schema: {error}"))
                .retriable(retriable)
                .caused_by(error)
        };
        let schema = found.map_err(asked)?;
        let referenced = registry.referenced(&schema.references).await.map_err(asked)?;
        let others: Vec<Source> =
            referenced.iter().map(|one| Source::new(one.name.as_str(), one.version.schema.as_str())).collect();
        let text = Source::new("the registry", schema.schema.as_str());
        match schema.schema_type {
            SchemaType::Avro => Ok(Some(Contents::Avro(Shape::avro(&text, &others)?))),
            SchemaType::Json => Ok(Some(Contents::Json { text, others })),
            _ => Err(Error::new(
                ErrorKind::Decode,
                format!("its schema is of the type {:?}, which topika does not read", schema.schema_type),
            )),
        }
    }
}

/// What a letter's payload is of.
pub(super) enum Contents {
    Avro(Shape),
    /// The schema with those that it refers to: JSON is read without them.
    Json {
        text: Source,
        others: Vec<Source>,
    },
}

impl Contents {
    pub(super) fn value(&self, bare: &[u8]) -> Result<Value, Error> {
        match self {
            Self::Avro(shape) => shape.value(bare),
            Self::Json { .. } => Shape::Json.value(bare),
        }
    }
}

pub(super) fn json(payload: &[u8]) -> Result<Value, Error> {
    serde_json::from_slice(payload).map_err(|error| {
        Error::new(ErrorKind::Decode, "it names no schema, and its bytes are no JSON").caused_by(error)
    })
}

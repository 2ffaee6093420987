use super::json;
use crate::avro;
use crate::schema::EventSchema;

/// A schema on its way through several comparisons, with what the judge has made of it so far.
pub(crate) struct Prepared<'s> {
    pub(super) schema: &'s EventSchema,
    pub(super) kind: Kind<'s>,
}

pub(super) enum Kind<'s> {
    Avro(&'s avro::Schema),
    Json(json::Prepared<'s>),
}

impl<'s> Prepared<'s> {
    pub(crate) fn new(schema: &'s EventSchema) -> Self {
        let kind = match schema {
            EventSchema::Avro(schema) => Kind::Avro(schema),
            EventSchema::Json(schema) => Kind::Json(json::Prepared::new(schema)),
        };
        Self { schema, kind }
    }
}

//! An incompatibility with its place, in Java's words.

use super::incompatibility::{Incompatibility, Kind};
use super::pair::Pair;
use crate::avro::{self, Definition, Schema, Type};
use crate::schema::describe;
use crate::text::Location;

impl Pair<'_> {
    pub(super) fn mismatch(&self, reader: &Type, writer: &Type) -> Incompatibility {
        let message = format!(
            "reader type: {} not compatible with writer type: {}",
            java_name(self.reader, reader),
            java_name(self.writer, writer)
        );
        self.told(Kind::TypeMismatch, &[], message, (reader, writer))
    }

    pub(super) fn not_compared(&mut self, reader: &Type, writer: &Type) -> Incompatibility {
        self.tally.gave_up = true;
        self.told(Kind::NotCompared, &[], String::new(), (reader, writer))
    }

    pub(super) fn told(
        &self,
        kind: Kind,
        tokens: &[String],
        message: String,
        (reader, writer): (&Type, &Type),
    ) -> Incompatibility {
        let said = (describe(self.reader, reader), describe(self.writer, writer));
        self.told_at(kind, tokens, message, said, (reader.at.clone(), writer.at.clone()))
    }

    pub(super) fn told_at(
        &self,
        kind: Kind,
        tokens: &[String],
        message: String,
        (reader, writer): (String, String),
        (reader_at, writer_at): (Location, Location),
    ) -> Incompatibility {
        let tokens: Vec<&str> = self.place.pointer.iter().chain(tokens).map(String::as_str).collect();
        let location = format!("/{}", tokens.join("/"));
        let field = self.place.fields.join(".");
        Incompatibility {
            kind,
            location,
            message,
            field,
            reader,
            writer,
            branch: false,
            nested: Vec::new(),
            again: false,
            reader_at,
            writer_at,
        }
    }

    /// The pointer of the place, without a slash for the root.
    pub(super) fn pointer(&self) -> String {
        self.place.pointer.iter().fold(String::new(), |pointer, token| pointer + "/" + token)
    }
}

/// The name of Java's `Schema.Type`.
pub(super) fn java_name(schema: &Schema, ty: &Type) -> String {
    match &ty.kind {
        avro::Kind::Named(name) => match schema.named(name).map(|named| &named.definition) {
            Some(Definition::Enum { .. }) => "ENUM".to_owned(),
            Some(Definition::Fixed(_)) => "FIXED".to_owned(),
            Some(Definition::Record(_)) | None => "RECORD".to_owned(),
        },
        other => other.name().to_uppercase(),
    }
}

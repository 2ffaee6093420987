use std::sync::Arc;

use serde_json::Value;

use super::error::Error;
use crate::api::{NewSchema, Reference, Registered, Schema, SubjectVersion};

/// What an entry costs beside what it holds: the tables and pointers of a map, about.
const ENTRY: usize = 128;

/// About how many bytes something holds.
pub(super) trait Weight {
    fn weight(&self) -> usize;
}

impl Weight for String {
    fn weight(&self) -> usize {
        self.len().saturating_add(ENTRY)
    }
}

impl<T: Weight> Weight for Arc<T> {
    fn weight(&self) -> usize {
        T::weight(self)
    }
}

impl<T: Weight> Weight for (String, T) {
    fn weight(&self) -> usize {
        self.0.len().saturating_add(self.1.weight())
    }
}

impl Weight for u32 {
    fn weight(&self) -> usize {
        ENTRY
    }
}

impl Weight for NewSchema {
    fn weight(&self) -> usize {
        sum([
            self.schema.len(),
            references(&self.references),
            value(self.metadata.as_ref()),
            value(self.rule_set.as_ref()),
        ])
    }
}

impl Weight for Schema {
    fn weight(&self) -> usize {
        sum([
            self.schema.len().saturating_add(self.schema_type.name().len()),
            references(&self.references),
            value(self.metadata.as_ref()),
            value(self.rule_set.as_ref()),
        ])
    }
}

impl Weight for SubjectVersion {
    fn weight(&self) -> usize {
        let names = self.subject.len().saturating_add(self.schema_type.name().len());
        let texts = self.schema.len().saturating_add(names);
        sum([texts, references(&self.references), value(self.metadata.as_ref()), value(self.rule_set.as_ref())])
    }
}

impl Weight for Registered {
    fn weight(&self) -> usize {
        sum([self.schema.as_ref().map_or(0, String::len), references(&self.references), 0, 0])
    }
}

impl Weight for Error {
    fn weight(&self) -> usize {
        self.message().len().saturating_add(ENTRY)
    }
}

fn references(references: &[Reference]) -> usize {
    references
        .iter()
        .map(|r| sum([r.name.len(), r.subject.len(), size_of::<Reference>(), 0]))
        .fold(0, usize::saturating_add)
}

fn value(value: Option<&Value>) -> usize {
    // A tree takes several times the room of its text.
    value.map_or(0, |value| value.to_string().len().saturating_mul(4))
}

fn sum(parts: [usize; 4]) -> usize {
    parts.into_iter().fold(ENTRY, usize::saturating_add)
}

use std::collections::HashSet;

use super::pair::{DEEPEST, reads};
use crate::avro::{Definition, FullName, Kind, Logical, Schema, Type};
use crate::schema::{describe, logical_of};
use crate::text::Location;

/// A logical type that a reader takes for another than it was written as. Java and the registries let it pass.
#[derive(Clone, Debug, PartialEq)]
pub struct LogicalChange {
    /// A JSON pointer into the reader.
    pub location: String,
    /// The field that holds the place, as a path from the root record; empty at the root.
    pub field: String,
    /// The reader's type, as people say it.
    pub reader: String,
    /// The writer's type.
    pub writer: String,
    /// Whether the type under it changed too, to one that Avro would read (bytes as a string, an int as a long).
    pub retyped: bool,
    /// The place in the reader.
    pub reader_at: Location,
    /// The place in the writer.
    pub writer_at: Location,
}

/// Where `reader` would take what `writer` wrote for something else: another scale, a smaller precision, another unit of time.
/// Places whose types cannot be read at all are passed by: [`incompatibilities`](super::incompatibilities()) tells them.
#[must_use]
pub fn logical_changes(reader: &Schema, writer: &Schema) -> Vec<LogicalChange> {
    let mut walk = Walk { reader, writer, seen: HashSet::new(), depth: 0, found: Vec::new() };
    walk.types(reader.root(), writer.root(), &Place::default());
    walk.found
}

struct Walk<'s> {
    reader: &'s Schema,
    writer: &'s Schema,
    seen: HashSet<(FullName, FullName)>,
    depth: usize,
    found: Vec<LogicalChange>,
}

#[derive(Clone, Default)]
struct Place {
    pointer: String,
    field: String,
}

impl Place {
    fn below(&self, tokens: &str) -> Self {
        Self { pointer: format!("{}/{tokens}", self.pointer), field: self.field.clone() }
    }

    fn field(&self, index: usize, name: &str) -> Self {
        let field = if self.field.is_empty() { name.to_owned() } else { format!("{}.{name}", self.field) };
        Self { pointer: format!("{}/fields/{index}/type", self.pointer), field }
    }
}

impl<'s> Walk<'s> {
    fn types(&mut self, reader: &'s Type, writer: &'s Type, place: &Place) {
        match (&reader.kind, &writer.kind) {
            (Kind::Union(branches), _) => {
                let written: Vec<&Type> = match &writer.kind {
                    Kind::Union(written) => written.iter().collect(),
                    _ => vec![writer],
                };
                for other in written {
                    for (index, branch) in branches.iter().enumerate().filter(|(_, branch)| same_kind(branch, other)) {
                        self.types(branch, other, &place.below(&index.to_string()));
                    }
                }
            }
            (_, Kind::Union(written)) => {
                for other in written.iter().filter(|other| same_kind(reader, other)) {
                    self.types(reader, other, place);
                }
            }
            (Kind::Array(r), Kind::Array(w)) => self.types(r, w, &place.below("items")),
            (Kind::Map(r), Kind::Map(w)) => self.types(r, w, &place.below("values")),
            (Kind::Named(r), Kind::Named(w)) => {
                self.logical(reader, writer, place);
                self.named(r, w, place);
            }
            (Kind::Named(_), _) | (_, Kind::Named(_)) => {}
            (r, w) if reads(r, w) => self.logical(reader, writer, place),
            _ => {}
        }
    }

    fn named(&mut self, r: &'s FullName, w: &'s FullName, place: &Place) {
        // Deeper than this, `incompatibilities` tells that the pair cannot be judged.
        if self.depth >= DEEPEST || !self.seen.insert((r.clone(), w.clone())) {
            return;
        }
        self.depth += 1;
        let definitions = self.reader.named(r).map(|r| &r.definition).zip(self.writer.named(w).map(|w| &w.definition));
        if let Some((Definition::Record(fields), Definition::Record(written))) = definitions {
            for (index, field) in fields.iter().enumerate() {
                let same = written.iter().find(|other| other.name == field.name || field.aliases.contains(&other.name));
                if let Some(other) = same {
                    self.types(&field.ty, &other.ty, &place.field(index, &field.name));
                }
            }
        }
        self.depth -= 1;
    }

    fn logical(&mut self, reader: &Type, writer: &Type, place: &Place) {
        if keeps_meaning(logical_of(self.reader, reader), logical_of(self.writer, writer)) {
            return;
        }
        self.found.push(LogicalChange {
            location: if place.pointer.is_empty() { "/".to_owned() } else { place.pointer.clone() },
            field: place.field.clone(),
            reader: describe(self.reader, reader),
            writer: describe(self.writer, writer),
            retyped: std::mem::discriminant(&reader.kind) != std::mem::discriminant(&writer.kind),
            reader_at: reader.at.clone(),
            writer_at: writer.at.clone(),
        });
    }
}

/// Which branches of two unions are about the same values.
fn same_kind(reader: &Type, writer: &Type) -> bool {
    match (&reader.kind, &writer.kind) {
        (Kind::Named(r), Kind::Named(w)) => r.short() == w.short(),
        (r, w) => std::mem::discriminant(r) == std::mem::discriminant(w),
    }
}

fn keeps_meaning(reader: Option<&Logical>, writer: Option<&Logical>) -> bool {
    match (reader, writer) {
        (Some(Logical::Decimal { precision: r, scale }), Some(Logical::Decimal { precision: w, scale: written })) => {
            scale == written && r >= w
        }
        // Every UUID is a string; not the other way round.
        (None, Some(Logical::Uuid)) => true,
        (reader, writer) => reader == writer,
    }
}

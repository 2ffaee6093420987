//! Definitions: names, sizes, symbols, and the fields of records.

use std::collections::{BTreeSet, HashMap};

use super::incompatibility::{Incompatibility, Kind};
use super::pair::{DEEPEST, Pair};
use crate::avro::{self, Definition, Field, FullName, Named, Symbol, Type};
use crate::schema::describe;

impl<'s> Pair<'s> {
    pub(super) fn named(
        &mut self,
        reader: &'s Type,
        writer: &'s Type,
        r: &FullName,
        w: &FullName,
    ) -> Vec<Incompatibility> {
        let (Some(r), Some(w)) = (self.reader.named(r), self.writer.named(w)) else {
            return vec![self.mismatch(reader, writer)];
        };
        if std::mem::discriminant(&r.definition) != std::mem::discriminant(&w.definition) {
            return vec![self.mismatch(reader, writer)];
        }
        if self.depth >= DEEPEST {
            return vec![self.not_compared(reader, writer)];
        }
        self.depth += 1;
        let mut found = Vec::new();
        if !matches_name(r, w) {
            let places = (r.at.clone(), w.at.clone());
            let said = (r.name.to_string(), w.name.to_string());
            found.push(self.told_at(
                Kind::NameMismatch,
                &["name".to_owned()],
                format!("expected: {}", w.name),
                said,
                places,
            ));
        }
        match (&r.definition, &w.definition) {
            (Definition::Fixed(r_size), Definition::Fixed(w_size)) if r_size != w_size => {
                let message = format!("expected: {w_size}, found: {r_size}");
                let said = (format!("{r_size} bytes"), format!("{w_size} bytes"));
                let places = (r.at.clone(), w.at.clone());
                found.push(self.told_at(Kind::FixedSizeMismatch, &["size".to_owned()], message, said, places));
            }
            (Definition::Enum { symbols, default }, Definition::Enum { symbols: written, .. }) => {
                found.extend(self.symbols((r, symbols, default.is_some()), (w, written)));
            }
            (Definition::Record(fields), Definition::Record(written)) => {
                found.extend(self.fields(fields, w, written, writer));
            }
            _ => {}
        }
        self.depth -= 1;
        found
    }

    fn symbols(
        &self,
        (reader, symbols, has_default): (&Named, &[Symbol], bool),
        (writer, written): (&Named, &[Symbol]),
    ) -> Option<Incompatibility> {
        let known: BTreeSet<&str> = symbols.iter().map(|symbol| symbol.name.as_str()).collect();
        let lost: BTreeSet<&str> =
            written.iter().map(|symbol| symbol.name.as_str()).filter(|name| !known.contains(name)).collect();
        // An enum's default is one of its symbols, or the schema would not be resolved.
        if lost.is_empty() || has_default {
            return None;
        }
        let list = lost.iter().copied().collect::<Vec<_>>().join(", ");
        let first = written.iter().find(|symbol| lost.contains(symbol.name.as_str()));
        let places = (reader.at.clone(), first.map_or_else(|| writer.at.clone(), |symbol| symbol.at.clone()));
        let said = (reader.name.to_string(), list.clone());
        Some(self.told_at(Kind::MissingEnumSymbols, &["symbols".to_owned()], format!("[{list}]"), said, places))
    }

    fn fields(
        &mut self,
        fields: &'s [Field],
        w: &'s Named,
        written: &'s [Field],
        writer: &'s Type,
    ) -> Vec<Incompatibility> {
        let mut found = Vec::new();
        let by_name: HashMap<&str, &Field> = written.iter().map(|field| (field.name.as_str(), field)).collect();
        for (index, field) in fields.iter().enumerate() {
            let index = index.to_string();
            self.place.fields.push(field.name.clone());
            let matching = matching(field, &by_name);
            match matching.as_slice() {
                [one] => found.extend(self.below(&["fields", &index, "type"], &field.ty, &one.ty)),
                [] if field.has_default() => {}
                [] if self.enum_default(field) => {
                    // Measured: Java compares the enum with the writer's record here.
                    found.extend(self.below(&["fields", &index, "type"], &field.ty, writer));
                }
                [] => {
                    let said = (describe(self.reader, &field.ty), String::new());
                    let places = (field.at.clone(), w.at.clone());
                    let tokens = ["fields".to_owned(), index];
                    let kind = Kind::ReaderFieldMissingDefaultValue;
                    found.push(self.told_at(kind, &tokens, field.name.clone(), said, places));
                }
                several => {
                    let names: Vec<&str> = several.iter().map(|field| field.name.as_str()).collect();
                    let places =
                        (field.at.clone(), several.first().map_or_else(|| w.at.clone(), |field| field.at.clone()));
                    let message = format!("reader field {} matches multiple fields in writer record", field.name);
                    let tokens = ["fields".to_owned(), index];
                    let said = (field.name.clone(), names.join(", "));
                    let told = self.told_at(Kind::AmbiguousField, &tokens, message, said, places);
                    self.tally.ambiguous.get_or_insert_with(|| told.clone());
                    found.push(told);
                }
            }
            self.place.fields.pop();
        }
        found
    }

    fn enum_default(&self, field: &Field) -> bool {
        let avro::Kind::Named(name) = &field.ty.kind else { return false };
        matches!(
            self.reader.named(name).map(|named| &named.definition),
            Some(Definition::Enum { default: Some(_), .. })
        )
    }
}

/// The fields of a writer that a reader's field matches, as Java counts them: its own name as an alias counts once more.
pub(super) fn matching<'w>(field: &Field, by_name: &HashMap<&str, &'w Field>) -> Vec<&'w Field> {
    let mut names: Vec<&str> = Vec::with_capacity(1);
    for alias in &field.aliases {
        if !names.contains(&alias.as_str()) {
            names.push(alias);
        }
    }
    std::iter::once(field.name.as_str()).chain(names).filter_map(|name| by_name.get(name).copied()).collect()
}

/// Java compares short names, or a reader's alias with the writer's full name.
fn matches_name(reader: &Named, writer: &Named) -> bool {
    reader.name.short() == writer.name.short() || reader.aliases.contains(&writer.name)
}

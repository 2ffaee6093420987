//! The only place where the store asks the contract: what a text means, and whether one schema reads another's data.

use topika_contract::compat::avro::incompatibilities;
use topika_contract::compat::{Direction, Level, Terms, compare};
use topika_contract::report::{Finding, Report};
use topika_contract::schema::EventSchema;
use topika_contract::text::Source;
use topika_contract::text::json::{Comments, compact, read};
use topika_contract::{avro, json_schema};

use super::normalized;
use crate::api::SchemaType;

/// A text that a schema refers to.
#[derive(Debug)]
pub(super) struct Text<'a> {
    /// The name by which it is referred to.
    pub(super) name: String,
    /// The text.
    pub(super) text: &'a str,
}

/// A schema as a value.
#[derive(Debug)]
pub(super) enum Parsed {
    /// Avro or JSON Schema.
    Schema(EventSchema),
    /// Text that nothing is judged about.
    Text,
}

/// Reads a schema with everything that it refers to.
pub(super) fn parse(schema_type: SchemaType, text: &str, references: &[Text<'_>]) -> Result<Parsed, String> {
    let main = Source::new("schema", text);
    let others: Vec<Source> = references.iter().map(|r| Source::new(r.name.as_str(), r.text)).collect();
    let parsed = match schema_type {
        SchemaType::Avro => avro::Schema::from_texts(&main, &others).map(EventSchema::Avro),
        SchemaType::Json => json_schema::Schema::from_texts(&main, &others).map(EventSchema::Json),
        SchemaType::Protobuf => return Ok(Parsed::Text),
    };
    parsed.map(Parsed::Schema).map_err(|report| said(&report))
}

/// The text as it is kept: Avro without white space and comments, everything else as it came.
pub(super) fn printed(schema_type: SchemaType, text: &str) -> String {
    match schema_type {
        SchemaType::Avro => read(text, Comments::Allowed).0.map_or_else(|| text.to_owned(), |json| compact(&json)),
        SchemaType::Json | SchemaType::Protobuf => text.to_owned(),
    }
}

/// The text as it is kept with `normalize`.
pub(super) fn normalized(schema_type: SchemaType, text: &str, parsed: &Parsed) -> String {
    match parsed {
        Parsed::Schema(EventSchema::Avro(schema)) => normalized::avro(schema),
        Parsed::Schema(EventSchema::Json(_)) => normalized::json(text),
        Parsed::Text => printed(schema_type, text),
    }
}

/// An Avro schema with everything that it refers to written out; `None` for other types.
pub(super) fn inlined(parsed: &Parsed) -> Option<String> {
    match parsed {
        Parsed::Schema(EventSchema::Avro(schema)) => Some(normalized::avro_inlined(schema)),
        _ => None,
    }
}

/// Why `level` is broken between a new schema and an old one, in the protocol's words, two texts each; nothing where it holds.
pub(super) fn problems(level: Level, new: &Parsed, old: &Parsed) -> Vec<String> {
    match (new, old) {
        (Parsed::Schema(EventSchema::Avro(new)), Parsed::Schema(EventSchema::Avro(old))) => {
            avro_problems(level, new, old)
        }
        (Parsed::Schema(new), Parsed::Schema(old)) => {
            // What nobody can compare is not let in.
            let judgement = compare(new, &[(1, old.clone())], &Terms { level, ..Terms::default() });
            let told = judgement.findings.iter().filter(|finding| finding.reference.is_some()).flat_map(judged);
            told.chain(judgement.reason.into_iter().map(|reason| format!("{{description:'{reason}'}}"))).collect()
        }
        _ => Vec::new(),
    }
}

/// By Java's rules alone, as other registries judge: what we think of logical types beyond them is for `cargo topika check`.
fn avro_problems(level: Level, new: &avro::Schema, old: &avro::Schema) -> Vec<String> {
    let mut problems = Vec::new();
    for direction in level.directions() {
        let (reader, writer, who) = match direction {
            Direction::Backward => (new, old, "the new schema cannot read data of the old one"),
            Direction::Forward => (old, new, "the old schema cannot read data of the new one"),
        };
        for found in incompatibilities(reader, writer) {
            let (kind, at, more) = (found.kind.as_str(), &found.location, &found.message);
            problems.push(format!("{{errorType:'{kind}'"));
            problems.push(format!("description:'{who}, at path {at}', additionalInfo:'{more}'}}"));
        }
    }
    problems
}

fn judged(finding: &Finding) -> Vec<String> {
    let Some(reference) = &finding.reference else { return Vec::new() };
    let (kind, at) = (reference.kind, &reference.location);
    vec![format!("{{errorType:'{kind}'"), format!("description:'{}, at path {at}'}}", finding.message)]
}

/// The findings in one line.
fn said(report: &Report) -> String {
    let lines = report.findings().iter().map(|finding| match &finding.at {
        Some(at) => format!("{} ({at})", finding.message),
        None => finding.message.clone(),
    });
    lines.collect::<Vec<_>>().join("; ")
}

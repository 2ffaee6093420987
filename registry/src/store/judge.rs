//! The only place where the store asks the contract: what a text means, and whether one schema reads another's data.

use topika_contract::compat::avro::incompatibilities;
use topika_contract::compat::{Direction, Level, Policy, Terms, compare};
use topika_contract::report::Report;
use topika_contract::schema::EventSchema;
use topika_contract::text::Source;
use topika_contract::text::json::{Comments, compact, read};
use topika_contract::{avro, json_schema};

use super::{normalized, printed, said};
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
pub(super) fn parse(schema_type: &SchemaType, text: &str, references: &[Text<'_>]) -> Result<Parsed, String> {
    let main = Source::new("schema", text);
    let others: Vec<Source> = references.iter().map(|r| Source::new(r.name.as_str(), r.text)).collect();
    let parsed = match schema_type {
        SchemaType::Avro => avro::Schema::from_texts(&main, &others).map(EventSchema::Avro),
        SchemaType::Json => json_schema::Schema::from_texts(&main, &others).map(EventSchema::Json),
        SchemaType::Protobuf => return Ok(Parsed::Text),
        SchemaType::Other(name) => return Err(format!("Invalid schema type {name}")),
    };
    parsed.map(Parsed::Schema).map_err(|report| in_one_line(&report))
}

/// The text as it is kept: Avro as Java prints it, JSON without white space, everything else as it came.
pub(super) fn printed(schema_type: &SchemaType, text: &str) -> String {
    let read = |comments| read(text, comments).0;
    let kept = match schema_type {
        SchemaType::Avro => read(Comments::Allowed).map(|json| printed::avro(&json)),
        SchemaType::Json => read(Comments::Refused).map(|json| compact(&json)),
        SchemaType::Protobuf | SchemaType::Other(_) => None,
    };
    kept.unwrap_or_else(|| text.to_owned())
}

/// The text as it is kept with `normalize`.
pub(super) fn normalized(schema_type: &SchemaType, text: &str, parsed: &Parsed) -> String {
    match parsed {
        Parsed::Schema(EventSchema::Avro(schema)) => normalized::avro(schema),
        Parsed::Schema(EventSchema::Json(_)) => normalized::json(text),
        Parsed::Text => printed(schema_type, text),
    }
}

/// Why a schema is refused where it is normalised, which is when other registries check the defaults of Avro.
pub(super) fn fault_of_defaults(parsed: &Parsed) -> Option<String> {
    match parsed {
        Parsed::Schema(EventSchema::Avro(schema)) => normalized::fault_of_defaults(schema),
        _ => None,
    }
}

/// An Avro schema with everything that it refers to written out; `None` for other types.
pub(super) fn inlined(parsed: &Parsed) -> Option<String> {
    match parsed {
        Parsed::Schema(EventSchema::Avro(schema)) => Some(normalized::avro_inlined(schema)),
        _ => None,
    }
}

/// One side of a comparison.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) schema_type: &'a SchemaType,
    pub(super) text: &'a str,
    pub(super) parsed: &'a Parsed,
}

/// What is asked about two schemas.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) level: Level,
    pub(super) policy: Policy,
}

/// What is wrong, in the protocol's words.
#[derive(Debug, Default)]
pub(super) struct Problems {
    pub(super) messages: Vec<String>,
    /// Whether the direction that is judged last is broken: only then other registries say which schema the old one is.
    pub(super) last_direction_broken: bool,
}

/// Why a level is broken between a new schema and an old one; nothing where it holds.
pub(super) fn problems(asked: Asked, new: &Subject<'_>, old: &Subject<'_>) -> Problems {
    let mut problems = Problems::default();
    // Where both directions count, other registries judge the old schema as the reader first.
    let mut directions: Vec<Direction> = asked.level.directions().collect();
    directions.sort_by_key(|direction| *direction == Direction::Backward);
    for direction in directions {
        let found = one_direction(asked.policy, direction, new, old);
        problems.last_direction_broken = !found.is_empty();
        problems.messages.extend(found);
    }
    problems
}

fn one_direction(policy: Policy, direction: Direction, new: &Subject<'_>, old: &Subject<'_>) -> Vec<String> {
    if new.schema_type != old.schema_type {
        return vec!["Incompatible because of different schema type".to_owned()];
    }
    let words = match direction {
        Direction::Backward => ("new", "old"),
        Direction::Forward => ("old", "new"),
    };
    match (new.parsed, old.parsed) {
        (Parsed::Schema(EventSchema::Avro(new)), Parsed::Schema(EventSchema::Avro(old))) => {
            let (reader, writer) = match direction {
                Direction::Backward => (new, old),
                Direction::Forward => (old, new),
            };
            // By Java's rules alone, as other registries judge: what we think of logical types beyond them is for `cargo topika check`.
            incompatibilities(reader, writer).iter().map(|found| said::avro(found, words)).collect()
        }
        (Parsed::Schema(new), Parsed::Schema(old)) => {
            let level = match direction {
                Direction::Backward => Level::Backward,
                Direction::Forward => Level::Forward,
            };
            let judgement = compare(new, &[(1, old.clone())], &Terms { level, policy, ..Terms::default() });
            let broken = judgement.differences.iter().filter(|difference| !difference.compatible);
            let told = broken.map(|difference| said::json(difference, words));
            // What nobody can compare is not let in.
            told.chain(judgement.reason.into_iter().map(said::undecided)).collect()
        }
        _ if new.text == old.text => Vec::new(),
        _ => vec![said::not_judged(new.schema_type)],
    }
}

/// The findings in one line.
fn in_one_line(report: &Report) -> String {
    let lines = report.findings().iter().map(|finding| match &finding.at {
        Some(at) => format!("{} ({at})", finding.message),
        None => finding.message.clone(),
    });
    lines.collect::<Vec<_>>().join("; ")
}

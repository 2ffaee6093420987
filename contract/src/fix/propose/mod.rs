//! Fixes that follow from a finding's rule and places alone.

mod avro;
mod field;
mod inside;
mod json;
mod zero;

use inside::Texts;

use crate::report::{Finding, Fix};
use crate::rules::{
    AVRO_ENUM_DEFAULT_MISSING, AVRO_ENUM_SYMBOL_REMOVED, AVRO_FIELD_ADDED_WITHOUT_DEFAULT, AVRO_FIELD_REMOVED,
    AVRO_NAME_CHANGED, AVRO_OPTIONAL_WITHOUT_DEFAULT, JSON_SCHEMA_BOUND_CHANGED, JSON_SCHEMA_COMPOSITION_CHANGED,
    JSON_SCHEMA_ENUM_VALUE_REMOVED, JSON_SCHEMA_REQUIRED_ADDED, Rule, TOPIC_PARTITIONS_ADDED, TOPIC_PARTITIONS_REDUCED,
    TOPIC_RETENTION_SHORTENED,
};

/// The rules of which some findings have a fix, sorted by id.
pub static FIXABLE: &[&Rule] = &[
    &AVRO_ENUM_DEFAULT_MISSING,
    &AVRO_ENUM_SYMBOL_REMOVED,
    &AVRO_FIELD_ADDED_WITHOUT_DEFAULT,
    &AVRO_FIELD_REMOVED,
    &AVRO_NAME_CHANGED,
    &AVRO_OPTIONAL_WITHOUT_DEFAULT,
    &JSON_SCHEMA_BOUND_CHANGED,
    &JSON_SCHEMA_COMPOSITION_CHANGED,
    &JSON_SCHEMA_ENUM_VALUE_REMOVED,
    &JSON_SCHEMA_REQUIRED_ADDED,
    &TOPIC_PARTITIONS_ADDED,
    &TOPIC_PARTITIONS_REDUCED,
    &TOPIC_RETENTION_SHORTENED,
];

/// Gives the findings that have no fix the one that follows from their rule and places, where there is one way only to end them that
/// keeps what the author wrote:
///
/// - a new field without default gets one: null where its type begins with it, else the value that says nothing (`""`, `0`, `false`, `[]`,
///   `{}`); where no such value is honest (a time, a uuid, a record, an enum) the field becomes nullable, with null;
/// - a removed symbol of an enum, and a removed field that old readers need, are put back as they stood;
/// - an enum with a symbol that stands for all others gets it as its default;
/// - a renamed type gets its old full name as an alias;
/// - a removed value of a JSON enum is put back.
///
/// A file is read once, however many findings it has.
pub fn propose<'f>(findings: impl IntoIterator<Item = &'f mut Finding>) {
    let mut texts = Texts::default();
    for finding in findings {
        if finding.fix.is_none() && finding.at.as_ref().is_some_and(|at| !is_frozen(at.source.path())) {
            finding.fix = one(finding, &mut texts).filter(|fix| !fix.edits.is_empty());
        }
    }
}

fn one(finding: &Finding, texts: &mut Texts) -> Option<Fix> {
    let rule = finding.rule;
    if rule == &AVRO_FIELD_ADDED_WITHOUT_DEFAULT {
        avro::default(finding)
    } else if rule == &AVRO_ENUM_SYMBOL_REMOVED {
        avro::symbols(finding, texts)
    } else if rule == &AVRO_ENUM_DEFAULT_MISSING {
        avro::catch_all(finding, texts)
    } else if rule == &AVRO_FIELD_REMOVED {
        field::back(finding, texts)
    } else if rule == &AVRO_NAME_CHANGED {
        avro::alias(finding, texts)
    } else if rule == &JSON_SCHEMA_ENUM_VALUE_REMOVED || rule == &JSON_SCHEMA_COMPOSITION_CHANGED {
        // Registries take an enum beside a `type` for two schemas of which both must hold.
        json::values(finding, texts)
    } else {
        None
    }
}

/// Frozen and imported texts are nobody's to change.
fn is_frozen(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') && part != "." && part != "..")
}

use super::difference::{Difference, Kind};
use super::pair::differences;
use crate::compat::Direction;
use crate::json_schema::Schema;
use crate::report::Finding;
use crate::rules::{
    JSON_SCHEMA_BOUND_CHANGED, JSON_SCHEMA_COMPOSITION_CHANGED, JSON_SCHEMA_CONTENT_CLOSED,
    JSON_SCHEMA_ENUM_VALUE_ADDED, JSON_SCHEMA_ENUM_VALUE_REMOVED, JSON_SCHEMA_NOT_JUDGED, JSON_SCHEMA_PROPERTY_ADDED,
    JSON_SCHEMA_PROPERTY_REMOVED, JSON_SCHEMA_REQUIRED_ADDED, JSON_SCHEMA_REQUIRED_REMOVED, JSON_SCHEMA_TYPE_CHANGED,
    Rule,
};

/// What hinders one direction between a new schema and version `number`, as findings at places of the new schema.
pub(in crate::compat) fn findings(new: &Schema, old: &Schema, number: u32, direction: Direction) -> Vec<Finding> {
    let (reader, writer) = match direction {
        Direction::Backward => (new, old),
        Direction::Forward => (old, new),
    };
    differences(reader, writer).iter().map(|one| finding(one, number, direction)).collect()
}

fn finding(one: &Difference, number: u32, direction: Direction) -> Finding {
    let backward = direction == Direction::Backward;
    let (at, old_at) = if backward { (&one.reader_at, &one.writer_at) } else { (&one.writer_at, &one.reader_at) };
    let (new, old) = if backward { (&one.reader, &one.writer) } else { (&one.writer, &one.reader) };
    let label = if backward {
        format!("version {number} cannot be read by this schema")
    } else {
        format!("version {number} cannot read what this schema writes")
    };
    let (rule, message, help) = said(one, number, backward, (new, old));
    rule.at(at.clone(), message)
        .label(label)
        .related(old_at.clone(), format!("version {number}: {old}"))
        .pointer(one.pointer.clone())
        .help(help)
}

fn said(
    one: &Difference,
    number: u32,
    backward: bool,
    (new, old): (&str, &str),
) -> (&'static Rule, String, &'static str) {
    let field = if one.field.is_empty() { "the schema".to_owned() } else { format!("`{}`", one.field) };
    let thing =
        if one.field.is_empty() { format!("`{}`", one.thing) } else { format!("`{}.{}`", one.field, one.thing) };
    let lost = &one.writer;
    match (one.kind, backward) {
        (Kind::Type, _) => (
            &JSON_SCHEMA_TYPE_CHANGED,
            format!("{field} was {old} and is now {new}"),
            "add a property beside it, or run `cargo topika explain json-schema/type-changed`",
        ),
        (Kind::Value, true) => {
            (&JSON_SCHEMA_ENUM_VALUE_REMOVED, format!("the enum of {field} lost {lost}"), "keep the value")
        }
        (Kind::Value, false) => (
            &JSON_SCHEMA_ENUM_VALUE_ADDED,
            format!("the enum of {field} gained {lost}, which version {number} does not know"),
            "under FORWARD and FULL an enum cannot grow; a BACKWARD level lets it",
        ),
        (Kind::Required, true) => (
            &JSON_SCHEMA_REQUIRED_ADDED,
            format!("{thing} is now required, and version {number} may lack it"),
            "leave it optional, or give it a `default`",
        ),
        (Kind::Required, false) => (
            &JSON_SCHEMA_REQUIRED_REMOVED,
            format!("{thing} is no longer required, and version {number} needs it"),
            "keep it in `required`",
        ),
        (Kind::Property, true) => (
            &JSON_SCHEMA_PROPERTY_REMOVED,
            format!("{thing} is gone, and the object takes no further properties"),
            "keep the property, or open the object",
        ),
        (Kind::Property, false) => (
            &JSON_SCHEMA_PROPERTY_ADDED,
            format!("{thing} is new, and version {number} takes no further properties"),
            "use a BACKWARD level, under which new optional properties are fine",
        ),
        (Kind::Closed, _) => (
            &JSON_SCHEMA_CONTENT_CLOSED,
            format!("{thing} was {old} and is now {new}"),
            "leave the content as open as it was",
        ),
        (Kind::Bound, _) => (
            &JSON_SCHEMA_BOUND_CHANGED,
            format!("{thing} was {old} and is now {new}"),
            "keep the bound, or let it allow what it allowed",
        ),
        (Kind::Alternative, true) => (
            &JSON_SCHEMA_COMPOSITION_CHANGED,
            format!("{field} could be {lost}, and no alternative takes it now"),
            "keep the alternative",
        ),
        (Kind::Alternative, false) => (
            &JSON_SCHEMA_COMPOSITION_CHANGED,
            format!("{field} can now be {lost}, for which version {number} has no alternative"),
            "use a BACKWARD level, or add a property instead",
        ),
        (Kind::NotJudged, _) => (
            &JSON_SCHEMA_NOT_JUDGED,
            if one.thing.is_empty() {
                format!("{field} is nested too deep to be judged")
            } else {
                format!("{thing} differs from version {number} and is not compared")
            },
            "take the change back, or set the rule to \"warn\" when you judged it yourself",
        ),
    }
}

//! Options that say something about what is not there: they would do nothing, so they are errors.

use std::collections::BTreeSet;

use topika_contract::report;
use topika_contract::rules::MANIFEST_VALUE;
use topika_contract::text::Location;

use super::choices::{Choices, Layer, Row, TypeChoices};
use super::foreign::Matter;
use crate::ir::{Body, TypeDef, TypeId, Wire};

/// What the fields hold that an option can be about, by type and by the name of the field.
pub(super) type Concerned = BTreeSet<(TypeId, String, Matter)>;

/// The options of a layer that choose a type for something, each with what it is about.
fn said_of(layer: &Layer) -> impl Iterator<Item = (&'static str, Matter, &'static str)> {
    [
        (layer.map.is_some(), "map", Matter::Map, "a map"),
        (layer.time.is_some(), "time", Matter::Time, "a date or a time"),
        (layer.uuid.is_some(), "uuid", Matter::Uuid, "a uuid"),
        (layer.decimal.is_some(), "decimal", Matter::Decimal, "a decimal"),
    ]
    .into_iter()
    .filter_map(|(said, key, matter, what)| said.then_some((key, matter, what)))
}

impl Choices {
    /// What the rows say that cannot be, as texts for the compiler. `types` are the types with the rows that speak of them.
    pub(super) fn misplaced(&self, types: &[(TypeId, &TypeChoices, &TypeDef)], concerned: &Concerned) -> Vec<String> {
        let mut problems = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let of: Vec<_> = types.iter().filter(|(_, of, _)| of.rows.contains(&index)).collect();
            if of.is_empty() {
                continue;
            }
            let json = of.iter().all(|(.., def)| def.wire == Wire::Json);
            if row.layer.open.is_some() && !of.iter().any(|(.., def)| matches!(def.body, Body::Enum(_))) {
                let message = format!("`open` is about an enum, and `{}` is none", row.name);
                problems.push(said(
                    row.at.as_ref(),
                    &message,
                    "name the enum: a type within the file has a name of its own",
                ));
            }
            if json {
                problems.extend(said_of(&row.layer).map(|(key, ..)| for_avro(row, row.at.as_ref(), &row.name, key)));
            }
            for (field, at, layer) in &row.fields {
                let at = at.as_ref().or(row.at.as_ref());
                let name = format!("{}.{}", row.name, field.escape_debug());
                let holds = |matter| of.iter().any(|(id, ..)| concerned.contains(&(*id, field.clone(), matter)));
                for (key, matter, what) in said_of(layer) {
                    if json {
                        problems.push(for_avro(row, at, &name, key));
                    } else if !holds(matter) {
                        let message =
                            format!("`{name}` holds no {}, which `{key}` is about", what.trim_start_matches("a "));
                        let help = "leave it out, or name the field that does; a fixed is a type of its own, with a row of its own";
                        problems.push(said(at, &message, help));
                    }
                }
                match (&layer.way, json) {
                    (Some(_), true) => problems.push(for_avro(row, at, &name, "as")),
                    (Some(_), false) if !says_rust(&self.rows, &of, field) => {
                        let message = format!("`as` says how the type of `rust` is written, and `{name}` has none");
                        problems.push(said(at, &message, "say the type too: `rust = \"crate::Money\"`"));
                    }
                    _ => {}
                }
            }
        }
        problems
    }
}

/// Whether any of the rows of these types says `rust` of a field.
fn says_rust(rows: &[Row], types: &[&(TypeId, &TypeChoices, &TypeDef)], field: &str) -> bool {
    let rows = types.iter().flat_map(|(_, of, _)| &of.rows).filter_map(|index| rows.get(*index));
    rows.flat_map(|row| &row.fields).any(|(name, _, layer)| name == field && layer.rust.is_some())
}

fn for_avro(row: &Row, at: Option<&Location>, name: &str, key: &str) -> String {
    let help = match key {
        "time" | "uuid" => {
            "a text with a format stands for it, and is read on demand: `event.at.parse::<TimestampMillis>()`"
        }
        "as" => "say it to serde: `attributes = [\"serde(with = \\\"crate::money\\\")\"]`",
        _ => "leave it out",
    };
    let message = format!("`{key}` is for Avro, and `{name}` is of a JSON Schema");
    said(at.or(row.at.as_ref()), &message, help)
}

/// A finding about a row, as the compiler says it.
pub(super) fn said(at: Option<&Location>, message: &str, help: &str) -> String {
    let finding = match at {
        Some(at) => MANIFEST_VALUE.at(at.clone(), message),
        None => MANIFEST_VALUE.finding(format!("{message} (said in build.rs)")),
    };
    report::short(&finding.help(help))
}

//! How each type and field is to look: the manifest and the build's own options, resolved.
//!
//! What is said of a field weighs more than what is said of its type, and that more than what is said of all types; where the
//! manifest and the build say different things of the same, the build has the last word.

use std::collections::BTreeSet;

use topika_contract::manifest::{DecimalType, MapType, TimeType, UuidType};
use topika_contract::report;
use topika_contract::rules::MANIFEST_UNKNOWN_KEY;
use topika_contract::text::{Location, closest};

use crate::ir::Code;

/// What one table says, or the options of a build: a layer over what wider ones say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Layer {
    pub(crate) map: Option<MapType>,
    pub(crate) time: Option<TimeType>,
    pub(crate) uuid: Option<UuidType>,
    pub(crate) decimal: Option<DecimalType>,
    pub(crate) open: Option<bool>,
    pub(crate) rust: Option<Code>,
    /// How the type of `rust` is written.
    pub(crate) way: Option<Code>,
    pub(crate) derive: Option<Vec<Code>>,
    pub(crate) attributes: Option<Vec<Code>>,
    pub(crate) field_names: Option<bool>,
    pub(crate) builder: Option<bool>,
    pub(crate) borrowed: Option<bool>,
    pub(crate) redact: Option<bool>,
}

/// What is said of one type.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// Where; none for a row of the build's own.
    pub(crate) at: Option<Location>,
    pub(crate) layer: Layer,
    pub(crate) fields: Vec<(String, Option<Location>, Layer)>,
}

/// Everything that is said of types, the manifest's before the build's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choices {
    pub(crate) all: Vec<Layer>,
    pub(crate) rows: Vec<Row>,
    /// What cannot be: said as an error of the compiler.
    pub(crate) problems: Vec<String>,
    /// Whether a row without a type is wrong: not where only a part of the events is generated.
    pub(crate) all_wanted: bool,
}

/// The names by which a row may call a type, the widest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// The event's name, for the type of an event: of each of its versions.
    pub(super) event: Option<String>,
    /// The full name in Avro: of each version that has one.
    pub(super) full: Option<String>,
    /// The place in the generated module, with `.` between the parts.
    pub(super) path: String,
}

/// What is chosen for a type, or for a field of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice {
    /// What stands for a map; none where the format decides.
    pub(crate) map: Option<MapType>,
    pub(crate) time: TimeType,
    pub(crate) uuid: UuidType,
    pub(crate) decimal: DecimalType,
    /// Whether an enum has a variant for what it does not know.
    pub(crate) open: bool,
    /// The type that the user has for a field: the path of a type, from `crate` or from a crate's name (`::time::Date`).
    pub(crate) rust: Option<Code>,
    /// How that type is written, where the user says it.
    pub(crate) way: Option<Code>,
    pub(crate) derive: Vec<Code>,
    pub(crate) attributes: Vec<Code>,
    pub(crate) field_names: bool,
    pub(crate) builder: bool,
    pub(crate) borrowed: bool,
    /// Whether `Debug` hides what is personal, where somebody said so or the contrary.
    pub(crate) redact: Option<bool>,
}

/// The rows of one type.
#[derive(Clone, Debug, Default)]
pub(super) struct TypeChoices {
    names: Names,
    pub(super) rows: Vec<usize>,
}

impl Choice {
    fn take(&mut self, layer: &Layer) {
        self.map = layer.map.or(self.map);
        self.time = layer.time.unwrap_or(self.time);
        self.uuid = layer.uuid.unwrap_or(self.uuid);
        self.decimal = layer.decimal.unwrap_or(self.decimal);
        self.open = layer.open.unwrap_or(self.open);
        self.field_names = layer.field_names.unwrap_or(self.field_names);
        self.builder = layer.builder.unwrap_or(self.builder);
        self.borrowed = layer.borrowed.unwrap_or(self.borrowed);
        self.redact = layer.redact.or(self.redact);
        for (mine, new) in [(&mut self.derive, &layer.derive), (&mut self.attributes, &layer.attributes)] {
            if let Some(new) = new {
                mine.clone_from(new);
            }
        }
    }
}

impl Choices {
    /// The rows that speak of a type, those of wider names first.
    pub(super) fn matched(&self, names: Names) -> TypeChoices {
        let path = Some(&names.path);
        let mut rows = Vec::new();
        for of in [names.event.as_ref(), names.full.as_ref(), path] {
            for (index, row) in self.rows.iter().enumerate() {
                if of.is_some_and(|name| *name == row.name.replace("::", ".")) && !rows.contains(&index) {
                    rows.push(index);
                }
            }
        }
        // Stable: among the manifest's rows, and among the build's, the order of the names stays.
        rows.sort_by_key(|index| self.rows.get(*index).is_some_and(|row| row.at.is_none()));
        TypeChoices { names, rows }
    }

    fn rows<'c>(&'c self, of: &'c TypeChoices) -> impl Iterator<Item = &'c Row> {
        of.rows.iter().filter_map(|index| self.rows.get(*index))
    }

    /// Whether nothing is said of a type, nor of all.
    fn is_default(&self, of: &TypeChoices) -> bool {
        self.all.is_empty() && of.rows.is_empty()
    }

    /// What is chosen for a type.
    pub(super) fn of_type(&self, of: &TypeChoices) -> Choice {
        if self.is_default(of) {
            return Choice::default();
        }
        let mut choice = Choice::default();
        for layer in self.all.iter().chain(self.rows(of).map(|row| &row.layer)) {
            choice.take(layer);
        }
        choice
    }

    /// The type that the user has for a type.
    pub(super) fn rust_of<'c>(&'c self, of: &'c TypeChoices) -> Option<&'c Code> {
        self.rows(of).filter_map(|row| row.layer.rust.as_ref()).last()
    }

    /// What is chosen for a field: its own attributes, and everything else as its type has it where nothing is said.
    pub(super) fn of_field(&self, of: &TypeChoices, field: &str) -> Choice {
        if self.is_default(of) {
            return Choice::default();
        }
        let mut choice = self.of_type(of);
        choice.attributes = Vec::new();
        choice.derive = Vec::new();
        for (_, _, layer) in self.rows(of).flat_map(|row| &row.fields).filter(|(name, ..)| name == field) {
            choice.take(layer);
            choice.rust = layer.rust.clone().or(choice.rust);
            choice.way = layer.way.clone().or(choice.way);
        }
        choice
    }

    /// What speaks of a type or a field that does not exist, as texts for the compiler. `types` are the types with the names of
    /// their fields.
    pub(super) fn unused(&self, types: &[(TypeChoices, Vec<&str>)]) -> Vec<String> {
        if !self.all_wanted {
            return Vec::new();
        }
        let mut problems = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let of: Vec<_> = types.iter().filter(|(of, _)| of.rows.contains(&index)).collect();
            if of.is_empty() {
                problems.push(no_type(row, types));
                continue;
            }
            let known: BTreeSet<&str> = of.iter().flat_map(|(_, fields)| fields.iter().copied()).collect();
            for (field, at, _) in row.fields.iter().filter(|(field, ..)| !known.contains(field.as_str())) {
                let help = match closest(field, known.iter().copied()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "a field is called as in the schema".to_owned(),
                };
                let message = format!("the type `{}` has no field `{}`", row.name, field.escape_debug());
                problems.push(said(at.as_ref().or(row.at.as_ref()), message, help));
            }
        }
        problems
    }
}

fn no_type(row: &Row, types: &[(TypeChoices, Vec<&str>)]) -> String {
    let known = types.iter().flat_map(|(of, _)| {
        let names = &of.names;
        names.event.iter().chain(&names.full).chain(std::iter::once(&names.path)).map(String::as_str)
    });
    let help = match closest(&row.name, known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "a type is called by its full name in Avro, its event's name, or its place in the generated module: \
                 `orders.OrderPlaced`, `orders.order-placed`, `orders::OrderPlaced`"
            .to_owned(),
    };
    said(row.at.as_ref(), format!("no type is called `{}`", row.name.escape_debug()), help)
}

/// A finding about a row, as the compiler says it.
fn said(at: Option<&Location>, message: String, help: String) -> String {
    let finding = match at {
        Some(at) => MANIFEST_UNKNOWN_KEY.at(at.clone(), message),
        None => MANIFEST_UNKNOWN_KEY.finding(format!("{message} (said in build.rs)")),
    };
    report::short(&finding.help(help))
}

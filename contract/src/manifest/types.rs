//! `[types]` and the rows `[type."..."]`: how the generated types look.

use toml::de::DeTable;

use super::key::Entry;
use super::table::{Reader, said};
use super::{DecimalType, MapType, Marked, TimeType, UuidType};
use crate::text::closest;

const TYPES: &[&str] = &[
    "map",
    "time",
    "uuid",
    "decimal",
    "open_enums",
    "derive",
    "attributes",
    "field_names",
    "builder",
    "borrowed",
    "redact",
];
const TYPE: &[&str] = &[
    "map",
    "time",
    "uuid",
    "decimal",
    "open",
    "derive",
    "attributes",
    "field_names",
    "builder",
    "borrowed",
    "redact",
    "rust",
    "fields",
];
const FIELD: &[&str] = &["map", "time", "uuid", "decimal", "rust", "as", "attributes", "redact"];

/// What `[types]` or a row `[type."..."]` says about the types it is for. What it does not say is decided elsewhere.
#[derive(Clone, Debug, Default)]
pub struct TypeChoices {
    /// `map`: what stands for a map.
    pub map: Option<Marked<MapType>>,
    /// `time`: what stands for dates, times and timestamps.
    pub time: Option<Marked<TimeType>>,
    /// `uuid`: what stands for a UUID.
    pub uuid: Option<Marked<UuidType>>,
    /// `decimal`: what stands for a decimal.
    pub decimal: Option<Marked<DecimalType>>,
    /// `open_enums`, in a row `open`: whether an enum has a variant for symbols that it does not know.
    pub open: Option<Marked<bool>>,
    /// `derive`: further traits to derive, as paths. Takes the place of what a wider table says.
    pub derive: Option<Vec<Marked<String>>>,
    /// `attributes`: further attributes, without `#[` and `]`. Takes the place of what a wider table says.
    pub attributes: Option<Vec<Marked<String>>>,
    /// `field_names`: whether a struct has `FIELDS`, the names of its fields.
    pub field_names: Option<Marked<bool>>,
    /// `builder`: whether a struct has a builder.
    pub builder: Option<Marked<bool>>,
    /// `borrowed`: whether a record has a twin that borrows from the message.
    pub borrowed: Option<Marked<bool>>,
    /// `redact`: whether `Debug` hides what is marked as personal.
    pub redact: Option<Marked<bool>>,
}

/// What `fields.NAME` of a row says.
#[derive(Clone, Debug, Default)]
pub struct FieldChoices {
    /// `map`: what stands for a map.
    pub map: Option<Marked<MapType>>,
    /// `time`: what stands for dates, times and timestamps.
    pub time: Option<Marked<TimeType>>,
    /// `uuid`: what stands for a UUID.
    pub uuid: Option<Marked<UuidType>>,
    /// `decimal`: what stands for a decimal.
    pub decimal: Option<Marked<DecimalType>>,
    /// `rust`: the path of a type that takes the place of the generated one.
    pub rust: Option<Marked<String>>,
    /// `as`: how that type is written, where it is not as the generated one.
    pub way: Option<Marked<String>>,
    /// `attributes`: attributes of the field, without `#[` and `]`.
    pub attributes: Option<Vec<Marked<String>>>,
    /// `redact`: whether `Debug` hides the field.
    pub redact: Option<Marked<bool>>,
}

/// `[type."orders.OrderPlaced"]`
#[derive(Clone, Debug)]
pub struct TypeRow {
    /// The type's name.
    pub name: Marked<String>,
    /// What is chosen for the type.
    pub choices: TypeChoices,
    /// `rust`: the path of a type of the user's own that takes the place of the generated one.
    pub rust: Option<Marked<String>>,
    /// What is chosen for its fields, by their names in the schema.
    pub fields: Vec<(Marked<String>, FieldChoices)>,
}

/// Reads `[types]`.
pub(super) fn types<'a>(table: &'a DeTable<'a>, reader: &mut Reader<'_>) -> TypeChoices {
    let mut choices = TypeChoices::default();
    for entry in reader.entries(table) {
        match entry.name {
            "open_enums" => choices.open = reader.flag(&entry),
            // Of a row only, and near enough to be taken for the one above by whoever reads the hint.
            "open" => reader.unknown(&entry, "types", TYPES),
            _ if type_choice(&entry, &mut choices, reader) => {}
            _ => reader.unknown(&entry, "types", TYPES),
        }
    }
    choices
}

/// Reads a row.
pub(super) fn row<'a>(name: Marked<String>, title: &str, table: &'a DeTable<'a>, reader: &mut Reader<'_>) -> TypeRow {
    let mut row = TypeRow { name, choices: TypeChoices::default(), rust: None, fields: Vec::new() };
    for entry in reader.entries(table) {
        match entry.name {
            "open" => row.choices.open = reader.flag(&entry),
            "rust" => row.rust = reader.string(&entry),
            "fields" => row.fields = fields(&entry, title, reader),
            _ if type_choice(&entry, &mut row.choices, reader) => {}
            _ => reader.unknown(&entry, title, TYPE),
        }
    }
    row
}

/// Takes the keys that `[types]` and a row share; `false` for any other.
fn type_choice(entry: &Entry<'_>, choices: &mut TypeChoices, reader: &mut Reader<'_>) -> bool {
    match entry.name {
        "map" => choices.map = word(entry, MapType::ALL, MapType::as_str, MapType::WANTED, reader),
        "time" => choices.time = word(entry, TimeType::ALL, TimeType::as_str, TimeType::WANTED, reader),
        "uuid" => choices.uuid = word(entry, UuidType::ALL, UuidType::as_str, UuidType::WANTED, reader),
        "decimal" => choices.decimal = word(entry, DecimalType::ALL, DecimalType::as_str, DecimalType::WANTED, reader),
        "derive" => choices.derive = Some(reader.strings(entry, false)),
        "attributes" => choices.attributes = Some(reader.strings(entry, false)),
        "field_names" => choices.field_names = reader.flag(entry),
        "builder" => choices.builder = reader.flag(entry),
        "borrowed" => choices.borrowed = reader.flag(entry),
        "redact" => choices.redact = reader.flag(entry),
        _ => return false,
    }
    true
}

fn fields<'a>(entry: &Entry<'a>, title: &str, reader: &mut Reader<'_>) -> Vec<(Marked<String>, FieldChoices)> {
    let Some(table) = reader.table(entry) else { return Vec::new() };
    let mut fields = Vec::new();
    for entry in reader.entries(table) {
        let Some(table) = reader.table(&entry) else { continue };
        let title = format!("{title}.fields.{}", super::rows::quoted(entry.name));
        fields.push((Marked { value: entry.name.to_owned(), at: entry.name_at }, field(&title, table, reader)));
    }
    fields
}

fn field<'a>(title: &str, table: &'a DeTable<'a>, reader: &mut Reader<'_>) -> FieldChoices {
    let mut choices = FieldChoices::default();
    for entry in reader.entries(table) {
        match entry.name {
            "map" => choices.map = word(&entry, MapType::ALL, MapType::as_str, MapType::WANTED, reader),
            "time" => choices.time = word(&entry, TimeType::ALL, TimeType::as_str, TimeType::WANTED, reader),
            "uuid" => choices.uuid = word(&entry, UuidType::ALL, UuidType::as_str, UuidType::WANTED, reader),
            "decimal" => {
                choices.decimal = word(&entry, DecimalType::ALL, DecimalType::as_str, DecimalType::WANTED, reader);
            }
            "rust" => choices.rust = reader.string(&entry),
            "as" => choices.way = reader.string(&entry),
            "attributes" => choices.attributes = Some(reader.strings(&entry, false)),
            "redact" => choices.redact = reader.flag(&entry),
            _ => reader.unknown(&entry, title, FIELD),
        }
    }
    choices
}

/// The choice that an entry's word names.
fn word<T: Copy>(
    entry: &Entry<'_>,
    all: &[T],
    as_str: fn(T) -> &'static str,
    wanted: &str,
    reader: &mut Reader<'_>,
) -> Option<Marked<T>> {
    let written = entry.value.as_str();
    if let Some(value) = written.and_then(|word| all.iter().copied().find(|choice| as_str(*choice) == word)) {
        return Some(Marked { value, at: entry.at.clone() });
    }
    let meant = written.and_then(|written| closest(written, all.iter().map(|choice| as_str(*choice))));
    match meant {
        Some(meant) => reader.meant(entry, wanted, meant),
        None => reader.bad(entry.at.clone(), entry.name, wanted, &said(entry.value)),
    }
    None
}

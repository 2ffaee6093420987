use toml::de::{DeTable, DeValue};

use super::key::Entry;
use super::table::Reader;
use crate::text::Location;

/// A setting whose name has dots, as Kafka's have: `"retention.ms" = 1` and `retention.ms = 1` are one to people, and two to TOML.
pub(super) struct Flat<'a> {
    pub(super) name: String,
    pub(super) name_at: Location,
    pub(super) value: &'a DeValue<'a>,
    pub(super) at: Location,
}

/// The settings of a table in the order of the text, whichever way their names are written. A table for which `is_value` holds is a value.
pub(super) fn flat<'a>(
    table: &'a DeTable<'a>,
    reader: &Reader<'_>,
    is_value: fn(&DeTable<'_>) -> bool,
) -> Vec<Flat<'a>> {
    let mut all = Vec::new();
    add(&mut all, "", reader.entries(table), reader, is_value);
    all
}

fn add<'a>(
    all: &mut Vec<Flat<'a>>,
    before: &str,
    entries: Vec<Entry<'a>>,
    reader: &Reader<'_>,
    is_value: fn(&DeTable<'_>) -> bool,
) {
    for Entry { name, name_at, value, at } in entries {
        let name = format!("{before}{name}");
        match value.as_table().filter(|table| !is_value(table)) {
            Some(table) => add(all, &format!("{name}."), reader.entries(table), reader, is_value),
            None => all.push(Flat { name, name_at, value, at }),
        }
    }
}

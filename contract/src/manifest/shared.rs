use toml::de::DeTable;

use super::Marked;
use super::table::Reader;
use crate::compat::Level;

const SHARED: &[&str] = &["level"];

/// `[shared."types.Money"]`: what is said of a shared type, by the subject that it is registered under.
#[derive(Clone, Debug)]
pub struct SharedRow {
    /// The subject: the full name of an Avro type, the path of a JSON Schema below the schema folder.
    pub name: Marked<String>,
    /// Its level, where that is not the project's.
    pub level: Option<Marked<Level>>,
}

/// Reads a row.
pub(super) fn row<'a>(name: Marked<String>, title: &str, table: &'a DeTable<'a>, reader: &mut Reader<'_>) -> SharedRow {
    let mut row = SharedRow { name, level: None };
    for entry in reader.entries(table) {
        match entry.name {
            "level" => row.level = reader.level(&entry),
            _ => reader.unknown(&entry, title, SHARED),
        }
    }
    row
}

//! `schemas/.history/ids.<env>.toml`: what the registry of an environment gave to the locked versions.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use toml::de::DeTable;

use super::row::{Bad, Row};
use crate::report::Finding;
use crate::rules::LOCK_CORRUPT;
use crate::text::{Source, Span, toml_string};

/// The version of the form that this crate writes and reads.
const IDS_VERSION: u32 = 1;

/// The ids of an environment.
///
/// ```
/// use topika_contract::lock::{Ids, RegisteredId};
/// use topika_contract::text::Source;
///
/// let mut ids = Ids::default();
/// ids.set("orders-value", 1, RegisteredId { id: 7, version: 1, guid: None });
/// let read = Ids::parse(&Source::new("ids.prod.toml", ids.print("prod"))).unwrap();
/// assert_eq!(read.get("orders-value", 1), Some(RegisteredId { id: 7, version: 1, guid: None }));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    subjects: BTreeMap<String, BTreeMap<u32, RegisteredId>>,
}

/// What a registry gave to a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisteredId {
    /// The id of the schema.
    pub id: u32,
    /// The number of the version there, which need not be that of the lock.
    pub version: u32,
    /// The GUID of the schema, where the registry says one: its 16 bytes, big-endian.
    pub guid: Option<u128>,
}

/// The path of the file, relative to the project's root.
#[must_use]
pub fn ids_path(schemas: &str, env: &str) -> String {
    format!("{schemas}/.history/ids.{env}.toml")
}

impl Ids {
    /// What is known of a locked version.
    #[must_use]
    pub fn get(&self, subject: &str, number: u32) -> Option<RegisteredId> {
        self.subjects.get(subject)?.get(&number).copied()
    }

    /// Keeps what a registry gave to a locked version.
    pub fn set(&mut self, subject: &str, number: u32, to: RegisteredId) {
        self.subjects.entry(subject.to_owned()).or_default().insert(number, to);
    }

    /// All of them, by subject and number: subjects without prefix, numbers of the lock.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u32, RegisteredId)> {
        self.subjects
            .iter()
            .flat_map(|(subject, versions)| versions.iter().map(move |(number, of)| (subject.as_str(), *number, *of)))
    }

    /// Reads the text of such a file.
    ///
    /// # Errors
    /// The finding at what cannot be read.
    pub fn parse(source: &Source) -> Result<Self, Box<Finding>> {
        let read = match DeTable::parse(source.text()) {
            Ok(document) => ids(document.get_ref()),
            Err(error) => {
                let span = error.span().map_or_else(Span::default, |range| Span::new(range.start, range.end));
                Err(Bad { span, message: error.message().split('\n').next().unwrap_or_default().to_owned() })
            }
        };
        read.map_err(|bad| {
            let message = format!("{} cannot be read: {}", source.path(), bad.message);
            let help = "restore it from version control; or delete it, and `cargo topika push` writes it again";
            Box::new(LOCK_CORRUPT.at(source.at(bad.span), message).help(help))
        })
    }

    /// The text of the file: sorted, a version a line, so that a diff shows what changed.
    #[must_use]
    pub fn print(&self, env: &str) -> String {
        let mut out = format!(
            "# What the registry of `{env}` gave to the locked versions. Written by `cargo topika push` and `pull`; commit it.\n\
             ids-version = {IDS_VERSION}\n"
        );
        for (subject, versions) in &self.subjects {
            // Writing into a string cannot fail.
            let _ = writeln!(out, "\n[[subject]]\nname = {}\nversions = [", toml_string(subject));
            for (number, RegisteredId { id, version, guid }) in versions {
                let guid = guid.map(|guid| format!(", guid = \"{}\"", hyphened(guid))).unwrap_or_default();
                let _ = writeln!(out, "  {{ number = {number}, id = {id}, version = {version}{guid} }},");
            }
            out.push_str("]\n");
        }
        out
    }
}

fn ids(document: &DeTable<'_>) -> Result<Ids, Bad> {
    let start = Span::default();
    let file = Row::new(document, start, &["ids-version", "subject"])?;
    let form = file.number("ids-version")?;
    if form != IDS_VERSION {
        let message = format!("its form is version {form}, and this topika reads version {IDS_VERSION}");
        return Err(Bad { span: file.span_of("ids-version"), message });
    }
    let mut ids = Ids::default();
    for row in file.rows("subject", &["name", "versions"])? {
        let name = row.text("name")?;
        for version in row.rows("versions", &["number", "id", "version", "guid"])? {
            let number = version.number("number")?;
            if ids.get(&name, number).is_some() {
                let message = format!("version {number} of `{name}` stands there twice");
                return Err(Bad { span: version.span(), message });
            }
            let guid = version.perhaps_text("guid")?.map(|text| {
                let message = format!("{text:?} is no GUID");
                bytes(&text).ok_or_else(|| Bad { span: version.span_of("guid"), message })
            });
            let (id, guid) = (version.number("id")?, guid.transpose()?);
            ids.set(&name, number, RegisteredId { id, version: version.number("version")?, guid });
        }
    }
    Ok(ids)
}

/// The usual form: 32 hexadecimal digits in five groups.
fn hyphened(guid: u128) -> String {
    let digits = format!("{guid:032x}");
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|group| digits.get(group).unwrap_or_default());
    groups.join("-")
}

fn bytes(text: &str) -> Option<u128> {
    let digits = text.replace('-', "");
    (digits.len() == 32 && !digits.starts_with('+')).then(|| u128::from_str_radix(&digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> Ids {
        let mut ids = Ids::default();
        ids.set("types/station.schema.json", 1, RegisteredId { id: 1, version: 1, guid: None });
        ids.set("a \"b\\", 2, RegisteredId { id: 70_000, version: 12, guid: Some(0x0cc1_75b9 << 96 | 0x61) });
        ids.set("a \"b\\", 1, RegisteredId { id: 3, version: 11, guid: None });
        ids
    }

    #[test]
    fn what_is_printed_is_read_again() {
        let text = ids().print("prod");
        assert_eq!(Ids::parse(&Source::new("ids.prod.toml", text.clone())).unwrap(), ids());
        let numbers: Vec<_> = ids().iter().map(|(_, number, of)| (number, of.id)).collect();
        assert_eq!(numbers, [(1, 3), (2, 70_000), (1, 1)], "{text}");
        assert!(text.contains("guid = \"0cc175b9-0000-0000-0000-000000000061\" },"), "{text}");
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let text = ids().print("prod");
        let cases = [
            (text.replace("ids-version = 1", "ids-version = 2"), "version 2"),
            (text.replace("id = 3", "id = -3"), "`id` wants a whole number"),
            (text.replace("number = 2", "number = 1"), "stands there twice"),
            (text.replace("guid = \"0cc1", "guid = \"+cc1"), "is no GUID"),
            (text.replace("id = 3", "key = 3"), "unknown key `key`"),
            (text.replace("versions = [", "versions = "), "ids.prod.toml cannot be read"),
        ];
        for (text, part) in cases {
            let finding = Ids::parse(&Source::new("ids.prod.toml", text)).unwrap_err();
            assert!(finding.message.contains(part), "{}", finding.message);
            assert!(finding.at.is_some() && finding.help.is_some());
        }
    }
}

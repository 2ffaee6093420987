//! Where the subjects of a registry would stand in a project: as events of topics, as shared types, or carried as they are.

use std::collections::{BTreeMap, BTreeSet};

use topika_contract::compat::Level;
use topika_contract::project::Format;
use topika_contract::text::json::{Comments, read};
use topika_registry::api::{SchemaType, SubjectVersion};

use super::held::{Held, HeldSubject};
use crate::words::words;

/// Where each subject stands, by its name there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    pub(crate) places: BTreeMap<String, Place>,
}

/// The place of one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The name without the environment's prefix.
    pub(crate) name: String,
    /// Whether the prefix stands before the name there.
    pub(crate) prefixed: bool,
    pub(crate) kind: Kind,
}

/// What a subject becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A file that a topic carries.
    OfTopic {
        topic: String,
        /// Below the schema folder.
        path: String,
        format: Format,
        /// Whether it is the topic's key.
        key: bool,
    },
    /// A file below a folder `types`.
    Shared { path: String, format: Format },
    /// No file: kept word for word.
    Carried,
}

impl Place {
    /// The path and the format of the working file; none where it is carried.
    pub(crate) fn file(&self) -> Option<(&str, Format)> {
        match &self.kind {
            Kind::OfTopic { path, format, .. } | Kind::Shared { path, format } => Some((path, *format)),
            Kind::Carried => None,
        }
    }
}

/// Proposes a place for every subject.
pub(crate) fn places(held: &Held, prefix: &str) -> Places {
    let mut places = Places::default();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut levels: BTreeMap<String, Level> = BTreeMap::new();
    for (name, subject) in &held.subjects {
        let place = place(name, subject, prefix);
        let is_free = place.file().is_none_or(|(path, _)| taken.insert(path.to_lowercase()));
        // A topic has one level.
        let agrees = match &place.kind {
            Kind::OfTopic { topic, .. } => *levels.entry(topic.clone()).or_insert(subject.level) == subject.level,
            _ => true,
        };
        let kind = if is_free && agrees { place.kind.clone() } else { Kind::Carried };
        places.places.insert(name.clone(), Place { kind, ..place });
    }
    places
}

fn place(there: &str, subject: &HeldSubject, prefix: &str) -> Place {
    let (name, prefixed) = match there.strip_prefix(prefix) {
        Some(name) if !prefix.is_empty() && !name.is_empty() => (name, true),
        _ => (there, false),
    };
    let of_topic = if prefixed || prefix.is_empty() { of_topic(name, subject) } else { None };
    if let Some(kind) = of_topic {
        return Place { name: name.to_owned(), prefixed: !prefix.is_empty(), kind };
    }
    // What is no subject of a topic of ours has its name as it is there.
    match shared(there, subject) {
        Some(kind) => Place { name: there.to_owned(), prefixed: false, kind },
        None => Place { name: name.to_owned(), prefixed, kind: Kind::Carried },
    }
}

/// `<topic>-value`, `<topic>-key` or `<topic>-<record>`.
fn of_topic(name: &str, subject: &HeldSubject) -> Option<Kind> {
    let (latest, format) = one_format(subject)?;
    let record = record(latest, format)?;
    let (topic, key) = match name.strip_suffix("-key") {
        Some(topic) => (topic, true),
        None => {
            let topic = name.strip_suffix("-value").or_else(|| name.strip_suffix(&record)?.strip_suffix('-'))?;
            (topic, false)
        }
    };
    let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if topic.is_empty() || !topic.bytes().all(is_name) {
        return None;
    }
    let path = match format {
        Format::Avro => avro_path(&record),
        // A `title` has no namespace; the topic's name has the domain.
        Format::Json => {
            let folder = topic.rsplit_once('.').map_or("", |(domain, _)| domain);
            joined(folder, &record)
        }
    };
    (!path.split('/').any(|part| part == "types")).then(|| Kind::OfTopic {
        topic: topic.to_owned(),
        path: with_ending(path, format),
        format,
        key,
    })
}

/// The full name of an Avro type, or a path that ends as our JSON files do.
fn shared(name: &str, subject: &HeldSubject) -> Option<Kind> {
    let (latest, format) = one_format(subject)?;
    match format {
        Format::Avro => {
            let record = record(latest, format).filter(|record| record == name)?;
            let path = avro_path(&record);
            let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
            let is_below = folders.split('/').any(|folder| folder == "types");
            let path = if is_below { path } else { format!("types/{path}") };
            Some(Kind::Shared { path: with_ending(path, format), format })
        }
        Format::Json => {
            let is_path = Format::of_path(name) == Some(Format::Json)
                && name.rsplit_once('/').is_some_and(|(folders, _)| folders.split('/').any(|one| one == "types"))
                && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
                && !name.contains(['\\', ':', '\0']);
            is_path.then(|| Kind::Shared { path: name.to_owned(), format })
        }
    }
}

/// The newest version, and the format of all.
fn one_format(subject: &HeldSubject) -> Option<(&SubjectVersion, Format)> {
    let latest = subject.versions.values().next_back()?;
    let format = format_of(latest.schema_type)?;
    let all = subject.versions.values().all(|version| format_of(version.schema_type) == Some(format));
    all.then_some((latest, format))
}

/// The format that a language of registries is here.
pub(super) fn format_of(schema_type: SchemaType) -> Option<Format> {
    match schema_type {
        SchemaType::Avro => Some(Format::Avro),
        SchemaType::Json => Some(Format::Json),
        SchemaType::Protobuf => None,
    }
}

/// The full name of an Avro type, or the `title` of a JSON Schema.
fn record(version: &SubjectVersion, format: Format) -> Option<String> {
    let (document, _) = read(&version.schema, Comments::Refused);
    let document = document?;
    let text = |key: &str| document.get(key)?.as_str().map(str::to_owned);
    match format {
        Format::Avro => {
            let name = text("name")?;
            match text("namespace").filter(|namespace| !namespace.is_empty() && !name.contains('.')) {
                Some(namespace) => Some(format!("{namespace}.{name}")),
                None => Some(name.trim_start_matches('.').to_owned()),
            }
        }
        Format::Json => text("title"),
    }
}

/// `orders.OrderPlaced` is `orders/order-placed`.
fn avro_path(record: &str) -> String {
    let (namespace, name) = record.rsplit_once('.').unwrap_or(("", record));
    joined(namespace, name)
}

fn joined(namespace: &str, name: &str) -> String {
    let stem = words(name).join("-");
    let stem = if stem.is_empty() { "event".to_owned() } else { stem };
    match namespace {
        "" => stem,
        namespace => format!("{}/{stem}", namespace.replace('.', "/")),
    }
}

fn with_ending(path: String, format: Format) -> String {
    format!("{path}.{}", format.ending())
}

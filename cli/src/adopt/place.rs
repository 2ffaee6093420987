//! Where the subjects of a registry would stand in a project: as events of topics, as shared types, or carried as they are.

use std::collections::{BTreeMap, BTreeSet};

use topika_contract::compat::Level;
use topika_contract::lock::{CarriedSubject, CarriedVersion, Lock, LockedSubject, sha256_hex};
use topika_contract::manifest::topic_name_problem;
use topika_contract::project::{Contract, Format, Project, SchemaFile};
use topika_contract::text::Source;
use topika_contract::text::json::{Comments, read};
use topika_registry::api::{SchemaType, SubjectVersion};

use super::apart::Why;
use super::held::{Held, HeldSubject};
use super::known::Known;
use crate::words::words;

/// File systems take names of 255 bytes at most; some count what encrypts them too, and while a file is written, its name is a longer one.
const LONGEST_NAME: usize = 200;

/// Systems take paths of 4,096 bytes at most, some of 1,024, with the folders that the project stands in.
const LONGEST_PATH: usize = 800;

/// Where each subject stands, by its name there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    pub(crate) places: BTreeMap<String, Place>,
    /// Why subjects have no file that might have one, by their names there.
    pub(crate) without_file: BTreeMap<String, String>,
    /// Subjects that have no place, since another one has their name here.
    pub(crate) taken: BTreeMap<String, Why>,
}

/// The place of one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The name without the environment's prefix.
    pub(crate) name: String,
    /// Whether the prefix stands before the name there.
    pub(crate) prefixed: bool,
    pub(crate) kind: Kind,
    /// Whether the working file is none of the subject any more: its event has another one by now, or is broken.
    pub(crate) stays: bool,
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

/// Proposes a place for every subject. What the lock knows stays what it is; only what was carried gets a file where it can have one by now.
pub(crate) fn places(held: &Held, prefix: &str, project: &Project, before: &Contract, known: &Known) -> Places {
    let lock = &project.lock;
    let mut places = Places::default();
    for (there, subject) in &held.subjects {
        if let Some(locked) = known.name(there).and_then(|name| lock.subject(name)) {
            places.places.insert(there.clone(), of_locked(there, subject, locked, prefix, lock, before));
        }
    }
    let locked = places.places.values().filter(|place| !place.stays).filter_map(Place::file);
    let mut files: BTreeSet<String> = locked.map(|(path, _)| path.to_lowercase()).collect();
    let mut levels: BTreeMap<String, Level> = BTreeMap::new();
    for (there, subject) in
        held.subjects.iter().filter(|(there, _)| !places.places.contains_key(*there)).collect::<Vec<_>>()
    {
        let mut place = place(there, subject, prefix);
        if let Some(carried) = known.name(there).and_then(|name| lock.carried(name)) {
            let file = place
                .file()
                .filter(|(_, format)| place.name == carried.name && is_whole(carried, there, subject, known, *format));
            let kind = if file.is_some() { place.kind.clone() } else { Kind::Carried };
            place = Place { name: carried.name.clone(), prefixed: carried.prefixed, kind, stays: false };
        }
        let is_free = place.file().is_none_or(|(path, _)| takes(&mut files, path));
        // A topic has one level, and that of a topic which the project knows is said here.
        let agrees = match &place.kind {
            Kind::OfTopic { topic, .. } => {
                level_here(topic, project).is_some()
                    || *levels.entry(topic.clone()).or_insert(subject.level) == subject.level
            }
            _ => true,
        };
        match &place.kind {
            Kind::Carried => drop(places.without_file.insert(there.clone(), without_file(subject).to_owned())),
            Kind::OfTopic { path, .. } | Kind::Shared { path, .. } if !is_free => {
                let why = match is_too_long(path) {
                    true => "the name of its newest version is too long for a file".to_owned(),
                    false => format!("another subject has the file {path}, or a folder of its name"),
                };
                places.without_file.insert(there.clone(), why);
            }
            Kind::OfTopic { topic, .. } if !agrees => {
                let why = format!(
                    "a topic has one level, and another subject of {topic} has another one than {}: set one for both there, and pull again",
                    subject.level
                );
                places.without_file.insert(there.clone(), why);
            }
            _ => {}
        }
        if !(is_free && agrees) {
            place.kind = Kind::Carried;
        }
        places.places.insert(there.clone(), place);
    }
    one_of_a_name(&mut places, known);
    places
}

/// Takes a path, where it is nobody's, no folder of another one and below none, also on file systems that know no capital letters.
fn takes(files: &mut BTreeSet<String>, path: &str) -> bool {
    let path = path.to_lowercase();
    let below = format!("{path}/");
    let is_folder = files.range(below.clone()..).next().is_some_and(|next| next.starts_with(&below));
    let is_below = path.match_indices('/').any(|(at, _)| path.get(..at).is_some_and(|folder| files.contains(folder)));
    let has_room = path.split('/').all(|part| !part.is_empty() && !part.starts_with('.')) && !is_too_long(&path);
    let is_spelled_otherwise = !path.is_ascii() && files.iter().any(|other| may_be_one(&path, other));
    has_room && !is_folder && !is_below && !is_spelled_otherwise && files.insert(path)
}

/// Whether a file system may refuse a path for its length.
fn is_too_long(path: &str) -> bool {
    path.len() > LONGEST_PATH || path.split('/').any(|part| part.len() > LONGEST_NAME)
}

/// Whether two paths may be one to a file system that takes one Unicode spelling for another: letters beyond ASCII stand at the same places, and some
/// are composed of a letter and marks. That says it of some paths too many, of which one is carried then.
fn may_be_one(a: &str, b: &str) -> bool {
    let is_mark =
        |letter: char| matches!(letter, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}' | '\u{1100}'..='\u{11ff}');
    (a.contains(is_mark) || b.contains(is_mark)) && outline(a) == outline(b)
}

/// A path with one sign for each run of letters beyond ASCII, and the letter that a mark stands on.
fn outline(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for letter in path.chars() {
        if letter.is_ascii() {
            out.push(letter);
            continue;
        }
        let is_on_letter =
            matches!(letter, '\u{300}'..='\u{36f}') && out.chars().next_back().is_some_and(|last| last != '\0');
        if is_on_letter {
            out.pop();
        }
        if !out.ends_with('\0') {
            out.push('\0');
        }
    }
    out
}

/// Each name stands for one subject: for that of the lock, else for the one that has the environment's prefix.
fn one_of_a_name(places: &mut Places, known: &Known) {
    let mut by_name: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for (there, place) in &places.places {
        by_name.entry(&place.name).or_default().push(there);
    }
    let mut taken = Vec::new();
    for all in by_name.values_mut() {
        all.sort_by_key(|there| {
            let prefixed = places.places.get(*there).is_some_and(|place| place.prefixed);
            (known.name(there).is_none(), !prefixed)
        });
        if let Some((first, others)) = all.split_first() {
            taken.extend(others.iter().map(|other| ((*other).clone(), Why::Taken { by: (*first).clone() })));
        }
    }
    for (there, why) in taken {
        places.places.remove(&there);
        places.taken.insert(there, why);
    }
}

/// The place of a subject that the lock has with a file.
fn of_locked(
    there: &str,
    subject: &HeldSubject,
    locked: &LockedSubject,
    prefix: &str,
    lock: &Lock,
    before: &Contract,
) -> Place {
    let (path, format) = (locked.path.clone(), locked.format);
    let proposed = place(there, subject, prefix);
    let of_lock =
        lock.topics.iter().filter(|topic| topic.has_subject(&locked.name)).max_by_key(|topic| topic.name.len());
    let kind = match (proposed.kind, of_lock) {
        (Kind::OfTopic { topic, key, .. }, _) => Kind::OfTopic { topic, path, format, key },
        (_, Some(topic)) => {
            let key = locked.name.strip_prefix(&topic.name) == Some("-key");
            Kind::OfTopic { topic: topic.name.clone(), path, format, key }
        }
        _ => Kind::Shared { path, format },
    };
    Place { name: locked.name.clone(), prefixed: proposed.prefixed, kind, stays: !lives(before, &locked.name) }
}

/// The level of a topic that the project knows: what was locked goes before what stands in the manifest.
pub(super) fn level_here(topic: &str, project: &Project) -> Option<Level> {
    let row = project.manifest.topic_row(topic);
    let locked = project.lock.topic(topic).map(|topic| topic.level);
    locked.or_else(|| row.map(|row| project.manifest.level_of(Some(row)).0))
}

/// The name of the event of a working file.
pub(super) fn event_of(path: &str) -> Option<String> {
    SchemaFile::new(path, Source::new(path, "")).map(|file| file.event_name())
}

/// Whether a contract has a subject.
pub(super) fn lives(contract: &Contract, subject: &str) -> bool {
    let events = contract.events.iter().filter(|event| event.frozen.is_none()).map(|event| &event.subject.name);
    events.chain(contract.shared.iter().map(|shared| &shared.subject.name)).any(|name| name == subject)
}

/// Whether all that was carried of a subject is there, word for word, and of the language of the file.
fn is_whole(carried: &CarriedSubject, there: &str, subject: &HeldSubject, known: &Known, format: Format) -> bool {
    let is_there = |carried: &CarriedVersion| {
        let mut texts =
            subject.versions.iter().filter(|(version, _)| known.number(there, **version) == Some(carried.number));
        texts.next().is_some_and(|(_, version)| sha256_hex(&version.schema) == carried.text)
    };
    let is_of = |version: &CarriedVersion| version.language == format.into();
    carried.versions.iter().all(|version| is_there(version) && is_of(version))
}

fn place(there: &str, subject: &HeldSubject, prefix: &str) -> Place {
    let (name, prefixed) = match there.strip_prefix(prefix) {
        Some(name) if !prefix.is_empty() && !name.is_empty() => (name, true),
        _ => (there, false),
    };
    // Without a prefix there, only the name tells what has one elsewhere.
    let is_ours = prefixed || prefix.is_empty();
    if let Some(kind) = of_topic(name, subject).filter(|_| is_ours) {
        return Place { name: name.to_owned(), prefixed: true, kind, stays: false };
    }
    // What is no subject of a topic of ours has its name as it is there.
    match shared(there, subject) {
        Some(kind) => Place { name: there.to_owned(), prefixed: false, kind, stays: false },
        None => {
            let prefixed = prefixed || (is_ours && is_of_topic(name, subject));
            Place { name: name.to_owned(), prefixed, kind: Kind::Carried, stays: false }
        }
    }
}

/// Whether a subject that gets no file is a topic's all the same, of whatever language: by its name, as every client makes it.
fn is_of_topic(name: &str, subject: &HeldSubject) -> bool {
    let latest = subject.versions.values().next_back();
    let record = latest.and_then(|latest| record(latest, format_of(&latest.schema_type)?));
    topic_in(name, record.as_deref()).is_some()
}

/// The topic of `<topic>-value`, `<topic>-key` or `<topic>-<record>`, and whether it is its key; a row of one whose name Kafka refuses would be refused,
/// and with it the project with everything else.
fn topic_in<'n>(name: &'n str, record: Option<&str>) -> Option<(&'n str, bool)> {
    let of_record = || name.strip_suffix(record?)?.strip_suffix('-');
    let (topic, key) = match name.strip_suffix("-key") {
        Some(topic) => (topic, true),
        None => (name.strip_suffix("-value").or_else(of_record)?, false),
    };
    topic_name_problem(topic).is_none().then_some((topic, key))
}

/// `<topic>-value`, `<topic>-key` or `<topic>-<record>`.
fn of_topic(name: &str, subject: &HeldSubject) -> Option<Kind> {
    let (latest, format) = one_format(subject)?;
    let record = record(latest, format)?;
    let (topic, key) = topic_in(name, Some(&record))?;
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

/// Why no file could give a subject, whatever else is there.
fn without_file(subject: &HeldSubject) -> &'static str {
    let Some(latest) = subject.versions.values().next_back() else { return "it has no version" };
    match format_of(&latest.schema_type) {
        None if latest.schema_type == SchemaType::Protobuf => "there are no types of Protocol Buffers here",
        None => "its schemas are of a type that is not known here",
        Some(format) => match one_format(subject).map(|(latest, _)| record(latest, format)) {
            None => "its versions are of several languages",
            Some(None) => "its newest version has no name",
            Some(Some(_)) => {
                "its name is none that a topic's subject or a type has: `<topic>-value`, `<topic>-key`, `<topic>-<record>`, the full name of an \
                 Avro type, or the path of a JSON Schema below a folder `types`"
            }
        },
    }
}

/// The newest version, and the format of all.
fn one_format(subject: &HeldSubject) -> Option<(&SubjectVersion, Format)> {
    let latest = subject.versions.values().next_back()?;
    let format = format_of(&latest.schema_type)?;
    let all = subject.versions.values().all(|version| format_of(&version.schema_type) == Some(format));
    all.then_some((latest, format))
}

/// The format that a language of registries is here.
pub(super) fn format_of(schema_type: &SchemaType) -> Option<Format> {
    match schema_type {
        SchemaType::Avro => Some(Format::Avro),
        SchemaType::Json => Some(Format::Json),
        SchemaType::Protobuf | SchemaType::Other(_) => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_working_file_is_another_one_or_stands_where_another_one_has_a_folder() {
        let mut files = BTreeSet::new();
        for path in ["types/a.schema.json", "types/b.schema.json/c.schema.json", "types/a.schema.json-d"] {
            assert!(takes(&mut files, path), "{path}");
        }
        for path in ["types/caf\u{e9}.avsc", "types/caf\u{e8}.avsc", "types/cafe.avsc", "types/\u{304c}.avsc"] {
            assert!(takes(&mut files, path), "{path}");
        }
        for path in ["types/cafe\u{301}.avsc", "types/\u{304b}\u{3099}.avsc"] {
            assert!(!takes(&mut files, path), "{path}");
        }
        for path in
            ["types/A.schema.json", "types/b.schema.json", "types/a.schema.json/d.avsc", "//a.avsc", ".git/a.avsc"]
        {
            assert!(!takes(&mut files, path), "{path}");
        }
    }
}

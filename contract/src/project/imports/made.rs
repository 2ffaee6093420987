use std::collections::{BTreeMap, BTreeSet};

use super::names::{Part, part_of};
use super::reading::{Imported, read};
use super::selected::selected;
use crate::compat::Level;
use crate::lock::{ImportedSubject, ImportedVersion, import_file};
use crate::manifest::{ImportRow, Marked};
use crate::project::key_field::record_fields;
use crate::project::texts::record_name;
use crate::project::{Contract, Event, KeySpec, Project, Shared, Subject, Topic, keys};
use crate::schema::{Format, Framing};
use crate::text::Source;
use crate::threads::in_parallel;

/// The contract of the imports: an event for each subject that a row `[import.NAME]` selects, in its newest frozen version, the types that
/// these refer to, and the topics that follow from the names of the subjects. `ours` is the project's own contract: what it owns is left
/// out, which the check tells.
///
/// Everything is read as it was frozen, so a text that a machine of another repository wrote is never judged by our rules here.
#[must_use]
pub fn imported(project: &Project, ours: &Contract) -> Contract {
    imports(project, ours).contract
}

/// The imports of a project.
#[derive(Default)]
pub(crate) struct Imports<'p> {
    pub(crate) contract: Contract,
    /// The subjects that were left out because they are on a topic of the project's own, and the topic.
    pub(crate) on_our_topics: Vec<(&'p ImportRow, &'p ImportedSubject, String)>,
}

pub(crate) fn imports<'p>(project: &'p Project, ours: &Contract) -> Imports<'p> {
    let (mut contract, mut on_our_topics) = (Contract::default(), Vec::new());
    if project.lock.imports.is_empty() {
        return Imports::default();
    }
    let selected = selected(&project.manifest, &project.lock);
    let owned = Owned::of(project, ours);
    let own: Vec<_> = selected.own.into_iter().filter(|(_, subject)| !owned.subject(&subject.name)).collect();
    let made = in_parallel(&own, |(row, subject)| Made::of(project, row, subject));
    let referenced = referenced(project);
    let mut keys: BTreeMap<String, Event> = BTreeMap::new();
    let mut topics: BTreeMap<String, Topic> = BTreeMap::new();
    for Made { row, subject, newest, frozen } in made.into_iter().flatten() {
        let (version, imported) = newest;
        let record = record_of(subject, &imported);
        let part = part_of(row, &subject.name, &record);
        match &part {
            Part::Event(topic) | Part::Key(topic) if owned.topic(topic) => {
                on_our_topics.push((row, subject, topic.clone()));
                continue;
            }
            Part::Nothing if referenced.contains(subject.name.as_str()) => {
                contract.shared.extend(shared(row, subject, version, imported));
                continue;
            }
            Part::Key(topic) => {
                // What is no record has no type here: its bytes stay bytes.
                let is_record = subject.format == Format::Avro && record_fields(&imported.schema).is_some();
                let event = event(project, row, subject, version, imported, (topic, true)).filter(|_| is_record);
                keys.extend(event.map(|event| (topic.clone(), event)));
                continue;
            }
            Part::Event(topic) => {
                let at = topics.entry(topic.clone()).or_insert_with(|| empty_topic(topic, row));
                at.events.push(subject.name.clone());
            }
            Part::Nothing => {}
        }
        let topic = if let Part::Event(topic) = &part { topic.as_str() } else { "" };
        for (version, imported) in frozen {
            let event = event(project, row, subject, version, imported, (topic, false));
            contract.events.extend(event.map(|event| Event { frozen: Some(version.number), rust: None, ..event }));
        }
        contract.events.extend(event(project, row, subject, version, imported, (topic, false)));
    }
    for topic in topics.values_mut() {
        if let Some(key) = keys.remove(&topic.name).filter(|_| topic.key.is_none()) {
            topic.key = Some(KeySpec { fields: Vec::new(), types: Vec::new(), schema: Some(key.name.clone()) });
            contract.events.push(key);
        }
    }
    contract.topics = topics.into_values().collect();
    for (row, subject) in selected.referenced.into_iter().filter(|(_, subject)| !owned.subject(&subject.name)) {
        let read = subject.last().and_then(|version| Some((version, read(&project.lock, subject, version).ok()?)));
        contract.shared.extend(read.and_then(|(version, imported)| shared(row, subject, version, imported)));
    }
    share_ours(&mut contract, ours);
    contract.events.sort_by(|a, b| (&a.name, a.frozen).cmp(&(&b.name, b.frozen)));
    contract.shared.sort_by(|a, b| a.path.cmp(&b.path));
    keys::find_types(&mut contract);
    Imports { contract, on_our_topics }
}

/// What the project itself answers for.
pub(crate) struct Owned<'p> {
    subjects: BTreeSet<&'p str>,
    topics: BTreeSet<&'p str>,
}

impl<'p> Owned<'p> {
    pub(crate) fn of(project: &'p Project, ours: &'p Contract) -> Self {
        let locked = project.lock.subjects.iter().map(|subject| subject.name.as_str());
        let carried = project.lock.carried.iter().map(|subject| subject.name.as_str());
        let events = ours.events.iter().map(|event| event.subject.name.as_str());
        let shared = ours.shared.iter().map(|shared| shared.subject.name.as_str());
        let topics = ours.topics.iter().map(|topic| topic.name.as_str());
        Self { subjects: locked.chain(carried).chain(events).chain(shared).collect(), topics: topics.collect() }
    }

    pub(crate) fn subject(&self, name: &str) -> bool {
        self.subjects.contains(name)
    }

    pub(crate) fn topic(&self, name: &str) -> bool {
        self.topics.contains(name)
    }
}

/// A selected subject with the versions that types are made of.
struct Made<'p> {
    row: &'p ImportRow,
    subject: &'p ImportedSubject,
    newest: (&'p ImportedVersion, Imported),
    /// Those that a row of the event asks for.
    frozen: Vec<(&'p ImportedVersion, Imported)>,
}

impl<'p> Made<'p> {
    /// `None` where the newest version is no schema, which the check tells.
    fn of(project: &'p Project, row: &'p ImportRow, subject: &'p ImportedSubject) -> Option<Self> {
        let version = subject.last()?;
        let newest = (version, read(&project.lock, subject, version).ok()?);
        let asked = project.manifest.event_row(&subject.name).into_iter().flat_map(|row| &row.versions);
        let frozen = asked.filter_map(|number| {
            let version = subject.version(number.value)?;
            Some((version, read(&project.lock, subject, version).ok()?))
        });
        Some(Self { row, subject, newest, frozen: frozen.collect() })
    }
}

/// The subjects that some version of another import refers to.
fn referenced(project: &Project) -> BTreeSet<&str> {
    let versions = project.lock.imports.iter().flat_map(|subject| &subject.versions);
    versions.flat_map(|version| &version.references).map(|reference| reference.subject.as_str()).collect()
}

fn record_of(subject: &ImportedSubject, imported: &Imported) -> String {
    let path = import_file(&subject.name, subject.format);
    record_name(&imported.schema).unwrap_or_else(|| Format::stem(&path).to_owned())
}

fn promise(name: &str, row: &ImportRow) -> Subject {
    Subject { name: name.to_owned(), level: Level::BackwardTransitive, level_set_at: set_at(row) }
}

fn set_at(row: &ImportRow) -> String {
    format!("{}:{}", row.name.at.source.path(), row.name.at.position().line)
}

/// Modules follow the namespace for Avro, the name of the import for JSON.
fn event(
    project: &Project,
    row: &ImportRow,
    subject: &ImportedSubject,
    version: &ImportedVersion,
    imported: Imported,
    (topic, key): (&str, bool),
) -> Option<Event> {
    let record = record_of(subject, &imported);
    let rust = project.manifest.event_row(&subject.name).and_then(|row| row.rust.as_ref());
    Some(Event {
        name: subject.name.clone(),
        path: import_file(&subject.name, subject.format),
        format: subject.format,
        record,
        schema: imported.schema,
        source: version.source.clone()?,
        references: imported.references,
        contract: version.data_contract().cloned(),
        topic: topic.to_owned(),
        key,
        subject: promise(&subject.name, row),
        compare: imported.compare,
        version: Some(version.number),
        frozen: None,
        rust: rust.map(|rust| rust.value.clone()),
        folder: vec![row.name.value.clone()],
    })
}

fn shared(row: &ImportRow, subject: &ImportedSubject, version: &ImportedVersion, imported: Imported) -> Option<Shared> {
    let source: Source = version.source.clone()?;
    Some(Shared {
        path: import_file(&subject.name, subject.format),
        format: subject.format,
        schema: imported.schema,
        source,
        subject: promise(&subject.name, row),
        references: imported.references,
        contract: version.data_contract().cloned(),
        compare: imported.compare,
        version: Some(version.number),
        folder: vec![row.name.value.clone()],
    })
}

/// A topic with what the row says of it.
fn empty_topic(name: &str, row: &ImportRow) -> Topic {
    let said = row.topics.iter().find(|topic| topic.name.value == name);
    let fields: Vec<String> =
        said.iter().flat_map(|said| &said.key).map(|field: &Marked<String>| field.value.clone()).collect();
    let given = said.and_then(|said| said.key_type.as_ref()).filter(|_| fields.is_empty());
    let types: Vec<_> = given.iter().map(|ty| ty.value).collect();
    Topic {
        name: name.to_owned(),
        events: Vec::new(),
        by_record: false,
        key: (!fields.is_empty() || !types.is_empty()).then_some(KeySpec { fields, types, schema: None }),
        compact: said.and_then(|said| said.compact.as_ref()).is_some_and(|compact| compact.value),
        partitions: None,
        retention: None,
        replication: None,
        configs: BTreeMap::new(),
        environments: BTreeMap::new(),
        dead_letters: None,
        framing: Framing::default(),
        level: Level::BackwardTransitive,
        level_set_at: set_at(row),
        producers: Vec::new(),
        consumers: Vec::new(),
        at: said.map_or_else(|| Some(row.name.at.clone()), |said| Some(said.name.at.clone())),
    }
}

/// A type of ours to which an import refers is ours: the reference leads to our file, whose type is taken where it says the same.
fn share_ours(contract: &mut Contract, ours: &Contract) {
    let paths: BTreeMap<&str, &str> =
        ours.shared.iter().map(|shared| (shared.subject.name.as_str(), shared.path.as_str())).collect();
    let of_events = contract.events.iter_mut().flat_map(|event| &mut event.references);
    for reference in of_events.chain(contract.shared.iter_mut().flat_map(|shared| &mut shared.references)) {
        if let Some(path) = paths.get(reference.subject.as_str()) {
            (*path).clone_into(&mut reference.path);
        }
    }
}

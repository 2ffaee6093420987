use super::events::Assembly;
use super::plan::Plan;
use super::texts::Texts;
use super::{Contract, KeySpec, OnKafka, Project, SchemaFile, Topic, keys, rows};
use crate::lock::LockedTopic;
use crate::manifest::Manifest;
use crate::report::Report;
use crate::schema::KeyType;

/// The contract of the last lock: every locked file in its last version, on the topics that were locked. A file that was never locked
/// is taken from the working tree.
///
/// Code that compiled against the last lock compiles against this, whatever the working tree holds.
#[must_use]
pub fn frozen(project: &Project, report: &mut Report) -> Contract {
    let files = files(project);
    // What is wrong with the rows of the manifest is said by `resolve`.
    let mut rows_report = Report::default();
    let mut plan = Plan::of_manifest(project, &files, &mut rows_report);
    restore_topics(project, &mut plan);
    let texts = Texts::read(files, report);
    let mut contract = Assembly::locked(project, &plan).contract(&texts, report);
    keys::find_types(&mut contract);
    rows::add_versions(project, &mut contract, &mut rows_report);
    contract
}

fn files(project: &Project) -> Vec<SchemaFile> {
    let locked = |subject: &crate::lock::LockedSubject| {
        let last = subject.last()?;
        let file = SchemaFile::new(&subject.path, last.source.clone()?)?;
        Some(SchemaFile { contract: last.data_contract().cloned(), ..file })
    };
    // An event that moved to another topic has two subjects of one path; the older one's last text may be long out of date.
    let is_current = |subject: &&crate::lock::LockedSubject| {
        project.lock.subject_of_path(&subject.path).is_some_and(|current| current.name == subject.name)
    };
    let mut files: Vec<SchemaFile> = project.lock.subjects.iter().filter(is_current).filter_map(locked).collect();
    for file in &project.files {
        // A working file that shares its event name with a locked one would be a second event of that name.
        if !files
            .iter()
            .any(|other| other.path == file.path || (!file.shared && other.event_name() == file.event_name()))
        {
            files.push(file.clone());
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Gives locked events the topics they were locked on; events that are new stay where the manifest puts them.
fn restore_topics(project: &Project, plan: &mut Plan) {
    let is_locked = |event: &String| project.lock.topics.iter().any(|topic| topic.events.contains(event));
    for topic in &mut plan.topics {
        topic.events.retain(|event| !is_locked(event));
    }
    for locked in &project.lock.topics {
        match plan.topics.iter_mut().find(|topic| topic.name == locked.name) {
            Some(topic) => {
                let new = std::mem::replace(&mut topic.events, locked.events.clone());
                topic.events.extend(new);
                restore(topic, locked);
            }
            None => plan.topics.push(locked_topic(&project.manifest, locked)),
        }
    }
    plan.topics.retain(|topic| !topic.events.is_empty());
    plan.topics.sort_by(|a, b| a.name.cmp(&b.name));
}

fn restore(topic: &mut Topic, locked: &LockedTopic) {
    topic.key = key(locked);
    topic.compact = locked.compact;
    topic.framing = locked.framing;
    topic.partitions = locked.partitions;
    topic.retention.clone_from(&locked.retention);
}

fn locked_topic(manifest: &Manifest, locked: &LockedTopic) -> Topic {
    let row = manifest.topic_row(&locked.name);
    let settings = OnKafka::of(manifest, &locked.name, None);
    let names =
        |marked: &[crate::manifest::Marked<String>]| marked.iter().map(|name| name.value.clone()).collect::<Vec<_>>();
    Topic {
        name: locked.name.clone(),
        events: locked.events.clone(),
        by_record: false,
        key: key(locked),
        compact: locked.compact,
        framing: locked.framing,
        partitions: locked.partitions,
        retention: locked.retention.clone(),
        replication: settings.replication,
        configs: settings.configs,
        environments: OnKafka::elsewhere(manifest, &locked.name),
        dead_letters: row.and_then(|row| row.dead_letters_name.as_ref()).map(|name| name.value.clone()),
        level: locked.level,
        level_set_at: "topika.lock".to_owned(),
        producers: row.map(|row| names(&row.producers)).unwrap_or_default(),
        consumers: row.map(|row| names(&row.consumers)).unwrap_or_default(),
        at: row.map(|row| row.name.at.clone()),
    }
}

fn key(locked: &LockedTopic) -> Option<KeySpec> {
    let types: Vec<KeyType> = locked.key_type.iter().filter_map(|name| KeyType::parse(name)).collect();
    // No type has a dot in its name, and a schema has.
    let schema = locked.key_type.iter().find(|name| name.contains('.')).cloned();
    let given = locked.key.is_empty() && (!types.is_empty() || schema.is_some());
    // Of a key that is made of fields, the locked texts of the events say the types.
    (given || !locked.key.is_empty()).then(|| KeySpec { fields: locked.key.clone(), types, schema })
}

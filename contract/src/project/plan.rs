//! Which topic carries which event, before the events are known to be sound.

use std::collections::{HashMap, HashSet};

use super::{KeySpec, OnKafka, Project, SchemaFile, Topic};
use crate::manifest::{Manifest, TopicRow, topic_name_problem};
use crate::report::Report;
use crate::rules::{MANIFEST_VALUE, TOPIC_EVENT_TWICE, TOPIC_NAME, TOPIC_NO_EVENTS, TOPIC_UNKNOWN_EVENT};
use crate::schema::Framing;
use crate::text::closest;

/// The topics of a project by the names of its events; topics of rows first, then those of convention, in any order.
pub(super) struct Plan {
    pub(super) topics: Vec<Topic>,
}

/// Which topic carries which event: of several the first.
pub(super) struct Carriers<'p>(HashMap<&'p str, Carried<'p>>);

/// What carries an event.
#[derive(Clone, Copy)]
pub(super) struct Carried<'p> {
    pub(super) topic: &'p Topic,
    /// It is the key of the topic, and no event.
    pub(super) key: bool,
}

impl<'p> Carriers<'p> {
    pub(super) fn of(plan: &'p Plan) -> Self {
        let key = |topic: &'p Topic| {
            let schema = topic.key.as_ref().and_then(|key| key.schema.as_deref());
            schema.map(|schema| (schema, Carried { topic, key: true }))
        };
        let each = |topic: &'p Topic| {
            let events = topic.events.iter().rev().map(move |event| (event.as_str(), Carried { topic, key: false }));
            key(topic).into_iter().chain(events)
        };
        Self(plan.topics.iter().rev().flat_map(each).collect())
    }

    /// The topic that carries an event.
    pub(super) fn topic_of(&self, event: &str) -> Option<Carried<'p>> {
        self.0.get(event).copied()
    }
}

impl Plan {
    /// By the rows of the manifest, then by convention.
    pub(super) fn of_manifest(project: &Project, files: &[SchemaFile], report: &mut Report) -> Self {
        let manifest = &project.manifest;
        let events: Vec<(String, &SchemaFile)> =
            files.iter().filter(|file| !file.shared).map(|file| (file.event_name(), file)).collect();
        let mut carried: HashMap<String, &TopicRow> = HashMap::new();
        let mut topics: Vec<Topic> = Vec::new();
        let mut placed: HashSet<String> = HashSet::new();
        let keys = row_keys(project, &events, report);
        placed.extend(keys.iter().cloned());
        for row in manifest.topics.iter().filter(|row| !row.events.is_empty()) {
            let mut names = row_events(row, &events, project, &mut carried, report);
            tell_keys_said(row, &names, &keys, report);
            names.retain(|name| !keys.contains(name));
            placed.extend(names.iter().cloned());
            topics.push(topic_of_row(manifest, row, names));
        }
        for (event, file) in &events {
            if carried.contains_key(event) {
                continue;
            }
            let name = conventional(manifest, file);
            if placed.contains(event) {
                continue; // Two files of one event name; said where events are made.
            }
            if let Some(problem) = topic_name_problem(&name) {
                let at = file.source.at(crate::text::Span::default());
                let message = format!("{} gives the topic name {name:?}, which {problem}", file.path);
                let help =
                    format!("rename it, or put it onto a topic of another name: [topic.NAME] events = [{event:?}]");
                report.push(TOPIC_NAME.at(at, message).help(help));
            }
            match manifest.topic_row(&name) {
                Some(row) if !row.events.is_empty() => tell_taken(row, event, file, report),
                row => {
                    placed.insert(event.clone());
                    match topics.iter_mut().find(|topic| topic.by_record && topic.name == name) {
                        Some(topic) => topic.events.push(event.clone()),
                        None => topics.push(match row {
                            Some(row) => Topic {
                                by_record: manifest.shares_topics(),
                                ..topic_of_row(manifest, row, vec![event.clone()])
                            },
                            None => conventional_topic(manifest, name, event),
                        }),
                    }
                }
            }
        }
        let unreadable: Vec<String> = (project.unreadable.iter())
            .filter_map(|path| SchemaFile::new(path, crate::text::Source::new("", "")))
            .map(|file| conventional(manifest, &file))
            .collect();
        tell_rows_without_events(manifest, &topics, &unreadable, report);
        tell_rows_of_no_topic(manifest, &topics, &unreadable, report);
        topics.sort_by(|a, b| a.name.cmp(&b.name));
        Self { topics }
    }
}

/// The schemas that are keys of topics.
fn row_keys(project: &Project, events: &[(String, &SchemaFile)], report: &mut Report) -> HashSet<String> {
    let (manifest, unreadable) = (&project.manifest, project.unreadable_events());
    let mut keys: HashMap<String, &TopicRow> = HashMap::new();
    for (row, key) in manifest.topics.iter().filter_map(|row| Some((row, row.key_schema.as_ref()?))) {
        let name = &key.value;
        if let Some(other) = keys.get(name) {
            let message = format!("`{name}` is the key of `{}` and of `{}`", other.name.value, row.name.value);
            let finding =
                TOPIC_EVENT_TWICE.at(key.at.clone(), message).related(other.name.at.clone(), "its key already");
            report.push(finding.help("a schema belongs to one topic; give this one a file of its own"));
            continue;
        }
        if events.iter().any(|(known, _)| known == name) {
            keys.insert(name.clone(), row);
        } else if !unreadable.contains(name) {
            let message = format!("the key of the topic `{}` is `{name}`, which does not exist", row.name.value);
            let help = match closest(name, events.iter().map(|(known, _)| known.as_str())) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!(
                    "a schema is named by its path: `orders.basket-key` is {}/orders/basket-key.avsc",
                    manifest.schemas
                ),
            };
            report.push(TOPIC_UNKNOWN_EVENT.at(key.at.clone(), message).help(help));
        }
    }
    keys.into_keys().collect()
}

fn tell_keys_said(row: &TopicRow, names: &[String], keys: &HashSet<String>, report: &mut Report) {
    for event in row.events.iter().filter(|event| names.contains(&event.value) && keys.contains(&event.value)) {
        let message = format!("`{}` is the key of a topic, and `{}` says it as an event", event.value, row.name.value);
        let finding = TOPIC_EVENT_TWICE.at(event.at.clone(), message);
        report.push(finding.help("take it out of `events`, or give the key a schema of its own"));
    }
}

fn row_events<'m>(
    row: &'m TopicRow,
    events: &[(String, &SchemaFile)],
    project: &Project,
    carried: &mut HashMap<String, &'m TopicRow>,
    report: &mut Report,
) -> Vec<String> {
    let manifest = &project.manifest;
    let unreadable = project.unreadable_events();
    let mut names = Vec::new();
    for event in &row.events {
        let name = &event.value;
        if unreadable.contains(name) {
            continue; // Its file is there and cannot be read, which was said.
        }
        if !events.iter().any(|(known, _)| known == name) {
            // A hand-written event whose file was not made yet is said at its own row.
            if manifest.event_row(name).is_none_or(|row| row.rust.is_none()) {
                let mut finding = TOPIC_UNKNOWN_EVENT.at(
                    event.at.clone(),
                    format!("the topic `{}` carries `{name}`, which does not exist", row.name.value),
                );
                finding.help = Some(match closest(name, events.iter().map(|(known, _)| known.as_str())) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!(
                        "an event is named by its path: `orders.order-placed` is {}/orders/order-placed.avsc",
                        manifest.schemas
                    ),
                });
                report.push(finding);
            }
            continue;
        }
        if let Some(other) = carried.get(name) {
            let message = format!("the event `{name}` is on `{}` and on `{}`", other.name.value, row.name.value);
            report.push(
                TOPIC_EVENT_TWICE
                    .at(event.at.clone(), message)
                    .related(other.name.at.clone(), "carries it already")
                    .help("an event belongs to exactly one topic; keep one of the two"),
            );
            continue;
        }
        carried.insert(name.clone(), row);
        names.push(name.clone());
    }
    names
}

fn tell_taken(row: &TopicRow, event: &str, file: &SchemaFile, report: &mut Report) {
    let message =
        format!("`{event}` would have the topic `{}` by its name, whose row carries other events", row.name.value);
    let at = file.source.at(crate::text::Span::default());
    report
        .push(TOPIC_NO_EVENTS.at(at, message).related(row.name.at.clone(), "the row").help("add the event to the row"));
}

fn tell_rows_without_events(manifest: &Manifest, topics: &[Topic], unreadable: &[String], report: &mut Report) {
    for row in manifest.topics.iter().filter(|row| row.events.is_empty()) {
        let told = report.findings().iter().any(|finding| {
            std::ptr::eq(finding.rule, &raw const TOPIC_NO_EVENTS)
                && finding.message.contains(&format!("`{}`", row.name.value))
        });
        if !told && !unreadable.contains(&row.name.value) && !topics.iter().any(|topic| topic.name == row.name.value) {
            let message = format!("no event has the topic `{}` by its name", row.name.value);
            let help = "say which events it carries: `events = [\"folder.name\"]`";
            report.push(TOPIC_NO_EVENTS.at(row.name.at.clone(), message).help(help));
        }
    }
}

/// Says which rows of environments are of no topic.
fn tell_rows_of_no_topic(manifest: &Manifest, topics: &[Topic], unreadable: &[String], report: &mut Report) {
    let known: Vec<String> = topics
        .iter()
        .map(|topic| topic.name.clone())
        .chain(unreadable.iter().cloned())
        .flat_map(|name| [manifest.dead_letters_of(&name), name])
        .collect();
    for (env, (name, _)) in manifest.envs.iter().flat_map(|env| env.topics.iter().map(move |row| (env, row))) {
        if known.contains(&name.value) {
            continue;
        }
        let message =
            format!("[env.{}.topic] has a row of `{}`, and there is no such topic", env.name.value, name.value);
        let help = match closest(&name.value, known.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => "name a topic as it is called without the environment's prefix".to_owned(),
        };
        report.push(MANIFEST_VALUE.at(name.at.clone(), message).help(help));
    }
}

/// The name of a topic by the pattern of the manifest.
fn conventional(manifest: &Manifest, file: &SchemaFile) -> String {
    let domain = file.folder().join(".");
    let name = manifest.topic.replace("{domain}", &domain).replace("{event}", crate::schema::Format::stem(&file.path));
    // A file at the top has no domain, and then no separator either.
    if domain.is_empty() { name.trim_start_matches(['.', '-', '_']).to_owned() } else { name }
}

fn conventional_topic(manifest: &Manifest, name: String, event: &str) -> Topic {
    let (level, level_set_at) = manifest.level_of(None);
    let settings = OnKafka::of(manifest, &name, None);
    let environments = OnKafka::elsewhere(manifest, &name);
    Topic {
        name,
        events: vec![event.to_owned()],
        by_record: manifest.shares_topics(),
        key: None,
        compact: false,
        framing: Framing::default(),
        partitions: settings.partitions,
        retention: settings.retention,
        replication: settings.replication,
        configs: settings.configs,
        environments,
        dead_letters: None,
        level,
        level_set_at,
        producers: Vec::new(),
        consumers: Vec::new(),
        at: None,
    }
}

fn topic_of_row(manifest: &Manifest, row: &TopicRow, events: Vec<String>) -> Topic {
    let (level, level_set_at) = manifest.level_of(Some(row));
    let names =
        |marked: &[crate::manifest::Marked<String>]| marked.iter().map(|name| name.value.clone()).collect::<Vec<_>>();
    let fields = names(&row.key);
    // Those of fields are found once the events are read.
    let types = row.key_type.iter().filter(|_| fields.is_empty()).map(|ty| ty.value).collect::<Vec<_>>();
    let schema = row.key_schema.as_ref().map(|schema| schema.value.clone());
    let settings = OnKafka::of(manifest, &row.name.value, None);
    let environments = OnKafka::elsewhere(manifest, &row.name.value);
    Topic {
        name: row.name.value.clone(),
        events,
        by_record: false,
        key: (!fields.is_empty() || !types.is_empty() || schema.is_some()).then_some(KeySpec { fields, types, schema }),
        compact: row.compact.as_ref().is_some_and(|compact| compact.value),
        framing: Framing {
            plain: row.plain.as_ref().is_some_and(|plain| plain.value),
            mixed: row.mixed.as_ref().is_some_and(|mixed| mixed.value),
        },
        partitions: settings.partitions,
        retention: settings.retention,
        replication: settings.replication,
        configs: settings.configs,
        environments,
        dead_letters: row.dead_letters_name.as_ref().map(|name| name.value.clone()),
        level,
        level_set_at,
        producers: names(&row.producers),
        consumers: names(&row.consumers),
        at: Some(row.name.at.clone()),
    }
}

use std::collections::BTreeMap;

use topika_contract::project::{self, Contract, Event, Format, OnKafka};
use topika_contract::rules::TYPES_RENAMED;
use topika_contract::text::Span;

use super::key::{keep_ours, key_is, of_schema, rust_paths, spelled};
use super::types::Lowering;
use crate::ir::{FileRef, KeyIs, OnTopic, Role, Topic, TopicEvent, TypeId};
use crate::names::{Ident, Scope, is_changed, upper_camel};

/// A topic that is written.
pub(super) struct Named {
    rust: Ident,
    /// The fields of its key.
    key: Vec<String>,
    key_type: KeyIs,
}

/// The topics that are written, by their names.
pub(super) type Names = BTreeMap<String, Named>;

/// Names the topics that carry a wanted event, and then the records that are their keys.
pub(super) fn name_topics(contract: &Contract, lowering: &mut Lowering<'_>) -> Names {
    let files = &lowering.files;
    let mut scope = Scope::with(&["Self"]);
    let carried = |name: &str| {
        let is_on = |event: &Event| event.topic == name && event.frozen.is_none() && !event.key;
        files.iter().any(|file| file.wanted && file.event().is_some_and(is_on))
    };
    let topics: Vec<_> = contract.topics.iter().filter(|topic| carried(&topic.name)).collect();
    // `All` has a router `AllRouter`, so the shorter of two names comes first.
    let mut by_length: Vec<(usize, String)> =
        topics.iter().enumerate().map(|(index, topic)| (index, upper_camel(&topic.name))).collect();
    by_length.sort_by_key(|(_, name)| name.len());
    let mut told = Vec::new();
    let mut idents: Vec<(usize, Ident)> = Vec::with_capacity(by_length.len());
    for (index, name) in by_length {
        let (ident, free) = scope.claim(&name);
        if let Some(topic) = topics.get(index).copied().filter(|topic| !free || is_changed(&topic.name, &ident)) {
            told.push((topic, "enum", name, ident.clone()));
        }
        scope.claim(&format!("{}Router", ident.text()));
        idents.push((index, ident));
    }
    idents.sort_by_key(|(index, _)| *index);
    let mut named = Names::new();
    for (topic, (_, rust)) in topics.iter().copied().zip(idents) {
        let key_type = key_is(&topic.name, topic.key.as_ref(), &rust, &mut scope);
        if let KeyIs::Record(record) = &key_type {
            let wanted = format!("{}Key", rust.text());
            if record.name.text() != wanted {
                told.push((topic, "key", wanted, record.name.clone()));
            }
        }
        let key = topic.key.as_ref().map(|key| key.fields.clone()).unwrap_or_default();
        named.insert(topic.name.clone(), Named { rust, key, key_type });
    }
    for (topic, what, wanted, name) in told {
        let first = || lowering.files.iter().find(|file| file.event().is_some_and(|event| event.topic == topic.name));
        let at = topic.at.clone().or_else(|| first().map(|file| file.source.at(Span::default())));
        lowering.tell_topic(&topic.name, what, &wanted, &name, at);
    }
    named
}

/// What an event's type is to its file.
pub(super) fn event_role(event: &Event, names: &Names) -> Role {
    let on = event.frozen.filter(|_| !event.key).and_then(|_| names.get(&event.topic));
    Role::Event {
        file: FileRef { path: event.path.clone(), version: event.frozen },
        on: on.map(|topic| OnTopic {
            topic: topic.rust.clone(),
            // Named once the types have their fields.
            key: Vec::new(),
            keyed: topic.key.is_empty() && !matches!(topic.key_type, KeyIs::None),
        }),
    }
}

/// The topics with their events. `rewritten`: what files say of types written in Rust may be old.
pub(super) fn topics(contract: &Contract, names: &Names, rewritten: bool, lowering: &mut Lowering<'_>) -> Vec<Topic> {
    let mut topics = Vec::new();
    for topic in &contract.topics {
        let Some(Named { rust, key, key_type }) = names.get(&topic.name) else { continue };
        // Routers have a method `otherwise` for what is no event of theirs.
        let mut scope = Scope::with(&["Self", "Otherwise"]);
        let (mut events, mut unsettled) = (Vec::new(), false);
        for name in &topic.events {
            let file = lowering
                .files
                .iter()
                .position(|file| file.event().is_some_and(|e| &e.name == name && e.frozen.is_none()));
            // An event without a type (it is no record, say) has said so already.
            let Some(ty) = file.and_then(|file| lowering.roots.get(&file).copied()) else { continue };
            unsettled |= rewritten
                && file.and_then(|file| lowering.files.get(file)?.event()).is_some_and(|event| event.rust.is_some());
            if let Some(schema) = file.and_then(|file| lowering.files.get(file)).map(|file| file.schema) {
                keep_ours(lowering, ty, key, schema);
            }
            let text = lowering.type_name(ty).to_owned();
            let (variant, free) = scope.claim(&text);
            if let Some(at) = file
                .and_then(|file| lowering.files.get(file))
                .map(|file| file.source.at(Span::default()))
                .filter(|_| !free)
            {
                let message = format!(
                    "`{text}` is taken among the variants of the topic `{}`, so this event's is `{variant}`",
                    topic.name
                );
                lowering.tell(TYPES_RENAMED.at(at, message).help("rename one of the two events, or take it as it is"));
            }
            events.push(TopicEvent { name: variant, ty, key_fields: key_fields(lowering, ty, key) });
        }
        let key_type = match (key_type, &topic.key) {
            (KeyIs::Schema(_), Some(key)) => of_schema(lowering, key).map_or(KeyIs::None, |id| KeyIs::Schema(Some(id))),
            (other, _) => other.clone(),
        };
        // Without a key it is a finding, and would be no Rust.
        let compact = topic.compact && !matches!(key_type, KeyIs::None);
        topics.push(Topic {
            rust: rust.clone(),
            name: topic.name.clone(),
            key: key.clone(),
            key_type,
            unsettled: unsettled && !key.is_empty(),
            tombstone: compact.then(|| scope.claim("Tombstone").0),
            plain: topic.framing.plain && events.len() == 1,
            mixed: topic.framing.mixed && events.len() == 1 && !is_avro(contract, topic),
            settings: OnKafka {
                partitions: topic.partitions,
                retention: topic.retention.clone(),
                replication: topic.replication,
                configs: topic.configs.clone(),
            },
            environments: topic.environments.clone(),
            dead_letters: topic.dead_letters.clone(),
            events,
        });
    }
    topics
}

/// Whether plain messages or keys of a topic could not be told from framed ones; it is a finding, and would be no Rust.
fn is_avro(contract: &Contract, topic: &project::Topic) -> bool {
    let avro = |event: &Event| event.topic == topic.name && event.frozen.is_none() && event.format == Format::Avro;
    let record = topic.key.as_ref().is_some_and(|key| key.fields.len() > 1 && key.schema.is_none());
    record || contract.events.iter().any(avro)
}

/// A field of the key may have another name in Rust than in the schema.
fn key_fields(lowering: &Lowering<'_>, ty: TypeId, key: &[String]) -> Option<Vec<Vec<Ident>>> {
    let paths = rust_paths(lowering, ty, key);
    paths.iter().zip(key).any(|(path, name)| spelled(path) != *name).then_some(paths)
}

/// Frozen versions name the fields of their key themselves, by the names that these have in Rust.
pub(super) fn name_frozen_keys(lowering: &mut Lowering<'_>, topics: &Names) {
    for id in (0..lowering.types.len()).map(TypeId) {
        let Some(Role::Event { on: Some(on), .. }) = lowering.types.get(id.0).map(|def| &def.role) else { continue };
        let Some(topic) = topics.values().find(|topic| topic.rust == on.topic) else { continue };
        let file = lowering.files.get(lowering.owner(id)).map(|file| file.schema);
        if let Some(schema) = file {
            keep_ours(lowering, id, &topic.key, schema);
        }
        let paths = rust_paths(lowering, id, &topic.key);
        if let Some(Role::Event { on: Some(on), .. }) = lowering.types.get_mut(id.0).map(|def| &mut def.role) {
            on.key = paths;
        }
    }
}

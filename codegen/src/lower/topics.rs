use std::collections::BTreeMap;

use topika_contract::project::{Contract, Event};

use super::files::File;
use super::key::{keep_ours, key_is, rust_paths, spelled};
use super::types::Lowering;
use crate::ir::{FileRef, KeyIs, OnTopic, Role, Topic, TopicEvent, TypeId};
use crate::names::{Ident, Scope, upper_camel};

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
pub(super) fn name_topics(contract: &Contract, files: &[File<'_>]) -> Names {
    let mut scope = Scope::with(&["Self"]);
    let carried = |name: &str| {
        files.iter().any(|file| file.wanted && file.event().is_some_and(|e| e.topic == name && e.frozen.is_none()))
    };
    let topics: Vec<_> = contract.topics.iter().filter(|topic| carried(&topic.name)).collect();
    let idents: Vec<Ident> = topics.iter().map(|topic| scope.claim(&upper_camel(&topic.name)).0).collect();
    let named = |(topic, rust): (&&topika_contract::project::Topic, Ident)| {
        let key_type = key_is(topic.key.as_ref(), &rust, &mut scope);
        let key = topic.key.as_ref().map(|key| key.fields.clone()).unwrap_or_default();
        (topic.name.clone(), Named { rust, key, key_type })
    };
    topics.iter().zip(idents).map(named).collect()
}

/// What an event's type is to its file.
pub(super) fn event_role(event: &Event, names: &Names) -> Role {
    let on = event.frozen.and_then(|_| names.get(&event.topic));
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

/// The topics with their events.
pub(super) fn topics(contract: &Contract, names: &Names, lowering: &mut Lowering<'_>) -> Vec<Topic> {
    let mut topics = Vec::new();
    for topic in &contract.topics {
        let Some(Named { rust, key, key_type }) = names.get(&topic.name) else { continue };
        let mut scope = Scope::with(&["Self"]);
        let mut events = Vec::new();
        for name in &topic.events {
            let file = lowering
                .files
                .iter()
                .position(|file| file.event().is_some_and(|e| &e.name == name && e.frozen.is_none()));
            // An event without a type (it is no record, say) has said so already.
            let Some(ty) = file.and_then(|file| lowering.roots.get(&file).copied()) else { continue };
            if let Some(schema) = file.and_then(|file| lowering.files.get(file)).map(|file| file.schema) {
                keep_ours(lowering, ty, key, schema);
            }
            let (variant, _) = scope.claim(lowering.type_name(ty));
            events.push(TopicEvent { name: variant, ty, key_fields: key_fields(lowering, ty, key) });
        }
        // Without a key it is a finding, and would be no Rust.
        let compact = topic.compact && !matches!(key_type, KeyIs::None);
        topics.push(Topic {
            rust: rust.clone(),
            name: topic.name.clone(),
            key: key.clone(),
            key_type: key_type.clone(),
            tombstone: compact.then(|| scope.claim("Tombstone").0),
            partitions: topic.partitions,
            retention: topic.retention.clone(),
            events,
        });
    }
    topics
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

use std::collections::BTreeMap;

use topika_contract::project::{Contract, Event};

use super::files::File;
use super::types::Lowering;
use crate::ir::{Body, OnTopic, Role, Topic, TopicEvent, TypeDef, TypeId};
use crate::names::{Ident, Scope, upper_camel};

/// The Rust name and the key of each topic that is written.
pub(super) type Names = BTreeMap<String, (Ident, Vec<String>)>;

/// Names the topics that carry a wanted event.
pub(super) fn name_topics(contract: &Contract, files: &[File<'_>]) -> Names {
    let mut scope = Scope::with(&["Self"]);
    let carried = |name: &str| {
        files.iter().any(|file| file.wanted && file.event().is_some_and(|e| e.topic == name && e.frozen.is_none()))
    };
    let topics = contract.topics.iter().filter(|topic| carried(&topic.name));
    topics
        .map(|topic| {
            let (ident, _) = scope.claim(&upper_camel(&topic.name));
            let key = topic.key.as_ref().map(|key| key.fields.clone()).unwrap_or_default();
            (topic.name.clone(), (ident, key))
        })
        .collect()
}

/// What an event's type is to its file.
pub(super) fn event_role(event: &Event, names: &Names) -> Role {
    let on = event.frozen.and_then(|_| names.get(&event.topic));
    Role::Event {
        file: crate::ir::FileRef { path: event.path.clone(), version: event.frozen },
        on: on.map(|(topic, key)| OnTopic {
            topic: topic.clone(),
            key: key.iter().map(|name| Ident::new(name)).collect(),
        }),
    }
}

/// The topics with their events.
pub(super) fn topics(contract: &Contract, names: &Names, lowering: &mut Lowering<'_>) -> Vec<Topic> {
    let mut topics = Vec::new();
    for topic in &contract.topics {
        let Some((rust, key)) = names.get(&topic.name) else { continue };
        let mut scope = Scope::with(&["Self"]);
        let mut events = Vec::new();
        for name in &topic.events {
            let file = lowering
                .files
                .iter()
                .position(|file| file.event().is_some_and(|e| &e.name == name && e.frozen.is_none()));
            // An event without a type (it is no record, say) has said so already.
            let Some(ty) = file.and_then(|file| lowering.roots.get(&file).copied()) else { continue };
            let (variant, _) = scope.claim(lowering.type_name(ty));
            let key_fields = key_fields(lowering, ty, key);
            events.push(TopicEvent { name: variant, ty, key_fields });
        }
        topics.push(Topic {
            rust: rust.clone(),
            name: topic.name.clone(),
            key: key.clone(),
            partitions: topic.partitions,
            retention: topic.retention.clone(),
            events,
        });
    }
    topics
}

/// A field of the key may have another name in Rust than in the schema.
fn key_fields(lowering: &Lowering<'_>, ty: TypeId, key: &[String]) -> Option<Vec<Ident>> {
    let names = rust_names(lowering.types.get(ty.0)?, key)?;
    names.iter().zip(key).any(|(ident, name)| ident.text() != name).then_some(names)
}

/// The Rust names of fields; none for what is no struct of ours. That a field is missing is a finding of the check.
fn rust_names(def: &TypeDef, key: &[String]) -> Option<Vec<Ident>> {
    let Body::Struct(body) = &def.body else { return None };
    let rust = |name: &String| {
        let field = body.fields.iter().find(|field| &field.schema_name == name);
        field.map_or_else(|| Ident::new(name), |field| field.name.clone())
    };
    Some(key.iter().map(rust).collect())
}

/// Frozen versions name the fields of their key themselves, by the names that these have in Rust.
pub(super) fn name_frozen_keys(types: &mut [TypeDef], topics: &Names) {
    for def in types {
        let Role::Event { on: Some(on), .. } = &def.role else { continue };
        let key = topics.values().find(|(topic, _)| *topic == on.topic).and_then(|(_, key)| rust_names(def, key));
        if let (Some(key), Role::Event { on: Some(on), .. }) = (key, &mut def.role) {
            on.key = key;
        }
    }
}

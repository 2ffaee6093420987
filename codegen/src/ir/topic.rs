use std::collections::BTreeMap;

use topika_contract::project::OnKafka;

use super::{Ty, TypeId};
use crate::names::Ident;

/// A topic: the closed enum of its events.
#[derive(Clone, Debug)]
pub(crate) struct Topic {
    /// Its Rust name.
    pub(crate) rust: Ident,
    /// Its name.
    pub(crate) name: String,
    /// The fields that make the key, as the schema names them; empty: no key, or one that is given beside the event.
    pub(crate) key: Vec<String>,
    /// The type of the key.
    pub(crate) key_type: KeyIs,
    /// Whether that type is not known yet, since a file that says it is about to be written.
    pub(crate) unsettled: bool,
    /// The variant of its tombstones, where it is compacted.
    pub(crate) tombstone: Option<Ident>,
    /// Whether its messages are plain: they name no schema.
    pub(crate) plain: bool,
    /// Whether plain and framed messages stand on it side by side.
    pub(crate) mixed: bool,
    /// How it is on Kafka.
    pub(crate) settings: OnKafka,
    /// How it is in the environments that say something else.
    pub(crate) environments: BTreeMap<String, OnKafka>,
    /// The topic of its dead letters, where it is not the conventional one.
    pub(crate) dead_letters: Option<String>,
    /// Its events, in order.
    pub(crate) events: Vec<TopicEvent>,
}

/// An event of a topic.
#[derive(Clone, Debug)]
pub(crate) struct TopicEvent {
    /// The name of its variant.
    pub(crate) name: Ident,
    /// Its type.
    pub(crate) ty: TypeId,
    /// The paths of the key's fields in Rust, where one differs from the schema's.
    pub(crate) key_fields: Option<Vec<Vec<Ident>>>,
}

/// The type of a topic's key.
#[derive(Clone, Debug)]
pub(crate) enum KeyIs {
    /// There is none.
    None,
    /// A type of Rust or of `topika::types`.
    Plain(Ty),
    /// A record of several fields, with a type of its own.
    Record(KeyRecord),
    /// The record of a schema file, once types are declared.
    Schema(Option<TypeId>),
}

/// The record of a key of several fields.
#[derive(Clone, Debug)]
pub(crate) struct KeyRecord {
    /// Its Rust name.
    pub(crate) name: Ident,
    /// Its name in the schema.
    pub(crate) schema_name: String,
    /// Its fields.
    pub(crate) fields: Vec<KeyPart>,
}

/// A field of a key.
#[derive(Clone, Debug)]
pub(crate) struct KeyPart {
    /// Its Rust name.
    pub(crate) name: Ident,
    /// Its name in the schema.
    pub(crate) schema_name: String,
    /// Its type.
    pub(crate) ty: Ty,
}

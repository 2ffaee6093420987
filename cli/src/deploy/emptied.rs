//! Metadata and rules that a version has no more. A registry gives a version that names none those of the one before it, so that the ones
//! that went have to be named: as empty ones.

use std::collections::HashMap;

use serde_json::{Map, Value};
use topika_contract::project::Registration;
use topika_registry::api::NewSchema;

/// What a version has to be without by word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Emptied {
    pub(crate) metadata: bool,
    pub(crate) rule_set: bool,
}

/// Of each version: what it has not and one before it has. Versions of a subject stand behind each other.
pub(super) fn emptied(versions: &[Registration]) -> Vec<Emptied> {
    let mut before: HashMap<&str, Emptied> = HashMap::new();
    let mut all = Vec::with_capacity(versions.len());
    for Registration { subject, metadata, rule_set, .. } in versions {
        let before = before.entry(subject.as_str()).or_default();
        let emptied = Emptied {
            metadata: metadata.is_none() && before.metadata,
            rule_set: rule_set.is_none() && before.rule_set,
        };
        before.metadata |= metadata.is_some();
        before.rule_set |= rule_set.is_some();
        all.push(emptied);
    }
    all
}

impl Emptied {
    pub(super) fn is_any(self) -> bool {
        self.metadata || self.rule_set
    }

    /// The empty part, where there is one.
    pub(super) fn value(is_emptied: bool) -> Option<Value> {
        is_emptied.then(|| Value::Object(Map::new()))
    }

    /// A request as the lock has it, without the empty parts.
    pub(super) fn left_out(self, request: NewSchema) -> NewSchema {
        NewSchema {
            metadata: request.metadata.filter(|_| !self.metadata),
            rule_set: request.rule_set.filter(|_| !self.rule_set),
            ..request
        }
    }

    /// What it is, in words.
    pub(crate) fn told(self) -> Option<&'static str> {
        match (self.metadata, self.rule_set) {
            (true, true) => Some("without the metadata and rules of versions before"),
            (true, false) => Some("without the metadata of versions before"),
            (false, true) => Some("without the rules of versions before"),
            (false, false) => None,
        }
    }
}

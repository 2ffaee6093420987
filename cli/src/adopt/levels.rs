//! The levels of a project: they govern what it has locked, whatever somebody set in a registry.

use topika_contract::compat::Level;
use topika_contract::lock::Lock;
use topika_contract::manifest::Manifest;

use super::held::Held;
use super::place::{Kind, Places};

/// A level that is another one there, with the subjects that have it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OtherLevel {
    /// By their names there.
    pub(crate) subjects: Vec<String>,
    pub(crate) there: Level,
    pub(crate) here: Level,
    /// The table of `topika.toml` that says it here; none for what is carried, whose level is taken over.
    pub(crate) table: Option<String>,
}

/// The levels that differ once everything stands in its place.
pub(super) fn others(held: &Held, places: &Places, lock: &Lock, manifest: &Manifest) -> Vec<OtherLevel> {
    let mut others: Vec<OtherLevel> = Vec::new();
    for (name, place) in &places.places {
        let Some(subject) = held.subjects.get(name) else { continue };
        let (here, table) = match &place.kind {
            Kind::OfTopic { topic, .. } => {
                let row = || manifest.topic_row(topic).map(|row| manifest.level_of(Some(row)).0);
                let level = lock.topic(topic).map(|topic| topic.level).or_else(row);
                (level.unwrap_or(manifest.level_of(None).0), Some(table_of(topic)))
            }
            Kind::Shared { .. } => {
                (manifest.level_of_shared(&place.name).0, Some(format!("[shared.{:?}]", place.name)))
            }
            Kind::Carried => match lock.carried(&place.name).and_then(|carried| carried.level) {
                Some(level) => (level, None),
                None => continue,
            },
        };
        if here == subject.level {
            continue;
        }
        let same = |other: &&mut OtherLevel| (other.there, other.here, &other.table) == (subject.level, here, &table);
        match others.iter_mut().find(same) {
            Some(other) => other.subjects.push(name.clone()),
            None => others.push(OtherLevel { subjects: vec![name.clone()], there: subject.level, here, table }),
        }
    }
    others
}

/// Takes over the levels of what is carried: no row of the project says them, so whoever owns such a subject changes its level in the registry.
pub(super) fn take_over(held: &Held, places: &Places, lock: &mut Lock) {
    for (there, place) in &places.places {
        let Some(subject) = held.subjects.get(there).filter(|_| place.kind == Kind::Carried) else { continue };
        let carried = lock.carried.iter_mut().find(|carried| carried.name == place.name && carried.level.is_some());
        if let Some(carried) = carried {
            carried.level = Some(subject.level);
        }
    }
}

/// The table of a topic in `topika.toml`.
pub(crate) fn table_of(topic: &str) -> String {
    // Topics have no other letter that wants quotes.
    if topic.contains('.') { format!("[topic.{topic:?}]") } else { format!("[topic.{topic}]") }
}

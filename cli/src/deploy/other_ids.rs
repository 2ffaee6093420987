//! Ids that messages name, and that a pull would write over.

use topika_contract::lock::{Ids, Language, Lock, compare_text};
use topika_contract::project::Format;

use super::ids::IdsFile;
use crate::environment::Registry;
use crate::problem::Problem;
use crate::registered::SeenId;
use crate::summary::count;

/// Why nothing is pulled, where messages name other ids than the registry has, or where it has given an id of theirs to another schema.
pub(crate) fn other_ids(seen: &[&SeenId], ids: &IdsFile, lock: &Lock, registry: &Registry) -> Option<Problem> {
    let other: Vec<(&str, String)> = changed(seen, &ids.ids).into_iter().chain(taken(seen, &ids.ids, lock)).collect();
    let subjects = other.iter().map(|(subject, _)| *subject).collect();
    let (id, url, path) = (registry.id(), &registry.url, ids.path());
    let message = format!(
        "{id} ({url}) has other ids than {path} for {}: {}; nothing was pulled",
        count(other.len(), "version"),
        other.first()?.1
    );
    let help = format!(
        "restore the registry's backup; or, where it is meant and no message of before is read any more (a development registry made anew), \
         {}, and pull again",
        ids.without(&subjects)
    );
    Some(Problem::new(message, help))
}

/// Versions with another id than the one that is known, each with the subject whose id it is.
fn changed<'s>(seen: &[&'s SeenId], ids: &Ids) -> Vec<(&'s str, String)> {
    let told = seen.iter().filter_map(|one| {
        let known = ids.get(&one.subject, one.number).filter(|known| known.id != one.to.id)?;
        let told = format!("version {} of {} has the id {}, and had {}", one.number, one.subject, one.to.id, known.id);
        Some((one.subject.as_str(), told))
    });
    told.collect()
}

/// Known ids that stand for another schema there. Two subjects may share an id: that of their text.
fn taken<'i>(seen: &[&SeenId], ids: &'i Ids, lock: &Lock) -> Vec<(&'i str, String)> {
    let mut told = Vec::new();
    for (subject, number, known) in ids.iter() {
        let there =
            seen.iter().find(|one| one.to.id == known.id && (one.subject.as_str(), one.number) != (subject, number));
        let is_seen = || seen.iter().any(|one| (one.subject.as_str(), one.number) == (subject, number));
        if let (Some(there), Some((format, text))) = (there, text(lock, subject, number))
            && !is_seen()
            && compare(format, text) != compare(format, &there.schema.schema)
        {
            let what = format!(
                "the id {} is that of version {} of {}, and was that of version {number} of {subject}",
                known.id, there.number, there.subject
            );
            told.push((subject, what));
        }
    }
    told
}

/// A text as registries compare it; one of another language word for word.
fn compare(format: Option<Format>, text: &str) -> String {
    format.map_or_else(|| text.to_owned(), |format| compare_text(format, text))
}

/// The frozen text of a version, with its format where it has one.
fn text<'l>(lock: &'l Lock, subject: &str, number: u32) -> Option<(Option<Format>, &'l str)> {
    if let Some(of) = lock.subject(subject) {
        return Some((Some(of.format), of.version(number)?.source.as_ref()?.text()));
    }
    if let Some(of) = lock.import(subject) {
        let version = of.versions.iter().find(|version| version.number == number)?;
        return Some((Some(of.format), version.source.as_ref()?.text()));
    }
    let version = lock.carried(subject)?.versions.iter().find(|version| version.number == number)?;
    let format = match version.language {
        Language::Avro => Some(Format::Avro),
        Language::Json => Some(Format::Json),
        Language::Protobuf => None,
    };
    Some((format, version.source.as_ref()?.text()))
}

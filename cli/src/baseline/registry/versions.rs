use std::collections::{BTreeMap, HashMap};

use topika_contract::lock::{
    Lock, LockedContract, LockedReference, LockedSubject, LockedVersion, compare_hash, sha256_hex,
};
use topika_contract::project::{Format, path_from};
use topika_contract::text::Source;
use topika_registry::api::{Reference, SchemaType, SubjectVersion};

use super::fetch::{Fetched, Version};
use crate::registered::data_contract;

/// A version that a lock cannot hold beside the others, since it is in another format.
pub(super) struct Other {
    pub(super) subject: String,
    pub(super) number: u32,
    /// The registry's word for the format.
    pub(super) kind: String,
    /// The format, where it is one of ours.
    pub(super) format: Option<Format>,
    /// Whether it is the newest version.
    pub(super) is_newest: bool,
}

/// The fetched versions as a lock, which can be compared with like one, and those that it cannot hold.
pub(super) fn lock(fetched: Vec<Fetched>) -> (Lock, Vec<Other>) {
    let mut others = Vec::new();
    let mut subjects: BTreeMap<String, LockedSubject> = BTreeMap::new();
    for subject in fetched {
        let Some(newest) = subject.versions.last() else { continue };
        let format = format_of(&newest.own).unwrap_or(subject.format);
        // A subject that changed its format has another file than ours.
        let path = match format == subject.format {
            true => subject.path.clone(),
            false => format!(
                "{}.{}",
                subject.path.trim_end_matches(subject.format.ending()).trim_end_matches('.'),
                format.ending()
            ),
        };
        for version in &subject.versions {
            if format_of(&version.own) != Some(format) {
                let (number, kind) = (version.own.version, version.own.schema_type.to_string());
                let is_newest = number == newest.own.version;
                let format = format_of(&version.own);
                others.push(Other { subject: subject.name.clone(), number, kind, format, is_newest });
                continue;
            }
            let references = references(version, &path, format, &mut subjects);
            let own = locked(&version.own, format, &version.referenced, references);
            insert(&mut subjects, &subject.name, &path, format, own);
        }
    }
    (Lock { subjects: subjects.into_values().collect(), ..Lock::default() }, others)
}

/// The references of a version; what they lead to is put into the lock.
fn references(
    version: &Version,
    path: &str,
    format: Format,
    subjects: &mut BTreeMap<String, LockedSubject>,
) -> Vec<LockedReference> {
    let mut paths: HashMap<&str, String> = HashMap::new();
    let follow = |from: &str, references: &[Reference]| -> Vec<(String, String)> {
        references.iter().map(|reference| (reference.name.clone(), joined(from, &reference.name, format))).collect()
    };
    let mut known: Vec<(String, String)> = follow(path, &version.own.references);
    // From what refers to what is referred to, so that a path is known before it is gone on from.
    for one in version.referenced.iter().rev() {
        let at = known.iter().find(|(name, _)| *name == one.name).map(|(_, path)| path.clone());
        let at = at.unwrap_or_else(|| joined(path, &one.name, format));
        known.extend(follow(&at, &one.version.references));
        paths.insert(&one.name, at);
    }
    let mut references = Vec::new();
    for one in &version.referenced {
        let (subject, number) = (&one.version.subject, one.version.version);
        let path = paths.remove(one.name.as_str()).unwrap_or_default();
        insert(subjects, subject, &path, format, locked(&one.version, format, &[], Vec::new()));
        references.push(LockedReference { name: one.name.clone(), subject: subject.clone(), version: number });
    }
    references
}

fn locked(
    version: &SubjectVersion,
    format: Format,
    referenced: &[topika_registry::client::Referenced],
    references: Vec<LockedReference>,
) -> LockedVersion {
    let contract = data_contract(&format!("{}/{}{}", version.subject, version.version, Format::CONTRACT), version);
    let texts = referenced.iter().map(|one| (one.name.as_str(), one.version.schema.as_str()));
    LockedVersion {
        number: version.version,
        date: "registered".to_owned(),
        text: sha256_hex(&version.schema),
        compare: compare_hash(format, &version.schema, contract.as_ref(), texts),
        fingerprint: None,
        references,
        contract: contract.as_ref().map(LockedContract::of),
        source: Some(Source::new(
            format!("{}/{}.{}", version.subject, version.version, format.ending()),
            version.schema.as_str(),
        )),
    }
}

/// Adds a version, in the order of numbers. One that is there as a subject's own knows more than one that was only referred to.
fn insert(
    subjects: &mut BTreeMap<String, LockedSubject>,
    name: &str,
    path: &str,
    format: Format,
    version: LockedVersion,
) {
    let subject = subjects.entry(name.to_owned()).or_insert_with(|| LockedSubject {
        name: name.to_owned(),
        folder: None,
        path: path.to_owned(),
        format,
        versions: Vec::new(),
    });
    match subject.versions.binary_search_by_key(&version.number, |known| known.number) {
        Ok(at) => {
            if let Some(known) = subject.versions.get_mut(at).filter(|known| known.references.is_empty()) {
                *known = version;
            }
        }
        Err(at) => subject.versions.insert(at, version),
    }
}

fn format_of(version: &SubjectVersion) -> Option<Format> {
    match version.schema_type {
        SchemaType::Avro => Some(Format::Avro),
        SchemaType::Json => Some(Format::Json),
        SchemaType::Protobuf | SchemaType::Other(_) => None,
    }
}

/// The path of what a text refers to, seen from the text: JSON Schemas refer by paths; Avro by names, which need none.
fn joined(from: &str, name: &str, format: Format) -> String {
    match format {
        Format::Avro => format!("{name}.{}", format.ending()),
        Format::Json => path_from(from, name),
    }
}

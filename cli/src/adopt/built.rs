//! The lock, the frozen texts and the working files that follow from the places of the subjects.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use topika_contract::data_contract::DataContract;
use topika_contract::lock::{
    CarriedSubject, CarriedVersion, Language, Lock, LockedContract, LockedReference, LockedSubject, LockedVersion,
    carried_path, contract_path, history_path, sha256_hex,
};
use topika_contract::project::Format;
use topika_contract::text::Source;
use topika_registry::api::{Reference, SchemaType, SubjectVersion};

use super::apart::{Apart, Why};
use super::held::{Held, HeldSubject};
use super::known::{Known, hash};
use super::numbers::Numbers;
use super::place::{Place, Places};
use super::references::referenced;
use crate::registered::{SeenId, data_contract, without_empty};

/// What a project gets of a registry.
pub(crate) struct Built {
    /// The lock as it will be.
    pub(crate) lock: Lock,
    /// The frozen texts that are new: path below the root, text.
    pub(crate) frozen: Vec<(String, String)>,
    /// The text of each working file, as the newest version has it: path below the schema folder, text.
    pub(crate) working: Vec<(String, String)>,
    /// The working files whose newest version the lock held before: whoever has them has no need of the registry's print of them.
    pub(crate) known: HashSet<String>,
    /// What the registry gave to each version: subject without prefix, number in the lock.
    pub(crate) ids: Vec<SeenId>,
    /// The versions that the lock did not hold: subject there, version there, number in the lock.
    pub(crate) added: Vec<(String, u32, u32)>,
    /// The number of the newest version of each subject, by the names there.
    pub(crate) newest: BTreeMap<String, u32>,
    /// What is left alone, by the names there.
    pub(crate) apart: BTreeMap<String, Apart>,
}

/// What everything is built from.
pub(super) struct Ground<'a> {
    pub(super) held: &'a Held,
    pub(super) known: &'a Known,
    pub(super) lock: &'a Lock,
    /// The schema folder.
    pub(super) schemas: &'a str,
    pub(super) today: &'a str,
}

/// Builds upon the lock that there is: its versions stay what they are. `left`: the subjects of which no new version is adopted.
pub(super) fn built(ground: &Ground<'_>, places: &Places, left: &BTreeMap<String, Why>) -> Built {
    let Ground { held, lock, .. } = ground;
    let mut numbers = Numbers::of(held, places, lock, ground.known, left);
    let mut built = Built {
        lock: (*lock).clone(),
        frozen: Vec::new(),
        working: Vec::new(),
        known: HashSet::new(),
        ids: Vec::new(),
        added: Vec::new(),
        newest: BTreeMap::new(),
        apart: std::mem::take(&mut numbers.apart),
    };
    for (there, place) in &places.places {
        let Some(subject) = held.subjects.get(there) else { continue };
        // What was carried and has a file from now on goes from one list to the other.
        let was = lock.carried(&place.name).filter(|_| place.file().is_some());
        if let Some(was) = was {
            built.lock.carried.retain(|one| one.name != was.name);
        }
        for (number, version) in numbers.of_subject(there, subject) {
            built.ids.push(SeenId::of(&place.name, number, version));
            if !lock.holds(&place.name, number) {
                built.added.push((there.clone(), version.version, number));
            } else if was.is_none() {
                continue;
            }
            let before = was.and_then(|was| was.versions.iter().find(|version| version.number == number));
            let date = before.map_or(ground.today, |version| &version.date);
            let maker = Maker { held, places, numbers: &numbers, schemas: ground.schemas, date, was };
            match place.file() {
                Some((path, format)) => maker.locked(place, path, format, number, version, &mut built),
                None => maker.carried(place, subject, number, version, &mut built),
            }
        }
        let versions = subject.versions.values().rev();
        let mut newest = versions.filter_map(|version| Some((version, numbers.number(there, version.version)?)));
        let Some((latest, number)) = newest.next() else { continue };
        let latest = without_emptied(&built.lock, &place.name, number, latest);
        built.newest.insert(there.clone(), number);
        if let Some((path, _)) = place.file().filter(|_| !place.stays) {
            built.working.push((path.to_owned(), latest.schema.clone()));
            let beside = DataContract::path_beside(path);
            if lock.subject(&place.name).is_some_and(|subject| subject.version(number).is_some()) {
                built.known.extend([path.to_owned(), beside.clone()]);
            }
            // What the lock has no contract of, and the registry has, was merged from settings, and is no contract of ours.
            let is_merged = has_no_contract(lock, &place.name, number);
            let contract = data_contract(&beside, &latest).filter(|_| !is_merged);
            built.working.extend(contract.map(|contract| (beside, contract.source().text().to_owned())));
        }
    }
    built.lock.subjects.sort_by(|a, b| a.name.cmp(&b.name));
    built.lock.carried.sort_by(|a, b| a.name.cmp(&b.name));
    fingerprint(&mut built.lock);
    built
}

/// A version without the parts of its data contract that are empty since one before it has them: a lock says that by having none, and a push says it to
/// the registry again.
fn without_emptied<'v>(lock: &Lock, name: &str, number: u32, version: &'v SubjectVersion) -> Cow<'v, SubjectVersion> {
    let bare = without_empty(version);
    let before = || lock.subject(name).into_iter().flat_map(|subject| &subject.versions);
    let before = || before().filter(|one| one.number < number).filter_map(LockedVersion::data_contract);
    let is_emptied = |was: bool, is: bool, had: bool| was && !is && had;
    let metadata =
        is_emptied(version.metadata.is_some(), bare.metadata.is_some(), before().any(|one| one.metadata().is_some()));
    let rule_set =
        is_emptied(version.rule_set.is_some(), bare.rule_set.is_some(), before().any(|one| one.rule_set().is_some()));
    if !metadata && !rule_set {
        return Cow::Borrowed(version);
    }
    let mut version = version.clone();
    if metadata {
        version.metadata = None;
    }
    if rule_set {
        version.rule_set = None;
    }
    Cow::Owned(version)
}

/// Whether the lock has a version, and that without a data contract.
fn has_no_contract(lock: &Lock, name: &str, number: u32) -> bool {
    let version = lock.subject(name).and_then(|subject| subject.versions.iter().find(|one| one.number == number));
    version.is_some_and(|version| version.data_contract().is_none())
}

struct Maker<'a> {
    held: &'a Held,
    places: &'a Places,
    numbers: &'a Numbers,
    schemas: &'a str,
    /// The day that stands beside a version.
    date: &'a str,
    /// What the lock carried of the subject, which gets a file.
    was: Option<&'a CarriedSubject>,
}

impl Maker<'_> {
    fn locked(
        &self,
        place: &Place,
        path: &str,
        format: Format,
        number: u32,
        version: &SubjectVersion,
        built: &mut Built,
    ) {
        let folder = match (built.lock.subjects.iter().find(|subject| subject.name == place.name), self.was) {
            (Some(known), _) => known.folder.clone(),
            // What was carried stays where it is.
            (None, Some(was)) => Some(was.folder().into_owned()).filter(|folder| *folder != place.name),
            (None, None) => LockedSubject::new_folder(&built.lock, &place.name),
        };
        let below = folder.as_deref().unwrap_or(&place.name);
        let file = history_path(self.schemas, below, number, format);
        let version = &*without_emptied(&built.lock, &place.name, number, version);
        let references = referenced(self.held, version);
        let contract = data_contract(&contract_path(self.schemas, below, number), version);
        let locked = LockedVersion {
            number,
            date: self.date.to_owned(),
            text: sha256_hex(&version.schema),
            compare: hash(self.held, path, format, version),
            fingerprint: None,
            references: references.into_iter().filter_map(|(reference, _)| self.reference(reference)).collect(),
            contract: contract.as_ref().map(LockedContract::of),
            source: Some(Source::new(file.clone(), version.schema.as_str())),
        };
        built.frozen.push((file, version.schema.clone()));
        built.frozen.extend(
            contract.map(|contract| (contract.source().path().to_owned(), contract.source().text().to_owned())),
        );
        match built.lock.subjects.iter_mut().find(|subject| subject.name == place.name) {
            Some(subject) => subject.versions.push(locked),
            None => built.lock.subjects.push(LockedSubject {
                name: place.name.clone(),
                folder,
                path: path.to_owned(),
                format,
                versions: vec![locked],
            }),
        }
    }

    fn carried(&self, place: &Place, subject: &HeldSubject, number: u32, version: &SubjectVersion, built: &mut Built) {
        let language = match &version.schema_type {
            SchemaType::Avro => Language::Avro,
            SchemaType::Json => Language::Json,
            SchemaType::Protobuf => Language::Protobuf,
            // Subjects with such versions are left alone before anything is built.
            SchemaType::Other(_) => return,
        };
        let folder = match built.lock.carried.iter().find(|subject| subject.name == place.name) {
            Some(known) => known.folder().into_owned(),
            None => {
                let folder = CarriedSubject::new_folder(&built.lock, &place.name);
                let new = CarriedSubject {
                    name: place.name.clone(),
                    folder,
                    prefixed: place.prefixed,
                    level: Some(subject.level),
                    versions: Vec::new(),
                };
                built.lock.carried.push(new);
                built.lock.carried.last().map(|new| new.folder().into_owned()).unwrap_or_default()
            }
        };
        let file = carried_path(self.schemas, &folder, number, language);
        let carried = CarriedVersion {
            number,
            language,
            date: self.date.to_owned(),
            text: sha256_hex(&version.schema),
            references: version.references.iter().filter_map(|reference| self.reference(reference)).collect(),
            metadata: version.metadata.as_ref().map(ToString::to_string),
            rule_set: version.rule_set.as_ref().map(ToString::to_string),
            source: Some(Source::new(file.clone(), version.schema.as_str())),
        };
        built.frozen.push((file, version.schema.clone()));
        let known = built.lock.carried.iter_mut().find(|subject| subject.name == place.name);
        if let Some(subject) = known {
            subject.versions.push(carried);
        }
    }

    /// A reference with the names and numbers of the lock.
    fn reference(&self, reference: &Reference) -> Option<LockedReference> {
        let place = self.places.places.get(&reference.subject)?;
        let number = u32::try_from(reference.version).ok()?;
        let version = self.numbers.number(&reference.subject, number)?;
        Some(LockedReference { name: reference.name.clone(), subject: place.name.clone(), version })
    }
}

/// Adds the fingerprints, for which every text has to be there.
fn fingerprint(lock: &mut Lock) {
    let mut fingerprints: BTreeMap<(String, u32), Option<String>> = BTreeMap::new();
    for subject in &lock.subjects {
        for version in subject.versions.iter().filter(|version| version.fingerprint.is_none()) {
            let schema = topika_contract::project::history(lock, subject, version).ok();
            let fingerprint = schema.and_then(|schema| schema.fingerprint());
            fingerprints.insert((subject.name.clone(), version.number), fingerprint);
        }
    }
    for subject in &mut lock.subjects {
        for version in &mut subject.versions {
            if let Some(fingerprint) = fingerprints.remove(&(subject.name.clone(), version.number)) {
                version.fingerprint = fingerprint;
            }
        }
    }
}

//! The lock, the frozen texts and the working files that follow from the places of the subjects.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use topika_contract::data_contract::DataContract;
use topika_contract::lock::{
    CarriedSubject, CarriedVersion, Ids, Language, Lock, LockedContract, LockedReference, LockedSubject, LockedVersion,
    RegisteredId, carried_path, compare_hash, contract_path, history_path, sha256_hex,
};
use topika_contract::project::Format;
use topika_contract::text::Source;
use topika_registry::api::{Reference, SchemaType, SubjectVersion};

use super::held::{Held, HeldSubject};
use super::place::{Place, Places};
use crate::registered::{data_contract, registered};

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
    pub(crate) ids: Vec<(String, u32, RegisteredId)>,
    /// How many versions the lock did not hold.
    pub(crate) added: usize,
}

/// Builds upon the lock that there is: its versions stay what they are.
pub(crate) fn built(held: &Held, places: &Places, lock: &Lock, ids: &Ids, schemas: &str, today: &str) -> Built {
    let numbers = Numbers::of(held, places, lock, ids);
    let mut built = Built {
        lock: lock.clone(),
        frozen: Vec::new(),
        working: Vec::new(),
        known: HashSet::new(),
        ids: Vec::new(),
        added: 0,
    };
    for (there, place) in &places.places {
        let Some(subject) = held.subjects.get(there) else { continue };
        for (number, version) in numbers.of_subject(there, subject) {
            built.ids.push((place.name.clone(), number, registered(version)));
            if lock.holds(&place.name, number) {
                continue;
            }
            built.added += 1;
            let maker = Maker { held, places, numbers: &numbers, schemas, today };
            match place.file() {
                Some((path, format)) => maker.locked(place, path, format, number, version, &mut built),
                None => maker.carried(place, subject, number, version, &mut built),
            }
        }
        let latest = subject.versions.values().next_back();
        if let (Some((path, _)), Some(latest)) = (place.file(), latest) {
            built.working.push((path.to_owned(), latest.schema.clone()));
            let beside = DataContract::path_beside(path);
            let number = numbers.by_version.get(&(there.clone(), latest.version));
            if number.is_some_and(|number| lock.holds(&place.name, *number)) {
                built.known.extend([path.to_owned(), beside.clone()]);
            }
            // What the lock has no contract of, and the registry has, was merged from settings, and is no contract of ours.
            let is_merged = number.is_some_and(|number| has_no_contract(lock, &place.name, *number));
            let contract = data_contract(&beside, latest).filter(|_| !is_merged);
            built.working.extend(contract.map(|contract| (beside, contract.source().text().to_owned())));
        }
    }
    built.lock.subjects.sort_by(|a, b| a.name.cmp(&b.name));
    built.lock.carried.sort_by(|a, b| a.name.cmp(&b.name));
    fingerprint(&mut built.lock);
    built
}

/// Whether the lock has a version, and that without a data contract.
fn has_no_contract(lock: &Lock, name: &str, number: u32) -> bool {
    let version = lock.subject(name).and_then(|subject| subject.versions.iter().find(|one| one.number == number));
    version.is_some_and(|version| version.data_contract().is_none())
}

/// The number that each version has in the lock. A registry leaves gaps where it deletes; the lock has none.
struct Numbers {
    by_version: HashMap<(String, u32), u32>,
}

impl Numbers {
    fn of(held: &Held, places: &Places, lock: &Lock, ids: &Ids) -> Self {
        let mut by_version = HashMap::new();
        for (there, subject) in &held.subjects {
            let Some(place) = places.places.get(there) else { continue };
            let known = known(place, lock);
            let mut last = known.iter().map(|(number, _)| *number).max().unwrap_or_default();
            // What a push or a pull has seen there is known by its id and its number: a registry prints texts and rules in its own way.
            let seen = |version: &u32, text: &SubjectVersion| {
                known.iter().map(|(number, _)| *number).find(|number| {
                    ids.get(&place.name, *number).is_some_and(|of| (of.id, of.version) == (text.id, *version))
                })
            };
            let mut numbers: BTreeMap<u32, u32> =
                subject.versions.iter().filter_map(|(version, text)| Some((*version, seen(version, text)?))).collect();
            let mut used: HashSet<u32> = numbers.values().copied().collect();
            for (version, text) in &subject.versions {
                let number = *numbers.entry(*version).or_insert_with(|| {
                    let hash = hash(held, place, text);
                    let number = known.iter().find(|(number, known)| *known == hash && !used.contains(number));
                    number.map_or_else(
                        || {
                            last += 1;
                            last
                        },
                        |(number, _)| *number,
                    )
                });
                used.insert(number);
                by_version.insert((there.clone(), *version), number);
            }
        }
        Self { by_version }
    }

    fn of_subject<'h>(
        &self,
        there: &str,
        subject: &'h HeldSubject,
    ) -> impl Iterator<Item = (u32, &'h Arc<SubjectVersion>)> {
        let number = |version: u32| self.by_version.get(&(there.to_owned(), version)).copied();
        let mut all: Vec<_> =
            subject.versions.iter().filter_map(|(version, text)| Some((number(*version)?, text))).collect();
        all.sort_by_key(|(number, _)| *number);
        all.into_iter()
    }
}

/// What the lock knows of a subject: number and hash of each version.
fn known(place: &Place, lock: &Lock) -> Vec<(u32, String)> {
    let locked = lock.subject(&place.name).into_iter().flat_map(|subject| &subject.versions);
    let carried = lock.carried(&place.name).into_iter().flat_map(|subject| &subject.versions);
    let locked = locked.map(|version| (version.number, version.compare.clone()));
    locked.chain(carried.map(|version| (version.number, version.text.clone()))).collect()
}

/// The hash by which the lock knows a version: with what it refers to where it is judged, of the mere text where it is carried.
fn hash(held: &Held, place: &Place, version: &SubjectVersion) -> String {
    match place.file() {
        None => sha256_hex(&version.schema),
        Some((path, format)) => {
            let contract = data_contract(path, version);
            let referenced = referenced(held, version);
            let texts = referenced.iter().map(|(reference, of)| (reference.name.as_str(), of.schema.as_str()));
            compare_hash(format, &version.schema, contract.as_ref(), texts)
        }
    }
}

/// All that a version refers to, directly or not: each name once, a text before what refers to it, in the order in which the texts name them.
fn referenced<'h>(held: &'h Held, version: &'h SubjectVersion) -> Vec<(&'h Reference, &'h Arc<SubjectVersion>)> {
    let mut order = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut open: Vec<(&Reference, bool)> = by_place(version).into_iter().rev().map(|one| (one, false)).collect();
    while let Some((reference, is_left)) = open.pop() {
        let Some(of) = held.version(&reference.subject, reference.version) else { continue };
        if is_left {
            order.push((reference, of));
        } else if seen.insert(&reference.name) {
            open.push((reference, true));
            open.extend(by_place(of).into_iter().rev().map(|one| (one, false)));
        }
    }
    order
}

/// The references of a text in the order of their first use; a registry may have sorted them.
fn by_place(version: &SubjectVersion) -> Vec<&Reference> {
    let place = |reference: &&Reference| {
        let short = reference.name.rsplit('.').next().unwrap_or_default();
        let found = |name: &str| version.schema.find(&format!("\"{name}"));
        found(&reference.name).or_else(|| found(short)).unwrap_or(usize::MAX)
    };
    let mut references: Vec<&Reference> = version.references.iter().collect();
    references.sort_by_key(place);
    references
}

struct Maker<'a> {
    held: &'a Held,
    places: &'a Places,
    numbers: &'a Numbers,
    schemas: &'a str,
    today: &'a str,
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
        let file = history_path(self.schemas, &place.name, number, format);
        let references = referenced(self.held, version);
        let contract = data_contract(&contract_path(self.schemas, &place.name, number), version);
        let locked = LockedVersion {
            number,
            date: self.today.to_owned(),
            text: sha256_hex(&version.schema),
            compare: hash(self.held, place, version),
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
                path: path.to_owned(),
                format,
                versions: vec![locked],
            }),
        }
    }

    fn carried(&self, place: &Place, subject: &HeldSubject, number: u32, version: &SubjectVersion, built: &mut Built) {
        let language = match version.schema_type {
            SchemaType::Avro => Language::Avro,
            SchemaType::Json => Language::Json,
            SchemaType::Protobuf => Language::Protobuf,
        };
        let file = carried_path(self.schemas, &place.name, number, language);
        let carried = CarriedVersion {
            number,
            language,
            date: self.today.to_owned(),
            text: sha256_hex(&version.schema),
            references: version.references.iter().filter_map(|reference| self.reference(reference)).collect(),
            metadata: version.metadata.as_ref().map(ToString::to_string),
            rule_set: version.rule_set.as_ref().map(ToString::to_string),
            source: Some(Source::new(file.clone(), version.schema.as_str())),
        };
        built.frozen.push((file, version.schema.clone()));
        match built.lock.carried.iter_mut().find(|subject| subject.name == place.name) {
            Some(subject) => subject.versions.push(carried),
            None => built.lock.carried.push(CarriedSubject {
                name: place.name.clone(),
                prefixed: place.prefixed,
                level: Some(subject.level),
                versions: vec![carried],
            }),
        }
    }

    /// A reference with the names and numbers of the lock.
    fn reference(&self, reference: &Reference) -> Option<LockedReference> {
        let place = self.places.places.get(&reference.subject)?;
        let number = u32::try_from(reference.version).ok()?;
        let version = self.numbers.by_version.get(&(reference.subject.clone(), number))?;
        Some(LockedReference { name: reference.name.clone(), subject: place.name.clone(), version: *version })
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

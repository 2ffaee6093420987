//! What a registry has to hold.

use std::collections::HashMap;

use topika_contract::lock::{Language, Lock, LockedReference, LockedTopic};
use topika_contract::manifest::Manifest;
use topika_contract::project::{Registration, import_registrations, registrations};
use topika_registry::api::{NewSchema, Reference, SchemaType, context_of};

use super::emptied::{Emptied, emptied};

/// Every frozen version, as the registry of one environment has to hold it.
pub(crate) struct Wanted {
    /// In an order in which they can be registered.
    pub(crate) versions: Vec<Registration>,
    /// The topics whose messages name their schemas.
    topics: Vec<LockedTopic>,
    prefix: String,
    /// Where the version of a subject stands in the list.
    by_version: HashMap<(String, u32), usize>,
    /// Of each version, in their order: what it has to be without by word.
    emptied: Vec<Emptied>,
    /// Carried subjects of contexts that this environment does not speak of.
    pub(crate) elsewhere: Vec<String>,
}

/// What the imports of a lock are in a registry that they were pulled from.
pub(crate) fn wanted_imports(lock: &Lock, manifest: &Manifest, prefix: &str) -> Wanted {
    let versions = import_registrations(lock, manifest);
    Wanted::of(versions, Vec::new(), prefix)
}

fn by_version(versions: &[Registration]) -> HashMap<(String, u32), usize> {
    versions.iter().enumerate().map(|(at, one)| ((one.subject.clone(), one.number), at)).collect()
}

/// What the lock asks of a registry where `prefix` stands before the names of topics. An environment of one context speaks of nothing in others: there
/// the same names would be taken for those of its own context.
pub(crate) fn wanted(lock: &Lock, manifest: &Manifest, prefix: &str, of_context: bool) -> Wanted {
    let is_elsewhere = |version: &Registration| of_context && context_of(&version.subject).is_some();
    let (elsewhere, versions): (Vec<_>, Vec<_>) = registrations(lock, manifest).into_iter().partition(is_elsewhere);
    let mut elsewhere: Vec<String> = elsewhere.into_iter().map(|version| version.subject).collect();
    elsewhere.sort();
    elsewhere.dedup();
    // What stands in a registry for a topic of plain messages is not ours to judge: nobody reads it there.
    let topics = lock.topics.iter().filter(|topic| !topic.framing.is_without_registry());
    let topics = topics.cloned().collect();
    Wanted { elsewhere, ..Wanted::of(versions, topics, prefix) }
}

/// A subject as a reference within a version of `holder` names it: without the context that both are in.
pub(super) fn named_by(holder: &str, subject: String) -> String {
    match (context_of(holder), context_of(&subject)) {
        (Some(of_holder), Some(context)) if of_holder == context => {
            subject.strip_prefix(context).map(str::to_owned).unwrap_or(subject)
        }
        _ => subject,
    }
}

impl Wanted {
    fn of(versions: Vec<Registration>, topics: Vec<LockedTopic>, prefix: &str) -> Self {
        let (by_version, emptied) = (by_version(&versions), emptied(&versions));
        Self { versions, topics, prefix: prefix.to_owned(), by_version, emptied, elsewhere: Vec::new() }
    }

    /// What a version has to be without by word.
    pub(crate) fn emptied(&self, version: &Registration) -> Emptied {
        let at = self.at(&version.subject, version.number);
        at.and_then(|at| self.emptied.get(at)).copied().unwrap_or_default()
    }

    /// The subject of a version there.
    pub(crate) fn remote(&self, version: &Registration) -> String {
        self.remote_where(version, &self.prefix)
    }

    /// The same where another prefix stands before topics.
    pub(super) fn remote_where(&self, version: &Registration, prefix: &str) -> String {
        let prefix = if version.prefixed { prefix } else { "" };
        format!("{prefix}{}", version.subject)
    }

    /// Whether a subject there is carried word for word, without a file.
    pub(crate) fn is_carried(&self, remote: &str) -> bool {
        self.versions.iter().any(|version| version.carried && self.remote(version) == remote)
    }

    /// How many steps of reference lie below each version, so that what has the same depth can be asked for at once.
    pub(crate) fn depths(&self) -> Vec<usize> {
        let mut depths: Vec<usize> = Vec::with_capacity(self.versions.len());
        for version in &self.versions {
            let below = version.references.iter().filter_map(|reference| {
                // In a circle, which is a finding, what is referred to may stand behind.
                depths.get(self.at(&reference.subject, reference.version)?)
            });
            let depth = below.max().map_or(0, |deepest| deepest + 1);
            depths.push(depth);
        }
        depths
    }

    /// Where a version stands in the list.
    pub(crate) fn at(&self, subject: &str, number: u32) -> Option<usize> {
        self.by_version.get(&(subject.to_owned(), number)).copied()
    }

    /// Whether a subject there belongs to one of our topics by its name.
    pub(crate) fn is_ours(&self, remote: &str) -> bool {
        self.ours_of(remote, &self.prefix).is_some()
    }

    /// What a subject of one of our topics is called there, that has this name where another prefix stands before topics.
    pub(super) fn ours_of(&self, name: &str, prefix: &str) -> Option<String> {
        let name = name.strip_prefix(prefix)?;
        let is_ours = self.topics.iter().any(|topic| topic.has_subject(name));
        is_ours.then(|| format!("{}{name}", self.prefix))
    }

    /// The request that names a version, with the versions that the registry has of what it refers to; `None` where it does not have one
    /// of these.
    pub(crate) fn request(&self, version: &Registration, there: impl Fn(usize) -> Option<u32>) -> Option<NewSchema> {
        let reference = |of: &LockedReference| {
            let at = self.at(&of.subject, of.version)?;
            let subject = named_by(&self.remote(version), self.remote(self.versions.get(at)?));
            let version = i32::try_from(there(at)?).ok()?;
            Some(Reference { name: of.name.clone(), subject, version })
        };
        let references: Option<Vec<Reference>> = version.references.iter().map(reference).collect();
        let schema_type = match version.language {
            Language::Avro => SchemaType::Avro,
            Language::Json => SchemaType::Json,
            Language::Protobuf => SchemaType::Protobuf,
        };
        // What is no JSON was edited in the lock by hand; the version is then not the one that is there, which a plan says.
        let json = |text: &Option<String>| text.as_ref().and_then(|text| serde_json::from_str(text).ok());
        let emptied = self.emptied(version);
        let metadata = json(&version.metadata).or_else(|| Emptied::value(emptied.metadata));
        let rule_set = json(&version.rule_set).or_else(|| Emptied::value(emptied.rule_set));
        let schema = NewSchema::new(schema_type, version.source.text());
        Some(NewSchema { references: references?, metadata, rule_set, ..schema })
    }
}

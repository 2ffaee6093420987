//! Everything that a registry holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use topika_contract::compat::Level;
use topika_registry::api::{Config, SubjectVersion, subject_within};
use topika_registry::client::{Client, Deleted, Error, ErrorKind, SubjectQuery};

use crate::asked::in_parallel;
use crate::settings::{ALIAS, hidden, own, row};
use crate::unread::{Unread, or_unread};

/// What a registry holds.
pub(crate) struct Held {
    /// The level of the registry itself.
    pub(crate) level: Level,
    /// Its subjects by name.
    pub(crate) subjects: BTreeMap<String, HeldSubject>,
    /// Subjects of which every version is softly deleted.
    pub(crate) gone: Vec<String>,
    /// What it names and cannot be read. What refers to it is left alone, too.
    pub(crate) unread: Vec<Unread>,
}

/// A subject with its versions.
pub(crate) struct HeldSubject {
    /// The level that holds for it.
    pub(crate) level: Level,
    /// Its own settings.
    pub(crate) settings: Config,
    /// Those that are not deleted, and those that others refer to; oldest first.
    pub(crate) versions: BTreeMap<u32, Arc<SubjectVersion>>,
}

/// Reads those subjects of a registry that are to be adopted, and what they refer to.
pub(crate) async fn held(client: &Client, is_adopted: impl Fn(&String) -> bool + Copy) -> Result<Held, Error> {
    let level = client.level(None).await?;
    let names = client.subjects().await?;
    let all = SubjectQuery { deleted: Deleted::With, ..SubjectQuery::default() };
    let there: BTreeSet<&String> = names.iter().collect();
    let with_deleted = client.subjects_where(&all).await?.into_iter();
    let gone = with_deleted.filter(|name| !there.contains(name) && is_adopted(name)).collect();
    let asked = names.into_iter().filter(is_adopted).map(|name| {
        let client = client.clone();
        async move { Ok((or_unread(&name, None, subject(&client, &name, level).await)?, name)) }
    });
    let mut held = Held { level, subjects: BTreeMap::new(), gone, unread: Vec::new() };
    for (answer, name) in in_parallel(asked).await? {
        match answer {
            Ok((subject, _)) if subject.versions.is_empty() => held.unread.push(Unread::gone(&name)),
            Ok((subject, unread)) => {
                held.subjects.insert(name, subject);
                held.unread.extend(unread);
            }
            Err(unread) => held.unread.push(unread),
        }
    }
    add_referenced(client, &mut held).await?;
    Ok(held)
}

async fn subject(client: &Client, name: &str, of_all: Level) -> Result<(HeldSubject, Vec<Unread>), Error> {
    let level = match client.level(Some(name)).await {
        // Apicurio has no level for a subject that has none of its own; Confluent's registry says that of the registry.
        Err(error) if error.kind() == ErrorKind::NotFound => of_all,
        level => level?,
    };
    let (mut versions, mut unread) = (BTreeMap::new(), Vec::new());
    let settings = own(client, Some(name)).await?;
    if row(&settings).contains_key(ALIAS) {
        // Whoever asks for it is answered with the versions of another one.
        let own = hidden(client, name).await?.into_iter();
        versions.extend(own.map(|version| (version.version, meant(name, Arc::new(version)))));
        return Ok((HeldSubject { level, settings, versions }, unread));
    }
    for number in client.versions(name).await? {
        match or_unread(name, Some(number), client.version(name, number).await)? {
            Ok(version) => drop(versions.insert(number, meant(name, version))),
            Err(one) => unread.push(one),
        }
    }
    Ok((HeldSubject { level, settings, versions }, unread))
}

/// A version that was deleted softly still stands behind what refers to it.
async fn add_referenced(client: &Client, held: &mut Held) -> Result<(), Error> {
    let mut lost: BTreeSet<(String, u32)> = BTreeSet::new();
    loop {
        let mut missing = held.missing();
        missing.retain(|one| !lost.contains(one));
        if missing.is_empty() {
            return Ok(());
        }
        let asked = missing.into_iter().map(|(subject, number)| {
            let client = client.clone();
            async move {
                let answer = client.version(&subject, number).await;
                Ok((or_unread(&subject, Some(number), answer)?, subject, number))
            }
        });
        for (answer, name, number) in in_parallel(asked).await? {
            let version = match answer {
                Ok(version) => meant(&name, version),
                Err(unread) => {
                    // The same may be known of the subject already.
                    if !held.unread.iter().any(|known| known.covers(&unread)) {
                        held.unread.push(unread);
                    }
                    lost.insert((name, number));
                    continue;
                }
            };
            let subject = held.subjects.entry(name);
            let subject = subject.or_insert_with(|| HeldSubject {
                level: held.level,
                settings: Config::default(),
                versions: BTreeMap::new(),
            });
            subject.versions.insert(version.version, version);
        }
    }
}

/// A version whose references name the subjects that they mean, as a list of all subjects has them: in another context than the default one a name
/// without a context is one of that context.
fn meant(holder: &str, mut version: Arc<SubjectVersion>) -> Arc<SubjectVersion> {
    if version.references.iter().any(|reference| subject_within(&reference.subject, holder) != reference.subject) {
        for reference in &mut Arc::make_mut(&mut version).references {
            reference.subject = subject_within(&reference.subject, holder).into_owned();
        }
    }
    version
}

impl Held {
    /// The versions that others refer to and that are not there.
    fn missing(&self) -> BTreeSet<(String, u32)> {
        let versions = self.subjects.values().flat_map(|subject| subject.versions.values());
        let references = versions.flat_map(|version| &version.references);
        // A version below 1 is none; what a registry says of it is said where it is registered.
        let references =
            references.filter_map(|reference| Some((&reference.subject, u32::try_from(reference.version).ok()?)));
        let is_missing = |(subject, number): &(&String, u32)| {
            self.subjects.get(*subject).is_none_or(|of| !of.versions.contains_key(number))
        };
        references.filter(is_missing).map(|(subject, number)| (subject.clone(), number)).collect()
    }

    /// The version that a reference means.
    pub(crate) fn version(&self, subject: &str, number: i32) -> Option<&Arc<SubjectVersion>> {
        self.subjects.get(subject)?.versions.get(&u32::try_from(number).ok()?)
    }
}

//! What a registry has of the imports that name its environment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use topika_contract::manifest::{ImportRow, matches};
use topika_registry::api::SubjectVersion;
use topika_registry::client::{Client, Error};

use crate::asked::in_parallel;
use crate::unread::{Unread, or_unread};

/// What was answered, by the names there.
pub(crate) struct Asked {
    /// All subjects of the registry.
    pub(crate) names: Vec<String>,
    /// Every version of a selected subject, and of others those that are referred to; oldest first.
    pub(crate) versions: BTreeMap<String, BTreeMap<u32, Arc<SubjectVersion>>>,
    /// The selected subjects.
    pub(crate) selected: BTreeSet<String>,
    /// What is named there and cannot be read, and what refers to it.
    pub(crate) unread: Vec<Unread>,
}

/// Asks for the subjects of rows that name one environment, and for what these refer to. No more than the subjects themselves is asked
/// for: whoever reads what others own may not be allowed to see their settings.
pub(crate) async fn asked(client: &Client, rows: &[&ImportRow], prefix: &str) -> Result<Asked, Error> {
    let names = client.subjects().await?;
    let selects = |name: &&String| rows.iter().any(|row| selected(row, name, prefix).is_some());
    let selected: BTreeSet<String> = names.iter().filter(selects).cloned().collect();
    let questions = selected.iter().cloned().map(|name| {
        let client = client.clone();
        async move { Ok((or_unread(&name, None, subject(&client, &name).await)?, name)) }
    });
    let of_each = in_parallel(questions).await?;
    let mut asked = Asked { names, versions: BTreeMap::new(), selected, unread: Vec::new() };
    for (answer, name) in of_each {
        match answer {
            Ok((versions, _)) if versions.is_empty() => asked.unread.push(Unread::gone(&name)),
            Ok((versions, unread)) => {
                asked.versions.insert(name, versions);
                asked.unread.extend(unread);
            }
            Err(unread) => asked.unread.push(unread),
        }
    }
    let mut lost: BTreeSet<(String, u32)> = BTreeSet::new();
    loop {
        let mut missing = asked.missing();
        missing.retain(|one| !lost.contains(one));
        if missing.is_empty() {
            asked.leave_out(&mut lost);
            return Ok(asked);
        }
        let questions = missing.into_iter().map(|(subject, number)| {
            let client = client.clone();
            async move {
                let answer = client.version(&subject, number).await;
                Ok((or_unread(&subject, Some(number), answer)?, subject, number))
            }
        });
        for (answer, subject, number) in in_parallel(questions).await? {
            match answer {
                Ok(version) => drop(asked.versions.entry(subject).or_default().insert(number, version)),
                Err(unread) => {
                    if !asked.unread.iter().any(|known| known.covers(&unread)) {
                        asked.unread.push(unread);
                    }
                    lost.insert((subject, number));
                }
            }
        }
    }
}

/// The versions of a subject, and those of them that cannot be read.
async fn subject(client: &Client, name: &str) -> Result<(BTreeMap<u32, Arc<SubjectVersion>>, Vec<Unread>), Error> {
    let (mut versions, mut unread) = (BTreeMap::new(), Vec::new());
    for number in client.versions(name).await? {
        match or_unread(name, Some(number), client.version(name, number).await)? {
            Ok(version) => drop(versions.insert(number, version)),
            Err(one) => unread.push(one),
        }
    }
    Ok((versions, unread))
}

impl Asked {
    /// The versions that others refer to and that are not there yet.
    fn missing(&self) -> BTreeSet<(String, u32)> {
        let references = self.versions.values().flat_map(BTreeMap::values).flat_map(|version| &version.references);
        // A version below 1 is none; what a registry says of it is said where it is registered.
        let references = references.filter_map(|of| Some((of.subject.clone(), u32::try_from(of.version).ok()?)));
        let is_there =
            |subject: &String, number: &u32| self.versions.get(subject).is_some_and(|of| of.contains_key(number));
        references.filter(|one| !is_there(&one.0, &one.1)).collect()
    }

    /// Takes out what refers to something that cannot be read, and what refers to that.
    fn leave_out(&mut self, lost: &mut BTreeSet<(String, u32)>) {
        loop {
            let mut found = Vec::new();
            for (subject, versions) in &self.versions {
                for (number, version) in versions {
                    let of = version.references.iter().find_map(|of| {
                        let one = (of.subject.clone(), u32::try_from(of.version).ok()?);
                        lost.contains(&one).then_some(one)
                    });
                    found.extend(of.map(|of| (subject.clone(), *number, of)));
                }
            }
            if found.is_empty() {
                return;
            }
            for (subject, number, (to, of)) in found {
                self.unread.push(Unread::refers(&subject, number, &to, of));
                self.versions.get_mut(&subject).and_then(|versions| versions.remove(&number));
                lost.insert((subject, number));
            }
            self.versions.retain(|_, versions| !versions.is_empty());
        }
    }

    /// The name of a subject in the lock: that of a selected one has no prefix, any other is called as it is there.
    pub(crate) fn name<'n>(&self, there: &'n str, rows: &[&ImportRow], prefix: &str) -> &'n str {
        rows.iter().find_map(|row| selected(row, there, prefix)).unwrap_or(there)
    }
}

/// The name in the lock of a subject that a row selects, whatever its environment: without the environment's prefix, or, of one that is selected by
/// record name, as it is there. `None` where the row does not select it.
pub(super) fn selected<'n>(row: &ImportRow, there: &'n str, prefix: &str) -> Option<&'n str> {
    if row.has_record(there) {
        return Some(there);
    }
    let is_selected = |name: &&str| row.subjects.iter().any(|pattern| matches(&pattern.value, name));
    local(there, prefix).filter(is_selected)
}

/// The name without an environment's prefix; `None` where it does not begin with it.
pub(super) fn local<'n>(there: &'n str, prefix: &str) -> Option<&'n str> {
    there.strip_prefix(prefix).filter(|name| !name.is_empty())
}

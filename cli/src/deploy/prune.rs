//! What a registry has of our topics and the lock has not, deleted where somebody says so: the versions that were named, one by one, and
//! nothing that something else stands on.

use std::collections::{BTreeMap, BTreeSet};

use topika_registry::client::{Client, Error, ErrorKind};

use super::plan::{Drift, Plan};
use crate::asked::in_parallel;
use crate::settings::own;

/// A version of a subject, by its name there.
pub(crate) type Version = (String, u32);

/// What can be deleted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Prune {
    /// What goes, each before what it refers to.
    pub(crate) versions: Vec<Version>,
    /// What stays, since something that stays refers to it.
    pub(crate) kept: Vec<Version>,
    /// The subjects that stay, since they are other names of second ones, whose versions would go in their place; with these.
    pub(crate) aliased: Vec<(String, String)>,
}

/// Finds what a plan named as unknown to the lock and may go. `stays` says of a subject there that it is not ours to delete from.
pub(crate) async fn prune(client: &Client, plan: &Plan, stays: impl Fn(&str) -> bool) -> Result<Prune, Error> {
    let mut candidates: Vec<Version> = Vec::new();
    let aliased = aliased(client, plan).await?;
    let stays = |subject: &str| stays(subject) || aliased.iter().any(|(alias, _)| alias == subject);
    for drift in &plan.drift {
        match drift {
            // What is carried is kept as it came, and so is what stands beside it.
            Drift::UnknownVersion { subject, version, carried: false } if !stays(subject) => {
                candidates.push((subject.clone(), *version));
            }
            Drift::UnknownSubject { subject } if !stays(subject) => {
                let versions = client.versions(subject).await?;
                candidates.extend(versions.into_iter().map(|version| (subject.clone(), version)));
            }
            _ => {}
        }
    }
    let questions = candidates.iter().cloned().map(|version| referrers(client.clone(), version));
    let referrers: BTreeMap<Version, BTreeSet<Version>> = in_parallel(questions).await?.into_iter().collect();
    Ok(Prune { aliased, ..decided(&referrers) })
}

/// The subjects that a plan named as unknown, or versions of which, and that are other names; with what they lead to.
async fn aliased(client: &Client, plan: &Plan) -> Result<Vec<(String, String)>, Error> {
    let is_unknown = |drift: &&Drift| matches!(drift, Drift::UnknownVersion { .. } | Drift::UnknownSubject { .. });
    let unknown: BTreeSet<&str> = plan.drift.iter().filter(is_unknown).map(Drift::subject).collect();
    let asked = unknown.into_iter().map(|subject| {
        let (client, subject) = (client.clone(), subject.to_owned());
        async move { Ok(own(&client, Some(&subject)).await?.alias.map(|of| (subject, of))) }
    });
    Ok(in_parallel(asked).await?.into_iter().flatten().filter(|(_, of)| !of.is_empty()).collect())
}

/// The versions that refer to one.
async fn referrers(client: Client, (subject, number): Version) -> Result<(Version, BTreeSet<Version>), Error> {
    let mut all = BTreeSet::new();
    for id in client.referenced_by(&subject, number).await? {
        match client.versions_of_id(id).await {
            Ok(versions) => all.extend(versions.into_iter().map(|of| (of.subject, of.version))),
            // It was deleted meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(((subject, number), all))
}

/// What goes is what nothing refers to that stays; in an order in which nothing is deleted before what refers to it. Pure.
fn decided(referrers: &BTreeMap<Version, BTreeSet<Version>>) -> Prune {
    let mut prune = Prune::default();
    let mut gone: BTreeSet<&Version> = BTreeSet::new();
    loop {
        let is_free = |version: &&Version| {
            !gone.contains(version) && referrers.get(*version).is_some_and(|of| of.iter().all(|one| gone.contains(one)))
        };
        let free: Vec<&Version> = referrers.keys().filter(is_free).collect();
        if free.is_empty() {
            break;
        }
        prune.versions.extend(free.iter().map(|version| (*version).clone()));
        gone.extend(free);
    }
    prune.kept = referrers.keys().filter(|version| !gone.contains(version)).cloned().collect();
    prune
}

/// Deletes a version: softly, and for good where that is asked for.
pub(crate) async fn delete(client: &Client, (subject, number): &Version, permanent: bool) -> Result<(), Error> {
    client.delete_version(subject, *number, false).await?;
    if permanent {
        client.delete_version(subject, *number, true).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_goes_before_what_refers_to_it_and_nothing_that_something_stays_upon() {
        let version = |name: &str| (name.to_owned(), 1);
        let of = |names: &[&str]| names.iter().map(|name| version(name)).collect::<BTreeSet<_>>();
        let referrers = BTreeMap::from([
            (version("a"), of(&["b", "c"])),
            (version("b"), of(&[])),
            (version("c"), of(&["b"])),
            (version("d"), of(&["ours"])),
            (version("e"), of(&["d"])),
        ]);
        let prune = decided(&referrers);
        assert_eq!(prune.versions, ["b", "c", "a"].map(version));
        assert_eq!(prune.kept, ["d", "e"].map(version));
    }
}

//! What a registry holds of what it has to hold.

use std::collections::{BTreeMap, BTreeSet};

use topika_contract::compat::Level;
use topika_contract::lock::{Ids, RegisteredId};
use topika_contract::project::Registration;
use topika_registry::api::{Mode, SubjectVersion};
use topika_registry::client::{Client, Error, ErrorKind};

use super::contracts::{OtherContract, Ours, another, look_up, refusal};
use super::deleted::softly_deleted;
use super::same::{as_seen, is_same, still_there};
use super::wanted::Wanted;
use crate::asked::in_parallel;
use crate::registered::registered;
use crate::settings::{There, hidden};

/// What was seen.
pub(crate) struct Observed {
    /// Of each wanted version, in their order: what it is there.
    pub(crate) found: Vec<Option<RegisteredId>>,
    /// Of each of them, where its data contract is another one there.
    pub(crate) contracts: Vec<Option<OtherContract>>,
    /// Of each of them, where the registry refuses to look for it, as no schema or rule set that it could hold: what it says.
    pub(crate) refused: Vec<Option<String>>,
    /// Of each of them that is not there and had an id: the one that it has there, softly deleted.
    pub(crate) deleted: Vec<Option<u32>>,
    /// The subjects that are wanted, by their names there.
    pub(crate) subjects: BTreeMap<String, Subject>,
    /// What may be done with subjects that have no mode of their own.
    pub(crate) mode: Mode,
    /// Subjects of our topics of which the lock knows nothing.
    pub(crate) strangers: Vec<String>,
}

/// A subject as it is there.
pub(crate) struct Subject {
    /// The versions that are not deleted.
    pub(crate) versions: Vec<u32>,
    /// The level that holds for it.
    pub(crate) level: Level,
    /// What may be done with it.
    pub(crate) mode: Mode,
}

/// Asks a registry. `ids` is what the last push or pull saw, `settings` what it says of its subjects.
pub(crate) async fn observe(client: &Client, wanted: &Wanted, ids: &Ids, settings: &There) -> Result<Observed, Error> {
    let all = client.subjects().await?;
    let remotes: BTreeSet<String> = wanted.versions.iter().map(|version| wanted.remote(version)).collect();
    let there: BTreeSet<&String> = all.iter().collect();
    let known = |remote: &String| there.contains(remote);
    let of_all = client.level(None).await?;
    let mode = mode_of_all(client).await?;
    let of_hidden = remotes.iter().filter(|remote| known(remote) && settings.alias(remote).is_some()).map(|remote| {
        let (client, remote) = (client.clone(), remote.clone());
        async move { Ok((hidden(&client, &remote).await?, remote)) }
    });
    let hidden: Hidden =
        in_parallel(of_hidden).await?.into_iter().map(|(versions, remote)| (remote, versions)).collect();
    let asked = remotes.iter().map(|remote| {
        let versions = match hidden.get(remote) {
            Some(all) => Some(all.iter().map(|version| version.version).collect()),
            None => (!known(remote)).then(Vec::new),
        };
        subject(client.clone(), remote.clone(), versions, (of_all, mode))
    });
    let subjects: BTreeMap<String, Subject> = in_parallel(asked).await?.into_iter().collect();
    let seen = |version: &Registration| {
        let seen = ids.get(&version.subject, version.number)?;
        let subject = subjects.get(&wanted.remote(version))?;
        subject.versions.contains(&seen.version).then_some(seen)
    };
    let Answers { found, contracts, refused } = found(client, wanted, known, seen, (settings, &hidden)).await?;
    let deleted = softly_deleted(client, wanted, ids, &found).await?;
    let mut strangers: Vec<String> =
        all.iter().filter(|name| !remotes.contains(*name) && wanted.is_ours(name)).cloned().collect();
    strangers.sort();
    Ok(Observed { found, contracts, refused, deleted, subjects, mode, strangers })
}

/// What was answered of each wanted version, in their order.
struct Answers {
    found: Vec<Option<RegisteredId>>,
    contracts: Vec<Option<OtherContract>>,
    refused: Vec<Option<String>>,
}

/// What is hidden behind another name of a second subject.
type Hidden = BTreeMap<String, Vec<SubjectVersion>>;

async fn subject(
    client: Client,
    remote: String,
    versions: Option<Vec<u32>>,
    (level_of_all, mode_of_all): (Level, Mode),
) -> Result<(String, Subject), Error> {
    let versions = match versions {
        Some(versions) => versions,
        None => client.versions(&remote).await?,
    };
    let level = or(client.level(Some(&remote)).await, level_of_all)?;
    let mode = or(client.mode(Some(&remote)).await, mode_of_all)?;
    Ok((remote, Subject { versions, level, mode }))
}

/// The mode of the registry itself; one that has none (Apicurio) has no route for it, and takes everything.
async fn mode_of_all(client: &Client) -> Result<Mode, Error> {
    match or(client.mode(None).await, Mode::Readwrite) {
        Err(error) if matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Unsupported) => Ok(Mode::Readwrite),
        mode => mode,
    }
}

/// What holds for a subject. Confluent's registry says that of the registry itself where the subject has none; Apicurio says that there is no
/// such subject.
fn or<T>(asked: Result<T, Error>, of_all: T) -> Result<T, Error> {
    match asked {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(of_all),
        asked => asked,
    }
}

/// Looks every version up, what is referred to before what refers to it.
async fn found(
    client: &Client,
    wanted: &Wanted,
    known: impl Fn(&String) -> bool,
    seen: impl Fn(&Registration) -> Option<RegisteredId>,
    (settings, hidden): (&There, &Hidden),
) -> Result<Answers, Error> {
    let depths = wanted.depths();
    let mut contracts: Vec<Option<OtherContract>> = vec![None; wanted.versions.len()];
    let mut found: Vec<Option<RegisteredId>> = vec![None; wanted.versions.len()];
    let mut refused: Vec<Option<String>> = vec![None; wanted.versions.len()];
    for depth in 0..=depths.iter().copied().max().unwrap_or_default() {
        let there = |at: usize| found.get(at).copied().flatten().map(|of| of.version);
        let of_depth = wanted.versions.iter().enumerate().zip(&depths).filter(|(_, of)| **of == depth);
        let questions = of_depth.filter_map(|((at, version), _)| {
            let remote = wanted.remote(version);
            // Without the subject, or a version of what it refers to, it cannot be there.
            let request = wanted.request(version, there).filter(|_| known(&remote))?;
            let (client, ours, seen) =
                (client.clone(), Ours::of(version, wanted, settings.are_merged(&remote)), seen(version));
            let is_changed = settings.are_changed(&remote);
            let hidden = hidden.get(&remote).map(|all| all.iter().find(|one| is_same(&remote, &request, seen, one)));
            let hidden = hidden.map(|found| found.map(registered));
            Some(async move {
                if let Some(found) = hidden {
                    return Ok((at, (found, None), None));
                }
                let (found, other) = match look_up(&client, &remote, ours, request.clone()).await {
                    Ok(found) => found,
                    Err(error) => {
                        let says = refusal(&error).ok_or(error)?;
                        // A registry that took it once still has it.
                        let found = match seen {
                            Some(seen) => as_seen(&client, &remote, seen, &request).await?,
                            None => None,
                        };
                        let says = found.is_none().then_some(says);
                        return Ok((at, (found, None), says));
                    }
                };
                match seen.filter(|_| found.is_none()) {
                    Some(seen) => match still_there(&client, &remote, ours, (seen, is_changed), &request).await? {
                        Some(found) => Ok((at, (Some(found), None), None)),
                        None => Ok((at, (None, other), None)),
                    },
                    None => Ok((at, (found, other), None)),
                }
            })
        });
        let answers = in_parallel(questions.collect::<Vec<_>>()).await?;
        for (at, (answer, other), says) in answers {
            if let (Some(place), Some(contract), Some(why)) =
                (found.get_mut(at), contracts.get_mut(at), refused.get_mut(at))
            {
                (*place, *contract, *why) = (answer, other, says);
            }
        }
    }
    another(wanted, &mut found, &mut contracts);
    Ok(Answers { found, contracts, refused })
}

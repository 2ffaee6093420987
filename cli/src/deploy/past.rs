//! What a registry that ids come from has beside the lock. Messages still name versions that were softly deleted, so these go along: they are
//! registered with their ids and deleted again. What cannot go along is named.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use topika_contract::lock::Ids;
use topika_registry::api::{Mode, NewSchema, Reference, SubjectVersion, subject_within};
use topika_registry::client::{Client, Deleted, Error, ErrorKind, SubjectQuery, VersionQuery};

use super::wanted::{Wanted, named_by};
use crate::asked::in_parallel;

/// What is there beside the lock.
#[derive(Debug, Default)]
pub(crate) struct Past {
    /// What goes along, each behind what it refers to.
    pub(crate) versions: Vec<Gone>,
    /// What stays behind, and why.
    pub(crate) left: Vec<String>,
    /// Subjects beside the lock's that an import which was broken off has left open.
    pub(super) open: Vec<String>,
}

/// A version that is softly deleted there.
#[derive(Debug)]
pub(crate) struct Gone {
    /// The subject where it goes.
    pub(crate) subject: String,
    pub(crate) version: u32,
    pub(crate) id: u32,
    request: NewSchema,
    /// Whether an import that was broken off has registered it, and not deleted it yet.
    is_registered: bool,
}

/// Finds it out. `prefix` is what stands before topics in `source`, `known` what the lock's versions have there; what `target` has is not
/// brought again.
pub(crate) async fn past(
    (source, prefix): (&Client, &str),
    target: &Client,
    wanted: &Wanted,
    known: &Ids,
) -> Result<Past, Error> {
    let mut names: BTreeMap<String, String> =
        wanted.versions.iter().map(|one| (wanted.remote_where(one, prefix), wanted.remote(one))).collect();
    let ours: HashSet<String> = names.values().cloned().collect();
    let all = SubjectQuery { deleted: Deleted::With, ..SubjectQuery::default() };
    for name in source.subjects_where(&all).await? {
        if let Some(there) = wanted.ours_of(&name, prefix) {
            names.entry(name).or_insert(there);
        }
    }
    let locked: HashSet<(String, u32)> = wanted
        .versions
        .iter()
        .filter_map(|one| Some((wanted.remote_where(one, prefix), known.get(&one.subject, one.number)?.version)))
        .collect();
    let here = in_parallel(names.values().map(|subject| listed(target.clone(), subject.clone()))).await?;
    let here: HashMap<String, Listed> = here.into_iter().collect();
    let there = in_parallel(names.keys().map(|subject| listed(source.clone(), subject.clone()))).await?;
    let questions = there.into_iter().flat_map(|(subject, listed)| {
        let others = listed.all.into_iter().filter(|number| !locked.contains(&(subject.clone(), *number)));
        others.map(|number| (subject.clone(), number, listed.visible.contains(&number))).collect::<Vec<_>>()
    });
    let asked = questions.map(|(subject, number, is_visible)| {
        let source = source.clone();
        async move { Ok((source.version(&subject, number).await?, subject, is_visible)) }
    });
    let beside = names.values().filter(|subject| !ours.contains(*subject)).cloned();
    let modes = in_parallel(beside.map(|subject| own_mode(target.clone(), subject))).await?;
    let open = modes.into_iter().filter(|(_, mode)| *mode == Some(Mode::Import)).map(|(subject, _)| subject);
    let mut past = Past { open: open.collect(), ..Past::default() };
    for (version, from, is_visible) in in_parallel(asked.collect::<Vec<_>>()).await? {
        let SubjectVersion { id, version: number, .. } = *version;
        // Of a subject that is another name of a second one, the registry answers with that one's.
        let Some(subject) = names.get(&from).cloned().filter(|_| version.subject == from) else { continue };
        let listed = here.get(&subject).cloned().unwrap_or_default();
        if is_visible {
            past.left.push(format!("version {number} of {from}, which is not in topika.lock, has the id {id}"));
        } else if !listed.all.contains(&number) || listed.visible.contains(&number) {
            let is_registered = listed.visible.contains(&number);
            match request(&version, &from, &subject, &names) {
                Some(request) => past.versions.push(Gone { subject, version: number, id, request, is_registered }),
                None => past.left.push(format!(
                    "version {number} of {from}, which is softly deleted, has the id {id}, and refers to what is not ours"
                )),
            }
        }
    }
    past.versions = ordered(past.versions);
    Ok(past)
}

async fn own_mode(client: Client, subject: String) -> Result<(String, Option<Mode>), Error> {
    match client.own_mode(Some(&subject)).await {
        // A registry without modes has none to take back.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Protocol | ErrorKind::Unsupported) => {
            Ok((subject, None))
        }
        mode => Ok((subject, Some(mode?))),
    }
}

/// The versions of a subject.
#[derive(Clone, Debug, Default)]
struct Listed {
    all: Vec<u32>,
    visible: Vec<u32>,
}

async fn listed(client: Client, subject: String) -> Result<(String, Listed), Error> {
    let or_none = |asked: Result<Vec<u32>, Error>| match asked {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        asked => asked,
    };
    let query = VersionQuery { deleted: Deleted::With, ..VersionQuery::default() };
    let all = or_none(client.versions_where(&subject, &query).await)?;
    let visible = or_none(client.versions(&subject).await)?;
    Ok((subject, Listed { all, visible }))
}

/// The registration with id and number; `None` where it refers to a subject that does not go along.
fn request(version: &SubjectVersion, from: &str, to: &str, names: &BTreeMap<String, String>) -> Option<NewSchema> {
    let reference = |of: &Reference| {
        let there = names.get(&*subject_within(&of.subject, from))?;
        Some(Reference { subject: named_by(to, there.clone()), ..of.clone() })
    };
    let references: Option<Vec<Reference>> = version.references.iter().map(reference).collect();
    let mut request = NewSchema::new(version.schema_type.clone(), &version.schema);
    request.references = references?;
    (request.metadata, request.rule_set) = (version.metadata.clone(), version.rule_set.clone());
    (request.id, request.version) = (i32::try_from(version.id).ok(), i32::try_from(version.version).ok());
    Some(request)
}

/// Each behind what it refers to. In a circle, which no registry holds, they stand as they came.
fn ordered(mut left: Vec<Gone>) -> Vec<Gone> {
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waiting: BTreeSet<(String, u32)> = left.iter().map(|one| (one.subject.clone(), one.version)).collect();
        let is_free = |one: &Gone| {
            one.request.references.iter().all(|of| {
                let subject = subject_within(&of.subject, &one.subject).into_owned();
                u32::try_from(of.version).map_or(true, |version| !waiting.contains(&(subject, version)))
            })
        };
        let (free, rest): (Vec<Gone>, Vec<Gone>) = left.into_iter().partition(is_free);
        if free.is_empty() {
            ordered.extend(rest);
            break;
        }
        ordered.extend(free);
        left = rest;
    }
    ordered
}

impl Gone {
    /// Registers it where it goes, with its id.
    pub(crate) async fn register(&self, client: &Client) -> Result<(), Error> {
        if self.is_registered { Ok(()) } else { client.register(&self.subject, &self.request).await.map(drop) }
    }

    /// Deletes it again.
    pub(crate) async fn delete(&self, client: &Client) -> Result<(), Error> {
        client.delete_version(&self.subject, self.version, false).await.map(drop)
    }
}

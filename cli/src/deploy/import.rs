//! Versions with the ids and numbers that they had elsewhere, into a registry that does not have them.

use std::collections::BTreeSet;

use topika_contract::lock::{Ids, RegisteredId};
use topika_registry::api::{Mode, NewSchema, SubjectAndVersion};
use topika_registry::client::{Client, Deleted, Error, ErrorKind, IdQuery};

use super::observe::Observed;
use super::past::Past;
use super::same::is_text;
use super::wanted::Wanted;
use crate::asked::in_parallel;
use crate::problem::Problem;
use crate::registered::guid;

/// An import that can be done.
#[derive(Debug)]
pub(crate) struct Import {
    /// What each wanted version gets, in their order.
    ids: Vec<RegisteredId>,
    /// What each of them has there, as far as it is there.
    got: Vec<Option<RegisteredId>>,
    /// The versions that are not there yet, by their place among the wanted ones.
    pub(crate) steps: Vec<usize>,
    /// What goes along though it is deleted where the ids come from.
    pub(crate) past: Past,
}

/// Sees that it can be done before anything is: every version has an id, and nothing that is there has another.
///
/// # Errors
/// What hinders it.
pub(crate) fn import(wanted: &Wanted, observed: &Observed, ids: &Ids, from: &str) -> Result<Import, Problem> {
    let (ids_of_all, got) = (Vec::with_capacity(wanted.versions.len()), observed.found.clone());
    let mut import = Import { ids: ids_of_all, got, steps: Vec::new(), past: Past::default() };
    for (at, (version, found)) in wanted.versions.iter().zip(&observed.found).enumerate() {
        let (subject, number) = (wanted.remote(version), version.number);
        let Some(to) = ids.get(&version.subject, number) else {
            let message = format!("ids.{from}.toml has no id for version {number} of {subject}");
            return Err(Problem::new(
                message,
                format!("run `cargo topika pull --env {from}` first, which writes them"),
            ));
        };
        match found {
            // An import that was broken off goes on behind it.
            Some(found) if (found.id, found.version) == (to.id, to.version) => {}
            Some(found) => {
                let message = format!(
                    "version {number} of {subject} is version {} with the id {} there, and was version {} with the id {}",
                    found.version, found.id, to.version, to.id
                );
                return Err(Problem::new(message, "an import is for a registry that does not have our subjects yet"));
            }
            None => import.steps.push(at),
        }
        import.ids.push(to);
    }
    Ok(import)
}

impl Import {
    /// Opens the subjects of the steps for versions with given ids. Others of the registry are not touched.
    pub(crate) async fn open(&self, client: &Client, wanted: &Wanted) -> Result<(), Error> {
        for subject in self.subjects(wanted) {
            client.force_mode(Some(&subject), Mode::Import).await?;
        }
        Ok(())
    }

    /// Takes that back, also of subjects that an import which was broken off has left open.
    pub(crate) async fn close(&self, client: &Client, wanted: &Wanted, observed: &Observed) -> Result<(), Error> {
        let mut open = self.subjects(wanted);
        open.extend(
            observed.subjects.iter().filter(|(_, seen)| seen.mode == Mode::Import).map(|(name, _)| name.clone()),
        );
        open.extend(self.past.open.iter().cloned());
        for subject in open {
            match client.delete_mode(Some(&subject), false).await {
                // It has the mode of the registry, which is not ours to change.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                closed => drop(closed?),
            }
        }
        Ok(())
    }

    /// The registration of a version, without its id.
    fn request(&self, wanted: &Wanted, at: usize) -> Option<(RegisteredId, NewSchema)> {
        let there = |at: usize| self.ids.get(at).map(|of| of.version);
        let (version, to) = (wanted.versions.get(at)?, self.ids.get(at).copied()?);
        Some((to, wanted.request(version, there)?))
    }

    /// Registers one version; what it got.
    pub(crate) async fn step(
        &mut self,
        client: &Client,
        wanted: &Wanted,
        at: usize,
    ) -> Result<Option<RegisteredId>, Error> {
        let Some((to, mut request)) = self.request(wanted, at) else { return Ok(None) };
        let Some(version) = wanted.versions.get(at) else { return Ok(None) };
        request.id = i32::try_from(to.id).ok();
        request.version = i32::try_from(to.version).ok();
        let registered = client.register(&wanted.remote(version), &request).await?;
        // Settings have a part in how a text is kept, and so in its GUID.
        let got = RegisteredId { guid: guid(registered.guid.as_deref()), ..to };
        if let Some(place) = self.got.get_mut(at) {
            *place = Some(got);
        }
        Ok(Some(got))
    }

    /// Sees that no id of the steps names something else there: a registry gives an id to one text alone.
    pub(crate) async fn taken(&self, client: &Client, wanted: &Wanted) -> Result<Option<Problem>, Error> {
        let questions = self.steps.iter().filter_map(|at| Some((*at, self.request(wanted, *at)?))).map(|(at, of)| {
            let client = client.clone();
            async move {
                let (to, request) = of;
                let there = match client.schema_with(to.id, &IdQuery::default()).await {
                    Ok(there) => there,
                    Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                    Err(error) => return Err(error),
                };
                if is_text(&request, &there.schema_type, &there.schema) {
                    return Ok(None);
                }
                let holders = match client.versions_of_id_where(to.id, Deleted::With).await {
                    // It is not known whose the id is; it is somebody's.
                    Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Unsupported) => Vec::new(),
                    holders => holders?,
                };
                Ok(Some((at, to, holders)))
            }
        });
        let taken = in_parallel(questions.collect::<Vec<_>>()).await?;
        // One of ours that settings have made another text of has it rightly.
        let is_ours =
            |id: u32, one: &SubjectAndVersion| {
                wanted.versions.iter().zip(&self.ids).any(|(version, of)| {
                    (of.id, of.version) == (id, one.version) && wanted.remote(version) == one.subject
                })
            };
        let others: Vec<String> = taken
            .into_iter()
            .flatten()
            .filter(|(_, to, holders)| !holders.iter().any(|one| is_ours(to.id, one)))
            .filter_map(|(at, to, holders)| {
                let version = wanted.versions.get(at)?;
                let holders: Vec<String> =
                    holders.iter().map(|one| format!("version {} of {}", one.version, one.subject)).collect();
                let holders = if holders.is_empty() { "another schema".to_owned() } else { holders.join(" and ") };
                let subject = wanted.remote(version);
                Some(format!("version {} of {subject} had the id {}, which {holders} has there", version.number, to.id))
            })
            .collect();
        let help = "an id names one schema: import into a registry, or a context of it (`context` of the environment), that has given none of these ids";
        Ok((!others.is_empty()).then(|| Problem::new(format!("nothing was imported: {}", others.join("; ")), help)))
    }

    fn subjects(&self, wanted: &Wanted) -> BTreeSet<String> {
        let versions = self.steps.iter().filter_map(|at| wanted.versions.get(*at));
        let past = self.past.versions.iter().map(|gone| gone.subject.clone());
        versions.map(|version| wanted.remote(version)).chain(past).collect()
    }

    /// The versions that have another GUID there than where they come from, with what they are called.
    pub(crate) fn other_guids(&self, wanted: &Wanted) -> Vec<String> {
        let all = wanted.versions.iter().zip(&self.ids).zip(&self.got);
        let others = all.filter(|((_, to), got)| {
            let got = got.and_then(|got| got.guid);
            to.guid.is_some() && got.is_some() && to.guid != got
        });
        others.map(|((version, _), _)| format!("version {} of {}", version.number, wanted.remote(version))).collect()
    }

    /// Keeps the ids of all that is there by now.
    pub(crate) fn keep(&self, wanted: &Wanted, ids: &mut Ids) {
        for (version, got) in wanted.versions.iter().zip(&self.got) {
            if let Some(got) = got {
                ids.set(&version.subject, version.number, *got);
            }
        }
    }
}

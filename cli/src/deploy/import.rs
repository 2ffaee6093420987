//! Versions with the ids and numbers that they had elsewhere, into a registry that does not have them.

use std::collections::BTreeSet;

use topika_contract::lock::{Ids, RegisteredId};
use topika_registry::api::Mode;
use topika_registry::client::{Client, Error, ErrorKind};

use super::observe::Observed;
use super::past::Past;
use super::wanted::Wanted;
use crate::problem::Problem;

/// An import that can be done.
#[derive(Debug)]
pub(crate) struct Import {
    /// What each wanted version gets, in their order.
    ids: Vec<RegisteredId>,
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
    let mut import =
        Import { ids: Vec::with_capacity(wanted.versions.len()), steps: Vec::new(), past: Past::default() };
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

    /// Registers one version; what it got.
    pub(crate) async fn step(
        &self,
        client: &Client,
        wanted: &Wanted,
        at: usize,
    ) -> Result<Option<RegisteredId>, Error> {
        let there = |at: usize| self.ids.get(at).map(|of| of.version);
        let (Some(version), Some(to)) = (wanted.versions.get(at), self.ids.get(at).copied()) else { return Ok(None) };
        let Some(mut request) = wanted.request(version, there) else { return Ok(None) };
        request.id = i32::try_from(to.id).ok();
        request.version = i32::try_from(to.version).ok();
        client.register(&wanted.remote(version), &request).await?;
        Ok(Some(to))
    }

    fn subjects(&self, wanted: &Wanted) -> BTreeSet<String> {
        let versions = self.steps.iter().filter_map(|at| wanted.versions.get(*at));
        let past = self.past.versions.iter().map(|gone| gone.subject.clone());
        versions.map(|version| wanted.remote(version)).chain(past).collect()
    }

    /// Keeps the ids of all of it.
    pub(crate) fn keep(&self, wanted: &Wanted, ids: &mut Ids) {
        for (version, to) in wanted.versions.iter().zip(&self.ids) {
            ids.set(&version.subject, version.number, *to);
        }
    }
}

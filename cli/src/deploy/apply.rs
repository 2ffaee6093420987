//! The steps of a plan, done one after the other. Whatever was done stays done: the next run goes on behind it.

use topika_contract::lock::{Ids, RegisteredId};
use topika_registry::client::{Client, Error};

use super::observe::Observed;
use super::plan::Step;
use super::wanted::Wanted;
use crate::registered::guid;
use crate::settings::set;

/// What a step did.
pub(crate) enum Applied {
    /// The level was set, or settings.
    Set,
    /// The version was registered, or was there already.
    Version(RegisteredId),
}

/// Why a step was not done.
pub(crate) enum Refused {
    /// The registry refused, or could not be reached.
    Registry(Error),
    /// Something that the version refers to is not there.
    NoReference,
    /// The registry took settings, and does not have them.
    NotKept(String),
}

/// Does steps, and knows what the registry holds meanwhile.
pub(crate) struct Applier<'a> {
    client: &'a Client,
    wanted: &'a Wanted,
    found: Vec<Option<RegisteredId>>,
}

impl<'a> Applier<'a> {
    pub(crate) fn new(client: &'a Client, wanted: &'a Wanted, observed: &Observed) -> Self {
        Self { client, wanted, found: observed.found.clone() }
    }

    /// Does a step.
    pub(crate) async fn apply(&mut self, step: &Step) -> Result<Applied, Refused> {
        match step {
            Step::SetLevel { subject, to, .. } => {
                self.client.set_level(Some(subject), *to).await.map_err(Refused::Registry)?;
                Ok(Applied::Set)
            }
            Step::SetSettings(change) => match set(self.client, change).await.map_err(Refused::Registry)?.as_slice() {
                [] => Ok(Applied::Set),
                lost => Err(Refused::NotKept(lost.join(", "))),
            },
            Step::Register { subject, at, .. } => self.register(subject, *at).await.map(Applied::Version),
        }
    }

    async fn register(&mut self, subject: &str, at: usize) -> Result<RegisteredId, Refused> {
        let there = |at: usize| self.found.get(at).copied().flatten().map(|of| of.version);
        let request = self.wanted.versions.get(at).and_then(|version| self.wanted.request(version, there));
        let request = request.ok_or(Refused::NoReference)?;
        let registered = self.client.register(subject, &request).await.map_err(Refused::Registry)?;
        let registered = match registered.version {
            Some(version) => RegisteredId { id: registered.id, version, guid: guid(registered.guid.as_deref()) },
            // Registries before 8.0 say the id alone.
            None => {
                crate::registered::registered(&*self.client.lookup(subject, &request).await.map_err(Refused::Registry)?)
            }
        };
        if let Some(place) = self.found.get_mut(at) {
            *place = Some(registered);
        }
        Ok(registered)
    }

    /// Keeps the ids of all that is there by now.
    pub(crate) fn keep(&self, ids: &mut Ids) {
        for (version, found) in self.wanted.versions.iter().zip(&self.found) {
            if let Some(found) = found {
                ids.set(&version.subject, version.number, *found);
            }
        }
    }
}

//! Whether a version is registered with the data contract that the lock has for it.

use std::collections::HashSet;

use topika_contract::project::Registration;
use topika_registry::api::{NewSchema, SubjectVersion};
use topika_registry::client::{Client, Error, ErrorKind};

use super::wanted::Wanted;
use crate::registered::data_contract;

/// A version there whose text is the wanted one's, and whose data contract is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OtherContract {
    /// The number there.
    pub(crate) version: u32,
    pub(crate) how: How,
}

/// How they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// It was registered with the lock's, and the registry keeps none.
    Dropped,
    /// It has another one, or none; the lock's is not there.
    Other,
    /// It has one, and the lock has none.
    Unlocked,
}

/// What the lock has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ours {
    /// A data contract of this version.
    has: bool,
    /// One of any version of the subject.
    any: bool,
}

impl Ours {
    /// `subjects` are those with a data contract.
    pub(super) fn of(version: &Registration, subjects: &HashSet<&str>) -> Self {
        Self { has: has_one(version), any: subjects.contains(version.subject.as_str()) }
    }
}

/// The subjects of which a version has a data contract.
pub(super) fn subjects(wanted: &Wanted) -> HashSet<&str> {
    wanted.versions.iter().filter(|version| has_one(version)).map(|version| version.subject.as_str()).collect()
}

fn has_one(version: &Registration) -> bool {
    version.metadata.is_some() || version.rule_set.is_some()
}

/// A version that was found by all that it is. What the registry says beside what was asked for came of its settings.
pub(super) async fn of_found(
    client: &Client,
    remote: &str,
    ours: Ours,
    there: &SubjectVersion,
) -> Result<Option<OtherContract>, Error> {
    let other = |how| Some(OtherContract { version: there.version, how });
    match (ours.has, data_contract("there", there).is_some()) {
        (true, false) => Ok(other(How::Dropped)),
        // A version that says nothing takes what the one before it has.
        (false, true) if !ours.any && !has_defaults(client, remote).await? => Ok(other(How::Unlocked)),
        _ => Ok(None),
    }
}

/// The same of a version that was not found: its text may be there.
pub(super) async fn of_missing(
    client: &Client,
    remote: &str,
    request: NewSchema,
) -> Result<Option<OtherContract>, Error> {
    if request.metadata.is_none() && request.rule_set.is_none() {
        return Ok(None);
    }
    let bare = NewSchema { metadata: None, rule_set: None, ..request };
    match client.lookup(remote, &bare).await {
        Ok(there) => Ok(Some(OtherContract { version: there.version, how: How::Other })),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the registry adds metadata or rules to whatever is registered.
async fn has_defaults(client: &Client, remote: &str) -> Result<bool, Error> {
    match client.effective_config(remote).await {
        Ok(config) => {
            Ok([config.default_metadata, config.override_metadata, config.default_rule_set, config.override_rule_set]
                .iter()
                .any(Option::is_some))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

impl OtherContract {
    /// What differs, in a sentence.
    pub(crate) fn message(self, subject: &str, number: u32) -> String {
        let version = self.version;
        match self.how {
            How::Dropped => {
                format!("version {number} of {subject} is in the registry without its metadata and rules")
            }
            How::Other => {
                format!(
                    "version {number} of {subject} is there as version {version} with other metadata or rules than in topika.lock"
                )
            }
            How::Unlocked => {
                format!("version {number} of {subject} has metadata or rules in the registry, and none in topika.lock")
            }
        }
    }

    /// The next step.
    pub(crate) fn help(self) -> &'static str {
        match self.how {
            How::Dropped => "this registry keeps none: nothing has to be done where no client asks it for them",
            How::Other => {
                "push registers what the lock has as a version of its own; somebody registered the other one beside the lock"
            }
            How::Unlocked => {
                "somebody registered them beside the lock: write them into the schema's `.contract.json` and lock it, or delete that version"
            }
        }
    }
}

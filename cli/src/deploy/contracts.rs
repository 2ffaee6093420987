//! Whether a version is registered with the data contract that the lock has for it.

use serde_json::Value;
use topika_contract::lock::RegisteredId;
use topika_contract::project::Registration;
use topika_registry::api::{NewSchema, SubjectVersion};
use topika_registry::client::{Client, Error, ErrorKind};

use super::emptied::Emptied;
use super::wanted::Wanted;
use crate::registered::registered;

/// A version there whose text is the wanted one's, and whose data contract is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OtherContract {
    /// The number there.
    pub(crate) version: u32,
    /// The id there.
    pub(crate) id: u32,
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
    /// Whether it says anything.
    has: bool,
    /// What it has to be without by word.
    emptied: Emptied,
    /// Whether the file of settings speaks of what a registry adds.
    merged: bool,
}

impl Ours {
    pub(super) fn of(version: &Registration, wanted: &Wanted, merged: bool) -> Self {
        let emptied = wanted.emptied(version);
        let read = |part: &Option<String>| part.as_ref().and_then(|text| serde_json::from_str::<Value>(text).ok());
        let has = [&version.metadata, &version.rule_set].into_iter().any(|part| says(read(part).as_ref()));
        Self { has, emptied, merged }
    }

    /// Whether the registry adds metadata or rules to whatever is registered, or did so as far as the file of settings tells.
    pub(super) async fn is_merged(self, client: &Client, remote: &str) -> Result<bool, Error> {
        Ok(self.merged || has_defaults(client, remote).await?)
    }
}

/// Whether metadata or rules say anything: registries keep an empty object where one was registered.
fn says(part: Option<&Value>) -> bool {
    match part {
        None | Some(Value::Null) => false,
        Some(Value::Object(members)) => members.values().any(|member| says(Some(member))),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    }
}

fn other(there: &SubjectVersion, how: How) -> OtherContract {
    OtherContract { version: there.version, id: there.id, how }
}

/// Whether a registry refuses what was asked after as no schema, or no rule set, that it could hold: then it is not there. What it says.
pub(super) fn refusal(error: &Error) -> Option<String> {
    let is_refusal = matches!(error.kind(), ErrorKind::InvalidSchema | ErrorKind::Refused);
    (is_refusal && matches!(error.status(), Some(400 | 422))).then(|| error.to_string())
}

/// What a version is there, and where its text has another data contract.
pub(super) type Found = (Option<RegisteredId>, Option<OtherContract>);

/// Looks a version up by all that it is, then by less.
pub(super) async fn look_up(client: &Client, remote: &str, ours: Ours, request: NewSchema) -> Result<Found, Error> {
    if let Some(there) = perhaps(client, remote, &request).await? {
        let other = of_found(client, remote, ours, &there).await?;
        return Ok((Some(registered(&there)), other));
    }
    let as_locked = ours.emptied.left_out(request);
    if ours.emptied.is_any()
        && let Some(there) = perhaps(client, remote, &as_locked).await?
    {
        let takes_over = (ours.emptied.metadata && says(there.metadata.as_ref()))
            || (ours.emptied.rule_set && says(there.rule_set.as_ref()));
        // Registered with a given id, a version takes nothing over.
        let found = (!takes_over).then(|| registered(&there));
        return Ok((found, takes_over.then(|| other(&there, How::Other))));
    }
    if as_locked.metadata.is_none() && as_locked.rule_set.is_none() {
        return Ok((None, None));
    }
    let bare = NewSchema { metadata: None, rule_set: None, ..as_locked };
    Ok((None, perhaps(client, remote, &bare).await?.map(|there| other(&there, How::Other))))
}

async fn perhaps(
    client: &Client,
    remote: &str,
    request: &NewSchema,
) -> Result<Option<std::sync::Arc<SubjectVersion>>, Error> {
    match client.lookup(remote, request).await {
        Ok(there) => Ok(Some(there)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A version that was found by all that it is. What the registry says beside what was asked for came of its settings.
async fn of_found(
    client: &Client,
    remote: &str,
    ours: Ours,
    there: &SubjectVersion,
) -> Result<Option<OtherContract>, Error> {
    match (ours.has, says(there.metadata.as_ref()) || says(there.rule_set.as_ref())) {
        (true, false) => Ok(Some(other(there, How::Dropped))),
        (false, true) if !ours.is_merged(client, remote).await? => Ok(Some(other(there, How::Unlocked))),
        _ => Ok(None),
    }
}

/// A text without a data contract is also found as the newest version with one, which may be another of ours: then it is not there.
pub(super) fn another(wanted: &Wanted, found: &mut [Option<RegisteredId>], contracts: &mut [Option<OtherContract>]) {
    let all = || wanted.versions.iter().zip(found.iter()).zip(contracts.iter());
    let is_unlocked = |other: &Option<OtherContract>| other.is_some_and(|other| other.how == How::Unlocked);
    let others = |version: &Registration, number: u32| {
        all().any(|((one, found), other)| {
            one.subject == version.subject
                && one.number != version.number
                && !is_unlocked(other)
                && found.is_some_and(|found| found.version == number)
        })
    };
    let of = all().enumerate().filter(|(_, ((version, found), other))| {
        is_unlocked(other) && found.is_some_and(|found| others(version, found.version))
    });
    for at in of.map(|(at, _)| at).collect::<Vec<_>>() {
        if let (Some(found), Some(other)) = (found.get_mut(at), contracts.get_mut(at)) {
            (*found, *other) = (None, None);
        }
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

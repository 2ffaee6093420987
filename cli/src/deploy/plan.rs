//! What differs between the lock and a registry. Pure: nothing is asked here, and nothing is changed.

use std::collections::BTreeMap;

use topika_contract::compat::Level;
use topika_contract::lock::Ids;
use topika_contract::project::Registration;
use topika_registry::api::Mode;

use super::closed::hold_back;
use super::contracts::{How, OtherContract};
use super::observe::Observed;
use super::settings::add_settings;
use super::wanted::Wanted;
use crate::settings::{Beyond, Change, Differences, FILE, There};

/// What is to be done, and what only a person can mend.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// What is the registry's own first, then levels, then settings, then versions, each behind what it stands on.
    pub(crate) steps: Vec<Step>,
    /// What would be done if modes let it.
    pub(crate) held: Vec<Step>,
    /// What differs and is left as it is.
    pub(crate) drift: Vec<Drift>,
}

/// One change of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Set the level of a subject.
    SetLevel {
        /// The subject there.
        subject: String,
        /// The level that holds before.
        from: Level,
        /// The level of the lock.
        to: Level,
    },
    /// Set settings of a subject, or of the registry, to what the file says.
    SetSettings(Change),
    /// Register a version.
    Register {
        /// The subject there.
        subject: String,
        /// The number in the lock.
        number: u32,
        /// Where it stands among the wanted versions.
        at: usize,
    },
}

/// A difference that no push mends by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Drift {
    /// A version that the lock does not know; of a subject that is carried, it has no file that somebody could add it to.
    UnknownVersion { subject: String, version: u32, carried: bool },
    /// A subject of one of our topics that the lock does not know.
    UnknownSubject { subject: String },
    /// A version of the lock that is not there, while a newer one is: registered now, it would be the latest.
    OlderMissing { subject: String, number: u32, newer: u32 },
    /// A version that the registry refuses as no schema or rule set that it could hold, so that no push registers it. `newer` is a later one of
    /// the lock, which takes its place.
    Refused { subject: String, number: u32, says: String, newer: Option<u32> },
    /// A version that refers to one which is not there and will not be.
    ReferenceMissing { subject: String, number: u32, of: String },
    /// A version that has another number there, which no push or pull has seen.
    OtherNumber { subject: String, number: u32, version: u32 },
    /// A version that has another id than the last push or pull saw.
    OtherId { subject: String, number: u32, was: u32, is: u32 },
    /// A version that had an id when the last push or pull saw it, and is not there, not even softly deleted.
    LostId { subject: String, number: u32, was: u32 },
    /// A version whose metadata or rules are others there.
    OtherContract { subject: String, number: u32, other: OtherContract },
    /// Settings of which the file says nothing.
    OtherSettings(Beyond),
    /// Another name of a subject, of which the file says nothing.
    UnknownAlias { subject: String, of: String },
    /// A version of a subject that has become another name of a second one: registered now, it would be one of that one.
    Aliased { subject: String, number: u32, of: String },
    /// A subject that takes no registration, or without a name the registry; and how many steps wait for it.
    Closed { subject: String, mode: Mode, waiting: usize },
}

/// Compares what a registry has to hold with what it holds; `ids` is what the last push or pull saw, `differences` are those of the settings that
/// the registry says.
pub(crate) fn plan(wanted: &Wanted, observed: &Observed, ids: &Ids, differences: Differences, said: &There) -> Plan {
    let mut plan = Plan::default();
    let mut newest: BTreeMap<&str, u32> = BTreeMap::new();
    for (version, found) in wanted.versions.iter().zip(&observed.found) {
        let known = newest.entry(&version.subject).or_default();
        if found.is_some() {
            *known = version.number.max(*known);
        }
    }
    levels(wanted, observed, (&differences, said), &mut plan);
    // Whether each version, so far, is there or will be.
    let mut available: Vec<bool> = Vec::with_capacity(wanted.versions.len());
    for (at, (version, found)) in wanted.versions.iter().zip(&observed.found).enumerate() {
        let (subject, number) = (wanted.remote(version), version.number);
        let newer = newest.get(version.subject.as_str()).copied().filter(|newest| *newest > number);
        let lost = version.references.iter().find(|reference| {
            let at = wanted.at(&reference.subject, reference.version);
            !at.and_then(|at| available.get(at)).is_some_and(|available| *available)
        });
        let refused = observed.refused.get(at).and_then(Option::as_ref).filter(|_| found.is_none());
        available.push(found.is_some() || (newer.is_none() && lost.is_none() && refused.is_none()));
        if let Some(says) = refused {
            let newer = taken(wanted, observed, version);
            plan.drift.push(Drift::Refused { subject, number, says: says.clone(), newer });
            continue;
        }
        let had = ids.get(&version.subject, number).map(|seen| seen.id);
        match (found, newer) {
            (None, Some(newer)) => plan.drift.push(Drift::OlderMissing { subject, number, newer }),
            (None, None) => match (had.filter(|was| !is_there(wanted, observed, at, *was)), lost) {
                (Some(was), _) => plan.drift.push(Drift::LostId { subject, number, was }),
                (None, Some(lost)) => {
                    let of = format!("version {} of {}", lost.version, lost.subject);
                    plan.drift.push(Drift::ReferenceMissing { subject, number, of });
                }
                (None, None) => plan.steps.push(Step::Register { subject, number, at }),
            },
            (Some(found), _) => {
                let seen = ids.get(&version.subject, number);
                // The lock has no gaps; what a push or a pull has seen there is as it was.
                let is_known = seen.is_some_and(|seen| (seen.id, seen.version) == (found.id, found.version));
                if found.version != number && !is_known {
                    let version = found.version;
                    plan.drift.push(Drift::OtherNumber { subject: subject.clone(), number, version });
                }
                let seen = seen.filter(|seen| seen.id != found.id);
                plan.drift.extend(seen.map(|seen| Drift::OtherId { subject, number, was: seen.id, is: found.id }));
            }
        }
    }
    plan.drift.extend(contracts(wanted, observed));
    strangers(wanted, observed, &mut plan);
    add_settings(&mut plan, wanted, differences, said);
    hold_back(wanted, observed, &mut plan);
    plan
}

/// The newest version of the lock behind one that is refused, which is not refused.
fn taken(wanted: &Wanted, observed: &Observed, refused: &Registration) -> Option<u32> {
    let all = wanted.versions.iter().zip(&observed.refused);
    let behind =
        all.filter(|(one, says)| one.subject == refused.subject && one.number > refused.number && says.is_none());
    behind.map(|(one, _)| one.number).max()
}

/// Whether an id that a version had still names its text, also where the version is registered once more: softly deleted, or with another
/// data contract.
fn is_there(wanted: &Wanted, observed: &Observed, at: usize, was: u32) -> bool {
    let subject = wanted.versions.get(at).map(|version| version.subject.as_str());
    let mut found = wanted.versions.iter().zip(&observed.found);
    observed.deleted.get(at).copied().flatten() == Some(was)
        || observed.contracts.get(at).copied().flatten().is_some_and(|other| other.id == was)
        || found.any(|(one, found)| Some(one.subject.as_str()) == subject && found.is_some_and(|found| found.id == was))
}

/// The levels that differ, once the registry itself has the one that it is to have.
fn levels(wanted: &Wanted, observed: &Observed, (differences, said): (&Differences, &There), plan: &mut Plan) {
    let of_all = differences.level_of_all();
    let levels: BTreeMap<String, Level> =
        wanted.versions.iter().filter_map(|version| Some((wanted.remote(version), version.level?))).collect();
    for (subject, to) in levels {
        let Some(seen) = observed.subjects.get(&subject) else { continue };
        let from = of_all.filter(|_| said.has_level_of_all(&subject)).unwrap_or(seen.level);
        if from != to {
            plan.steps.push(Step::SetLevel { subject, from, to });
        }
    }
}

/// The data contracts that differ. A text may have had several, a version each: then the other one is one of ours.
fn contracts<'a>(wanted: &'a Wanted, observed: &'a Observed) -> impl Iterator<Item = Drift> + 'a {
    let all = wanted.versions.iter().zip(&observed.contracts);
    all.filter_map(|(version, other)| {
        let (subject, other) = (wanted.remote(version), (*other)?);
        let mut ours = wanted.versions.iter().zip(&observed.found).filter(|(one, _)| one.subject == version.subject);
        let is_ours = ours.any(|(_, found)| found.is_some_and(|found| found.version == other.version));
        let is_told = other.how != How::Other || !is_ours;
        is_told.then_some(Drift::OtherContract { subject, number: version.number, other })
    })
}

/// What is there and in no lock.
fn strangers(wanted: &Wanted, observed: &Observed, plan: &mut Plan) {
    let mut known: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for (version, found) in wanted.versions.iter().zip(&observed.found) {
        known.entry(wanted.remote(version)).or_default().extend(found.map(|found| found.version));
    }
    // That is told with what makes it another one.
    for (version, other) in wanted.versions.iter().zip(&observed.contracts) {
        known.entry(wanted.remote(version)).or_default().extend(other.map(|other| other.version));
    }
    for (subject, seen) in &observed.subjects {
        let known = known.get(subject).map(Vec::as_slice).unwrap_or_default();
        let unknown = seen.versions.iter().copied().filter(|version| !known.contains(version));
        let carried = wanted.is_carried(subject);
        plan.drift.extend(unknown.map(|version| Drift::UnknownVersion { subject: subject.clone(), version, carried }));
    }
    plan.drift.extend(observed.strangers.iter().map(|subject| Drift::UnknownSubject { subject: subject.clone() }));
}

impl Plan {
    /// Whether there is anything to be done, by a push or by a person.
    pub(crate) fn is_in_line(&self) -> bool {
        self.steps.is_empty() && self.drift.iter().all(Drift::is_left_out)
    }

    /// How many versions have another id than the last push or pull saw, or are gone with it. A push would write new ids over what messages
    /// name: while there is one, nothing is done.
    pub(crate) fn broken_ids(&self) -> usize {
        self.drift.iter().filter(|drift| matches!(drift, Drift::OtherId { .. } | Drift::LostId { .. })).count()
    }

    /// How many versions the registry refuses that no newer one of the lock has taken the place of.
    pub(crate) fn refused(&self) -> usize {
        self.drift.iter().filter(|drift| matches!(drift, Drift::Refused { newer: None, .. })).count()
    }

    /// How many steps wait for what takes no registration.
    pub(crate) fn waiting(&self) -> usize {
        let waiting = |drift: &Drift| match drift {
            Drift::Closed { waiting, .. } => *waiting,
            Drift::Aliased { .. } => 1,
            _ => 0,
        };
        self.drift.iter().map(waiting).sum()
    }
}

impl Step {
    /// The subject there; empty where it is about the registry itself.
    pub(crate) fn subject(&self) -> &str {
        match self {
            Self::SetLevel { subject, .. } | Self::Register { subject, .. } => subject,
            Self::SetSettings(change) => change.subject.as_deref().unwrap_or_default(),
        }
    }
}

impl Drift {
    /// The word for it in what machines read.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::UnknownVersion { .. } => "unknown-version",
            Self::UnknownSubject { .. } => "unknown-subject",
            Self::OlderMissing { .. } => "older-missing",
            Self::Refused { .. } => "refused",
            Self::ReferenceMissing { .. } => "reference-missing",
            Self::OtherNumber { .. } => "other-number",
            Self::OtherId { .. } => "other-id",
            Self::LostId { .. } => "lost-id",
            Self::OtherContract { .. } => "other-contract",
            Self::OtherSettings(_) => "other-settings",
            Self::UnknownAlias { .. } => "unknown-alias",
            Self::Aliased { .. } => "aliased",
            Self::Closed { .. } => "closed",
        }
    }

    /// Whether a push that did all its steps leaves it behind: a number it has kept.
    pub(crate) fn stays(&self) -> bool {
        !matches!(self, Self::OtherNumber { .. })
    }

    /// Whether it is a version that a newer one has taken the place of, of which nothing has to be done.
    fn is_left_out(&self) -> bool {
        matches!(self, Self::OlderMissing { .. } | Self::Refused { newer: Some(_), .. })
    }

    /// The subject there; empty where it is about the registry itself.
    pub(crate) fn subject(&self) -> &str {
        match self {
            Self::UnknownVersion { subject, .. }
            | Self::UnknownSubject { subject }
            | Self::OlderMissing { subject, .. }
            | Self::Refused { subject, .. }
            | Self::ReferenceMissing { subject, .. }
            | Self::OtherNumber { subject, .. }
            | Self::OtherId { subject, .. }
            | Self::LostId { subject, .. }
            | Self::OtherContract { subject, .. }
            | Self::UnknownAlias { subject, .. }
            | Self::Aliased { subject, .. }
            | Self::Closed { subject, .. } => subject,
            Self::OtherSettings(Beyond { subject, .. }) => subject.as_deref().unwrap_or_default(),
        }
    }

    /// The version there, where it is about one.
    pub(crate) fn version(&self) -> Option<u32> {
        match self {
            Self::UnknownVersion { version, .. } | Self::OtherNumber { version, .. } => Some(*version),
            Self::OtherContract { other, .. } => Some(other.version),
            _ => None,
        }
    }

    /// The number in the lock, where it is about one.
    pub(crate) fn number(&self) -> Option<u32> {
        match self {
            Self::OlderMissing { number, .. }
            | Self::Refused { number, .. }
            | Self::ReferenceMissing { number, .. }
            | Self::OtherNumber { number, .. }
            | Self::OtherId { number, .. }
            | Self::LostId { number, .. }
            | Self::OtherContract { number, .. }
            | Self::Aliased { number, .. } => Some(*number),
            _ => None,
        }
    }

    /// What differs, in a sentence.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::UnknownVersion { subject, version, .. } => {
                format!("version {version} of {subject} is in the registry and not in topika.lock")
            }
            Self::UnknownSubject { subject } => {
                format!("{subject} is a subject of one of our topics and not in topika.lock")
            }
            Self::OlderMissing { subject, number, newer } => format!(
                "version {number} of {subject} is not in the registry, where version {newer} is: registered now, it would be the latest"
            ),
            Self::Refused { subject, number, says, newer } => {
                let newer = newer.map(|newer| format!("; version {newer} takes its place")).unwrap_or_default();
                format!("version {number} of {subject} cannot be registered: {says}{newer}")
            }
            Self::ReferenceMissing { subject, number, of } => {
                format!("version {number} of {subject} refers to {of}, which is not in the registry")
            }
            Self::OtherNumber { subject, number, version } => {
                format!("version {number} of {subject} is version {version} in the registry")
            }
            Self::OtherId { subject, number, was, is } => {
                format!("version {number} of {subject} had the id {was} and has the id {is} now")
            }
            Self::LostId { subject, number, was } => {
                format!("version {number} of {subject} had the id {was}, and is not there")
            }
            Self::OtherContract { subject, number, other } => other.message(subject, *number),
            Self::OtherSettings(Beyond { subject, names }) => {
                let whose = subject.as_deref().unwrap_or("the registry itself");
                format!("{whose} has {} in the registry, of which {FILE} says nothing", quoted(names))
            }
            Self::UnknownAlias { subject, of } => {
                format!("{subject} is another name of {of} in the registry, of which {FILE} says nothing")
            }
            Self::Aliased { subject, number, of } => {
                format!("version {number} of {subject} is not in the registry, where {subject} is another name of {of}")
            }
            Self::Closed { subject, mode, waiting } => {
                let whose = if subject.is_empty() { "the registry" } else { subject };
                let waits = match waiting {
                    0 => String::new(),
                    1 => "; 1 step waits for it".to_owned(),
                    many => format!("; {many} steps wait for it"),
                };
                format!("{whose} takes no registration: its mode is {mode}{waits}")
            }
        }
    }

    /// The next step.
    pub(crate) fn help(&self) -> &'static str {
        match self {
            Self::UnknownVersion { carried: true, .. } => {
                "somebody registered it beside the lock: `pull` takes it, where it is meant; a push deletes nothing of what is carried"
            }
            Self::UnknownVersion { .. } => {
                "somebody registered it beside the lock: add its text to the working file and lock it, or delete it: `push --prune`"
            }
            Self::UnknownSubject { .. } => "add its schema file and lock it, or delete it: `push --prune`",
            Self::OlderMissing { .. } | Self::ReferenceMissing { .. } => {
                "nothing has to be done where nobody reads messages of it any more; push leaves it out"
            }
            Self::Refused { newer: Some(_), .. } => "nothing has to be done: no message names it; push leaves it out",
            Self::Refused { newer: None, .. } => {
                "mend its schema, or its metadata and rules, and lock it: the next version is registered in its place"
            }
            Self::OtherNumber { .. } => {
                "nothing has to be done: clients go by ids; a push keeps the number in the ids file"
            }
            Self::OtherId { .. } | Self::LostId { .. } => {
                "the registry was made anew, or lost something, and messages written before name other schemas or none: `push` does nothing \
                 while it is so, and says the ways out"
            }
            Self::OtherContract { other, .. } => other.help(),
            Self::OtherSettings(_) => {
                "`pull` takes it into topika.settings.json; or write null for it there, and push takes it back"
            }
            Self::UnknownAlias { .. } => {
                "`pull` takes it into topika.settings.json; or take the `alias` back in the registry, where nobody asks by that name"
            }
            Self::Aliased { .. } => {
                "registered now, it would be a version of that one: write `\"alias\": null` for it into topika.settings.json, and push takes the alias back"
            }
            Self::Closed { mode: Mode::Import, .. } => {
                "an import was broken off: run `push --import-ids` again, and it ends it; or set its mode to READWRITE there"
            }
            Self::Closed { .. } => "set its mode to READWRITE there, or push into another environment",
        }
    }
}

/// Names of settings, as people read them.
fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

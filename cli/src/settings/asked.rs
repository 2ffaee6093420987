//! What a registry says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use topika_contract::compat::Level;
use topika_registry::api::{Config, context_of};
use topika_registry::client::{Client, Error, ErrorKind};

use super::compare::Differences;
use super::hidden::aliases;
use super::keys::{ALIAS, LEVEL, Row, is_merged, is_normalized, row};
use super::stated::Stated;
use crate::asked::in_parallel;

/// What a registry says.
#[derive(Debug, Default)]
pub(crate) struct There {
    /// Of itself; of its level only where the file says one.
    pub(crate) global: Row,
    /// The names of its own settings where the file says nothing of it at all.
    pub(crate) unsaid: Vec<&'static str>,
    /// The level that holds where a subject has none.
    pub(crate) level: Level,
    /// Of subjects, by their names there.
    pub(crate) subjects: BTreeMap<String, Row>,
    /// Other names of these that nobody asked for: the name, and the subject.
    pub(crate) aliases: Vec<(String, String)>,
    /// The subjects of which the file says what is merged into their versions, or that nothing is any more.
    merged: Spoken,
    /// The subjects that have a level of their own.
    leveled: BTreeSet<String>,
    /// The same of whether texts are kept in the registry's own spelling.
    normalized: Spoken,
}

/// Of what the file speaks.
#[derive(Debug, Default)]
struct Spoken {
    /// By their names there.
    subjects: BTreeSet<String>,
    /// Whether it speaks of the registry itself.
    all: bool,
}

impl Spoken {
    fn of(stated: &Stated, speaks: fn(&Row) -> bool) -> Self {
        let subjects = stated.subjects.iter().filter(|(_, row)| speaks(row));
        let all = stated.global.as_ref().is_some_and(speaks);
        Self { subjects: subjects.map(|(subject, _)| subject.clone()).collect(), all }
    }

    fn holds(&self, subject: &str) -> bool {
        self.all || self.subjects.contains(subject)
    }
}

/// Asks for the settings of subjects, and of what the file speaks of besides.
pub(crate) async fn ask(client: &Client, stated: &Stated, subjects: BTreeSet<String>) -> Result<There, Error> {
    let level = client.level(None).await?;
    let of_all = row(&own(client, None).await?);
    let (mut global, unsaid) = match stated.global {
        Some(_) => (of_all, Vec::new()),
        None => (Row::new(), of_all.into_keys().collect()),
    };
    if stated.global.as_ref().is_some_and(|global| global.contains_key(LEVEL)) {
        global.insert(LEVEL, Value::from(level.as_str()));
    }
    let all: BTreeSet<String> = subjects.into_iter().chain(stated.subjects.keys().cloned()).collect();
    let mut aliases = aliases(client).await?;
    aliases.retain(|(alias, subject)| !all.contains(alias) && all.contains(subject));
    aliases.sort();
    let asked = all.into_iter().map(|subject| {
        let client = client.clone();
        async move { Ok((own(&client, Some(&subject)).await?, subject)) }
    });
    let (mut subjects, mut leveled) = (BTreeMap::new(), BTreeSet::new());
    for (config, subject) in in_parallel(asked).await? {
        if config.compatibility_level.is_some() {
            leveled.insert(subject.clone());
        }
        subjects.insert(subject, row(&config));
    }
    let (merged, normalized) = (Spoken::of(stated, is_merged), Spoken::of(stated, is_normalized));
    Ok(There { global, unsaid, level, subjects, aliases, merged, leveled, normalized })
}

/// The settings of a subject alone, or of the registry; nothing where it has none.
pub(crate) async fn own(client: &Client, subject: Option<&str>) -> Result<Config, Error> {
    match client.config(subject).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Config::default()),
        config => config,
    }
}

impl There {
    /// The subject that is meant by another name.
    pub(crate) fn alias(&self, subject: &str) -> Option<&str> {
        self.subjects.get(subject)?.get(ALIAS)?.as_str()
    }

    /// Whether the file speaks of metadata or rules that a registry adds to the versions of a subject.
    pub(crate) fn are_merged(&self, subject: &str) -> bool {
        self.merged.holds(subject)
    }

    /// Whether the file speaks of what makes a registry keep another text, or another data contract, than it was given.
    pub(crate) fn are_changed(&self, subject: &str) -> bool {
        self.merged.holds(subject) || self.normalized.holds(subject)
    }

    /// Whether a subject is judged by the level of the registry itself. One that names a context is judged by what holds there.
    pub(crate) fn has_level_of_all(&self, subject: &str) -> bool {
        !self.leveled.contains(subject) && context_of(subject).is_none()
    }

    fn is_empty(&self) -> bool {
        self.global.keys().all(|name| *name == LEVEL) && self.subjects.values().all(Row::is_empty)
    }
}

/// Whether a registry can have what it is to be told. One that knows no modes (Apicurio) knows nothing beside levels, and says of either that it
/// has no such route, or leaves out what it does not know.
pub(crate) async fn can_have(client: &Client, there: &There, differences: &Differences) -> Result<bool, Error> {
    if differences.changes.is_empty() || !there.is_empty() {
        return Ok(true);
    }
    match client.mode(None).await {
        Err(error) => match error.kind() {
            ErrorKind::Protocol | ErrorKind::Unsupported => Ok(false),
            ErrorKind::NotFound => Ok(true),
            _ => Err(error),
        },
        Ok(_) => Ok(true),
    }
}

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rpds::{HashTrieMapSync, RedBlackTreeMapSync, RedBlackTreeSetSync};

use super::change::{Change, Text};
use super::guid::guid;
use super::names::Name;
use crate::api::{Config, Guid, Mode, Schema, SchemaType, SubjectVersion, subject_within};

/// A registry's whole state. A clone costs next to nothing and shares what neither side changes: so a schema can be judged against a
/// state that nobody else waits for.
///
/// ```
/// use topika_registry::api::NewSchema;
/// use topika_registry::store::{Store, VersionSpec};
///
/// let mut store = Store::new();
/// let first = store.register("orders-value", &NewSchema::avro(r#""string""#), false)?;
/// let other = store.register("other-value", &NewSchema::avro(r#""string""#), false)?;
/// assert_eq!(first.id, other.id); // the same text shares its id over subjects
/// assert_eq!(store.version("orders-value", VersionSpec::Latest, false)?.version, 1);
/// # Ok::<(), topika_registry::store::StoreError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Store {
    /// By prefix; the default context has the empty one.
    pub(super) contexts: RedBlackTreeMapSync<String, Context>,
    /// By full name.
    pub(super) subjects: RedBlackTreeMapSync<String, Versions>,
    /// By full name; by prefix for a context; by the empty name for the registry.
    pub(super) settings: RedBlackTreeMapSync<String, Config>,
    pub(super) modes: RedBlackTreeMapSync<String, Mode>,
    /// Which versions refer to a version, softly deleted ones aside.
    pub(super) referrers: RedBlackTreeMapSync<At, RedBlackTreeSetSync<At>>,
    pub(super) now: i64,
    changes: Option<Vec<Change>>,
}

/// A version of a subject, by full name and number.
pub(super) type At = (String, u32);

/// A context: ids of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    pub(super) schemas: RedBlackTreeMapSync<u32, Arc<Kept>>,
    /// The id of a schema that is there, by what makes it the same.
    pub(super) ids: HashTrieMapSync<(SchemaType, Guid), u32>,
    /// Which versions have an id.
    pub(super) users: RedBlackTreeMapSync<u32, RedBlackTreeSetSync<At>>,
    pub(super) last_id: u32,
    pub(super) listed: bool,
}

/// A schema that has an id.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: u32,
    pub(super) guid: Guid,
    pub(super) text: Text,
}

/// The versions of a subject.
pub(super) type Versions = BTreeMap<u32, Version>;

/// A version of a subject.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) kept: Arc<Kept>,
    pub(super) ts: i64,
    pub(super) deleted: bool,
}

impl Store {
    /// An empty registry: level `BACKWARD`, mode `READWRITE`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says what time it is, in milliseconds since 1970: the `ts` of what is written next. The store has no clock of its own.
    pub fn set_time(&mut self, millis: i64) {
        self.now = millis;
    }

    /// From now on writes are noted, for [`Self::take_changes`].
    pub fn note_changes(&mut self) {
        self.changes.get_or_insert_default();
    }

    /// What was written since the last call, in order.
    pub fn take_changes(&mut self) -> Vec<Change> {
        self.changes.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Changes that lead from an empty store to this one.
    #[must_use]
    pub fn snapshot(&self) -> Vec<Change> {
        let mut all = Vec::new();
        for (context, held) in &self.contexts {
            if held.listed {
                all.push(Change::Context { context: context.clone(), listed: true });
            }
            all.push(Change::LastId { context: context.clone(), id: held.last_id });
        }
        for (of, settings) in &self.settings {
            all.push(Change::Settings { of: of.clone(), settings: Some(Box::new(settings.clone())) });
        }
        all.extend(self.modes.iter().map(|(of, mode)| Change::Mode { of: of.clone(), mode: Some(*mode) }));
        for (subject, versions) in &self.subjects {
            all.extend(versions.iter().map(|(number, version)| Change::Version {
                subject: subject.clone(),
                version: *number,
                id: version.kept.id,
                ts: version.ts,
                deleted: version.deleted,
                schema: Box::new(version.kept.text.clone()),
            }));
        }
        all
    }

    /// Makes one change: the only way in which anything changes.
    pub fn apply(&mut self, change: Change) {
        match &change {
            Change::Version { subject, version, id, ts, deleted, schema } => {
                self.forget(subject, *version);
                self.put(subject, *version, *id, *ts, *deleted, schema);
            }
            Change::Deleted { subject, version, ts } => {
                self.refer(subject, *version, false);
                if let Some(found) = self.subjects.get_mut(subject).and_then(|versions| versions.get_mut(version)) {
                    (found.deleted, found.ts) = (true, *ts);
                }
            }
            Change::Gone { subject, version } => self.forget(subject, *version),
            Change::Settings { of, settings: Some(settings) } => {
                self.settings.insert_mut(of.clone(), settings.as_ref().clone());
            }
            Change::Settings { of, settings: None } => drop(self.settings.remove_mut(of)),
            Change::Mode { of, mode: Some(mode) } => self.modes.insert_mut(of.clone(), *mode),
            Change::Mode { of, mode: None } => drop(self.modes.remove_mut(of)),
            Change::Context { context, listed } => {
                entry(&mut self.contexts, context).listed = *listed;
            }
            Change::LastId { context, id } => {
                let context = entry(&mut self.contexts, context);
                context.last_id = context.last_id.max(*id);
            }
        }
        if let Some(changes) = &mut self.changes {
            changes.push(change);
        }
    }

    fn put(&mut self, subject: &str, number: u32, id: u32, ts: i64, deleted: bool, text: &Text) {
        let context = entry(&mut self.contexts, &Name::of(subject).prefix());
        let guid = text.guid();
        let same = |kept: &&Arc<Kept>| kept.guid == guid && kept.text.schema_type == text.schema_type;
        let kept = match context.schemas.get(&id).filter(same) {
            Some(kept) => Arc::clone(kept),
            None => Arc::new(Kept { id, guid, text: text.clone() }),
        };
        context.schemas.insert_mut(id, Arc::clone(&kept));
        context.ids.insert_mut((text.schema_type.clone(), guid), id);
        entry(&mut context.users, &id).insert_mut((subject.to_owned(), number));
        context.last_id = context.last_id.max(id);
        entry(&mut self.subjects, subject).insert(number, Version { kept, ts, deleted });
        self.refer(subject, number, !deleted);
    }

    /// A version is no longer there; a schema that no version has any more is gone with it.
    fn forget(&mut self, subject: &str, number: u32) {
        self.refer(subject, number, false);
        let Some(versions) = self.subjects.get_mut(subject) else { return };
        let Some(version) = versions.remove(&number) else { return };
        if versions.is_empty() {
            self.subjects.remove_mut(subject);
        }
        let Some(context) = self.contexts.get_mut(&Name::of(subject).prefix()) else { return };
        let Kept { id, guid, text } = version.kept.as_ref();
        let Some(users) = context.users.get_mut(id) else { return };
        users.remove_mut(&(subject.to_owned(), number));
        if users.is_empty() {
            context.users.remove_mut(id);
            context.schemas.remove_mut(id);
            let key = (text.schema_type.clone(), *guid);
            if context.ids.get(&key) == Some(id) {
                context.ids.remove_mut(&key);
            }
        }
    }

    /// Notes, or forgets, that a version refers to others.
    fn refer(&mut self, subject: &str, number: u32, refers: bool) {
        let found = self.subjects.get(subject).and_then(|versions| versions.get(&number));
        let Some(kept) = found.map(|version| Arc::clone(&version.kept)) else { return };
        for reference in &kept.text.references {
            let Ok(version) = u32::try_from(reference.version) else { continue };
            let to = (subject_within(&reference.subject, subject).into_owned(), version);
            let from = (subject.to_owned(), number);
            if refers {
                entry(&mut self.referrers, &to).insert_mut(from);
            } else if let Some(known) = self.referrers.get_mut(&to) {
                known.remove_mut(&from);
                if known.is_empty() {
                    self.referrers.remove_mut(&to);
                }
            }
        }
    }

    /// The versions of a subject; none where it is not there.
    pub(super) fn versions_of(&self, subject: &str) -> impl DoubleEndedIterator<Item = (u32, &Version)> {
        self.subjects.get(subject).into_iter().flatten().map(|(number, version)| (*number, version))
    }

    /// The versions that are not softly deleted; with `deleted` all.
    pub(super) fn visible(&self, subject: &str, deleted: bool) -> impl DoubleEndedIterator<Item = (u32, &Version)> {
        self.versions_of(subject).filter(move |(_, version)| deleted || !version.deleted)
    }

    pub(super) fn has(&self, subject: &str, deleted: bool) -> bool {
        self.visible(subject, deleted).next().is_some()
    }

    pub(super) fn context(&self, name: &Name<'_>) -> Option<&Context> {
        self.contexts.get(&name.prefix())
    }

    /// The prefixes of the contexts beside the default one that are listed.
    pub(super) fn other_contexts(&self) -> impl Iterator<Item = &str> {
        self.contexts
            .iter()
            .filter(|(prefix, held)| held.listed && !prefix.is_empty())
            .map(|(prefix, _)| prefix.as_str())
    }
}

/// What a map holds under a key; where it holds nothing, an empty value is put there first.
fn entry<'a, K, Q, V>(map: &'a mut RedBlackTreeMapSync<K, V>, key: &Q) -> &'a mut V
where
    K: Ord + Clone + Borrow<Q>,
    Q: Ord + ToOwned<Owned = K> + ?Sized,
    V: Clone + Default,
{
    if !map.contains_key(key) {
        map.insert_mut(key.to_owned(), V::default());
    }
    map.get_mut(key).expect("it was put there where it was not")
}

impl Text {
    pub(super) fn guid(&self) -> Guid {
        guid(&self.schema, &self.references, self.metadata.as_ref(), self.rule_set.as_ref())
    }
}

impl Version {
    pub(super) fn answer(&self, at: Option<(&str, u32)>) -> Schema {
        let text = &self.kept.text;
        Schema {
            subject: at.map(|(subject, _)| subject.to_owned()),
            version: at.map(|(_, version)| version),
            guid: Some(self.kept.guid.to_string()),
            schema_type: text.schema_type.clone(),
            schema: text.schema.clone(),
            references: text.references.clone(),
            metadata: text.metadata.clone(),
            rule_set: text.rule_set.clone(),
            max_id: None,
            ts: Some(self.ts),
            deleted: Some(self.deleted),
        }
    }

    pub(super) fn as_version(&self, subject: &str, number: u32) -> SubjectVersion {
        let text = &self.kept.text;
        SubjectVersion {
            subject: subject.to_owned(),
            version: number,
            id: self.kept.id,
            guid: Some(self.kept.guid.to_string()),
            schema_type: text.schema_type.clone(),
            references: text.references.clone(),
            metadata: text.metadata.clone(),
            rule_set: text.rule_set.clone(),
            schema: text.schema.clone(),
            ts: Some(self.ts),
            deleted: self.deleted,
            aliases: Vec::new(),
        }
    }
}

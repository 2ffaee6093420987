//! A subject gets a file only where the project then says exactly what the registry says: the same subject, the same versions. That is not
//! guessed but tried, in memory; what does not come out the same is carried word for word.

use std::collections::BTreeMap;

use topika_contract::compat::Level;
use topika_contract::data_contract::DataContract;
use topika_contract::lock::{Ids, Lock};
use topika_contract::project::Project;
use topika_contract::report::{Finding, Report};
use topika_contract::text::Source;
use topika_contract::text::json::Comments;
use topika_registry::api::SchemaType;

use super::apart::{Unplaced, Why, Wrong};
use super::built::{Built, Ground, built};
use super::held::Held;
use super::known::{Known, numbers};
use super::levels::{others, table_of, take_over};
use super::locked::with_topics;
use super::place::{Kind, Place, Places, event_of, format_of, level_here, places};
use super::rows::manifest;
use super::settled::Settled;
use super::topics::{FoundTopic, current, topics};
use super::trial::{Before, Trial};
use crate::line_ends::as_before;

/// Settles where everything stands.
///
/// # Errors
/// What hinders it and lies not with a subject of the registry, as findings.
pub(crate) fn settle(
    held: &Held,
    project: &Project,
    ids: &Ids,
    prefix: &str,
    today: &str,
) -> Result<Settled, Vec<Finding>> {
    let before = Before::of(project);
    let known = Known::of(held, prefix, &project.lock, ids);
    let mut choice = Choice::first(held, project, ids, places(held, prefix, project, &before.contract, &known), &known);
    let ground = Ground { held, known: &known, lock: &project.lock, schemas: &project.manifest.schemas, today };
    loop {
        let mut settled = tried(&ground, project, &before, &choice);
        let trial = Trial::of(&settled, project);
        let denied = trial.denied(&before);
        if choice.is_changed_by(&trial.wrong(&settled, &before, project), &trial, project, &before, &ground) {
            continue;
        }
        if !denied.is_empty() {
            // Whatever it is, it came with what is new.
            if choice.gives_up(project, &before, &ground) {
                continue;
            }
            return Err(denied);
        }
        settled.built.lock = with_topics(&settled.built.lock, &settled.places, project, &trial.contract);
        // What is new and left alone as a whole has no place.
        let Built { apart, newest, .. } = &settled.built;
        settled.places.places.retain(|there, _| newest.contains_key(there) || !apart.contains_key(there));
        settled.claims = trial.claims();
        settled.unplaced = choice.unplaced;
        settled.levels = others(held, &settled.places, &settled.built.lock, &trial.after.manifest);
        settled.without_file = choice.places.without_file;
        // Those that were carried before, or are told with more, are known.
        settled.without_file.retain(|there, _| {
            let place = settled.places.places.get(there);
            let is_new = |place: &Place| place.kind == Kind::Carried && project.lock.carried(&place.name).is_none();
            place.is_some_and(is_new) && !settled.unplaced.contains_key(there)
        });
        take_over(held, &settled.places, &mut settled.built.lock);
        return Ok(settled);
    }
}

/// What becomes of each subject, until a trial says that it cannot.
struct Choice {
    places: Places,
    /// The subjects of which no new version is adopted.
    left: BTreeMap<String, Why>,
    unplaced: BTreeMap<String, Unplaced>,
}

impl Choice {
    /// A new version of theirs cannot stand before one of ours that was never there, and none of another language in a line with a file.
    fn first(held: &Held, project: &Project, ids: &Ids, places: Places, known: &Known) -> Self {
        let mut left = BTreeMap::new();
        for (there, place) in &places.places {
            let Some(subject) = held.subjects.get(there) else { continue };
            let mut types = subject.versions.values().map(|version| &version.schema_type);
            if let Some(other) = types.find(|one| matches!(one, SchemaType::Other(_))) {
                left.insert(there.clone(), Why::UnknownType { name: other.to_string() });
                continue;
            }
            let Some(last) = numbers(&project.lock, &place.name).into_iter().max() else { continue };
            let is_there = subject.versions.keys().any(|version| known.number(there, *version) == Some(last));
            if !is_there && ids.get(&place.name, last).is_none() {
                left.insert(there.clone(), Why::Unpushed { number: last });
            }
            let Some(locked) = project.lock.subject(&place.name) else { continue };
            let mut new = subject.versions.iter().filter(|(version, _)| known.number(there, **version).is_none());
            if new.any(|(_, version)| format_of(&version.schema_type) != Some(locked.format)) {
                left.insert(there.clone(), Why::Language);
            }
        }
        Self { places, left, unplaced: BTreeMap::new() }
    }

    /// Goes on without what came out wrong; whether that is anything.
    fn is_changed_by(
        &mut self,
        wrong: &BTreeMap<String, Wrong>,
        trial: &Trial,
        project: &Project,
        before: &Before,
        ground: &Ground<'_>,
    ) -> bool {
        let mut is_changed = false;
        for (there, wrong) in wrong {
            let why = Why::Denied { message: wrong.to_string() };
            is_changed |= self.carry(there, wrong, project, before) || self.leave(there, &why, project, ground);
        }
        if is_changed {
            return true;
        }
        // What is wrong with these came with others: with new events of their topics, or with new versions of what they refer to.
        for (there, wrong) in wrong {
            let Some(place) = self.places.places.get(there).cloned() else { continue };
            let why = Why::Denied { message: wrong.to_string() };
            let behind = trial.behind(&place.name);
            let others: Vec<(String, bool)> = (self.places.places.iter())
                .filter_map(|(other, of)| {
                    let is_beside = matches!((&of.kind, &place.kind), (Kind::OfTopic { topic, .. }, Kind::OfTopic { topic: own, .. }) if topic == own);
                    (is_beside || behind.contains(&of.name)).then(|| (other.clone(), is_beside))
                })
                .collect();
            for (other, is_beside) in others {
                is_changed |= (is_beside && self.carry(&other, wrong, project, before))
                    || (!is_beside && self.leave(&other, &why, project, ground));
            }
        }
        is_changed
    }

    /// Takes the file from a subject that the lock has none of.
    fn carry(&mut self, there: &str, wrong: &Wrong, project: &Project, before: &Before) -> bool {
        let place = self.places.places.get_mut(there);
        let place = place.filter(|place| place.file().is_some() && project.lock.subject(&place.name).is_none());
        let Some(place) = place else { return false };
        if let Kind::OfTopic { topic, path, key: false, .. } = &place.kind
            && level_here(topic, project).is_some()
            && *wrong != Wrong::Other
        {
            let mut events = current(topic, &before.contract);
            events.extend(event_of(path).filter(|event| !events.contains(event)));
            let events = matches!(wrong, Wrong::Lost(_)).then_some(events);
            let unplaced = Unplaced { topic: topic.clone(), events, message: wrong.to_string() };
            self.unplaced.insert(there.to_owned(), unplaced);
        }
        let other_key = other_key(&place.kind, project).filter(|_| *wrong == Wrong::Other);
        let why = match (wrong, place.file()) {
            (Wrong::Other, Some((path, _))) => format!(
                "no file gives its newest version, which may refer to older versions than the newest, or stand alone on its topic under a \
                 name with the record's: write its text to {path}, and lock what follows from it, where that is meant"
            ),
            (wrong, _) => wrong.to_string(),
        };
        let why = other_key.unwrap_or(why);
        place.kind = Kind::Carried;
        self.places.without_file.insert(there.to_owned(), why);
        true
    }

    /// Leaves the new versions of a subject of the lock alone.
    fn leave(&mut self, there: &str, why: &Why, project: &Project, ground: &Ground<'_>) -> bool {
        let is_locked = self.places.places.get(there).is_some_and(|place| project.lock.subject(&place.name).is_some());
        let mut versions = ground.held.subjects.get(there).into_iter().flat_map(|subject| subject.versions.keys());
        let has_new = versions.any(|version| ground.known.number(there, *version).is_none());
        if !is_locked || !has_new || self.left.contains_key(there) {
            return false;
        }
        self.left.insert(there.to_owned(), why.clone());
        true
    }

    /// No file is new any more, and no version of one.
    fn gives_up(&mut self, project: &Project, before: &Before, ground: &Ground<'_>) -> bool {
        let why = Why::Denied { message: "the project would not stand with them".to_owned() };
        let all: Vec<String> = self.places.places.keys().cloned().collect();
        let mut is_changed = false;
        for there in all {
            is_changed |=
                self.carry(&there, &Wrong::Other, project, before) || self.leave(&there, &why, project, ground);
        }
        is_changed
    }
}

fn tried(ground: &Ground<'_>, project: &Project, before: &Before, choice: &Choice) -> Settled {
    let Ground { held, schemas, .. } = ground;
    let places = &choice.places;
    let built = built(ground, places, &choice.left);
    // What is left alone as a whole has no file that a row could name.
    let adopted: BTreeMap<&String, &Place> =
        places.places.iter().filter(|(there, _)| built.newest.contains_key(*there)).collect();
    let text = project.manifest.source.as_ref().map_or("", Source::text);
    let found: Vec<FoundTopic> = topics(held, &adopted, project, &before.contract);
    let manifest = manifest(
        text,
        &project.manifest,
        &project.lock,
        level(held, &adopted),
        (&found, &shared(held, &adopted, &project.lock)),
    );
    let (mut working, mut kept) = (Vec::new(), Vec::new());
    for (path, text) in &built.working {
        let whole = format!("{schemas}/{path}");
        match there(project, path) {
            // Whoever works on a file goes on with it.
            Some(own) if !is_locked(project, path, own) => kept.push(whole),
            Some(own) if same(own.text(), text) || built.known.contains(path) => {}
            Some(own) => working.push((whole, as_before(own.text(), &laid_out(path, text)))),
            None => working.push((whole, laid_out(path, text))),
        }
    }
    // A data contract that a new version does not have goes where it is frozen; any other stays, as something to lock.
    let mut removed = Vec::new();
    for (file, contract) in project.files.iter().filter_map(|file| Some((file, file.contract.as_ref()?))) {
        let has = |path: &str| built.working.iter().any(|(one, _)| one == path);
        let beside = DataContract::path_beside(&file.path);
        if !has(&file.path) || has(&beside) {
            continue;
        }
        let is_new = !built.known.contains(&file.path) && !kept.contains(&format!("{schemas}/{}", file.path));
        let list = if is_new && is_locked(project, &beside, contract.source()) { &mut removed } else { &mut kept };
        list.push(format!("{schemas}/{beside}"));
    }
    Settled {
        built,
        places: places.clone(),
        manifest,
        working,
        removed,
        kept,
        claims: Vec::new(),
        levels: Vec::new(),
        unplaced: BTreeMap::new(),
        without_file: BTreeMap::new(),
    }
}

/// Why the key of a locked topic has no file, and what to do where the topic has it: with that file it would have another key.
fn other_key(kind: &Kind, project: &Project) -> Option<String> {
    let Kind::OfTopic { topic, path, key: true, .. } = kind else { return None };
    let (topic, event) = (&project.lock.topic(topic)?.name, event_of(path)?);
    Some(format!(
        "{topic} was locked with another key, or with none: where this is the key of its messages, write `key_type = {event:?}` below {} in \
         topika.toml and pull again, which adopts it; `cargo topika waive topic/key-changed {topic}` lets it be locked",
        table_of(topic)
    ))
}

/// The level for the whole project: that of most shared types, which have no row of their own; without any, that of the registry.
fn level(held: &Held, places: &BTreeMap<&String, &Place>) -> Level {
    let shared = places.iter().filter(|(_, place)| matches!(place.kind, Kind::Shared { .. }));
    let mut counts: Vec<(Level, usize)> = Vec::new();
    for subject in shared.filter_map(|(there, _)| held.subjects.get(*there)) {
        match counts.iter_mut().find(|(level, _)| *level == subject.level) {
            Some((_, count)) => *count += 1,
            None => counts.push((subject.level, 1)),
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(held.level, |(level, _)| level)
}

/// The shared types that the lock does not hold, with their levels there.
fn shared(held: &Held, places: &BTreeMap<&String, &Place>, lock: &Lock) -> Vec<(String, Level)> {
    let shared = places.iter().filter(|(_, place)| matches!(place.kind, Kind::Shared { .. }));
    let fresh = shared.filter(|(_, place)| lock.subject(&place.name).is_none());
    fresh.filter_map(|(there, place)| Some((place.name.clone(), held.subjects.get(*there)?.level))).collect()
}

/// The working file of a path.
fn there<'p>(project: &'p Project, path: &str) -> Option<&'p Source> {
    let own = project.files.iter().find(|file| file.path == path).map(|file| &file.source);
    let beside = || project.files.iter().find(|file| DataContract::path_beside(&file.path) == path)?.contract.as_ref();
    own.or_else(|| beside().map(DataContract::source))
}

/// Whether a working file says what is locked, so that nothing is lost with it.
fn is_locked(project: &Project, path: &str, own: &Source) -> bool {
    let subjects = project.lock.subjects.iter().filter(|subject| subject.path == path);
    let texts = subjects.flat_map(|subject| &subject.versions).filter_map(|version| version.source.as_ref());
    let beside = project.lock.subjects.iter().filter(|subject| DataContract::path_beside(&subject.path) == path);
    let contracts = beside.flat_map(|subject| &subject.versions).filter_map(|version| version.data_contract());
    let mut texts = texts.chain(contracts.map(DataContract::source));
    texts.any(|text| same(text.text(), own.text()))
}

/// Whether two texts differ in white space alone.
fn same(a: &str, b: &str) -> bool {
    let compact = |text: &str| {
        let (json, _) = topika_contract::text::json::read(text, Comments::Allowed);
        json.map_or_else(|| text.to_owned(), |json| topika_contract::text::json::compact(&json))
    };
    a == b || compact(a) == compact(b)
}

/// Registries keep a schema on one line; people do not.
fn laid_out(path: &str, text: &str) -> String {
    let laid_out = topika_contract::layout::layout(&Source::new(path, text), Comments::Refused, &mut Report::default());
    laid_out.unwrap_or_else(|| text.to_owned())
}

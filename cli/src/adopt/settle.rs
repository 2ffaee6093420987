//! A subject gets a file only where the project then says exactly what the registry says: the same subject, the same versions. That is not
//! guessed but tried, in memory; what does not come out the same is carried word for word.

use std::collections::BTreeSet;

use topika_contract::check::check;
use topika_contract::compat::Level;
use topika_contract::data_contract::DataContract;
use topika_contract::freeze::with_topics;
use topika_contract::lock::{Ids, Lock};
use topika_contract::project::{Contract, Project, resolve};
use topika_contract::report::{Finding, Report};
use topika_contract::rules::Severity;
use topika_contract::text::Source;
use topika_contract::text::json::Comments;
use topika_contract::tree::Memory;

use super::built::{Built, built};
use super::held::Held;
use super::place::{Kind, Place, Places, places};
use super::rows::manifest;
use super::topics::{FoundTopic, topics};

/// A project as it will be.
pub(crate) struct Settled {
    pub(crate) built: Built,
    pub(crate) places: Places,
    /// The text of `topika.toml`.
    pub(crate) manifest: String,
    /// The working files to write: path below the root, text.
    pub(crate) working: Vec<(String, String)>,
    /// Working files that hold changes of their own, and stay: paths below the root.
    pub(crate) kept: Vec<String>,
}

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
    let mut places = places(held, prefix);
    stay_where_they_are(&mut places, &project.lock);
    let before = resolve(project, &mut Report::default());
    loop {
        let mut settled = tried(held, project, &before, &places, ids, today);
        let mut report = Report::default();
        let (after, contract) = judged(&settled, project, &mut report);
        let wrong = wrong(&settled, &after, &contract, &report);
        if wrong.is_empty() {
            let denied: Vec<Finding> = denied(&report).cloned().collect();
            settled.built.lock = with_topics(&settled.built.lock, &contract);
            return if denied.is_empty() { Ok(settled) } else { Err(denied) };
        }
        for there in wrong {
            if let Some(place) = places.places.get_mut(&there) {
                place.kind = Kind::Carried;
            }
        }
    }
}

/// What the lock knows already stays what it is: a file, or carried.
fn stay_where_they_are(places: &mut Places, lock: &Lock) {
    for place in places.places.values_mut() {
        if lock.carried(&place.name).is_some() {
            place.kind = Kind::Carried;
        } else if let Some(known) = lock.subject(&place.name) {
            place.kind = match &place.kind {
                Kind::OfTopic { topic, key, .. } => {
                    Kind::OfTopic { topic: topic.clone(), path: known.path.clone(), format: known.format, key: *key }
                }
                _ => Kind::Shared { path: known.path.clone(), format: known.format },
            };
        }
    }
}

fn tried(held: &Held, project: &Project, before: &Contract, places: &Places, ids: &Ids, today: &str) -> Settled {
    let schemas = &project.manifest.schemas;
    let built = built(held, places, &project.lock, ids, schemas, today);
    let text = project.manifest.source.as_ref().map_or("", Source::text);
    let found: Vec<FoundTopic> = topics(held, places, project, before);
    let manifest = manifest(text, &project.manifest, &project.lock, level(held, places), &found);
    let (mut working, mut kept) = (Vec::new(), Vec::new());
    for (path, text) in &built.working {
        let whole = format!("{schemas}/{path}");
        match there(project, path) {
            // Whoever works on a file goes on with it.
            Some(own) if !is_locked(project, path, own) => kept.push(whole),
            Some(own) if same(own.text(), text) || built.known.contains(path) => {}
            _ => working.push((whole, laid_out(path, text))),
        }
    }
    // Nothing is ever deleted: a data contract that the newest version does not have stays, as something to lock.
    for file in project.files.iter().filter(|file| file.contract.is_some()) {
        let has = |path: &str| built.working.iter().any(|(one, _)| one == path);
        if has(&file.path) && !has(&DataContract::path_beside(&file.path)) {
            kept.push(format!("{schemas}/{}", file.path));
        }
    }
    Settled { built, places: places.clone(), manifest, working, kept }
}

/// The level for the whole project: that of most shared types, which have no row of their own; without any, that of the registry.
fn level(held: &Held, places: &Places) -> Level {
    let shared = places.places.iter().filter(|(_, place)| matches!(place.kind, Kind::Shared { .. }));
    let mut counts: Vec<(Level, usize)> = Vec::new();
    for subject in shared.filter_map(|(there, _)| held.subjects.get(there)) {
        match counts.iter_mut().find(|(level, _)| *level == subject.level) {
            Some((_, count)) => *count += 1,
            None => counts.push((subject.level, 1)),
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(held.level, |(level, _)| level)
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

/// The project as it would be, judged.
fn judged(settled: &Settled, project: &Project, report: &mut Report) -> (Project, Contract) {
    let mut tree = Memory::default();
    tree.insert("topika.toml", settled.manifest.clone());
    tree.insert("topika.lock", settled.built.lock.print());
    let schemas = &project.manifest.schemas;
    for file in &project.files {
        tree.insert(format!("{schemas}/{}", file.path), file.source.text());
        if let Some(contract) = &file.contract {
            tree.insert(contract.source().path(), contract.source().text());
        }
    }
    for (path, text) in settled.working.iter().chain(&settled.built.frozen) {
        tree.insert(path.clone(), text.clone());
    }
    let texts = project.lock.subjects.iter().flat_map(|subject| &subject.versions).map(|version| &version.source);
    let carried = project.lock.carried.iter().flat_map(|subject| &subject.versions).map(|version| &version.source);
    let versions = project.lock.subjects.iter().flat_map(|subject| &subject.versions);
    let contracts = versions.filter_map(|version| version.data_contract()).map(DataContract::source);
    let imports = project.lock.imports.iter().flat_map(|subject| &subject.versions).map(|version| &version.source);
    for source in texts.chain(carried).chain(imports).flatten().chain(contracts) {
        tree.insert(source.path(), source.text());
    }
    let after = Project::of_tree(&tree, report);
    let contract = resolve(&after, report);
    check(&contract, &after, report);
    (after, contract)
}

/// The subjects, by their names there, that do not come out as they are in the registry.
fn wrong(settled: &Settled, after: &Project, contract: &Contract, report: &Report) -> BTreeSet<String> {
    let schemas = &after.manifest.schemas;
    let mut wrong = BTreeSet::new();
    for (there, place) in &settled.places.places {
        let Some((path, _)) = place.file() else { continue };
        let whole = format!("{schemas}/{path}");
        let is_told = denied(report).any(|finding| {
            finding.subject.as_ref() == Some(&place.name)
                || finding.at.as_ref().is_some_and(|at| at.source.path() == whole)
        });
        // A file that somebody works on is judged by its own text, and is ahead of the lock.
        if is_told || !(settled.kept.contains(&whole) || is_same(place, after, contract)) {
            wrong.insert(there.clone());
        }
    }
    wrong
}

/// Whether the project has the subject, and its newest version.
fn is_same(place: &Place, after: &Project, contract: &Contract) -> bool {
    let last = after.lock.subject(&place.name).and_then(|subject| subject.last()).map(|last| last.number);
    let events = contract.events.iter().filter(|event| event.frozen.is_none());
    let events = events.map(|event| (&event.subject.name, event.version));
    let shared = contract.shared.iter().map(|shared| (&shared.subject.name, shared.version));
    let mut all = events.chain(shared);
    last.is_some() && all.any(|(subject, version)| *subject == place.name && version == last)
}

fn denied(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings().iter().filter(|finding| finding.severity == Severity::Deny)
}

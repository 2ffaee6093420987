//! What a pull of imports makes of a lock. Pure: nothing is asked here, and nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use topika_contract::data_contract::{ContractChange, DataContract, differences};
use topika_contract::lock::{
    ImportedSubject, ImportedVersion, Lock, LockedContract, LockedReference, compare_text, import_contract_path,
    import_path, sha256_hex,
};
use topika_contract::manifest::{ImportRow, Manifest, matches};
use topika_contract::project::{Format, Project, left_over_imports};
use topika_contract::text::{Source, closest};
use topika_registry::api::{SchemaType, SubjectVersion};

use super::asked::{Asked, local, selected};
use crate::environment::Registry;
use crate::problem::Problem;
use crate::registered::{SeenId, data_contract, without_empty};

/// A lock with what was pulled.
pub(crate) struct Frozen {
    pub(crate) lock: Lock,
    /// The frozen texts that are new: path below the root, text.
    pub(crate) texts: Vec<(String, String)>,
    /// The versions that are new: subject and number.
    pub(crate) added: Vec<(String, u32)>,
    /// Metadata and rules that are new or others, of versions that are new as well: subject, number, what differs from what was frozen before.
    pub(crate) contracts: Vec<(String, u32, Vec<ContractChange>)>,
    /// The files of metadata and rules that the registry has no more: paths below the root.
    pub(crate) removed: Vec<String>,
    /// The subjects that no row leads to any more.
    pub(crate) dropped: Vec<ImportedSubject>,
    /// What each environment's registry gave, by environment.
    pub(crate) ids: Vec<(String, SeenId)>,
    /// What was left out, and why.
    pub(crate) notes: Vec<String>,
}

/// Freezes what was answered upon the lock that there is: what is frozen stays what it is.
///
/// # Errors
/// A pattern that selects nothing, a subject that the project owns itself, a frozen text that is another one there.
pub(crate) fn freeze(
    project: &Project,
    ours: &BTreeSet<String>,
    answers: &[(Registry, Vec<&ImportRow>, Asked)],
    today: &str,
) -> Result<Frozen, Problem> {
    let mut frozen = Frozen {
        lock: project.lock.clone(),
        texts: Vec::new(),
        added: Vec::new(),
        contracts: Vec::new(),
        removed: Vec::new(),
        dropped: Vec::new(),
        ids: Vec::new(),
        notes: Vec::new(),
    };
    for (registry, rows, asked) in answers {
        frozen.notes.extend(asked.unread.iter().map(|unread| unread.said(&registry.id())));
        for row in rows {
            tell_empty_patterns(row, registry, asked)?;
        }
        // What another row selects is called as it calls it, also where only this one is pulled.
        let is_here = |row: &&ImportRow| row.env.as_ref().is_some_and(|env| env.value == registry.env);
        let all: Vec<&ImportRow> = project.manifest.imports.iter().filter(is_here).collect();
        let maker = Maker { schemas: &project.manifest.schemas, registry, rows: &all, asked, today, ours };
        for (there, versions) in &asked.versions {
            maker.subject(there, versions, &mut frozen)?;
        }
    }
    frozen.lock.imports.sort_by(|a, b| a.name.cmp(&b.name));
    drop_left_over(&mut frozen, &project.manifest);
    Ok(frozen)
}

/// Says of a pattern that selects nothing, or nothing that can be read here.
fn tell_empty_patterns(row: &ImportRow, registry: &Registry, asked: &Asked) -> Result<(), Problem> {
    for pattern in row.patterns() {
        let is_of = |name: &str| matches(&pattern.value, name);
        let of_pattern = |there: &&String| selected(row, there, &registry.prefix).is_some_and(is_of);
        let mut found = asked.selected.iter().filter(of_pattern).peekable();
        if found.peek().is_none() {
            let message = format!(
                "{}: no subject of {} matches `{}` of [import.{}]",
                pattern.at,
                registry.id(),
                pattern.value,
                row.name.value
            );
            return Err(Problem::new(message, nearest(&pattern.value, registry, asked)));
        }
        // Of what cannot be read a note says why.
        let is_no_schema = |there: &String| asked.versions.contains_key(there) && newest_format(asked, there).is_none();
        if found.all(is_no_schema) {
            let message = format!(
                "{}: `{}` of [import.{}] selects Protocol Buffers only, of which no types are made",
                pattern.at, pattern.value, row.name.value
            );
            return Err(Problem::new(message, "name subjects of Avro or JSON Schema"));
        }
    }
    Ok(())
}

/// The next step for a pattern that selects nothing.
fn nearest(pattern: &str, registry: &Registry, asked: &Asked) -> String {
    let prefix = &registry.prefix;
    let names = || asked.names.iter().filter_map(|there| local(there, prefix));
    if let Some(meant) = closest(pattern, names()) {
        return format!("did you mean `{meant}`?");
    }
    if !prefix.is_empty() && asked.names.iter().any(|there| matches(pattern, there)) {
        return format!(
            "names there begin with `{prefix}`, the prefix of [env.{}], and what selects is the rest",
            registry.env
        );
    }
    match names().count() {
        0 => format!("{} has no subject yet{}", registry.id(), if prefix.is_empty() { "" } else { " with its prefix" }),
        _ => "`*` is any run of characters; the names are those of subjects: `food-orders-value`, not `food-orders`"
            .to_owned(),
    }
}

fn newest_format(asked: &Asked, there: &str) -> Option<Format> {
    format_of(&asked.versions.get(there)?.values().next_back()?.schema_type)
}

fn format_of(schema_type: &SchemaType) -> Option<Format> {
    match schema_type {
        SchemaType::Avro => Some(Format::Avro),
        SchemaType::Json => Some(Format::Json),
        SchemaType::Protobuf | SchemaType::Other(_) => None,
    }
}

struct Maker<'a> {
    schemas: &'a str,
    registry: &'a Registry,
    rows: &'a [&'a ImportRow],
    asked: &'a Asked,
    today: &'a str,
    ours: &'a BTreeSet<String>,
}

impl Maker<'_> {
    fn subject(
        &self,
        there: &str,
        versions: &BTreeMap<u32, std::sync::Arc<SubjectVersion>>,
        frozen: &mut Frozen,
    ) -> Result<(), Problem> {
        let name = self.asked.name(there, self.rows, &self.registry.prefix);
        let is_ours = self.ours.contains(name);
        if is_ours && self.asked.selected.contains(there) {
            let message = format!("`{name}` is a subject of this project, and an import is what others own");
            return Err(Problem::new(message, "write the patterns in `subjects` so that they do not select it"));
        }
        let Some(format) = newest_format(self.asked, there) else {
            let latest = versions.values().next_back().map(|version| &version.schema_type);
            let what = match latest.filter(|latest| matches!(latest, SchemaType::Other(_))) {
                Some(other) => format!("of the type {other}, which topika does not know"),
                None => "Protocol Buffers, of which no types are made".to_owned(),
            };
            frozen.notes.push(format!("{there} is {what}, and was left out"));
            return Ok(());
        };
        for (number, version) in versions {
            if format_of(&version.schema_type) != Some(format) {
                let (was, is) = (&version.schema_type, format.as_str());
                frozen.notes.push(format!(
                    "version {number} of {there} is {was}, where the newest is {is}: it was left out, and no type reads its messages"
                ));
                continue;
            }
            self.version(name, format, *number, version, frozen)?;
            self.contract(name, *number, version, frozen);
            // What a push got for ours stands under the numbers of our lock.
            if !is_ours {
                frozen.ids.push((self.registry.env.clone(), SeenId::of(name, *number, version)));
            }
        }
        Ok(())
    }

    fn version(
        &self,
        name: &str,
        format: Format,
        number: u32,
        version: &SubjectVersion,
        frozen: &mut Frozen,
    ) -> Result<(), Problem> {
        let env = &self.registry.env;
        let at = match frozen.lock.imports.iter().position(|subject| subject.name == name) {
            Some(at) => at,
            None => {
                let folder = ImportedSubject::new_folder(&frozen.lock, name);
                let (name, env) = (name.to_owned(), env.clone());
                frozen.lock.imports.push(ImportedSubject { name, folder, env, format, versions: Vec::new() });
                frozen.lock.imports.len() - 1
            }
        };
        let Some(subject) = frozen.lock.imports.get_mut(at) else { return Ok(()) };
        if subject.env != *env {
            let message =
                format!("`{name}` is frozen from [env.{}], and [env.{env}] was asked for it too", subject.env);
            return Err(Problem::new(
                message,
                "take it from one of them: imports that name the same subject name one environment",
            ));
        }
        if subject.format != format {
            let message = format!("`{name}` was frozen as {}, and is {} now", subject.format.as_str(), format.as_str());
            return Err(Problem::new(message, self.anew(name)));
        }
        if let Some(known) = subject.version(number) {
            let same = known.source.as_ref().is_none_or(|source| {
                source.text() == version.schema
                    || compare_text(format, source.text()) == compare_text(format, &version.schema)
            });
            if !same {
                let message = format!(
                    "version {number} of `{name}` is another text in {} than the one that was frozen on {}",
                    self.registry.id(),
                    known.date
                );
                return Err(Problem::new(message, self.anew(name)));
            }
            return Ok(());
        }
        let path = import_path(self.schemas, &subject.folder(), number, format);
        let reference = |of: &topika_registry::api::Reference| {
            let subject = self.asked.name(&of.subject, self.rows, &self.registry.prefix).to_owned();
            Some(LockedReference { name: of.name.clone(), subject, version: u32::try_from(of.version).ok()? })
        };
        let place = subject.versions.partition_point(|known| known.number < number);
        let version = ImportedVersion {
            number,
            date: self.today.to_owned(),
            text: sha256_hex(&version.schema),
            references: version.references.iter().filter_map(reference).collect(),
            contract: None,
            source: Some(Source::new(path.clone(), version.schema.as_str())),
        };
        frozen.texts.push((path, version.source.as_ref().map_or_else(String::new, |source| source.text().to_owned())));
        subject.versions.insert(place, version);
        frozen.added.push((name.to_owned(), number));
        Ok(())
    }

    /// Freezes metadata and rules as the registry says them now, beside a version that is frozen.
    fn contract(&self, name: &str, number: u32, version: &SubjectVersion, frozen: &mut Frozen) {
        let Some(subject) = frozen.lock.imports.iter_mut().find(|subject| subject.name == name) else { return };
        let path = import_contract_path(self.schemas, &subject.folder(), number);
        let there = data_contract(&path, &without_empty(version));
        let at = subject.versions.iter().position(|version| version.number == number);
        // What a version of before says is what a new one is held against.
        let before =
            at.and_then(|at| at.checked_sub(1)).and_then(|at| subject.versions.get(at)?.data_contract()).cloned();
        let Some(known) = at.and_then(|at| subject.versions.get_mut(at)) else { return };
        let is_new = frozen.added.iter().any(|(one, of)| (one.as_str(), *of) == (name, number));
        let was = if is_new { before.as_ref() } else { known.data_contract() };
        let changes = differences(was, there.as_ref());
        let is_same = |frozen: &LockedContract| {
            let said = |contract: Option<&DataContract>| contract.map(DataContract::canonical);
            said(frozen.contract.as_ref()) == said(there.as_ref())
        };
        if !changes.is_empty() {
            frozen.contracts.push((name.to_owned(), number, changes));
        }
        match there {
            Some(there) if !known.contract.as_ref().is_some_and(is_same) => {
                frozen.texts.push((path, there.source().text().to_owned()));
                known.contract = Some(LockedContract::of(&there));
            }
            None if known.contract.take().is_some() => frozen.removed.push(path),
            _ => {}
        }
    }

    fn anew(&self, name: &str) -> String {
        format!(
            "where {} was made anew on purpose: take `{name}` out of the patterns, pull, put it back, and pull again",
            self.registry.id()
        )
    }
}

/// Takes out what no row leads to any more.
fn drop_left_over(frozen: &mut Frozen, manifest: &Manifest) {
    let left_over = left_over_imports(manifest, &frozen.lock);
    let (kept, dropped) =
        std::mem::take(&mut frozen.lock.imports).into_iter().partition(|subject| !left_over.contains(&subject.name));
    frozen.lock.imports = kept;
    frozen.dropped = dropped;
}

/// The rows of a manifest that a command line names; all of them where it names none.
pub(crate) fn rows<'m>(manifest: &'m Manifest, names: &[String]) -> Result<Vec<&'m ImportRow>, Problem> {
    if manifest.imports.is_empty() {
        let help =
            "add a row [import.NAME] with `env` and `subjects`: `cargo topika explain import/not-pulled` shows one";
        return Err(Problem::new("topika.toml imports nothing", help));
    }
    if names.is_empty() {
        return Ok(manifest.imports.iter().collect());
    }
    let known = || manifest.imports.iter().map(|row| row.name.value.as_str());
    let row = |name: &String| {
        manifest.imports.iter().find(|row| row.name.value == *name).ok_or_else(|| {
            let help = match closest(name, known()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("known: {}", known().collect::<Vec<_>>().join(", ")),
            };
            Problem::new(format!("there is no [import.{name}] in topika.toml"), help)
        })
    };
    names.iter().map(row).collect()
}

/// Whether a subject there is one of the imports of an environment, or what one of these refers to, and so is no subject to adopt.
pub(crate) fn is_imported(manifest: &Manifest, lock: &Lock, env: &str, prefix: &str, there: &str) -> bool {
    let mut of_env = manifest.imports.iter().filter(|row| row.env.as_ref().is_some_and(|own| own.value == env));
    let frozen = |name: &str| lock.import(name).is_some_and(|subject| subject.env == env);
    of_env.any(|row| selected(row, there, prefix).is_some())
        || frozen(there)
        || there.strip_prefix(prefix).is_some_and(frozen)
}

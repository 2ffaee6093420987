use std::collections::{HashMap, HashSet};

use super::contract::{Contract, Event, Reference, Shared, Subject};
use super::files::SchemaFile;
use super::texts::{Texts, record_name, shared_subject};
use crate::avro;
use crate::json_schema;
use crate::manifest::Manifest;
use crate::report::{Finding, Report};
use crate::rules::{AVRO_ENDLESS_RECORD, AVRO_NAME_DUPLICATE, EVENT_DUPLICATE, JSON_SCHEMA_ANCHOR_DUPLICATE};
use crate::schema::{EventSchema, Format};
use crate::syntax::{Comments, parse_json};
use crate::text::Span;
use crate::threads::in_parallel;

/// A file by itself: with what it refers to, a contract of its own.
#[derive(Clone, Debug)]
pub struct Alone {
    /// The file as one event, or, where it only defines types for others, as the first of the shared files; behind it the files that it
    /// refers to. Of a broken JSON Schema it is what can be [salvaged](json_schema::salvage()). No topic carries it. `None` where no schema comes of the file, and then a finding says why.
    pub contract: Option<Contract>,
    /// What there is to say about the file; what is wrong with a file that it refers to stands with that one, unless it hinders this.
    pub report: Report,
}

/// Takes each of `files` for a contract of its own, in their order. A file has only those others with it that it needs, so that files that say
/// different things by one name do not hinder each other. Of several that could be meant the nearest counts: that of the same folder, or
/// with the most folders in common.
///
/// ```
/// use topika_contract::project::{SchemaFile, alone};
/// use topika_contract::text::Source;
///
/// let text = r#"{ "type": "record", "name": "orders.Placed", "fields": [] }"#;
/// let file = |path| SchemaFile::new(path, Source::new(path, text)).unwrap();
/// let both = alone(&[file("a.avsc"), file("b.avsc")]);
/// assert!(both.iter().all(|one| one.contract.as_ref().is_some_and(|contract| contract.events.len() == 1)));
/// assert_eq!(both[1].report.findings()[0].rule.id, "avro/name-duplicate");
/// ```
#[must_use]
pub fn alone(files: &[SchemaFile]) -> Vec<Alone> {
    let numbers: Vec<usize> = (0..files.len()).collect();
    let parsed = in_parallel(files, parsed);
    let owners = Owners::of(files, &parsed);
    let mut all = in_parallel(&numbers, |number| one(files, &owners, *number));
    for (number, finding) in owners.doubled(files) {
        if let Some(alone) = all.get_mut(number) {
            alone.report.push(finding);
        }
    }
    all
}

/// What a file defines and needs, as names of one kind for both formats.
#[derive(Default)]
struct Links {
    /// The name of the file's own type, or its `$id`.
    own: Option<String>,
    defines: Vec<String>,
    /// What is needed, each by the names that it may have, the best first.
    needs: Vec<Vec<String>>,
}

fn parsed(file: &SchemaFile) -> Links {
    let mut unused = Report::default();
    match file.format {
        Format::Avro => parse_json(&file.source, Comments::Allowed, &mut unused)
            .map(|json| avro_links(&avro::parse_value(&file.source, &json, &mut unused)))
            .unwrap_or_default(),
        Format::Json => json_schema::parse_as(&file.source, &file.path, &mut unused)
            .map(|parsed| json_links(&parsed, &file.path))
            .unwrap_or_default(),
    }
}

fn avro_links(parsed: &avro::Parsed) -> Links {
    let mut seen = HashSet::new();
    Links {
        own: parsed.root_name().map(|name| name.as_str().to_owned()),
        defines: parsed.defines().map(|name| name.as_str().to_owned()).collect(),
        needs: parsed
            .foreign()
            .filter(|used| seen.insert(*used))
            .map(|(name, written)| {
                // As Java does: a name without dot may also be one without namespace.
                let short = (!written.contains('.')).then(|| written.to_owned());
                [Some(name.as_str().to_owned()), short].into_iter().flatten().collect()
            })
            .collect(),
    }
}

fn json_links(parsed: &json_schema::Parsed, path: &str) -> Links {
    let defines: Vec<String> = parsed.uris().map(str::to_owned).collect();
    Links {
        own: defines.iter().find(|uri| *uri != path).cloned(),
        needs: parsed
            .foreign()
            .into_iter()
            .map(Vec::from)
            .filter(|names: &Vec<String>| !names.iter().any(|name| defines.contains(name)))
            .collect(),
        defines,
    }
}

/// Who defines what.
struct Owners<'f> {
    links: &'f [Links],
    by_name: HashMap<(Format, &'f str), Vec<usize>>,
}

impl<'f> Owners<'f> {
    fn of(files: &'f [SchemaFile], links: &'f [Links]) -> Self {
        let mut by_name: HashMap<(Format, &str), Vec<usize>> = HashMap::new();
        for (number, (file, link)) in files.iter().zip(links).enumerate() {
            for name in &link.defines {
                by_name.entry((file.format, name)).or_default().push(number);
            }
        }
        Self { links, by_name }
    }

    /// The files that a file needs, directly or not, itself first.
    fn closure(&self, files: &[SchemaFile], number: usize) -> Vec<usize> {
        let mut chosen = vec![number];
        let mut next = 0;
        while let Some(from) = chosen.get(next).copied() {
            next += 1;
            let (Some(file), Some(link)) = (files.get(from), self.links.get(from)) else { continue };
            for names in &link.needs {
                let known =
                    names.iter().find_map(|name| self.by_name.get(&(file.format, name.as_str())).zip(Some(name)));
                let Some((owners, name)) = known else { continue };
                if owners.iter().any(|owner| chosen.contains(owner)) {
                    continue;
                }
                let rank = |owner: &&usize| {
                    let own = self.links.get(**owner).and_then(|links| links.own.as_ref()) == Some(name);
                    let near = files.get(**owner).map_or(0, |other| folders_in_common(&file.path, &other.path));
                    (own, near, std::cmp::Reverse(**owner))
                };
                chosen.extend(owners.iter().max_by_key(rank));
            }
        }
        chosen
    }

    /// A finding for each file that has the name of an earlier one.
    fn doubled(&self, files: &[SchemaFile]) -> Vec<(usize, Finding)> {
        let mut names: HashMap<(Format, &str), &SchemaFile> = HashMap::new();
        let mut events: HashMap<String, &SchemaFile> = HashMap::new();
        let mut doubled = Vec::new();
        for (number, (file, links)) in files.iter().zip(self.links).enumerate() {
            let rule = match file.format {
                Format::Avro => &AVRO_NAME_DUPLICATE,
                Format::Json => &JSON_SCHEMA_ANCHOR_DUPLICATE,
            };
            let at = file.source.at(Span::default());
            let event = events.get(&file.event_name()).copied();
            if let Some(name) = &links.own
                && let Some(first) = names.get(&(file.format, name.as_str()))
            {
                let message = format!("`{name}` is the name of {} too", first.path);
                let finding =
                    rule.at(at, message).related(first.source.at(Span::default()), "the first file of the name");
                doubled.push((number, finding.help("in one project, rename one of them or keep one of the files")));
            } else if let Some(first) = event {
                let message = format!("the event `{}` has two files", file.event_name());
                let finding =
                    EVENT_DUPLICATE.at(at, message).related(first.source.at(Span::default()), "the first one");
                doubled.push((number, finding.help("in one project, give one of them another name")));
            }
            if let Some(name) = &links.own {
                names.entry((file.format, name)).or_insert(file);
            }
            events.entry(file.event_name()).or_insert(file);
        }
        doubled
    }
}

fn folders_in_common(one: &str, other: &str) -> usize {
    let folders = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folders, _)| folders.to_owned());
    let (one, other) = (folders(one), folders(other));
    let common = one.split('/').zip(other.split('/')).take_while(|(a, b)| a == b).count();
    // The same folder is nearer than one below it.
    common * 2 + usize::from(one == other)
}

fn one(files: &[SchemaFile], owners: &Owners<'_>, number: usize) -> Alone {
    let Some(file) = files.get(number) else { return Alone { contract: None, report: Report::default() } };
    let chosen = owners.closure(files, number);
    let mut read = Report::default();
    let texts = Texts::salvaged(chosen.iter().filter_map(|number| files.get(*number)).cloned().collect(), &mut read);
    let contract = contract(&texts);
    let is_own = |finding: &Finding| finding.at.as_ref().is_none_or(|at| at.source.path() == file.source.path());
    let told = read.into_findings();
    let any_own = told.iter().any(&is_own);
    let mut report = Report::default();
    // Java takes such a record; no value of it could ever be.
    let endless = told.iter().any(|finding| finding.rule == &AVRO_ENDLESS_RECORD);
    let contract = contract.filter(|_| !endless);
    report.extend(told.into_iter().filter(|finding| is_own(finding) || (contract.is_none() && !any_own)));
    Alone { contract, report }
}

/// The first of the texts as an event or a shared file, the others as shared files.
fn contract(texts: &Texts) -> Option<Contract> {
    let mut contract = Contract::default();
    let (level, level_set_at) = Manifest::default().level_of(None);
    let subject = |name: String| Subject { name, level, level_set_at: level_set_at.clone() };
    let mut own = false;
    for (index, file, schema) in texts.resolved() {
        let references = texts.references(index);
        own |= index == 0;
        if index == 0 && is_event(schema) {
            contract.events.push(event(file, schema, references, subject(format!("{}-value", file.event_name()))));
        } else {
            contract.shared.push(Shared {
                path: file.path.clone(),
                format: file.format,
                schema: schema.clone(),
                source: file.source.clone(),
                contract: None,
                subject: subject(shared_subject(file, Some(schema))),
                references,
                compare: String::new(),
                version: None,
                folder: file.folder(),
            });
        }
    }
    own.then_some(contract)
}

/// The name that a self-describing schema of Iglu gives itself; its file is named by its version.
fn iglu_name(schema: &EventSchema) -> Option<String> {
    let EventSchema::Json(schema) = schema else { return None };
    Some(schema.documents().first()?.json.get("self")?.get("name")?.as_str()?.to_owned())
}

/// Whether a file is about values: one of nothing but `$defs` is about types.
fn is_event(schema: &EventSchema) -> bool {
    let EventSchema::Json(schema) = schema else { return true };
    let Some(root) = schema.node(schema.root()) else { return false };
    let defines = || schema.own_nodes().count() > 1;
    root.asserts() || root.boolean.is_some() || root.reference.is_some() || !defines()
}

fn event(file: &SchemaFile, schema: &EventSchema, references: Vec<Reference>, subject: Subject) -> Event {
    Event {
        name: file.event_name(),
        path: file.path.clone(),
        format: file.format,
        schema: schema.clone(),
        record: record_name(schema)
            .or_else(|| iglu_name(schema))
            // A schema without a title is named by its file.
            .unwrap_or_else(|| Format::stem(&file.path).to_owned()),
        source: file.source.clone(),
        contract: None,
        references,
        topic: String::new(),
        key: false,
        subject,
        compare: String::new(),
        version: None,
        frozen: None,
        rust: None,
        folder: file.folder(),
    }
}

//! The rows `[event."..."]` and `[shared."..."]`: do they name something, and which frozen versions do they ask for.

use std::collections::BTreeMap;

use super::events::{Assembly, Known};
use super::history::files_of;
use super::plan::Plan;
use super::texts::Texts;
use super::{Contract, Event, Project};
use crate::manifest::{EventRow, Marked};
use crate::report::Report;
use crate::rules::{EVENT_RUST_WITHOUT_FILE, EVENT_UNKNOWN, EVENT_UNKNOWN_VERSION, MANIFEST_VALUE};
use crate::schema::Framing;
use crate::text::closest;

/// Says which rows name no event.
pub(super) fn check(project: &Project, report: &mut Report) {
    let events: Vec<String> =
        project.files.iter().filter(|file| !file.shared).map(super::SchemaFile::event_name).collect();
    let unreadable = project.unreadable_events();
    for row in &project.manifest.events {
        let name = &row.name.value;
        // What cannot be read was said.
        if events.contains(name) || unreadable.contains(name) {
            continue;
        }
        if let Some(import) = project.lock.import(name) {
            let unknown = row.versions.iter().filter(|version| import.version(version.value).is_none());
            for version in unknown {
                let known: Vec<String> = import.versions.iter().map(|version| version.number.to_string()).collect();
                let message = format!("version {} of the import `{name}` is not frozen", version.value);
                let finding = EVENT_UNKNOWN_VERSION.at(version.at.clone(), message);
                report.push(finding.help(format!("frozen: {}", known.join(", "))));
            }
            continue;
        }
        if let Some(rust) = &row.rust {
            let path = name.replace('.', "/");
            let message = format!(
                "`{}` has no schema file {}/{path}.avsc or .schema.json yet",
                rust.value, project.manifest.schemas
            );
            let help = "run `TOPIKA_UPDATE=1 cargo test`, which writes it, and commit the file";
            report.push(EVENT_RUST_WITHOUT_FILE.at(row.name.at.clone(), message).help(help));
            continue;
        }
        let mut finding = EVENT_UNKNOWN.at(row.name.at.clone(), format!("there is no event `{name}`"));
        finding.help = Some(match closest(name, events.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!(
                "an event is named by its path: `orders.order-placed` is {}/orders/order-placed.avsc",
                project.manifest.schemas
            ),
        });
        report.push(finding);
    }
}

/// Says which rows `[shared."..."]` name no shared type.
pub(super) fn check_shared(project: &Project, contract: &Contract, report: &mut Report) {
    let shared = || contract.shared.iter().map(|shared| shared.subject.name.as_str());
    for row in &project.manifest.shared {
        let name = row.name.value.as_str();
        // A file that cannot be read was said.
        if shared().any(|known| known == name) || project.lock.subject(name).is_some() {
            continue;
        }
        let help = closest(name, shared()).map_or_else(
            || {
                "name the subject that it is registered under: the full name of an Avro type, the path of a JSON Schema"
                    .to_owned()
            },
            |meant| format!("did you mean `{meant}`?"),
        );
        report.push(MANIFEST_VALUE.at(row.name.at.clone(), format!("there is no shared type `{name}`")).help(help));
    }
}

/// Adds the frozen versions that rows ask for.
pub(super) fn add_versions(project: &Project, contract: &mut Contract, report: &mut Report) {
    let mut frozen = Vec::new();
    for row in &project.manifest.events {
        let Some(event) = contract.events.iter().find(|event| event.name == row.name.value) else { continue };
        for version in &row.versions {
            match frozen_event(project, event, version.value) {
                Some(event) => frozen.push(event),
                None => tell(project, row, event, version, report),
            }
        }
    }
    contract.events.extend(frozen);
    contract.events.sort_by(|a, b| (&a.name, a.frozen).cmp(&(&b.name, b.frozen)));
    contract.events.dedup_by(|a, b| a.name == b.name && a.frozen == b.frozen);
}

fn tell(project: &Project, row: &EventRow, event: &Event, version: &Marked<u32>, report: &mut Report) {
    let subject = project.lock.subject(&event.subject.name);
    let known: Vec<String> =
        subject.iter().flat_map(|s| &s.versions).map(|version| version.number.to_string()).collect();
    if subject.is_some_and(|subject| subject.version(version.value).is_some()) {
        return; // Locked, and its text is missing or broken, which is a finding of its own.
    }
    if project.lock.corrupt {
        return; // Nobody knows what was locked, which is a finding of its own.
    }
    let message = format!("version {} of `{}` was never locked", version.value, row.name.value);
    let help = match known.as_slice() {
        [] => "run `cargo topika lock` to lock the first version".to_owned(),
        known => format!("locked: {}", known.join(", ")),
    };
    report.push(EVENT_UNKNOWN_VERSION.at(version.at.clone(), message).help(help));
}

fn frozen_event(project: &Project, current: &Event, number: u32) -> Option<Event> {
    let subject = project.lock.subject(&current.subject.name)?;
    let version = subject.version(number)?;
    let texts = Texts::read(files_of(&project.lock, subject, version)?, &mut Report::default());
    let topic = super::Topic {
        name: current.topic.clone(),
        events: vec![current.name.clone()],
        by_record: false,
        key: None,
        compact: false,
        framing: Framing::default(),
        partitions: None,
        retention: None,
        replication: None,
        configs: BTreeMap::new(),
        environments: BTreeMap::new(),
        dead_letters: None,
        level: current.subject.level,
        level_set_at: current.subject.level_set_at.clone(),
        producers: Vec::new(),
        consumers: Vec::new(),
        at: None,
    };
    let plan = Plan { topics: vec![topic] };
    let key = current.key;
    let (index, file, schema) = texts.resolved().find(|(_, file, _)| file.path == subject.path)?;
    let event =
        Assembly::working(project, &plan).event(Known::of(&texts, index), file, schema, &mut Report::default())?;
    Some(Event {
        subject: current.subject.clone(),
        version: Some(number),
        frozen: Some(number),
        rust: None,
        key,
        ..event
    })
}

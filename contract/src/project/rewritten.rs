//! The working tree while the schema files of types written in Rust are written anew: by a test of the very crate that does not compile
//! without the topics of these types.

use super::resolve::resolved;
use super::{Contract, Project, SchemaFile};
use crate::report::Report;
use crate::text::Source;

/// Resolves the working tree for a build whose tests write the schema files of types written in Rust. As [`resolve`](super::resolve),
/// but an event with `rust = "..."` whose file is missing or broken stands in the contract all the same, with a schema that says nothing
/// but its name (in `project` too, as a file), and what these files have for the keys of topics is not judged.
#[must_use]
pub fn resolve_rewritten(project: &mut Project, report: &mut Report) -> Contract {
    let mut first = Report::default();
    let contract = resolved(project, true, &mut first);
    let absent: Vec<SchemaFile> = (project.manifest.events.iter())
        .filter_map(|row| Some((&row.name.value, &row.rust.as_ref()?.value)))
        .filter(|(name, _)| !contract.events.iter().any(|event| event.name == **name))
        .filter_map(|(name, rust)| stand_in(&project.manifest.schemas, name, rust))
        .collect();
    if absent.is_empty() {
        report.extend(first.into_findings());
        return contract;
    }
    let is_absent = |file: &SchemaFile| absent.iter().any(|other| other.event_name() == file.event_name());
    let replaced: Vec<String> =
        project.files.iter().filter(|file| is_absent(file)).map(|file| file.source.path().to_owned()).collect();
    let of_replaced = |path: &str| replaced.iter().any(|replaced| replaced == path);
    let told = first.into_findings().into_iter();
    report.extend(told.filter(|finding| finding.at.as_ref().is_some_and(|at| of_replaced(at.source.path()))));
    project.files.retain(|file| !is_absent(file));
    project.unreadable.retain(|path| SchemaFile::new(path, Source::new("", "")).is_none_or(|file| !is_absent(&file)));
    project.files.extend(absent);
    project.files.sort_by(|a, b| a.path.cmp(&b.path));
    resolved(project, true, report)
}

/// What stands for the file of an event. JSON Schema, whatever the event's format is: its names are no namespaces, so nothing of it can
/// collide with another file.
fn stand_in(schemas: &str, event: &str, rust: &str) -> Option<SchemaFile> {
    let path = format!("{}.schema.json", event.replace('.', "/"));
    let name = rust.rsplit("::").next().unwrap_or(rust).trim();
    let name = name.strip_prefix("r#").unwrap_or(name);
    let name: String = name.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect();
    let text = format!("{{ \"title\": \"{name}\", \"type\": \"object\" }}\n");
    SchemaFile::new(&path, Source::new(format!("{schemas}/{path}"), text)).filter(|file| !file.shared)
}

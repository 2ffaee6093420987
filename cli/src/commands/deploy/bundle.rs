use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;
use topika_contract::lock::Ids;
use topika_contract::project::{Project, Registration};
use topika_contract::report::Report;
use topika_contract::saved::replace;
use topika_registry::api::{Guid, SchemaType, SubjectVersion, context_of};
use topika_registry::bundle::Bundle;

use super::text;
use crate::args::{BundleArgs, Format};
use crate::deploy::{Wanted, read_ids, wanted, wanted_imports};
use crate::environment::{has_context, prefix};
use crate::exit::Exit;
use crate::findings::print_findings;
use crate::printer::Printer;
use crate::problem::Problem;
use crate::root::root;
use crate::summary::count;

/// `cargo topika bundle`
pub(in super::super) fn run(args: &BundleArgs, printer: &mut Printer) -> Exit {
    let Some(root) = root(&args.project, printer) else { return Exit::Failed };
    let mut report = Report::default();
    let project = Project::load(&root, &mut report);
    if report.denies() {
        print_findings(&report, Format::Text, printer);
        printer.error("no bundle was written", "mend what stands above, then run it again");
        return Exit::Failed;
    }
    match bundled(&project, &root, args, printer) {
        Ok(()) => Exit::Clean,
        Err(Problem { message, help }) => {
            printer.error(message, help);
            Exit::Failed
        }
    }
}

fn bundled(project: &Project, root: &Path, args: &BundleArgs, printer: &mut Printer) -> Result<(), Problem> {
    let wanted = {
        let (env, manifest) = (&args.env, &project.manifest);
        wanted(&project.lock, manifest, &prefix(env, manifest)?, has_context(env, manifest)?)
    };
    if let Some(note) = text::elsewhere(&wanted, &args.env) {
        printer.err(format_args!("note: {note}"));
    }
    let ids = read_ids(root, &project.manifest.schemas, &args.env)?.ids;
    let push = format!("run `cargo topika push --env {}` first, which keeps the ids that it gets", args.env);
    let mut versions = Vec::with_capacity(wanted.versions.len());
    for version in &wanted.versions {
        let (subject, number) = (wanted.remote(version), version.number);
        if let Some(known) = of(&wanted, version, &ids) {
            versions.push(known);
        } else if wanted.at(&version.subject, number + 1).is_none() {
            // Producers of today write it: a bundle without it would stop them.
            let message =
                format!("version {number} of {subject} has no id of {}, or what it refers to has none", args.env);
            return Err(Problem::new(message, push));
        } else {
            printer.err(format_args!(
                "note: version {number} of {subject} is not in {}, and so not in the bundle",
                args.env
            ));
        }
    }
    let imports = wanted_imports(&project.lock, &project.manifest, &prefix(&args.env, &project.manifest)?);
    let owned = |subject: &str| project.lock.subject(subject).is_some() || project.lock.carried(subject).is_some();
    for version in imports.versions.iter().filter(|version| !owned(&version.subject)) {
        match of(&imports, version, &ids) {
            Some(known) => versions.push(known),
            None => printer.err(format_args!(
                "note: version {} of {}, which others own, has no id of {}, and is not in the bundle",
                version.number, version.subject, args.env
            )),
        }
    }
    if versions.is_empty() {
        return Err(Problem::new("topika.lock holds no version yet", "run `cargo topika lock`, and push it"));
    }
    if let Some(message) = two_schemas(&versions) {
        let help = format!(
            "its ids are those of two registries: restore the file of the ids of {} from version control, or remove it and push again",
            args.env
        );
        return Err(Problem::new(message, help));
    }
    let held = count(versions.len(), "version");
    let bundle = Bundle::new(&args.env, versions);
    let bundle = bundle.map_err(|error| Problem::new(format!("no bundle can be made: {error}"), push))?;
    let file = &args.out;
    replace(file, &bundle.print())
        .map_err(|error| Problem::new(error.to_string(), "name a file that can be written: -o FILE"))?;
    printer.out(format_args!("Wrote {held} with the ids of {} to {}", args.env, file.display()));
    Ok(())
}

/// Two schemas with one id. Texts of one schema may differ in their print, and not in what they are called.
fn two_schemas(versions: &[SubjectVersion]) -> Option<String> {
    let mut by_id: HashMap<u32, &SubjectVersion> = HashMap::new();
    // Ids are those of a context, and a lock names the subjects of the environment's own without.
    for version in versions.iter().filter(|version| context_of(&version.subject).is_none()) {
        let first = *by_id.entry(version.id).or_insert(version);
        if called(first) != called(version) {
            return Some(format!(
                "the id {} is that of version {} of {} and of version {} of {}, which are two schemas",
                version.id, first.version, first.subject, version.version, version.subject
            ));
        }
    }
    None
}

/// What a schema is: its language, and the name that it has in it.
fn called(version: &SubjectVersion) -> (SchemaType, String) {
    let json: Value = serde_json::from_str(&version.schema).unwrap_or_default();
    let text = |key: &str| json.get(key).and_then(Value::as_str).unwrap_or_default();
    let name = match version.schema_type {
        SchemaType::Avro if text("name").contains('.') || text("namespace").is_empty() => text("name").to_owned(),
        SchemaType::Avro => format!("{}.{}", text("namespace"), text("name")),
        SchemaType::Json => text("title").to_owned(),
        SchemaType::Protobuf | SchemaType::Other(_) => String::new(),
    };
    (version.schema_type.clone(), name)
}

/// A version as the registry has it; `None` where it, or something that it refers to, has no id there.
fn of(wanted: &Wanted, version: &Registration, ids: &Ids) -> Option<SubjectVersion> {
    let to = ids.get(&version.subject, version.number)?;
    let there = |at: usize| {
        let version = wanted.versions.get(at)?;
        ids.get(&version.subject, version.number).map(|of| of.version)
    };
    let request = wanted.request(version, there)?;
    Some(SubjectVersion {
        subject: wanted.remote(version),
        id: to.id,
        version: to.version,
        guid: to.guid.map(|guid| Guid(guid.to_be_bytes()).to_string()),
        schema_type: request.schema_type,
        references: request.references,
        schema: request.schema,
        deleted: false,
        aliases: Vec::new(),
        ts: None,
        metadata: request.metadata,
        rule_set: request.rule_set,
    })
}

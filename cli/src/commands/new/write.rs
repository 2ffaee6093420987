use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use topika_contract::layout::layout;
use topika_contract::manifest::Manifest;
use topika_contract::project::Project;
use topika_contract::report::{Finding, Report, plain};
use topika_contract::rules::MANIFEST_SYNTAX;
use topika_contract::schema;
use topika_contract::syntax::Comments;
use topika_contract::text::Source;

use super::join::{join, joined};
use super::name::EventName;
use super::samples::samples;
use super::shape::Shape;
use super::{avro, json};
use crate::args::{Format, NewArgs};
use crate::commands::judge::judge;
use crate::exit::Exit;
use crate::findings::print_findings;
use crate::printer::Printer;
use crate::root::root;
use crate::summary::count;

/// The manifest that `--init` makes: what holds by default needs no row.
const MANIFEST: &str = "# https://docs.rs/cargo-topika\n[project]\nlevel = \"BACKWARD_TRANSITIVE\"\n";

/// `cargo topika new`
pub(in crate::commands) fn run(args: &NewArgs, printer: &mut Printer) -> Exit {
    let name = match EventName::parse(&args.event) {
        Ok(name) => name,
        Err(problem) => {
            printer.error(problem, "an event is named by its folder and its file: `orders.order-shipped`");
            return Exit::Usage;
        }
    };
    let shape = match shape(args, printer) {
        Ok(shape) => shape,
        Err(exit) => return exit,
    };
    let Some(root) = project(args, printer) else { return Exit::Failed };
    let (value, notes) = match args.format.of_schema() {
        schema::Format::Avro => avro::schema(&name, &shape),
        schema::Format::Json => json::schema(&name, &shape),
    };
    let Some((manifest_text, manifest)) = manifest(&root, printer) else { return Exit::Failed };
    let joined = match joined(&root, &manifest_text, args, &value, printer) {
        Ok(joined) => joined,
        Err(exit) => return exit,
    };
    let Some(path) = write(&root, &manifest.schemas, &name, args, &value, printer) else { return Exit::Failed };
    printer.out(format_args!("wrote {path}: {} with {}", name.record(), count(fields(&value), "field")));
    for note in notes {
        printer.out(format_args!("note: {}", plain(&note)));
    }
    if let Some(joined) = joined
        && !join(&root, joined, printer)
    {
        return Exit::Failed;
    }
    next(&root, &path, args, printer);
    Exit::Clean
}

/// The manifest and its text; `None`, which is told, where it cannot be read: nobody knows where the schemas are then.
fn manifest(root: &Path, printer: &mut Printer) -> Option<(String, Manifest)> {
    let text = match std::fs::read_to_string(root.join("topika.toml")) {
        Ok(text) => text,
        Err(error) => {
            printer.error(format_args!("cannot read topika.toml: {error}"), "see that it is a file of UTF-8 text");
            return None;
        }
    };
    let mut report = Report::default();
    let manifest = Manifest::parse(&Source::new("topika.toml", text.as_str()), &mut report);
    if report.findings().iter().any(|finding| finding.rule == &MANIFEST_SYNTAX) {
        print_findings(&report, Format::Text, printer);
        printer.error("topika.toml cannot be read", "mend what stands above");
        return None;
    }
    Some((text, manifest))
}

/// What the samples have, merged; without samples, an id.
fn shape(args: &NewArgs, printer: &mut Printer) -> Result<Shape, Exit> {
    let mut shape = Shape::default();
    for path in &args.from {
        match samples(path) {
            Ok(values) => values.iter().for_each(|value| shape.add(value)),
            Err((problem, report)) => {
                print_findings(&report, Format::Text, printer);
                let help = match report.denies() {
                    true => "mend what stands above",
                    false => "name a file with a JSON object, an array of them, or one a line",
                };
                printer.error(problem, help);
                return Err(Exit::Failed);
            }
        }
    }
    if args.from.is_empty() {
        let (sample, _) = topika_contract::text::json::read("{\"id\": \"\"}", Comments::Refused);
        sample.iter().for_each(|sample| shape.add(sample));
    }
    Ok(shape)
}

/// The folder of the project; with `--init`, made where there is none.
fn project(args: &NewArgs, printer: &mut Printer) -> Option<PathBuf> {
    if !args.init {
        return root(&args.project, printer).or_else(|| {
            printer.err("  help: or let this command make one here: add --init");
            None
        });
    }
    let here = match &args.project.manifest_path {
        Some(path) if path.file_name().is_some_and(|name| name == "topika.toml") => path.parent()?.to_path_buf(),
        Some(path) => path.clone(),
        None => match std::env::current_dir().map(|here| Project::find(&here).unwrap_or(here)) {
            Ok(here) => here,
            Err(error) => {
                printer.error(format_args!("the current folder cannot be read: {error}"), "change to a folder");
                return None;
            }
        },
    };
    let manifest = here.join("topika.toml");
    if !manifest.exists() {
        if let Err(error) = create(&manifest, MANIFEST) {
            printer.error(format_args!("cannot write {}: {error}", manifest.display()), "see that you may write there");
            return None;
        }
        printer.out(format_args!("wrote {}", manifest.display()));
    }
    Some(here)
}

/// Writes the schema file, and never over another one; gives its path as people see it.
fn write(
    root: &Path,
    schemas: &str,
    name: &EventName,
    args: &NewArgs,
    value: &Value,
    printer: &mut Printer,
) -> Option<String> {
    // The other format would be a second event of the name.
    for ending in ["avsc", "schema.json", "json"] {
        let path = format!("{schemas}/{}.{ending}", name.path());
        if root.join(&path).exists() {
            printer.error(format_args!("{path} is there already"), "take another name, or change the file by hand");
            return None;
        }
    }
    let path = format!("{schemas}/{}.{}", name.path(), args.format.of_schema().ending());
    let text = value.to_string();
    // What was just printed is JSON; without a layout it is on one line.
    let text =
        layout(&Source::new(path.as_str(), text.as_str()), Comments::Refused, &mut Report::default()).unwrap_or(text);
    if let Err(error) = create(&root.join(&path), &text) {
        printer.error(format_args!("cannot write {path}: {error}"), "see that you may write there");
        return None;
    }
    Some(path)
}

fn create(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::File::create_new(path)?.write_all(text.as_bytes())
}

/// Says what the check thinks of the new file, and what comes next.
fn next(root: &Path, path: &str, args: &NewArgs, printer: &mut Printer) {
    let judged = judge(root);
    let mut own = Report::default();
    let findings = judged.report.findings().iter();
    let is_own = |finding: &&Finding| {
        let of_key = ["topic/key-missing", "topic/key-type"].contains(&finding.rule.id);
        let named = of_key && finding.message.contains(&format!("`{}`", args.event));
        let related = finding.related.iter().map(|related| &related.at);
        named || finding.at.iter().chain(related).any(|at| at.source.path() == path)
    };
    own.extend(findings.filter(is_own).cloned());
    print_findings(&own, Format::Short, printer);
    let event = judged.contract.events.iter().find(|event| event.name == args.event);
    let topic =
        event.map_or_else(String::new, |event| format!(" (topic {}, subject {})", event.topic, event.subject.name));
    printer.out(format_args!(
        "next: say in {path} what the fields mean{topic}\n      cargo topika check\n      cargo topika lock, at release"
    ));
}

/// How many fields or properties the event has.
fn fields(value: &Value) -> usize {
    let fields = value.get("fields").and_then(Value::as_array).map(Vec::len);
    fields.or_else(|| value.get("properties").and_then(Value::as_object).map(serde_json::Map::len)).unwrap_or_default()
}

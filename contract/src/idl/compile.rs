use std::fs;
use std::path::Path;

use avdl::{Idl, Idl2Schemata};
use serde_json::Value;

use super::depth::too_deep;
use crate::report::{Finding, Report};
use crate::rules::{PROJECT_UNREADABLE, TEXT_NESTING, TEXT_SYNTAX};
use crate::text::{Source, Span};
use crate::tree::Tree;

/// What one file declares or imports.
pub(super) struct Compiled {
    /// The path below the schema folder.
    pub(super) path: String,
    /// The schema of a file that says one (`schema OrderPlaced;`, Avro 1.12).
    pub(super) main: Option<Value>,
    /// Every named type, each with what it uses written out.
    pub(super) types: Vec<Value>,
}

/// Compiles files of Avro IDL. None is compiled where one is nested too deep, since another may import it. Its imports name files, so that the compiler gets files: those of the schema folder, wherever they come from.
pub(super) fn compile(tree: &dyn Tree, schemas: &str, paths: &[String], report: &mut Report) -> Vec<Compiled> {
    let folder = match copied(tree, schemas) {
        Ok(folder) => folder,
        Err(error) => {
            let finding =
                PROJECT_UNREADABLE.finding(format!("cannot copy the Avro IDL files for their compiler: {error}"));
            report.push(finding.help("see that the folder for temporary files can be written to"));
            return Vec::new();
        }
    };
    if let Some(finding) = paths.iter().find_map(|path| nested(tree, &format!("{schemas}/{path}"))) {
        report.push(finding);
        return Vec::new();
    }
    let compile = |path: &String| {
        let at = folder.path().join(path);
        let types = Idl2Schemata::new().extract(&at);
        match types {
            Ok(output) => {
                // Without a main schema that fails, and a protocol is no schema.
                let main = Idl::new().convert(&at).ok().map(|output| output.json);
                let main = main.filter(|main| main.get("protocol").is_none());
                let types = output.schemas.into_iter().map(|named| named.schema).collect();
                Ok(Compiled { path: path.clone(), main, types })
            }
            Err(error) => {
                let span = error.labels().and_then(|mut labels| labels.next()).map(|label| *label.inner());
                let named =
                    span.and_then(|span| Some(error.source_code()?.read_span(&span, 0, 0).ok()?.name()?.to_owned()));
                let place = span.map_or(Span::default(), |span| Span::new(span.offset(), span.offset() + span.len()));
                let help = error.help().map(|help| help.to_string());
                // What it was about to do stands around what went wrong.
                let message = error.chain().last().map_or_else(|| error.to_string(), ToString::to_string);
                Err(Told { message, help, file: named, place })
            }
        }
    };
    let mut all = Vec::with_capacity(paths.len());
    for path in paths {
        match compile(path) {
            Ok(compiled) => all.push(compiled),
            Err(told) => report.push(finding(told, folder.path(), tree, schemas, path)),
        }
    }
    all
}

/// The finding of a file whose brackets are nested too deep.
fn nested(tree: &dyn Tree, path: &str) -> Option<Finding> {
    let text = tree.text(path).ok().flatten()?;
    let at = too_deep(&text)?;
    let finding =
        TEXT_NESTING.at(Source::new(path, text).at(Span::new(at, at + 1)), "the brackets are nested too deep");
    Some(finding.help("declare what is nested as types of their own"))
}

/// A folder of the files that an import may name.
fn copied(tree: &dyn Tree, schemas: &str) -> std::io::Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    let importable = |path: &String| [".avdl", ".avpr", ".avsc"].iter().any(|ending| path.ends_with(ending));
    for path in tree.list(schemas).paths.into_iter().filter(importable) {
        // What cannot be read is told where it is missed.
        if let Ok(Some(text)) = tree.text(&format!("{schemas}/{path}")) {
            let to = folder.path().join(&path);
            fs::create_dir_all(to.parent().unwrap_or_else(|| folder.path()))?;
            fs::write(to, text)?;
        }
    }
    Ok(folder)
}

/// What the compiler says.
struct Told {
    message: String,
    help: Option<String>,
    file: Option<String>,
    place: Span,
}

fn finding(told: Told, folder: &Path, tree: &dyn Tree, schemas: &str, path: &str) -> Finding {
    // An error in an imported file is told there.
    let meant = told.file.as_deref().and_then(|name| below(folder, name)).unwrap_or_else(|| path.to_owned());
    let shown = format!("{schemas}/{meant}");
    let text = tree.text(&shown).ok().flatten().unwrap_or_default();
    let place = if text.get(told.place.start..told.place.end).is_some() { told.place } else { Span::default() };
    let copy = folder.display().to_string();
    let message = told.message.replace(&format!("{copy}/"), "").replace(&copy, schemas);
    let finding = TEXT_SYNTAX.at(Source::new(shown, text).at(place), message);
    finding.help(told.help.unwrap_or_else(|| "write it as Avro IDL wants it".to_owned()))
}

/// The path of a file of the folder, with `/`.
fn below(folder: &Path, name: &str) -> Option<String> {
    let canonical = folder.canonicalize().ok()?;
    let name = Path::new(name);
    let relative = name.strip_prefix(folder).or_else(|_| name.strip_prefix(canonical)).ok()?;
    Some(relative.to_str()?.replace('\\', "/"))
}

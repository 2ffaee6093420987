use std::path::{Path, PathBuf};

use topika_contract::project::Project;
use topika_contract::report::{Report, plain};
use topika_contract::rules::PROJECT_UNREADABLE;
use topika_contract::schema::Format;

use crate::args::ProjectArgs;
use crate::named_file;
use crate::printer::Printer;
use crate::root::root;

/// How deep the folders that the command line names are followed.
const DEEPEST: usize = 32;

/// A schema file to work on.
pub(crate) struct SchemaFile {
    pub(crate) path: PathBuf,
    /// The path as people see it.
    pub(crate) shown: String,
    pub(crate) format: Format,
    pub(crate) text: String,
}

/// The files that a command line means.
#[derive(Default)]
pub(crate) struct SchemaFiles {
    pub(crate) found: Vec<SchemaFile>,
    /// How many could not be read; each was told.
    pub(crate) unreadable: usize,
}

/// The files that `paths` name, or all of the project where there are none. Frozen texts are never among them: nobody may
/// change those. `None` where there is no project, which is told.
pub(crate) fn find(project: &ProjectArgs, paths: &[PathBuf], printer: &mut Printer) -> Option<SchemaFiles> {
    let mut files = SchemaFiles::default();
    if paths.is_empty() {
        of_project(&root(project, printer)?, &mut files, printer);
        return Some(files);
    }
    for path in paths {
        let kind = std::fs::metadata(path);
        // What `1.avsc` means depends on where we stand.
        let full = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        if full.components().any(|part| part.as_os_str().to_str().is_some_and(is_frozen)) {
            printer.err(format_args!("{}: left alone, frozen texts stay as they were locked", path.display()));
        } else if kind.as_ref().is_ok_and(std::fs::Metadata::is_dir) {
            walk(path, 0, &mut files, printer);
        } else {
            match path.to_str().and_then(Format::of_path) {
                Some(format) => read(path, format, &mut files, printer),
                None => {
                    files.unreadable += 1;
                    if kind.is_ok() {
                        let help = "schema files end in .avsc or .schema.json";
                        printer.error(format_args!("{} is no schema file", path.display()), help);
                    } else {
                        let help = "name a folder, or a file that ends in .avsc or .schema.json";
                        printer.error(format_args!("there is no {}", path.display()), help);
                    }
                }
            }
        }
    }
    Some(files)
}

fn of_project(root: &Path, files: &mut SchemaFiles, printer: &mut Printer) {
    let mut report = Report::default();
    let project = Project::load(root, &mut report);
    // What else is wrong with the project is said by `check`.
    for finding in report.findings().iter().filter(|finding| finding.rule.id == PROJECT_UNREADABLE.id) {
        files.unreadable += 1;
        printer.error(plain(&finding.message), finding.help.as_deref().unwrap_or("see that it can be read"));
    }
    files.found.extend(project.files.iter().filter(|file| file.is_on_disk()).map(|file| SchemaFile {
        path: root.join(file.source.path()),
        shown: file.source.path().to_owned(),
        format: file.format,
        text: file.source.text().to_owned(),
    }));
}

fn walk(folder: &Path, depth: usize, files: &mut SchemaFiles, printer: &mut Printer) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) if depth <= DEEPEST => entries,
        Ok(_) => return unreadable(folder, &format!("it lies more than {DEEPEST} folders deep"), files, printer),
        Err(error) => return unreadable(folder, &error.to_string(), files, printer),
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            // A link may lead round in a circle.
            if !path.is_symlink() {
                walk(&path, depth + 1, files, printer);
            }
        } else if name.ends_with(".avsc") {
            read(&path, Format::Avro, files, printer);
        } else if name.ends_with(".schema.json") {
            // Outside a schema folder, other `.json` files are no schemas.
            read(&path, Format::Json, files, printer);
        }
    }
}

fn read(path: &Path, format: Format, files: &mut SchemaFiles, printer: &mut Printer) {
    match named_file::text(path) {
        Ok(text) => {
            let shown = path.display().to_string();
            files.found.push(SchemaFile { path: path.to_path_buf(), shown, format, text });
        }
        Err(error) => unreadable(path, &error, files, printer),
    }
}

fn unreadable(path: &Path, problem: &str, files: &mut SchemaFiles, printer: &mut Printer) {
    files.unreadable += 1;
    let help = "see that it is a file of UTF-8 text that can be read";
    printer.error(format_args!("cannot read {}: {problem}", path.display()), help);
}

/// Whether a folder holds what was frozen here or elsewhere.
fn is_frozen(folder: &str) -> bool {
    matches!(folder, ".history" | ".imports")
}

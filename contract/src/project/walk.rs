use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::SchemaFile;
use crate::report::Report;
use crate::rules::PROJECT_UNREADABLE;
use crate::schema::Format;
use crate::text::Source;

/// No schema is larger; a file that is was put there by mistake.
const LARGEST: u64 = 16 * 1024 * 1024;
/// How deep folders are followed.
const DEEPEST: usize = 32;

/// Reads the schema files below `root/schemas`, sorted by path. Folders and files whose name begins with a dot are passed by, and so
/// is what has another ending than a schema.
pub(super) fn walk(root: &Path, schemas: &str, files: &mut Vec<SchemaFile>, report: &mut Report) {
    let mut folders = vec![(String::new(), 0_usize)];
    let mut paths = Vec::new();
    while let Some((folder, depth)) = folders.pop() {
        let full = root.join(schemas).join(&folder);
        let entries = match std::fs::read_dir(&full) {
            Ok(entries) => entries,
            // A project without the folder has no schema files, which is said where they are counted.
            Err(error) if folder.is_empty() && error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => {
                report.push(unreadable(schemas, &folder, &error.to_string()));
                continue;
            }
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    report.push(unreadable(schemas, &folder, &error.to_string()));
                    continue;
                }
            };
            let Ok(name) = entry.file_name().into_string() else {
                let shown = entry.file_name().to_string_lossy().into_owned();
                report.push(unreadable(schemas, &join(&folder, &shown), "its name is not UTF-8"));
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            let path = join(&folder, &name);
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth < DEEPEST => folders.push((path, depth + 1)),
                Ok(kind) if kind.is_dir() => {
                    report.push(unreadable(schemas, &path, &format!("it lies more than {DEEPEST} folders deep")));
                }
                // Links could lead round in a circle; passed by in silence, what lies behind one would not be judged.
                Ok(kind) if kind.is_symlink() && root.join(schemas).join(&path).is_dir() => {
                    report.push(unreadable(schemas, &path, "it is a link to a folder, and links are not followed"));
                }
                Ok(_) if Format::of_path(&name).is_some() => paths.push(path),
                Ok(_) => {}
                Err(error) => report.push(unreadable(schemas, &path, &error.to_string())),
            }
        }
    }
    paths.sort();
    for path in paths {
        let shown = format!("{schemas}/{path}");
        match read_text(&root.join(&shown)) {
            Ok(text) => files.extend(SchemaFile::new(&path, Source::new(shown, text))),
            Err(problem) => report.push(unreadable(schemas, &path, &problem)),
        }
    }
}

/// The text of a file, or what hinders reading it.
pub(super) fn read_text(path: &Path) -> Result<String, String> {
    // Opening a pipe would wait for somebody to write into it.
    if !std::fs::metadata(path).map_err(|error| error.to_string())?.is_file() {
        return Err("it is no regular file".to_owned());
    }
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len > LARGEST) {
        return Err(format!("it is larger than {} MiB", LARGEST / 1024 / 1024));
    }
    String::from_utf8(bytes).map_err(|error| format!("byte {} is not UTF-8", error.utf8_error().valid_up_to()))
}

fn unreadable(schemas: &str, path: &str, problem: &str) -> crate::report::Finding {
    let shown = join(schemas, path);
    PROJECT_UNREADABLE
        .finding(format!("cannot read {shown}: {problem}"))
        .help("see that it is a file of UTF-8 text that can be read")
}

fn join(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, name) => format!("{folder}/{name}"),
    }
}

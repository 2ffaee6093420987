use std::fmt;
use std::path::Path;

use serde::Serialize;
use topika_contract::project::{Format, SchemaFile};
use topika_contract::report::{Report, plain};
use topika_contract::syntax::{Comments, parse_json};
use topika_contract::text::Source;
use topika_contract::tree::{Disk, Tree as _};

/// What stands in a folder of schemas.
#[derive(Default)]
pub(super) struct Found {
    pub(super) schemas: Vec<SchemaFile>,
    /// Files that say by their names that they are schemas and cannot be read, with the reason.
    pub(super) unreadable: Vec<(String, String)>,
    /// What looks like a schema and is none.
    pub(super) passed_over: Vec<PassedOver>,
    /// How many other files there are.
    pub(super) others: usize,
}

/// A file that looks like a JSON Schema, by its ending `.json` or by the brace that it begins with, and is no JSON: so it is no schema, and
/// nothing that could fail. A link to a folder is passed over too.
#[derive(Serialize)]
pub(super) struct PassedOver {
    /// The path below the folder.
    pub(super) file: String,
    /// `path:line:column`; the path alone where the bytes are no text.
    pub(super) at: String,
    pub(super) reason: String,
}

impl fmt::Display for PassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", plain(&self.at), plain(&self.reason))
    }
}

/// The schemas of a folder: what ends in `.avsc` is Avro, and any other file that is a JSON object or boolean is a JSON Schema. `.avsc` and
/// `.schema.json` are promises: such a file counts also where it is broken.
pub(super) fn find(folder: &Path) -> Found {
    let tree = Disk::new(folder);
    let listing = tree.list("");
    let mut found = Found::default();
    for path in listing.paths {
        // Whether it could be a schema if only it could be read.
        let (problem, is_text) = match tree.text(&path) {
            Ok(Some(text)) => {
                found.take(path, text);
                continue;
            }
            Ok(None) => ("it is a link to a file that is not there".to_owned(), false),
            Err(problem) => match tree.bytes(&path) {
                Ok(Some(bytes)) if is_other_text(&bytes) => (encoding(&bytes).map_or(problem, str::to_owned), false),
                _ => (problem, true),
            },
        };
        match Format::of_path(&path) {
            None => found.others += 1,
            Some(_) if is_text || is_promised(&path) => found.unreadable.push((path, problem)),
            Some(_) => found.pass_over(path.clone(), path, problem),
        }
    }
    for (path, problem) in listing.problems {
        if folder.join(&path).is_symlink() {
            found.pass_over(path.clone(), path, problem);
        } else {
            found.unreadable.push((path, problem));
        }
    }
    found
}

impl Found {
    fn take(&mut self, path: String, text: String) {
        let format = match Format::of_path(&path) {
            Some(Format::Avro) => Format::Avro,
            _ => Format::Json,
        };
        // Most files that are none say so by their first character.
        let inner = text.trim_start_matches('\u{feff}').trim();
        let is_schema = match inner.chars().next() {
            _ if is_promised(&path) => true,
            Some('{') if is_json(inner) => true,
            Some('t' | 'f') => matches!(inner, "true" | "false"),
            _ => false,
        };
        if is_schema {
            let source = Source::new(path.as_str(), text);
            self.schemas.push(SchemaFile { path, format, shared: false, contract: None, source });
        } else if (inner.starts_with('{') || path.ends_with(".json")) && !is_json(inner) {
            let (at, reason) = why_no_json(&path, &text);
            self.pass_over(path, at, reason);
        } else {
            self.others += 1;
        }
    }

    fn pass_over(&mut self, file: String, at: String, reason: String) {
        self.passed_over.push(PassedOver { file, at, reason });
    }
}

/// Whether a file says by its name that it is a schema.
fn is_promised(path: &str) -> bool {
    path.ends_with(".avsc") || path.ends_with(".schema.json")
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// The place and the reason.
fn why_no_json(path: &str, text: &str) -> (String, String) {
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return (path.to_owned(), "it is empty".to_owned());
    }
    let source = Source::new(path, text);
    let mut report = Report::default();
    let _ = parse_json(&source, Comments::Refused, &mut report);
    // A mark at the begin is no reason.
    let findings = report.findings().iter().filter(|finding| finding.rule.id != "text/byte-order-mark");
    match findings.filter_map(|finding| Some((finding.at.as_ref()?.to_string(), finding.message.clone()))).next() {
        Some(told) => told,
        None => (path.to_owned(), "it is no JSON".to_owned()),
    }
}

/// Whether bytes are certainly no UTF-8; of a long file they are cut within a character, maybe.
fn is_other_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_some())
}

/// What is known of a text that is not UTF-8.
fn encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("it is UTF-16, and JSON is UTF-8"),
        _ => None,
    }
}

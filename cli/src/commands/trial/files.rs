use std::path::Path;

use topika_contract::project::{Format, SchemaFile};
use topika_contract::text::Source;
use topika_contract::tree::{Disk, Tree as _};

/// What stands in a folder of schemas.
#[derive(Default)]
pub(super) struct Found {
    pub(super) schemas: Vec<SchemaFile>,
    /// Files that should be schemas by their names and cannot be read, with the reason.
    pub(super) unreadable: Vec<(String, String)>,
    /// How many other files there are.
    pub(super) others: usize,
}

/// The schemas of a folder: what ends in `.avsc` is Avro, and any other file that is a JSON object or boolean is a JSON Schema.
pub(super) fn find(folder: &Path) -> Found {
    let tree = Disk::new(folder);
    let listing = tree.list("");
    let mut found = Found::default();
    for path in listing.paths {
        let named = Format::of_path(&path);
        let text = match tree.text(&path) {
            Ok(text) => text.unwrap_or_default(),
            Err(_) if named.is_none() => {
                found.others += 1;
                continue;
            }
            Err(problem) => {
                found.unreadable.push((path, problem));
                continue;
            }
        };
        let format = match named {
            Some(Format::Avro) => Some(Format::Avro),
            // A `.json` that is broken is told as such when it is read.
            _ => (is_schema(&text) || (named.is_some() && !is_json(&text))).then_some(Format::Json),
        };
        match format {
            Some(format) => {
                let source = Source::new(path.as_str(), text);
                found.schemas.push(SchemaFile { path, format, shared: false, source });
            }
            None => found.others += 1,
        }
    }
    found.unreadable.extend(listing.problems);
    found
}

fn is_schema(text: &str) -> bool {
    // Most files that are none say so by their first character.
    let text = text.trim_start_matches('\u{feff}').trim();
    matches!(text, "true" | "false") || (text.starts_with('{') && is_json(text))
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text.trim_start_matches('\u{feff}')).is_ok()
}

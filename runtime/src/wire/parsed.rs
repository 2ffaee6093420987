//! The schema that an event type brings along, as a value.

use topika_contract::report::Report;
use topika_contract::text::Source;
use topika_contract::{avro, json_schema};

use crate::schema::{Descriptor, Format, Reference};

/// The schema of an Avro event.
pub(super) fn avro(event: &'static Descriptor) -> Result<avro::Schema, String> {
    let references = event.file.map_or(&[][..], |file| file.references);
    let references: Vec<Source> = references.iter().map(|r| Source::new(r.name, r.text)).collect();
    avro::Schema::from_texts(&Source::new(path(event), (event.text)()), &references)
        .map_err(|report| format!("the schema of `{}` is invalid: {}", event.rust, first(&report)))
}

/// The names of other files that a text itself uses, as it writes them; `None` where it cannot be read.
pub(super) fn named_by(format: Format, path: &str, text: &str, references: &[Reference]) -> Option<Vec<String>> {
    let main = Source::new(path, text);
    let others: Vec<Source> =
        references.iter().filter(|r| r.name != path).map(|r| Source::new(r.name, r.text)).collect();
    match format {
        Format::Avro => {
            let schema = avro::Schema::from_texts(&main, &others).ok()?;
            Some(schema.external().iter().map(ToString::to_string).collect())
        }
        Format::Json => Some(json_schema::Schema::from_texts(&main, &others).ok()?.external().to_vec()),
    }
}

/// The path of the event's file below the schema folder: references are named from there on, too.
pub(super) fn path(event: &Descriptor) -> &'static str {
    event.file.map_or(event.rust, |file| file.path.split_once('/').map_or(file.path, |(_, below)| below))
}

/// What the first finding says.
pub(super) fn first(report: &Report) -> String {
    report.findings().first().map_or_else(|| "no finding says why".to_owned(), |finding| finding.message.clone())
}

//! The schema that an event type brings along, as a value.

use topika_contract::avro;
use topika_contract::report::Report;
use topika_contract::text::Source;

use super::Descriptor;

/// The schema of an Avro event.
pub(crate) fn avro(event: &'static Descriptor) -> Result<avro::Schema, String> {
    let references = event.file.map_or(&[][..], |file| file.references);
    let references: Vec<Source> = references.iter().map(|r| Source::new(r.name, r.text)).collect();
    avro::Schema::from_texts(&Source::new(path(event), (event.text)()), &references)
        .map_err(|report| format!("the schema of `{}` is invalid: {}", event.rust, first(&report)))
}

/// The path of the event's file below the schema folder: references are named from there on, too.
pub(crate) fn path(event: &Descriptor) -> &'static str {
    event.file.map_or(event.rust, |file| file.path.split_once('/').map_or(file.path, |(_, below)| below))
}

/// What the first finding says.
pub(crate) fn first(report: &Report) -> String {
    report.findings().first().map_or_else(|| "no finding says why".to_owned(), |finding| finding.message.clone())
}

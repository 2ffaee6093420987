//! The schemas that event types bring along, as values.

use topika::schema::Descriptor;
use topika_contract::report::Report;
use topika_contract::text::Source;
use topika_contract::{avro, json_schema};

/// The schema of an Avro event.
pub(crate) fn avro_schema(event: &'static Descriptor) -> Result<avro::Schema, String> {
    let (main, others) = sources(event);
    avro::Schema::from_texts(&main, &others).map_err(|report| invalid(event, &report))
}

/// The schema of a JSON event.
pub(super) fn json_schema(event: &'static Descriptor) -> Result<json_schema::Schema, String> {
    let (main, others) = sources(event);
    json_schema::Schema::from_texts(&main, &others).map_err(|report| invalid(event, &report))
}

/// The text of the event, and those that it refers to; names are paths below the schema folder.
fn sources(event: &'static Descriptor) -> (Source, Vec<Source>) {
    let path = event.file.map_or(event.rust, |file| file.path.split_once('/').map_or(file.path, |(_, below)| below));
    let references = event.file.map_or(&[][..], |file| file.references);
    let others = references.iter().map(|one| Source::new(one.name, one.text)).collect();
    (Source::new(path, (event.text)()), others)
}

fn invalid(event: &Descriptor, report: &Report) -> String {
    let why = report.findings().first().map_or("no finding says why", |finding| finding.message.as_str());
    format!("the schema of `{}` is invalid: {why}", event.rust)
}

//! What the texts of schemas refer to.

use topika_contract::text::Source;
use topika_contract::{avro, json_schema};

use crate::schema::{Format, Reference};

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

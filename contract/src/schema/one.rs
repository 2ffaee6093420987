use super::{EventSchema, Format};
use crate::avro::{Definition, LeftOut};
use crate::report::Report;
use crate::rules::{AVRO_DEFAULT, TEXT_DUPLICATE_KEY};
use crate::text::json::{Comments, compact, read_last};
use crate::text::{Source, shortened};
use crate::{avro, json_schema};

impl EventSchema {
    /// The schema of one text that refers to no other, read as a registry reads it: what it refuses is an error, what it lets pass
    /// is none. Of two equal keys it takes the last.
    ///
    /// # Errors
    /// The findings, where no schema comes of the text.
    ///
    /// ```
    /// use topika_contract::{schema::{EventSchema, Format}, text::Source};
    ///
    /// let text = Source::new("id.avsc", r#"{ "type": "fixed", "name": "types.Id", "size": 16 }"#);
    /// assert!(EventSchema::from_text(Format::Avro, &text).is_ok());
    /// let broken = EventSchema::from_text(Format::Avro, &Source::new("id.avsc", "{")).unwrap_err();
    /// assert_eq!(broken.findings()[0].rule.id, "text/syntax");
    /// ```
    pub fn from_text(format: Format, text: &Source) -> Result<Self, Report> {
        Self::from_texts(format, text, &[])
    }

    /// The same of a text that refers to others: to their names (Avro), or to their paths as seen from its own (JSON Schema).
    ///
    /// # Errors
    /// As for [`from_text`](Self::from_text()).
    pub fn from_texts(format: Format, text: &Source, references: &[Source]) -> Result<Self, Report> {
        let report = match parse(format, text, references) {
            Ok(schema) => return Ok(schema),
            Err(report) => report,
        };
        let twice = report.findings().iter().any(|finding| finding.rule == &TEXT_DUPLICATE_KEY);
        match twice.then(|| with_the_last_of_equal_keys(format, text)).flatten() {
            Some(text) => parse(format, &text, references),
            None => Err(report),
        }
    }
}

fn parse(format: Format, text: &Source, references: &[Source]) -> Result<EventSchema, Report> {
    match format {
        Format::Avro => avro::Schema::from_texts(text, references).and_then(java_takes).map(EventSchema::Avro),
        Format::Json => json_schema::Schema::as_registered(text, references).map(EventSchema::Json),
    }
}

/// Java refuses a schema with a default that is no value of its type.
fn java_takes(schema: avro::Schema) -> Result<avro::Schema, Report> {
    let mut report = Report::default();
    for named in schema.definitions() {
        let Definition::Record(fields) = &named.definition else { continue };
        for field in fields.iter().filter(|field| matches!(field.left_out, Some(LeftOut::ByJava(_)))) {
            let message = format!("the default of `{}` is no value of its type", shortened(&field.name));
            report.push(AVRO_DEFAULT.at(field.at.clone(), message));
        }
    }
    if report.findings().is_empty() { Ok(schema) } else { Err(report) }
}

/// The text anew, without the keys that a later one of the same name overrides. Places in it are not those of the file.
fn with_the_last_of_equal_keys(format: Format, text: &Source) -> Option<Source> {
    let comments = match format {
        Format::Avro => Comments::Allowed,
        Format::Json => Comments::Refused,
    };
    read_last(text.text(), comments).map(|json| Source::new(text.path(), compact(&json)))
}

use super::{EventSchema, Format};
use crate::report::Report;
use crate::text::Source;
use crate::{avro, json_schema};

impl EventSchema {
    /// The schema of one text that refers to no other, as a registry hands it out: what does not hinder reading is no error.
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
        match format {
            Format::Avro => avro::Schema::from_texts(text, &[]).map(Self::Avro),
            Format::Json => json_schema::Schema::from_texts(text, &[]).map(Self::Json),
        }
    }
}

use super::{Schema, parse, resolve};
use crate::report::Report;
use crate::rules::TEXT_DUPLICATE_KEY;
use crate::text::Source;

impl Schema {
    /// The schema of `main`, whose `$ref`s are followed into `references` (in any order), as a registry hands them out: the path
    /// of each source is the name of the reference.
    ///
    /// This is for schemas that exist already; what does not hinder reading is no error. To judge a new schema, use [`parse`] and [`resolve`].
    ///
    /// # Errors
    /// The findings, where no schema comes of the texts.
    ///
    /// ```
    /// use topika_contract::{json_schema::Schema, text::Source};
    ///
    /// let main = Source::new("ticket", r#"{ "properties": { "station": { "$ref": "types/station.json" } } }"#);
    /// let station = Source::new("types/station.json", r#"{ "type": "string" }"#);
    /// let schema = Schema::from_texts(&main, &[station]).unwrap();
    /// assert_eq!(schema.external(), ["types/station.json"]);
    /// assert!(Schema::from_texts(&main, &[]).is_err());
    /// ```
    pub fn from_texts(main: &Source, references: &[Source]) -> Result<Self, Report> {
        let mut report = Report::default();
        let mut files = Vec::with_capacity(references.len() + 1);
        files.extend(parse(main, &mut report));
        if files.is_empty() {
            return Err(report);
        }
        // The main text stands last, so that it is the one at fault where it takes the name of a reference.
        files.splice(0..0, references.iter().filter_map(|reference| parse(reference, &mut report)));
        let schema = resolve(files, &mut report).pop().flatten();
        // Programs differ in which of two equal keys they read, so nobody knows what such data means.
        let unclear = report.findings().iter().any(|finding| finding.rule.id == TEXT_DUPLICATE_KEY.id);
        schema.filter(|_| !unclear).ok_or(report)
    }
}

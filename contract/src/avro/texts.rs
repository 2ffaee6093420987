use super::resolve::resolve_last;
use super::{Schema, parse};
use crate::report::Report;
use crate::rules::TEXT_DUPLICATE_KEY;
use crate::text::Source;

impl Schema {
    /// The schema of `main`, whose names are looked up in it and in `references` (in any order), as a registry hands them out.
    ///
    /// This is for schemas that exist already: data was written by them, so what does not hinder reading (a default that does not
    /// fit, a circle over the texts) is no error. To judge a new schema, use [`parse`] and [`resolve`](super::resolve()).
    ///
    /// # Errors
    /// The findings, where no schema comes of the texts.
    ///
    /// ```
    /// use topika_contract::{avro::Schema, text::Source};
    ///
    /// let main = Source::new("order.avsc", r#"{ "type": "array", "items": "types.Id" }"#);
    /// let id = Source::new("id.avsc", r#"{ "type": "fixed", "name": "types.Id", "size": 16 }"#);
    /// let schema = Schema::from_texts(&main, &[id]).unwrap();
    /// assert_eq!(schema.external()[0].as_str(), "types.Id");
    /// assert!(Schema::from_texts(&main, &[]).is_err());
    /// ```
    pub fn from_texts(main: &Source, references: &[Source]) -> Result<Self, Report> {
        let mut report = Report::default();
        let mut files = Vec::with_capacity(references.len() + 1);
        files.extend(parse(main, &mut report));
        if files.is_empty() {
            return Err(report);
        }
        // The main text stands last, so that it is the one at fault where it defines a name of a reference anew.
        files.splice(0..0, references.iter().filter_map(|reference| parse(reference, &mut report)));
        let schema = resolve_last(files, &mut report);
        // Programs differ in which of two equal keys they read, so nobody knows what such data means.
        let unclear = report.findings().iter().any(|finding| finding.rule.id == TEXT_DUPLICATE_KEY.id);
        schema.filter(|_| !unclear).ok_or(report)
    }
}

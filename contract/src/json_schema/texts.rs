use std::sync::Arc;

use super::documents::Document;
use super::{NodeId, Schema, parse, resolve};
use crate::report::Report;
use crate::rules::{TEXT_DUPLICATE_KEY, TEXT_NESTING, TEXT_SYNTAX};
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

    /// As [`from_texts`](Self::from_texts), for texts that a registry may have taken although a keyword in them has a value of the wrong
    /// kind, or a `$ref` leads nowhere: registries look at less than validators do. Of such texts only [`documents`](Self::documents)
    /// say all; the nodes hold what was understood of the main text.
    ///
    /// # Errors
    /// The findings, where a text is no JSON, or says a key twice.
    ///
    /// ```
    /// use topika_contract::{json_schema::Schema, text::Source};
    ///
    /// let text = Source::new("id", r#"{ "type": "string", "minLength": -1 }"#);
    /// assert!(Schema::from_texts(&text, &[]).is_err());
    /// assert!(Schema::as_registered(&text, &[]).is_ok());
    /// ```
    pub fn as_registered(main: &Source, references: &[Source]) -> Result<Self, Report> {
        let report = match Self::from_texts(main, references) {
            Ok(schema) => return Ok(schema),
            Err(report) => report,
        };
        let unreadable = [TEXT_DUPLICATE_KEY.id, TEXT_NESTING.id, TEXT_SYNTAX.id];
        if report.findings().iter().any(|finding| unreadable.contains(&finding.rule.id)) {
            return Err(report);
        }
        let mut unused = Report::default();
        let Some(parsed) = parse(main, &mut unused) else { return Err(report) };
        let mut documents = vec![Document {
            names: Vec::new(),
            path: main.path().to_owned(),
            source: main.clone(),
            json: Arc::clone(&parsed.json),
        }];
        documents.extend(references.iter().filter_map(|source| {
            let parsed = parse(source, &mut unused)?;
            let path = source.path().to_owned();
            Some(Document { names: vec![path.clone()], path, source: source.clone(), json: parsed.json })
        }));
        Ok(Self {
            draft: parsed.draft,
            root: NodeId(0),
            nodes: parsed.nodes.into(),
            external: Vec::new(),
            external_files: Vec::new(),
            documents,
        })
    }
}

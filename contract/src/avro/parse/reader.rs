use std::collections::HashSet;

use super::name::is_word;
use crate::avro::parsed::{Declared, Parsed, Use};
use crate::avro::schema::{FullName, Named};
use crate::report::{Finding, Report};
use crate::rules::Rule;
use crate::syntax::{Comments, Sink, parse_json};
use crate::text::json::Json;
use crate::text::{Location, Source, Span};

/// Reads an Avro schema file (Avro 1.12) without looking up names. Everything wrong is a finding; the result is absent where the text is no JSON.
///
/// ```
/// use topika_contract::{avro, report::Report, text::Source};
///
/// let mut report = Report::default();
/// let file = Source::new("id.avsc", r#"{ "type": "fixed", "name": "types.Id", "size": 16 }"#);
/// let parsed = avro::parse(&file, &mut report);
/// let schemas = avro::resolve(parsed.into_iter().collect(), &mut report);
/// assert!(report.findings().is_empty() && schemas[0].is_some());
/// ```
pub fn parse(source: &Source, report: &mut Report) -> Option<Parsed> {
    Some(parse_value(source, &parse_json(source, Comments::Allowed, report)?, report))
}

/// As [`parse`], for a text that was read as JSON already.
pub(crate) fn parse_value(source: &Source, json: &Json, report: &mut Report) -> Parsed {
    let report = Sink::new(report);
    let mut reader = Reader {
        source,
        report,
        definitions: Vec::new(),
        declared: Vec::new(),
        uses: Vec::new(),
        open: Vec::new(),
        words: HashSet::new(),
        broken: false,
    };
    let root = reader.ty(json, "");
    let Reader { definitions, declared, uses, broken, .. } = reader;
    Parsed { source: source.clone(), broken: broken || root.is_none(), root, definitions, declared, uses }
}

/// What one walk over a file collects.
pub(super) struct Reader<'a> {
    source: &'a Source,
    report: Sink<'a>,
    pub(super) definitions: Vec<Named>,
    pub(super) declared: Vec<Declared>,
    pub(super) uses: Vec<Use>,
    /// Where in `declared` the records stand whose fields are being read, the innermost last.
    pub(super) open: Vec<usize>,
    /// What is called like the word of a type.
    words: HashSet<FullName>,
    broken: bool,
}

impl Reader<'_> {
    pub(super) fn at(&self, span: Span) -> Location {
        self.source.at(span)
    }

    /// Tells what makes the file unusable.
    pub(super) fn refuse(&mut self, finding: Finding) {
        self.broken = true;
        self.report.push(finding);
    }

    /// Tells what does not.
    pub(super) fn tell(&mut self, finding: Finding) {
        self.report.push(finding);
    }

    /// Whether so much is wrong already that advice is not worth its cost.
    pub(super) fn has_many_findings(&self) -> bool {
        self.report.count() > 200
    }

    /// A finding at a place of this file.
    pub(super) fn finding(&self, rule: &'static Rule, span: Span, message: impl Into<String>) -> Finding {
        rule.at(self.at(span), message)
    }

    /// Keeps a name that this file defines.
    pub(super) fn declare(&mut self, name: FullName, span: Span) {
        let at = self.at(span);
        if is_word(name.short()) {
            self.words.insert(name.clone());
        }
        self.declared.push(Declared { name, at, unfinished: false });
    }

    /// Whether the file defined a type before that is called like the word of a type: `map`, in a namespace or in none.
    pub(super) fn is_declared_word(&self, word: &str, namespace: &str) -> bool {
        let is = |name: &FullName| self.words.contains(name);
        is(&FullName::new(word)) || is(&FullName::new(format!("{namespace}.{word}")))
    }

    /// Keeps a name that this file uses.
    pub(super) fn uses(&mut self, written: &str, name: FullName, span: Span) {
        let is_open = |at: &usize| {
            let declared = self.declared.get(*at).map(|declared| &declared.name);
            declared.is_some_and(|open| *open == name || (open.namespace().is_empty() && open.as_str() == written))
        };
        if self.open.iter().any(is_open) {
            for at in &self.open {
                if let Some(declared) = self.declared.get_mut(*at) {
                    declared.unfinished = true;
                }
            }
        }
        let (at, seen) = (self.at(span), self.declared.len());
        self.uses.push(Use { written: written.to_owned(), name, at, seen });
    }
}

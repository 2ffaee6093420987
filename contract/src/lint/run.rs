use super::{avro, json};
use crate::report::Finding;
use crate::rules::Rule;
use crate::schema::EventSchema;

/// How many findings one text gets: a text of some megabytes can hold a million faults, and telling all of them helps nobody.
const MOST: usize = 1_000;

/// A text of the working tree, with what the project knows about it.
#[derive(Clone, Copy, Debug)]
pub struct Text<'t> {
    /// The schema.
    pub schema: &'t EventSchema,
    /// The path below the schema folder.
    pub path: &'t str,
    /// The fields of the topic's key.
    pub key: &'t [String],
    /// Whether no version of it is locked yet: some choices are free only until then.
    pub is_new: bool,
}

/// Looks at one text by the rules that `wants` lets through. Nothing is done for the others.
///
/// ```
/// use topika_contract::{avro::Schema, lint::{Text, lint}, schema::EventSchema, text::Source};
///
/// let source = Source::new("orders/order.avsc", r#"{ "type": "record", "name": "orders.Order", "fields": [
///     { "name": "price", "type": "double" }
/// ] }"#);
/// let schema = EventSchema::Avro(Schema::from_texts(&source, &[]).unwrap());
/// let text = Text { schema: &schema, path: "orders/order.avsc", key: &[], is_new: true };
/// let findings = lint(&text, &|rule| rule.id == "money/float");
/// assert_eq!(findings[0].message, "`price` is money in a double");
/// ```
#[must_use]
pub fn lint(text: &Text<'_>, wants: &dyn Fn(&'static Rule) -> bool) -> Vec<Finding> {
    let mut lint = Lint { text, wants, findings: Vec::new() };
    match text.schema {
        EventSchema::Avro(schema) => avro::check(schema, &mut lint),
        EventSchema::Json(schema) => json::check(schema, &mut lint),
    }
    lint.findings
}

/// What one walk over a text collects.
pub(super) struct Lint<'l> {
    pub(super) text: &'l Text<'l>,
    wants: &'l dyn Fn(&'static Rule) -> bool,
    findings: Vec<Finding>,
}

impl Lint<'_> {
    /// Whether a finding of this rule would be kept.
    pub(super) fn wants(&self, rule: &'static Rule) -> bool {
        self.findings.len() < MOST && (self.wants)(rule)
    }

    /// Keeps a finding, if its rule is wanted.
    pub(super) fn push(&mut self, finding: Finding) {
        if self.wants(finding.rule) {
            self.findings.push(finding);
        }
    }
}

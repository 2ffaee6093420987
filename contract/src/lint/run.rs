use super::text::{Lint, Text};
use super::{avro, json};
use crate::report::Finding;
use crate::rules::Rule;
use crate::schema::EventSchema;

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

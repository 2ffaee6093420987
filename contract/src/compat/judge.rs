use std::collections::HashSet;

use super::side::other_format;
use super::{Direction, Level, Policy, avro, json};
use crate::report::Finding;
use crate::schema::EventSchema;

/// Judges a new schema against old versions, `(number, schema)` from the newest to the oldest, by a level: all findings, each once,
/// with its place in the new schema and a second place in the oldest version that it concerns. Without a transitive level only the
/// first version counts. No finding: registries take it.
///
/// ```
/// use topika_contract::{avro::Schema, compat::{judge, Level}, schema::EventSchema, text::Source};
///
/// let schema = |path: &str, fields: &str| {
///     let text = format!(r#"{{ "type": "record", "name": "Order", "fields": [{fields}] }}"#);
///     EventSchema::Avro(Schema::from_texts(&Source::new(path, text), &[]).unwrap())
/// };
/// let old = schema("1.avsc", r#"{ "name": "id", "type": "string" }"#);
/// let new = schema("order.avsc", r#"{ "name": "id", "type": "long" }"#);
/// let findings = judge(&new, &[(1, old)], Level::Backward);
/// assert_eq!(findings[0].rule.id, "avro/type-changed");
/// assert_eq!(findings[0].message, "`id` was string and is now long");
/// ```
#[must_use]
pub fn judge(new: &EventSchema, olds: &[(u32, EventSchema)], level: Level) -> Vec<Finding> {
    judge_by(new, olds, level, Policy::Strict)
}

/// The same by a policy, which only JSON Schema knows.
#[must_use]
pub fn judge_by(new: &EventSchema, olds: &[(u32, EventSchema)], level: Level, policy: Policy) -> Vec<Finding> {
    let judged = || versions(new, olds, level, policy);
    match new {
        EventSchema::Avro(_) => judged(),
        // One large stack for all versions.
        EventSchema::Json(_) => json::on_a_large_stack(judged).unwrap_or_else(judged),
    }
}

fn versions(new: &EventSchema, olds: &[(u32, EventSchema)], level: Level, policy: Policy) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut told = HashSet::new();
    let counted = if level.transitive() { olds.len() } else { olds.len().min(1) };
    for (number, old) in olds.iter().take(counted) {
        for direction in level.directions() {
            for finding in pair(new, old, *number, direction, policy) {
                // The same change is told once, with the newest version that it hurts.
                let at = finding.at.as_ref().map(|at| (at.source.path().to_owned(), at.span.start, at.span.end));
                if told.insert((finding.rule.id, at, finding.pointer.clone(), finding.message.clone())) {
                    findings.push(finding);
                }
            }
        }
    }
    findings
}

fn pair(new: &EventSchema, old: &EventSchema, number: u32, direction: Direction, policy: Policy) -> Vec<Finding> {
    match (new, old) {
        (EventSchema::Avro(new), EventSchema::Avro(old)) => avro::findings(new, old, number, direction),
        (EventSchema::Json(new), EventSchema::Json(old)) => json::findings(new, old, number, direction, policy),
        (new, old) => vec![other_format(new, old, number)],
    }
}

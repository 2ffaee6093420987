use std::collections::HashSet;

use super::prepared::{Kind, Prepared};
use super::side::other_format;
use super::{Direction, Level, Policy, avro, json};
use crate::report::Finding;
use crate::schema::EventSchema;
use crate::threads::on_a_large_stack;

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
    let judged = || {
        let new = Prepared::new(new);
        let counted = if level.transitive() { olds.len() } else { olds.len().min(1) };
        let mut once = Once::default();
        for (number, old) in olds.iter().take(counted) {
            let old = Prepared::new(old);
            for direction in level.directions() {
                once.tell(pair(&new, &old, *number, direction, policy));
            }
        }
        once.findings
    };
    match new {
        EventSchema::Avro(_) => judged(),
        // One large stack for all versions.
        EventSchema::Json(_) => on_a_large_stack(judged).unwrap_or_else(judged),
    }
}

/// The same of one version in one direction, of schemas that other comparisons share.
pub(crate) fn judge_one_way(
    new: &Prepared<'_>,
    old: &Prepared<'_>,
    number: u32,
    direction: Direction,
    policy: Policy,
) -> Vec<Finding> {
    let mut once = Once::default();
    once.tell(pair(new, old, number, direction, policy));
    once.findings
}

/// Rule, place, pointer and message of a change.
type Change = (&'static str, Option<(String, usize, usize)>, Option<String>, String);

/// The findings of which none says what another one says: the same change is told once, with the newest version that it hurts.
#[derive(Default)]
struct Once {
    told: HashSet<Change>,
    findings: Vec<Finding>,
}

impl Once {
    fn tell(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            let at = finding.at.as_ref().map(|at| (at.source.path().to_owned(), at.span.start, at.span.end));
            if self.told.insert((finding.rule.id, at, finding.pointer.clone(), finding.message.clone())) {
                self.findings.push(finding);
            }
        }
    }
}

fn pair(new: &Prepared<'_>, old: &Prepared<'_>, number: u32, direction: Direction, policy: Policy) -> Vec<Finding> {
    match (&new.kind, &old.kind) {
        (Kind::Avro(new), Kind::Avro(old)) => avro::findings(new, old, number, direction),
        (Kind::Json(new), Kind::Json(old)) => json::findings(new, old, number, direction, policy),
        _ => vec![other_format(new.schema, old.schema, number)],
    }
}

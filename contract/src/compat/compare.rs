use super::once::once;
use super::prepared::Prepared;
use super::side::Side;
use super::{Judgement, Mode, Terms, Verdict};
use crate::schema::EventSchema;
use crate::threads::on_a_large_stack;

/// Judges a new schema against old versions, `(number, schema)` from the newest to the oldest, without a project: a verdict, what the
/// reference implementation says, and what it does not see. Without a transitive level only the first version counts.
///
/// ```
/// use topika_contract::compat::{compare, Level, Mode, Terms, Verdict};
/// use topika_contract::{avro::Schema, schema::EventSchema, text::Source};
///
/// let schema = |path: &str, ty: &str| {
///     let text = format!(r#"{{ "type": "record", "name": "Order", "fields": [{{ "name": "at", "type": {ty} }}] }}"#);
///     EventSchema::Avro(Schema::from_texts(&Source::new(path, text), &[]).unwrap())
/// };
/// let old = schema("1.avsc", r#"{ "type": "long", "logicalType": "timestamp-millis" }"#);
/// let new = schema("order.avsc", r#"{ "type": "long", "logicalType": "timestamp-micros" }"#);
///
/// // The registry lets it pass; data does not survive it.
/// let terms = Terms::default();
/// let judgement = compare(&new, &[(1, old.clone())], &terms);
/// assert_eq!(judgement.verdict, Verdict::Compatible);
/// assert_eq!(judgement.findings[0].rule.id, "avro/logical-type-changed");
/// let judgement = compare(&new, &[(1, old)], &Terms { mode: Mode::Sound, ..terms });
/// assert_eq!(judgement.verdict, Verdict::Incompatible);
/// ```
#[must_use]
pub fn compare(new: &EventSchema, olds: &[(u32, EventSchema)], terms: &Terms) -> Judgement {
    let compared = || compared(new, olds, terms);
    match new {
        EventSchema::Avro(_) => compared(),
        // One large stack for all versions.
        EventSchema::Json(_) => on_a_large_stack(compared).unwrap_or_else(compared),
    }
}

fn compared(new: &EventSchema, olds: &[(u32, EventSchema)], terms: &Terms) -> Judgement {
    let new = Prepared::new(new);
    let mut reference = Verdict::Compatible;
    let mut sound = Verdict::Compatible;
    let mut reason = None;
    let mut differences = Vec::new();
    let (mut told, mut own) = (Vec::new(), Vec::new());
    let counted = if terms.level.transitive() { olds.len() } else { olds.len().min(1) };
    for (number, old) in olds.iter().take(counted) {
        let old = Prepared::new(old);
        for direction in terms.level.directions() {
            let side = Side::of(&new, &old, *number, direction, terms.policy);
            reference = reference.and(side.reference);
            sound = sound.and(side.sound);
            reason = reason.or(side.reason);
            differences.extend(side.differences);
            told.extend(side.told.into_iter().map(|finding| (*number, finding)));
            own.extend(side.own.into_iter().map(|finding| (*number, finding)));
        }
    }
    let verdict = match terms.mode {
        Mode::Confluent => reference,
        Mode::Sound => sound,
        Mode::Both => reference.and(sound),
    };
    if terms.mode == Mode::Sound {
        differences.clear();
    }
    // Of one pair, what the reference implementation says twice stays twice; of several, a change is told once.
    let findings = if counted > 1 {
        once(told.into_iter().chain(own))
    } else {
        told.into_iter().map(|(_, finding)| finding).chain(once(own)).collect()
    };
    Judgement { verdict, reason: reason.filter(|_| verdict == Verdict::Undecided), differences, findings }
}

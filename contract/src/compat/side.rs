use super::prepared::{Kind, Prepared};
use super::{Difference, Direction, Policy, Verdict, avro, json};
use crate::report::Finding;
use crate::rules::{HISTORY_FORMAT_CHANGED, Severity};
use crate::schema::EventSchema;
use crate::text::Location;

/// What one direction of one pair gives.
pub(super) struct Side {
    /// The reference implementation's verdict.
    pub(super) reference: Verdict,
    /// Ours: what breaks data although the reference implementation lets it pass counts too.
    pub(super) sound: Verdict,
    /// Why one of them is undecided.
    pub(super) reason: Option<String>,
    /// The reference implementation's differences, in its order.
    pub(super) differences: Vec<Difference>,
    /// A finding for each of its differences that breaks something, in its order.
    pub(super) told: Vec<Finding>,
    /// What it does not see.
    pub(super) own: Vec<Finding>,
}

impl Side {
    /// Compares a new schema with version `number` in one direction.
    pub(super) fn of(
        new: &Prepared<'_>,
        old: &Prepared<'_>,
        number: u32,
        direction: Direction,
        policy: Policy,
    ) -> Self {
        match (&new.kind, &old.kind) {
            (Kind::Avro(new), Kind::Avro(old)) => Self::avro(avro::told(new, old, number, direction)),
            (Kind::Json(new), Kind::Json(old)) => Self::json(json::told(new, old, number, direction, policy)),
            _ => Self {
                reference: Verdict::Incompatible,
                sound: Verdict::Incompatible,
                reason: None,
                differences: Vec::new(),
                told: vec![other_format(new.schema, old.schema, number)],
                own: Vec::new(),
            },
        }
    }

    fn avro(told: avro::Told) -> Self {
        let reference = if told.gave_up { Verdict::Undecided } else { verdict(told.findings.is_empty()) };
        let sound = reference.and(verdict(told.own.iter().all(|finding| finding.severity != Severity::Deny)));
        Self {
            reference,
            sound,
            reason: told.gave_up.then(|| "the schemas are too large or too deep to be compared to the end".to_owned()),
            differences: told.differences,
            told: told.findings,
            own: told.own,
        }
    }

    fn json(told: json::Told) -> Self {
        let reference = match (&told.gave_up, told.differences.iter().all(|difference| difference.compatible)) {
            (Some(_), _) => Verdict::Undecided,
            (None, clean) => verdict(clean),
        };
        Self {
            reference,
            sound: Verdict::Undecided,
            reason: told.gave_up.or_else(|| Some("mode sound does not judge JSON Schema yet".to_owned())),
            differences: told.differences,
            told: told.findings,
            own: told.own,
        }
    }
}

fn verdict(compatible: bool) -> Verdict {
    if compatible { Verdict::Compatible } else { Verdict::Incompatible }
}

/// Registries refuse a version in another format.
pub(super) fn other_format(new: &EventSchema, old: &EventSchema, number: u32) -> Finding {
    let message = format!("was {} and is now {}", old.format().as_str(), new.format().as_str());
    let finding = HISTORY_FORMAT_CHANGED
        .finding(message)
        .label(format!("version {number} is written in another format"))
        .help("write a new event in the new format, and retire this one");
    let finding = match root(new) {
        Some(at) => Finding { at: Some(at), ..finding },
        None => finding,
    };
    match root(old) {
        Some(at) => finding.related(at, format!("version {number}")),
        None => finding,
    }
}

fn root(schema: &EventSchema) -> Option<Location> {
    match schema {
        EventSchema::Avro(schema) => Some(schema.root().at.clone()),
        EventSchema::Json(schema) => schema.node(schema.root()).map(|node| node.at.clone()),
    }
}

use super::context::{Context, Said, subject_of};
use super::hazards::beside;
use super::incompatibility::{Incompatibility, Kind};
use super::pair::{Compared, compared};
use crate::avro::Schema;
use crate::compat::{Difference, Direction};
use crate::report::{Finding, Reference};
use crate::rules::{
    AVRO_ENUM_SYMBOL_ADDED, AVRO_ENUM_SYMBOL_REMOVED, AVRO_FIELD_ADDED_WITHOUT_DEFAULT, AVRO_FIELD_AMBIGUOUS,
    AVRO_FIELD_REMOVED, AVRO_FIXED_SIZE_CHANGED, AVRO_NAME_CHANGED, AVRO_NOT_JUDGED, AVRO_TYPE_CHANGED,
    AVRO_UNION_BRANCH_ADDED, AVRO_UNION_BRANCH_REMOVED,
};

/// What one direction between a new schema and version `number` gives.
pub(in crate::compat) struct Told {
    /// What Java says, in its order.
    pub(in crate::compat) differences: Vec<Difference>,
    /// One finding for each of them.
    pub(in crate::compat) findings: Vec<Finding>,
    /// What Java does not see.
    pub(in crate::compat) own: Vec<Finding>,
    /// Whether a part was not compared, which is told as a mismatch.
    pub(in crate::compat) gave_up: bool,
}

/// What hinders one direction between a new schema and version `number`, as findings at places of the new schema: as many as
/// there are causes.
pub(in crate::compat) fn findings(new: &Schema, old: &Schema, number: u32, direction: Direction) -> Vec<Finding> {
    let (context, reader, writer) = Context::of(new, old, number, direction);
    let Compared { told, gave_up } = compared(reader, writer);
    let mut found: Vec<Finding> = Vec::new();
    for one in &told {
        found.extend(causes(one).into_iter().map(|cause| context.finding(cause, one)));
    }
    if found.is_empty() {
        found.extend(told.iter().map(|one| context.finding(one, one)));
    }
    found.extend(beside(reader, writer, gave_up).iter().filter_map(|one| context.hazard(one)));
    found
}

/// The same by Java's count: a finding for each thing that Java says, which names the first cause that we know of it.
pub(in crate::compat) fn told(new: &Schema, old: &Schema, number: u32, direction: Direction) -> Told {
    let (context, reader, writer) = Context::of(new, old, number, direction);
    let compared = compared(reader, writer);
    // At a field that could be read from several, Java throws, and the registry refuses the schema without a type and a place.
    let (told, thrown): (Vec<_>, Vec<_>) = compared.told.iter().partition(|one| one.kind.is_javas());
    let differences = told
        .iter()
        .map(|one| Difference { kind: one.kind.as_str(), location: one.location.clone(), compatible: false })
        .collect();
    let findings = thrown
        .iter()
        .chain(&told)
        .map(|one| context.finding(causes(one).first().copied().unwrap_or(one), one))
        .collect();
    let own = beside(reader, writer, compared.gave_up).iter().filter_map(|one| context.hazard(one)).collect();
    Told { differences, findings, own, gave_up: compared.gave_up }
}

/// What is told of an incompatibility: what lies within a union's branch, where that is known, and itself otherwise. Where it was
/// told at an earlier branch, nothing.
fn causes(one: &Incompatibility) -> Vec<&Incompatibility> {
    if one.again {
        return Vec::new();
    }
    if one.nested.is_empty() { vec![one] } else { one.nested.iter().flat_map(causes).collect() }
}

impl Context {
    /// The finding about a cause of what Java says.
    fn finding(self, one: &Incompatibility, java: &Incompatibility) -> Finding {
        let (new, old) = self.sides(&one.reader, &one.writer);
        let (at, old_at) = self.sides(&one.reader_at, &one.writer_at);
        let said = match self.direction {
            Direction::Backward => self.backward(one, new, old),
            Direction::Forward => self.forward(one, new, old),
        };
        let reference = java.kind.is_javas().then(|| Reference {
            kind: java.kind.as_str(),
            location: java.location.clone(),
            message: java.message.clone(),
        });
        Finding { reference, ..self.told(said, false, at, old_at, &one.location) }
    }

    fn backward(self, one: &Incompatibility, new: &str, old: &str) -> Said {
        let n = self.number;
        let field = subject_of(&one.field);
        match one.kind {
            Kind::ReaderFieldMissingDefaultValue => Said {
                rule: &AVRO_FIELD_ADDED_WITHOUT_DEFAULT,
                message: format!("field {field} has no default"),
                related: format!("version {n} has no {field}"),
                help: "add a `default`, or make the type `[\"null\", ...]` with `\"default\": null`",
            },
            Kind::MissingEnumSymbols => Said {
                rule: &AVRO_ENUM_SYMBOL_REMOVED,
                message: format!("the enum {new} of {field} lost {old}"),
                related: format!("version {n} may hold {old}"),
                help: "keep the symbols, or give the enum a `default`",
            },
            Kind::MissingUnionBranch if one.branch => Said {
                rule: &AVRO_UNION_BRANCH_REMOVED,
                message: format!("{field} could be {old} and is now {new}"),
                related: format!("version {n} may hold {old}"),
                help: "keep the branch",
            },
            Kind::AmbiguousField => Said {
                rule: &AVRO_FIELD_AMBIGUOUS,
                message: if java_twice(new, old) {
                    format!("{field} has its own name among its aliases, where registries fail")
                } else {
                    format!("{field} could be read from several fields of version {n}: {old}")
                },
                related: "one of them".to_owned(),
                help: "keep one alias, and add a second field for the other",
            },
            _ => self.either(one, &field, new, old),
        }
    }

    fn forward(self, one: &Incompatibility, new: &str, old: &str) -> Said {
        let n = self.number;
        let field = subject_of(&one.field);
        match one.kind {
            Kind::ReaderFieldMissingDefaultValue => Said {
                rule: &AVRO_FIELD_REMOVED,
                message: format!("field {field} is gone, and version {n} has no default for it"),
                related: format!("{field} has no default"),
                help: "keep the field; a release in which it has a default must come before its removal",
            },
            Kind::MissingEnumSymbols => Said {
                rule: &AVRO_ENUM_SYMBOL_ADDED,
                message: format!("the enum {old} of {field} gained {new}, which version {n} does not know"),
                related: format!("version {n} has no `default`"),
                help: "give the enum a `default` and release that first",
            },
            Kind::MissingUnionBranch if one.branch => Said {
                rule: &AVRO_UNION_BRANCH_ADDED,
                message: format!("{field} can now be {new}, which version {n} does not know"),
                related: format!("version {n} knows {old}"),
                help: "add a second field of that type, with a default, instead",
            },
            Kind::AmbiguousField => Said {
                rule: &AVRO_FIELD_AMBIGUOUS,
                message: format!("version {n} could read {field} from several fields: {new}"),
                related: format!("the aliases of {field}"),
                help: "keep one of the fields",
            },
            _ => self.either(one, &field, new, old),
        }
    }

    /// What is said alike in both directions.
    fn either(self, one: &Incompatibility, field: &str, new: &str, old: &str) -> Said {
        let n = self.number;
        let could = if one.branch && self.direction == Direction::Backward { "could be" } else { "was" };
        let is_now = if one.branch && self.direction == Direction::Forward { "can now be" } else { "is now" };
        let message = format!("{field} {could} {old} and {is_now} {new}");
        let related = format!("version {n}: {old}");
        match one.kind {
            Kind::NameMismatch => Said {
                rule: &AVRO_NAME_CHANGED,
                message: format!("{field} was called {old} and is now called {new}"),
                related,
                help: match self.direction {
                    Direction::Backward => "add the old full name to `aliases`",
                    Direction::Forward => "keep the name: older readers do not know the new one",
                },
            },
            Kind::NotCompared => Said {
                rule: &AVRO_NOT_JUDGED,
                message: format!("{field} is too large or too deep to be compared with version {n} to the end"),
                related: format!("version {n}"),
                help: "split the schema; or judge the change yourself, and set the rule to \"warn\"",
            },
            Kind::FixedSizeMismatch => Said {
                rule: &AVRO_FIXED_SIZE_CHANGED,
                message,
                related,
                help: "define a new fixed under a new name, and add a field of that type",
            },
            _ => Said {
                rule: &AVRO_TYPE_CHANGED,
                message,
                related,
                help: "add a field beside it, or run `cargo topika explain avro/type-changed`",
            },
        }
    }
}

/// Whether the several fields that one is read from are itself, more than once.
fn java_twice(name: &str, several: &str) -> bool {
    several.split(", ").all(|one| one == name)
}

use super::incompatibility::{Incompatibility, Kind};
use super::logical::{LogicalChange, logical_changes};
use super::pair::{compared, incompatibilities};
use crate::avro::Schema;
use crate::compat::{Difference, Direction};
use crate::report::{Finding, Reference};
use crate::rules::{
    AVRO_ENUM_SYMBOL_ADDED, AVRO_ENUM_SYMBOL_REMOVED, AVRO_FIELD_ADDED_WITHOUT_DEFAULT, AVRO_FIELD_AMBIGUOUS,
    AVRO_FIELD_REMOVED, AVRO_FIXED_SIZE_CHANGED, AVRO_LOGICAL_TYPE_CHANGED, AVRO_NAME_CHANGED, AVRO_TYPE_CHANGED,
    AVRO_UNION_BRANCH_ADDED, AVRO_UNION_BRANCH_REMOVED, Rule,
};
use crate::text::Location;

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
    let told = incompatibilities(reader, writer);
    let mut found: Vec<Finding> = Vec::new();
    for one in &told {
        found.extend(causes(one).into_iter().map(|cause| context.finding(cause, one)));
    }
    if found.is_empty() {
        found.extend(told.iter().map(|one| context.finding(one, one)));
    }
    found.extend(logical_changes(reader, writer).iter().map(|one| context.logical(one)));
    found
}

/// The same by Java's count: a finding for each thing that Java says, which names the first cause that we know of it.
pub(in crate::compat) fn told(new: &Schema, old: &Schema, number: u32, direction: Direction) -> Told {
    let (context, reader, writer) = Context::of(new, old, number, direction);
    let compared = compared(reader, writer);
    // At a field that could be read from several, Java throws, and the registry refuses the schema without a type and a place.
    let (thrown, told): (Vec<_>, Vec<_>) =
        compared.told.iter().partition(|one: &&Incompatibility| one.kind == Kind::AmbiguousField);
    let differences = told
        .iter()
        .map(|one| Difference { kind: one.kind.as_str(), location: one.location.clone(), compatible: false })
        .collect();
    let findings = thrown
        .iter()
        .chain(&told)
        .map(|one| context.finding(causes(one).first().copied().unwrap_or(one), one))
        .collect();
    let own = logical_changes(reader, writer).iter().map(|one| context.logical(one)).collect();
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

#[derive(Clone, Copy)]
struct Context {
    number: u32,
    direction: Direction,
}

/// What is said about an incompatibility: the rule, the message, and what stood in the old version.
struct Said {
    rule: &'static Rule,
    message: String,
    related: String,
    help: &'static str,
}

impl Context {
    /// What a reader and a writer are in a direction.
    fn of<'s>(new: &'s Schema, old: &'s Schema, number: u32, direction: Direction) -> (Self, &'s Schema, &'s Schema) {
        let context = Self { number, direction };
        let (reader, writer) = context.sides(new, old);
        (context, reader, writer)
    }

    /// The finding about a cause of what Java says.
    fn finding(self, one: &Incompatibility, java: &Incompatibility) -> Finding {
        let (new, old) = self.sides(&one.reader, &one.writer);
        let (at, old_at) = self.sides(&one.reader_at, &one.writer_at);
        let said = match self.direction {
            Direction::Backward => self.backward(one, new, old),
            Direction::Forward => self.forward(one, new, old),
        };
        let reference = (java.kind != Kind::AmbiguousField).then(|| Reference {
            kind: java.kind.as_str(),
            location: java.location.clone(),
            message: java.message.clone(),
        });
        Finding { reference, ..self.told(said, at, old_at, &one.location) }
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

    fn logical(self, one: &LogicalChange) -> Finding {
        let (new, old) = self.sides(&one.reader, &one.writer);
        let (at, old_at) = self.sides(&one.reader_at, &one.writer_at);
        if one.retyped {
            let message = format!("{} was {old} and is now {new}", subject_of(&one.field));
            let related = format!("version {}: {old}", self.number);
            let help = "add a field beside it, or run `cargo topika explain avro/type-changed`";
            return self.told(Said { rule: &AVRO_TYPE_CHANGED, message, related, help }, at, old_at, &one.location);
        }
        let said = Said {
            rule: &AVRO_LOGICAL_TYPE_CHANGED,
            message: format!(
                "{} was {old} and is now {new}: the same bytes, read as something else",
                subject_of(&one.field)
            ),
            related: format!("version {}: {old}", self.number),
            help: "keep the logical type, and add a field beside it",
        };
        self.told(said, at, old_at, &one.location)
    }

    fn told(self, said: Said, at: &Location, old_at: &Location, pointer: &str) -> Finding {
        let misread = said.rule == &AVRO_LOGICAL_TYPE_CHANGED;
        let label = match (self.direction, misread) {
            (Direction::Backward, false) => format!("version {} cannot be read by this schema", self.number),
            (Direction::Forward, false) => format!("version {} cannot read what this schema writes", self.number),
            (Direction::Backward, true) => format!("version {} is misread by this schema", self.number),
            (Direction::Forward, true) => format!("version {} misreads what this schema writes", self.number),
        };
        said.rule
            .at(at.clone(), said.message)
            .label(label)
            .related(old_at.clone(), said.related)
            .pointer(pointer)
            .help(said.help)
    }

    /// The new side and the old side of what a reader and a writer have.
    fn sides<'v, T: ?Sized>(self, reader: &'v T, writer: &'v T) -> (&'v T, &'v T) {
        match self.direction {
            Direction::Backward => (reader, writer),
            Direction::Forward => (writer, reader),
        }
    }
}

/// Whether the several fields that one is read from are itself, more than once.
fn java_twice(name: &str, several: &str) -> bool {
    several.split(", ").all(|one| one == name)
}

/// The field in back quotes; the root is the schema.
fn subject_of(field: &str) -> String {
    if field.is_empty() { "the schema".to_owned() } else { format!("`{field}`") }
}

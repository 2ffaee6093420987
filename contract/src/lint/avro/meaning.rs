use super::walk::{Part, Parts};
use crate::avro::{Definition, Field, Kind, Logical, Schema, Type};
use crate::lint::meaning::{Tags, is_moment, is_money, personal};
use crate::lint::text::Lint;
use crate::lint::words::words;
use crate::rules::{MONEY_FLOAT, PRIVACY_IN_KEY, PRIVACY_TAGS, PRIVACY_UNMARKED, TIME_UNTYPED};
use crate::text::json::Json;

/// What the names of fields promise, against what their types and marks say.
pub(super) fn check(schema: &Schema, parts: &Parts<'_>, lint: &mut Lint<'_>) {
    let in_key = in_key(schema, lint.text.key);
    let mut owner: (Option<&str>, Vec<String>) = (None, Vec::new());
    for (part, index, field) in parts.fields() {
        let name = part.named.name.short();
        if owner.0 != Some(name) {
            owner = (Some(name), words(name));
        }
        let words = words(&field.name);
        let leaves = leaves(&field.ty);
        let seen =
            Seen { part, index, field, owner: &owner.1, in_key: in_key.iter().any(|key| std::ptr::eq(*key, field)) };
        privacy(schema, &seen, &words, &leaves, lint);
        let pointer = || format!("{}/type", part.field(index));
        let float = leaves.iter().find(|leaf| matches!(leaf.kind, Kind::Float | Kind::Double));
        if let Some(leaf) = float.filter(|_| is_money(&words)) {
            let message = format!("`{}` is money in a {}", field.name, leaf.kind.name());
            let finding = MONEY_FLOAT.at(leaf.at.clone(), message).pointer(pointer());
            lint.push(finding.label("0.1 + 0.2 is not 0.3 in it").help(
                "write a decimal: `{ \"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 10, \"scale\": 2 }`",
            ));
        }
        let bare = leaves.iter().find(|leaf| matches!(leaf.kind, Kind::Long | Kind::Int) && leaf.logical.is_none());
        if let Some(leaf) = bare.filter(|leaf| is_moment(&words) && !says_unit(leaf)) {
            let message = format!("`{}` is a moment in a plain {}", field.name, leaf.kind.name());
            let help = match leaf.kind {
                Kind::Int => "write `{ \"type\": \"int\", \"logicalType\": \"date\" }`, or a long with a timestamp",
                _ => {
                    "write `{ \"type\": \"long\", \"logicalType\": \"timestamp-micros\" }` (or `-millis`, as the writers count)"
                }
            };
            let finding = TIME_UNTYPED.at(leaf.at.clone(), message).pointer(pointer());
            lint.push(finding.label("seconds, milliseconds or microseconds?").help(help));
        }
    }
}

/// Whether a property says what no logical type of Avro does, as Kafka Connect's `connect.name`.
fn says_unit(ty: &Type) -> bool {
    ty.properties.iter().any(|(name, _)| name == "connect.name" || name == "logicalType")
}

/// The fields that hold the key of the topic or a part of it: each on the way of `customer.id`.
fn in_key<'s>(schema: &'s Schema, key: &[String]) -> Vec<&'s Field> {
    let fields = |ty: &Type| -> &'s [Field] {
        let Kind::Named(name) = &ty.kind else { return &[] };
        match schema.named(name).map(|named| &named.definition) {
            Some(Definition::Record(fields)) => fields,
            _ => &[],
        }
    };
    let mut all = Vec::new();
    for path in key {
        let mut within = fields(schema.root());
        for name in path.split('.') {
            let Some(field) = within.iter().find(|field| field.name == name) else { break };
            all.push(field);
            within = fields(&field.ty);
        }
    }
    all
}

/// A field with where it stands.
struct Seen<'s> {
    part: &'s Part<'s>,
    index: usize,
    field: &'s Field,
    /// The words of its record.
    owner: &'s [String],
    in_key: bool,
}

fn privacy(schema: &Schema, seen: &Seen<'_>, words: &[String], leaves: &[&Type], lint: &mut Lint<'_>) {
    let Seen { part, index, field, owner, in_key } = *seen;
    let tags = tags_of_all(schema, field, leaves);
    if tags == Tags::Broken {
        let message = format!("the tags of `{}` are no list of words", field.name);
        let finding = PRIVACY_TAGS.at(field.name_at.clone(), message).pointer(part.field(index));
        lint.push(finding.help("write `\"confluent:tags\": [\"PII\"]`"));
        return;
    }
    let holds = leaves.iter().any(|leaf| holds_text(schema, leaf));
    let what = personal(words, owner).filter(|_| holds);
    if let Some(what) = what.filter(|_| tags == Tags::None) {
        let message = format!("`{}` looks like {what} and has no mark", field.name);
        let finding = PRIVACY_UNMARKED.at(field.name_at.clone(), message).pointer(part.field(index));
        lint.push(
            finding
                .help("add `\"confluent:tags\": [\"PII\"]` to the field, or another tag, say `PUBLIC`, if it is none"),
        );
    }
    if in_key && (tags == Tags::Personal || (tags == Tags::None && what.is_some())) {
        let message = format!("`{}` is personal and in the key of the topic", field.name);
        let finding = PRIVACY_IN_KEY.at(field.name_at.clone(), message).pointer(part.field(index));
        lint.push(
            finding
                .label("keys stand in logs, metrics and compacted topics")
                .help("take an identifier as the key that says nothing about the person"),
        );
    }
}

/// What is said of a field and of everything that it holds.
pub(in crate::lint) fn tags_of_field(schema: &Schema, field: &Field) -> Tags {
    tags_of_all(schema, field, &leaves(&field.ty))
}

fn tags_of_all(schema: &Schema, field: &Field, leaves: &[&Type]) -> Tags {
    leaves.iter().fold(tags(&field.properties), |tags, leaf| tags.or(tags_of(schema, leaf)))
}

fn tags(properties: &[(String, Json)]) -> Tags {
    Tags::of(properties.iter().find(|(name, _)| name == Tags::NAME).map(|(_, value)| value))
}

fn tags_of(schema: &Schema, ty: &Type) -> Tags {
    let named = match &ty.kind {
        Kind::Named(name) => schema.named(name).map_or(Tags::None, |named| tags(&named.properties)),
        _ => Tags::None,
    };
    tags(&ty.properties).or(named)
}

/// What a field holds in the end: the branches of its union without null, the items of its arrays, the values of its maps.
fn leaves(ty: &Type) -> Vec<&Type> {
    match &ty.kind {
        Kind::Array(inner) | Kind::Map(inner) => leaves(inner),
        Kind::Union(branches) => branches.iter().flat_map(leaves).collect(),
        Kind::Null => Vec::new(),
        _ => vec![ty],
    }
}

/// Whether a value of the type can hold what a name promises; a record has fields with names of their own.
fn holds_text(schema: &Schema, ty: &Type) -> bool {
    match &ty.kind {
        Kind::String | Kind::Bytes => !matches!(ty.logical, Some(Logical::Decimal { .. })),
        Kind::Int | Kind::Long => true,
        Kind::Named(name) => schema.named(name).is_some_and(|named| matches!(named.definition, Definition::Fixed(_))),
        _ => false,
    }
}

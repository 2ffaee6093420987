//! What differs between two Avro schemas, in words.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy.toml does not know as such"
)]

use std::collections::BTreeMap;

use proptest::prelude::*;
use topika_contract::avro::{Definition, Kind, Schema, Type};
use topika_contract::changes::{Change, changes};
use topika_contract::schema::EventSchema;
use topika_contract::text::Source;
use topika_contract::text::json::{Json, Value};

fn read(path: &str, text: &str) -> Schema {
    Schema::from_texts(&Source::new(path, text), &[]).unwrap_or_else(|report| panic!("{text}: {:?}", report.findings()))
}

fn found(old: &str, new: &str) -> Vec<Change> {
    changes(&EventSchema::Avro(read("1.avsc", old)), &EventSchema::Avro(read("new.avsc", new)))
}

/// `kind at pointer: message`, with the pointer of the new schema.
fn lines(changes: &[Change]) -> Vec<String> {
    let line = |change: &Change| {
        let pointer = change.new.as_ref().map(|spot| spot.pointer.as_str()).unwrap_or_default();
        format!("{} {pointer}: {}", change.kind.as_str(), change.message)
    };
    changes.iter().map(line).collect()
}

#[track_caller]
fn says(old: &str, new: &str, expected: &[&str]) {
    assert_eq!(lines(&found(old, new)), expected, "from {old} to {new}");
}

fn record(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"a.R","fields":[{fields}]}}"#)
}

#[test]
fn white_space_order_of_members_and_place_of_definitions_are_no_change() {
    says(
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":{"type":"fixed","name":"F","size":2}},{"name":"y","type":"F"}]}"#,
        "{ \"name\": \"R\", // a comment\n \"fields\": [{\"type\":{\"size\":2,\"name\":\"F\",\"type\":\"fixed\"},\"name\":\"x\"},{\"name\":\"y\",\"type\":\"F\"}], \"type\": \"record\" }",
        &[],
    );
    says(
        r#"{"type":"record","name":"R","namespace":"a","fields":[]}"#,
        r#"{"type":"record","name":"a.R","fields":[]}"#,
        &[],
    );
    says(
        &record(r#"{"name":"x","type":"double","default":1.0,"aliases":["p","q"]}"#),
        &record(r#"{"name":"x","type":{"type":"double"},"default":10e-1,"aliases":["q","p"],"order":"ascending"}"#),
        &[],
    );
}

#[test]
fn fields_that_come_go_and_are_renamed() {
    says(
        &record(r#"{"name":"id","type":"string"},{"name":"sum","type":"long"},{"name":"note","type":"string"}"#),
        &record(
            r#"{"name":"id","type":"string"},{"name":"total","aliases":["sum"],"type":"long"},{"name":"channel","type":"string","default":"web"}"#,
        ),
        &[
            "field-removed /fields: field `note` removed: was string, no default",
            "field-renamed /fields/1/name: field `sum` renamed to `total`, with the old name as an alias",
            "alias-added /fields/1/aliases: `total`: the alias `sum` was added",
            "field-added /fields/2: field `channel` added: string, default \"web\"",
        ],
    );
    says(
        &record(r#"{"name":"a","type":"int"},{"name":"b","type":"int"}"#),
        &record(r#"{"name":"b","type":"int"},{"name":"new","type":"int"},{"name":"a","type":"int"}"#),
        &[
            "field-added /fields/1: field `new` added: int, no default",
            "fields-reordered /fields: the fields have another order, in which they are written and sorted",
        ],
    );
}

#[test]
fn everything_of_a_field_is_looked_at() {
    says(
        &record(r#"{"name":"x","type":"long","default":1,"doc":"old","order":"ignore","pii":true,"unit":"m"}"#),
        &record(r#"{"name":"x","type":"int","default":2,"doc":"new","order":"descending","unit":"km"}"#),
        &[
            "type-changed /fields/0/type: `x`: the type was long and is now int",
            "default-changed /fields/0/default: `x`: the default was 1 and is now 2",
            "doc-changed /fields/0/doc: `x`: the doc was \"old\" and is now \"new\"",
            "sort-order-changed /fields/0/order: `x`: the sort order was ignore and is now descending",
            "attribute-changed /fields/0: `x`: `pii` was true and is now none",
            "attribute-changed /fields/0/unit: `x`: `unit` was \"m\" and is now \"km\"",
        ],
    );
    says(
        &record(r#"{"name":"x","type":"int","default":1}"#),
        &record(r#"{"name":"x","type":"int"}"#),
        &["default-changed /fields/0: `x`: the default 1 was removed"],
    );
}

#[test]
fn a_default_that_does_not_fit_its_type_is_looked_at_too() {
    says(
        &record(r#"{"name":"x","type":"int","default":"a"}"#),
        &record(r#"{"name":"x","type":"int","default":"b"}"#),
        &["default-changed /fields/0/default: `x`: the default was \"a\" and is now \"b\""],
    );
}

#[test]
fn logical_types_and_nested_types_are_looked_into() {
    says(
        &record(
            r#"{"name":"t","type":{"type":"array","items":{"type":"map","values":{"type":"long","logicalType":"timestamp-millis"}}}}"#,
        ),
        &record(
            r#"{"name":"t","type":{"type":"array","items":{"type":"map","values":{"type":"long","logicalType":"timestamp-micros"}}}}"#,
        ),
        &[
            "logical-type-changed /fields/0/type/items/values: `t[]{}`: the logical type was timestamp-millis and is now timestamp-micros",
        ],
    );
    says(
        r#"{"type":"bytes","logicalType":"decimal","precision":10,"scale":2}"#,
        r#"{"type":"bytes","logicalType":"decimal","precision":10}"#,
        &["logical-type-changed : the schema: the logical type was decimal 10,2 and is now decimal 10,0"],
    );
    // One that no specification knows is kept as a property.
    says(
        r#"{"type":"string","logicalType":"iban"}"#,
        r#""string""#,
        &["attribute-changed : `logicalType` was \"iban\" and is now none"],
    );
}

#[test]
fn unions_are_compared_branch_by_branch() {
    says(
        &record(r#"{"name":"x","type":"string"}"#),
        &record(r#"{"name":"x","type":["null","string"],"default":null}"#),
        &[
            "type-changed /fields/0/type: `x`: the type was string and is now [null, string]",
            "default-changed /fields/0/default: `x`: the default null was added",
        ],
    );
    says(
        r#"["null",{"type":"record","name":"a.Card","fields":[]},"int"]"#,
        r#"["null","boolean",{"type":"record","name":"b.Card","doc":"d","fields":[]}]"#,
        &[
            "branch-removed : the schema: the branch int was removed",
            "branch-added /1: the schema: the branch boolean was added",
            "namespace-changed /2/name: the namespace changed: was a.Card and is now b.Card; no alias keeps the old one",
            "doc-changed /2/doc: the doc was none and is now \"d\"",
        ],
    );
    says(
        r#"["null","string"]"#,
        r#"["string","null"]"#,
        &["branches-reordered : the schema: the branches have another order, [null, string] and now [string, null]"],
    );
}

#[test]
fn definitions_are_compared_once_and_by_every_part() {
    says(
        r#"{"type":"enum","name":"a.E","symbols":["A","B","C"],"default":"A"}"#,
        r#"{"type":"enum","name":"a.F","aliases":["E"],"symbols":["C","A","D"],"default":"D","doc":"d"}"#,
        &[
            "name-changed /name: the name changed: was a.E and is now a.F; an alias keeps the old one",
            "alias-added /aliases: the alias `a.E` was added",
            "doc-changed /doc: the doc was none and is now \"d\"",
            "symbol-removed /symbols: symbol `B` removed",
            "symbol-added /symbols/2: symbol `D` added",
            "symbols-reordered /symbols: the symbols have another order, by which they sort",
            "default-changed /default: the default symbol was \"A\" and is now \"D\"",
        ],
    );
    says(
        r#"{"type":"fixed","name":"F","size":16}"#,
        r#"{"type":"fixed","name":"F","size":12,"logicalType":"duration"}"#,
        &[
            "logical-type-changed /logicalType: the logical type was none and is now duration",
            "size-changed /size: the size was 16 bytes and is now 12",
        ],
    );
    let tree = |ty: &str| {
        format!(
            r#"{{"type":"record","name":"T","fields":[{{"name":"v","type":"{ty}"}},{{"name":"l","type":["null","T"]}},{{"name":"r","type":["null","T"]}}]}}"#
        )
    };
    says(&tree("int"), &tree("long"), &["type-changed /fields/0/type: `v`: the type was int and is now long"]);
    says(
        &record(r#"{"name":"x","type":{"type":"enum","name":"X","symbols":["A"]}}"#),
        &record(r#"{"name":"x","type":{"type":"record","name":"X","fields":[]}}"#),
        &["type-changed /fields/0/type: `x`: the type was enum a.X and is now record a.X"],
    );
}

#[test]
fn a_change_in_another_file_is_told_with_that_file() {
    let main = record(r#"{"name":"x","type":"t.Id"}"#);
    let id = |size: u8| Source::new("types/id.avsc", format!(r#"{{"type":"fixed","name":"t.Id","size":{size}}}"#));
    let schema =
        |path: &str, id| EventSchema::Avro(Schema::from_texts(&Source::new(path, main.as_str()), &[id]).unwrap());
    let found = changes(&schema("1.avsc", id(8)), &schema("new.avsc", id(16)));
    assert_eq!(lines(&found), ["size-changed /size: the size was 8 bytes and is now 16"]);
    assert_eq!(found[0].group, "fixed t.Id");
    assert_eq!(found[0].new.as_ref().unwrap().at.source.path(), "types/id.avsc");
}

#[test]
fn two_circles_of_different_length_end() {
    let circle = |prefix: &str, count: usize| {
        let mut text = "\"null\"".to_owned();
        for i in (0..count).rev() {
            let last = format!("{{\"name\":\"back\",\"type\":[\"null\",\"{prefix}0\"]}}");
            let next = if i + 1 == count { last } else { format!("{{\"name\":\"n\",\"type\":{text}}}") };
            text = format!("{{\"type\":\"record\",\"name\":\"{prefix}{i}\",\"fields\":[{next}]}}");
        }
        text
    };
    assert!(!found(&circle("A", 31), &circle("B", 29)).is_empty());
}

/// A schema by parts that a change can touch.
#[derive(Clone, Debug)]
enum Shape {
    Primitive(&'static str),
    Logical(&'static str),
    Array(Box<Shape>),
    Optional(Box<Shape>, bool),
    Record(&'static str, Vec<(Shape, u8)>),
    Enum(usize, bool),
    Fixed(usize),
}

fn shapes() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["int", "long", "string", "bytes"]).prop_map(Shape::Primitive),
        prop::sample::select(vec!["timestamp-millis", "timestamp-micros", "odd"]).prop_map(Shape::Logical),
        (1_usize..3, any::<bool>()).prop_map(|(count, default)| Shape::Enum(count, default)),
        (1_usize..3).prop_map(Shape::Fixed),
    ];
    leaf.prop_recursive(4, 20, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|shape| Shape::Array(Box::new(shape))),
            (inner.clone(), any::<bool>()).prop_map(|(shape, first)| Shape::Optional(Box::new(shape), first)),
            (prop::sample::select(vec!["R", "S"]), prop::collection::vec((inner, 0_u8..6), 0..3))
                .prop_map(|(name, fields)| Shape::Record(name, fields)),
        ]
    })
}

fn write(shape: &Shape, count: &mut usize) -> serde_json::Value {
    *count += 1;
    let number = *count;
    match shape {
        Shape::Primitive(name) => serde_json::json!(name),
        Shape::Logical(name) => serde_json::json!({ "type": "long", "logicalType": name }),
        Shape::Array(inner) => serde_json::json!({ "type": "array", "items": write(inner, count) }),
        Shape::Optional(inner, first) => match write(inner, count) {
            serde_json::Value::Array(branches) => serde_json::Value::Array(branches),
            other if *first => serde_json::json!(["null", other]),
            other => serde_json::json!([other, "null"]),
        },
        Shape::Enum(symbols, default) => {
            let symbols: Vec<String> = (0..*symbols).map(|i| format!("S{i}")).collect();
            let mut value = serde_json::json!({ "type": "enum", "name": format!("E{number}"), "symbols": symbols });
            if *default {
                value["default"] = serde_json::json!("S0");
            }
            value
        }
        Shape::Fixed(size) => serde_json::json!({ "type": "fixed", "name": format!("F{number}"), "size": size }),
        Shape::Record(name, fields) => {
            let fields: Vec<serde_json::Value> = fields
                .iter()
                .enumerate()
                .map(|(index, (shape, extra))| {
                    let mut field = serde_json::json!({ "name": format!("f{index}"), "type": write(shape, count) });
                    match extra {
                        1 => field["doc"] = serde_json::json!("d"),
                        2 => field["order"] = serde_json::json!("ignore"),
                        3 => field["aliases"] = serde_json::json!(["old"]),
                        4 => field["mark"] = serde_json::json!({ "a": [1, 2] }),
                        _ => {}
                    }
                    field
                })
                .collect();
            serde_json::json!({ "type": "record", "name": format!("{name}{number}"), "fields": fields })
        }
    }
}

/// Everything that a schema says, in one spelling: a printer that shares nothing with the walk.
fn normal(schema: &Schema) -> String {
    fn json(value: &Json) -> String {
        match &value.value {
            Value::Object(members) => {
                let sorted: BTreeMap<&str, String> =
                    members.iter().map(|m| (m.name.as_str(), json(&m.value))).collect();
                format!("{sorted:?}")
            }
            Value::Array(items) => format!("{:?}", items.iter().map(json).collect::<Vec<_>>()),
            other => format!("{other:?}"),
        }
    }
    fn marks(properties: &[(String, Json)]) -> String {
        format!("{:?}", properties.iter().map(|(name, value)| (name, json(value))).collect::<BTreeMap<_, _>>())
    }
    fn ty(ty: &Type) -> String {
        let kind = match &ty.kind {
            Kind::Array(inner) | Kind::Map(inner) => format!("{}({})", ty.kind.name(), self::normal_type(inner)),
            Kind::Union(branches) => format!("{:?}", branches.iter().map(self::normal_type).collect::<Vec<_>>()),
            other => other.name().to_owned(),
        };
        format!("{kind} {:?} {}", ty.logical, marks(&ty.properties))
    }
    let mut out = ty(schema.root());
    for named in schema.definitions() {
        let mut aliases: Vec<&str> = named.aliases.iter().map(|alias| alias.as_str()).collect();
        aliases.sort_unstable();
        out +=
            &format!("\n{} {aliases:?} {:?} {:?} {}", named.name, named.doc, named.logical, marks(&named.properties));
        match &named.definition {
            Definition::Fixed(size) => out += &format!(" fixed {size}"),
            Definition::Enum { symbols, default } => {
                out +=
                    &format!(" enum {:?} {default:?}", symbols.iter().map(|symbol| &symbol.name).collect::<Vec<_>>());
            }
            Definition::Record(fields) => {
                for field in fields {
                    let default = field.default.as_ref().map(json);
                    out += &format!(
                        "\n  {} {:?} {:?} {} {default:?} {:?} {}",
                        field.name,
                        field.aliases,
                        field.doc,
                        ty(&field.ty),
                        field.order,
                        marks(&field.properties)
                    );
                }
            }
        }
    }
    out
}

fn normal_type(ty: &Type) -> String {
    format!("{:?} {:?}", ty.kind.name(), ty.logical)
        + &match &ty.kind {
            Kind::Array(inner) | Kind::Map(inner) => normal_type(inner),
            Kind::Union(branches) => branches.iter().map(normal_type).collect::<Vec<_>>().join(","),
            _ => String::new(),
        }
        + &format!(
            "{:?}",
            ty.properties.iter().map(|(name, value)| format!("{name}{:?}", value.value)).collect::<Vec<_>>()
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn what_differs_is_never_passed_over_and_what_is_the_same_is_never_told(a in shapes(), b in shapes()) {
        let (a, b) = (write(&a, &mut 0).to_string(), write(&b, &mut 0).to_string());
        let (old, new) = (read("1.avsc", &a), read("new.avsc", &b));
        let is_same = normal(&old) == normal(&new);
        let found = changes(&EventSchema::Avro(old.clone()), &EventSchema::Avro(new));
        prop_assert_eq!(found.is_empty(), is_same, "{} and {}: {:?}", a, b, lines(&found));
        // A schema never differs from itself, laid out anew.
        let pretty = format!("{:#}", serde_json::from_str::<serde_json::Value>(&a).unwrap());
        let found = changes(&EventSchema::Avro(old), &EventSchema::Avro(read("pretty.avsc", &pretty)));
        prop_assert!(found.is_empty(), "{}: {:?}", a, lines(&found));
    }

    #[test]
    fn one_small_change_is_told(shape in shapes(), at in 0_usize..200) {
        let text = write(&shape, &mut 0).to_string();
        // Somewhere in the text, another word or number takes the place of one.
        let words = [("\"int\"", "\"string\""), ("\"S0\"", "\"S9\""), ("\"f0\"", "\"g0\""), ("\"d\"", "\"e\""), ("[1,2]", "[2,1]"), ("\"size\":1", "\"size\":7"), ("\"odd\"", "\"even\"")];
        let possible: Vec<_> = words.into_iter().filter(|(from, _)| text.contains(from)).collect();
        let Some((from, to)) = possible.get(at % possible.len().max(1)) else { return Ok(()) };
        let changed = text.replacen(from, to, 1);
        let other = Schema::from_texts(&Source::new("new.avsc", changed.as_str()), &[]);
        let Ok(other) = other else { return Ok(()) };
        let found = changes(&EventSchema::Avro(read("1.avsc", &text)), &EventSchema::Avro(other));
        prop_assert!(!found.is_empty(), "{} and {}", text, changed);
    }
}

//! `#[validate(schema = "...")]` says what the crate jsonschema says.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what fails fails the test")]

use proptest::prelude::*;
use serde_json::{Value, json};
use topika::Validate;
use topika::validate::{Checks, Place, Schema, Violations};

/// The verdict of the evaluator.
fn judged(schema: &Value, value: &Value) -> bool {
    let text: &'static str = Box::leak(schema.to_string().into_boxed_str());
    let schema: &'static Schema = Box::leak(Box::new(Schema::new(text)));
    let checks = Checks { schemas: Box::leak(Box::new([schema])), ..Checks::NONE };
    let mut found = Violations::default();
    value.check_with(&checks, &Place::ROOT, &mut found);
    found.is_empty()
}

const NAMES: &[&str] = &["a", "b", "ab", "c"];

fn name() -> prop::sample::Select<&'static str> {
    prop::sample::select(NAMES)
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-3_i64..4).prop_map(|n| json!(n)),
        (-6_i32..6).prop_map(|n| json!(f64::from(n) / 2.0)),
        prop_oneof![Just("a"), Just("ab"), Just("2024-02-29"), Just("é")].prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((name(), inner), 0..4).prop_map(|list| Value::Object(
                list.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            )),
        ]
    })
}

/// A keyword or two that belong together.
fn keyword(inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let list = prop::collection::vec(inner.clone(), 1..4);
    let map = prop::collection::btree_map(name(), inner.clone(), 1..3);
    let names = prop::collection::btree_set(name(), 0..3);
    let with = |word: &'static str| move |value: Value| json!({ word: value });
    let one = |word: &'static str| inner.clone().prop_map(with(word)).boxed();
    let several = |word: &'static str| list.clone().prop_map(move |list| json!({ word: list })).boxed();
    let named = |word: &'static str| map.clone().prop_map(move |map| json!({ word: map })).boxed();
    let count = |word: &'static str| (0_u64..3).prop_map(move |count| json!({ word: count })).boxed();
    let types = ["null", "boolean", "integer", "number", "string", "array", "object"];
    prop_oneof![
        prop::sample::subsequence(types.to_vec(), 1..4).prop_map(|types| json!({ "type": types })),
        prop::collection::vec(value(), 1..3).prop_map(|values| json!({ "enum": values })),
        value().prop_map(with("const")),
        prop_oneof![count("minLength"), count("maxLength"), count("minItems"), count("maxItems")],
        prop_oneof![count("minProperties"), count("maxProperties")],
        prop_oneof![Just("minimum"), Just("maximum"), Just("exclusiveMinimum"), Just("exclusiveMaximum")]
            .prop_flat_map(|word| (-2_i64..3).prop_map(move |bound| json!({ word: bound }))),
        Just(json!({ "multipleOf": 1.5 })),
        Just(json!({ "pattern": "^a" })),
        Just(json!({ "format": "date" })),
        Just(json!({ "uniqueItems": true })),
        names.clone().prop_map(|names| json!({ "required": names })),
        (name(), names).prop_map(|(name, names)| json!({ "dependentRequired": { name: names } })),
        prop_oneof![one("not"), one("items"), one("additionalProperties"), one("propertyNames")],
        prop_oneof![one("unevaluatedItems"), one("unevaluatedProperties")],
        prop_oneof![several("allOf"), several("anyOf"), several("oneOf"), several("prefixItems")],
        prop_oneof![named("properties"), named("dependentSchemas")],
        map.prop_map(|map| json!({ "patternProperties": { "^a": map.into_values().next() } })),
        (inner.clone(), 0_u64..3, 0_u64..3)
            .prop_map(|(items, least, most)| json!({ "contains": items, "minContains": least, "maxContains": most })),
        one("contains"),
        (inner.clone(), prop::option::of(inner.clone()), prop::option::of(inner.clone())).prop_map(
            |(condition, then, otherwise)| {
                let mut schema = json!({ "if": condition });
                then.into_iter().for_each(|then| schema["then"] = then);
                otherwise.into_iter().for_each(|otherwise| schema["else"] = otherwise);
                schema
            }
        ),
        Just(json!({ "$ref": "#/$defs/list" })),
    ]
    .boxed()
}

fn joined(all: Vec<Value>) -> Value {
    Value::Object(all.into_iter().filter_map(|one| one.as_object().cloned()).flatten().collect())
}

fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![4 => Just(json!({})), 1 => any::<bool>().prop_map(Value::Bool)].boxed();
    let first = prop_oneof![leaf.clone(), prop::collection::vec(keyword(leaf), 1..3).prop_map(joined)].boxed();
    first
        .prop_recursive(3, 24, 4, |inner| prop::collection::vec(keyword(inner.boxed()), 1..4).prop_map(joined))
        .prop_map(|schema| {
            let mut schema = if schema.is_object() { schema } else { json!({ "allOf": [schema] }) };
            schema["$defs"] = json!({ "list": { "type": ["array", "integer"], "items": { "$ref": "#/$defs/list" } } });
            schema
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn every_schema_is_what_jsonschema_says(schema in schema(), values in prop::collection::vec(value(), 8)) {
        let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap();
        for value in values {
            prop_assert_eq!(judged(&schema, &value), validator.is_valid(&value), "{} of {}", value, schema);
        }
    }
}

#[derive(serde::Serialize, topika::Validate)]
#[validate(schema = r#"{"not":{"required":["card","iban"]}}"#)]
struct Payment {
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iban: Option<String>,
    #[validate(schema = r#"{"contains":{"const":1}}"#, items(schema = r#"{"not":{"const":7}}"#))]
    parts: Vec<i64>,
}

#[test]
fn what_is_not_met_is_told_with_its_place_and_without_the_value() {
    let payment = |iban: Option<&str>, parts: &[i64]| Payment {
        card: Some("4111".to_owned()),
        iban: iban.map(str::to_owned),
        parts: parts.to_vec(),
    };
    assert_eq!(payment(None, &[1]).validate(), Ok(()));
    let told = payment(Some("CH93"), &[2, 7]).validate().unwrap_err().to_string();
    assert_eq!(
        told,
        "/parts: the value does not meet `contains`: {\"const\":1}\n\
         /parts/1: the value does not meet `not`: {\"const\":7}\n\
         the value does not meet `not`: {\"required\":[\"card\",\"iban\"]}"
    );
    assert!(!told.contains("CH93"));
}

#[test]
fn a_schema_that_cannot_be_read_or_has_no_end_refuses() {
    for schema in [json!({ "$ref": "#" }), json!({ "$ref": "other.json" }), json!({ "minLength": "x" }), json!(3)] {
        assert!(!judged(&schema, &json!(1)), "{schema}");
    }
    // 30 levels of two ways each.
    let mut defs = serde_json::Map::from_iter([("0".to_owned(), json!({ "const": 0 }))]);
    for level in 0..30 {
        let below = json!({ "$ref": format!("#/$defs/{level}") });
        defs.insert((level + 1).to_string(), json!({ "anyOf": [below, below] }));
    }
    assert!(!judged(&json!({ "$ref": "#/$defs/30", "$defs": defs }), &json!(1)));
}

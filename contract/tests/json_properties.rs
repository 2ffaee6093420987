//! What holds for every pair of JSON Schemas: a schema is compatible with itself, what STRICT takes LENIENT takes too, and each incompatible
//! difference is a finding.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which clippy.toml does not know as such")]

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use topika_contract::compat::{Judgement, Level, Policy, Terms, Verdict, compare};
use topika_contract::json_schema::Schema;
use topika_contract::schema::EventSchema;
use topika_contract::text::Source;

/// A keyword with a value that holds no schema.
fn plain() -> impl Strategy<Value = (&'static str, Value)> {
    let small = || 0_u32..4;
    let number = || prop_oneof![small().prop_map(|n| json!(n)), select(vec![json!(1.5), json!(2.0)])];
    let values = || select(vec![json!("a"), json!(1), json!(true), json!([1]), json!({ "a": 1 }), json!(null)]);
    let names = || prop::collection::btree_set(select(vec!["a", "b", "c"]), 1..3);
    let types = vec!["string", "integer", "number", "boolean", "null", "object", "array"];
    prop_oneof![
        4 => select(types.clone()).prop_map(|ty| ("type", json!(ty))),
        1 => prop::collection::btree_set(select(types), 1..3).prop_map(|types| ("type", json!(types))),
        1 => (select(vec!["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"]), small())
            .prop_map(|(keyword, n)| (keyword, json!(n))),
        1 => (select(vec!["minimum", "maximum"]), number()),
        1 => select(vec![json!(1), json!(2), json!(0.5)]).prop_map(|n| ("multipleOf", n)),
        1 => prop::collection::vec(values(), 1..3).prop_map(|mut values| {
            values.dedup();
            ("enum", Value::Array(values))
        }),
        1 => select(vec![json!("a"), json!(1)]).prop_map(|value| ("const", value)),
        1 => values().prop_map(|value| ("default", value)),
        1 => names().prop_map(|names| ("required", json!(names))),
        1 => select(vec!["a", "^b"]).prop_map(|pattern| ("pattern", json!(pattern))),
        1 => any::<bool>().prop_map(|unique| ("uniqueItems", json!(unique))),
        1 => select(vec!["date", "uuid"]).prop_map(|format| ("format", json!(format))),
        1 => select(vec!["T", "U"]).prop_map(|title| ("title", json!(title))),
        1 => select(vec!["#", "#/definitions/d"]).prop_map(|target| ("$ref", json!(target))),
    ]
}

fn schemas() -> impl Strategy<Value = Value> {
    let object = |keywords: Vec<(&'static str, Value)>| {
        Value::Object(keywords.into_iter().map(|(keyword, value)| (keyword.to_owned(), value)).collect())
    };
    let leaf = prop_oneof![
        1 => any::<bool>().prop_map(Value::Bool),
        6 => prop::collection::vec(plain(), 0..4).prop_map(object),
    ];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        let map = |names: Vec<&'static str>| prop::collection::btree_map(select(names), inner.clone(), 0..3);
        let holding = prop_oneof![
            3 => map(vec!["a", "b", "c"]).prop_map(|map| ("properties", json!(map))),
            1 => map(vec!["^a", "b$"]).prop_map(|map| ("patternProperties", json!(map))),
            1 => map(vec!["a", "b"]).prop_map(|map| ("dependencies", json!(map))),
            2 => inner.clone().prop_map(|schema| ("additionalProperties", schema)),
            2 => inner.clone().prop_map(|schema| ("items", schema)),
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(|items| ("items", Value::Array(items))),
            1 => (select(vec!["additionalItems", "not", "contains", "propertyNames", "if", "then"]), inner.clone()),
            2 => (select(vec!["oneOf", "anyOf", "allOf"]), prop::collection::vec(inner.clone(), 1..4))
                .prop_map(|(keyword, parts)| (keyword, Value::Array(parts))),
        ];
        (prop::collection::vec(plain(), 0..3), prop::collection::vec(holding, 1..3))
            .prop_map(move |(plain, holding)| object(plain.into_iter().chain(holding).collect()))
    })
}

/// A document with a definition, of one draft or another.
fn documents() -> impl Strategy<Value = Value> {
    let drafts =
        vec![None, Some("http://json-schema.org/draft-04/schema#"), Some("http://json-schema.org/draft-06/schema#")];
    (schemas(), schemas(), select(drafts)).prop_map(|(mut document, definition, draft)| {
        if let Value::Object(members) = &mut document {
            members.insert("definitions".to_owned(), json!({ "d": definition }));
            members.extend(draft.map(|draft| ("$schema".to_owned(), json!(draft))));
        }
        document
    })
}

fn schema(path: &str, document: &Value) -> Option<EventSchema> {
    Schema::from_texts(&Source::new(path, document.to_string()), &[]).ok().map(EventSchema::Json)
}

fn judged(old: &EventSchema, new: &EventSchema, policy: Policy) -> Judgement {
    compare(new, &[(1, old.clone())], &Terms { level: Level::Backward, policy, ..Terms::default() })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_schema_is_compatible_with_itself(document in documents()) {
        let Some(one) = schema("one.json", &document) else { return Ok(()) };
        let judgement = judged(&one, &one.clone(), Policy::Strict);
        prop_assert!(judgement.verdict != Verdict::Incompatible, "{document}: {:?}", judgement.differences);
        prop_assert!(
            judgement.findings.iter().all(|one| one.rule.id == "json-schema/not-judged"),
            "{document}: {:?}",
            judgement.findings.iter().map(|one| &one.message).collect::<Vec<_>>()
        );
    }

    #[test]
    fn lenient_takes_what_strict_takes_and_each_incompatible_difference_is_told(old in documents(), new in documents()) {
        let (Some(old), Some(new)) = (schema("old.json", &old), schema("new.json", &new)) else { return Ok(()) };
        let (strict, lenient) = (judged(&old, &new, Policy::Strict), judged(&old, &new, Policy::Lenient));
        if strict.verdict == Verdict::Compatible {
            prop_assert_eq!(lenient.verdict, Verdict::Compatible);
        }
        for judgement in [strict, lenient] {
            let kinds: Vec<&str> =
                judgement.differences.iter().filter(|one| !one.compatible).map(|one| one.kind).collect();
            let told: Vec<&str> =
                judgement.findings.iter().filter_map(|one| one.reference.as_ref()).map(|one| one.kind).collect();
            prop_assert_eq!(kinds, told);
        }
    }
}

//! Every keyword that `#[validate(...)]` knows says what the crate jsonschema says.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what fails fails the test")]

use proptest::prelude::*;
use serde_json::{Value, json};
use topika::validate::{Checks, Number, Pattern, Place, Validate, Violations};

/// Numbers at which rounding, signs and limits bite.
fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-20_i64..20).prop_map(|n| json!(n)),
        any::<i64>().prop_map(|n| json!(n)),
        any::<u64>().prop_map(|n| json!(n)),
        (-4_000_i32..4_000).prop_map(|n| json!(f64::from(n) / 100.0)),
        (-40_i32..40).prop_map(|n| json!(f64::from(n) / 2.0)),
        Just(json!(9_007_199_254_740_993_i64)),
        Just(json!(9_007_199_254_740_992.0)),
        Just(json!(-0.0)),
        Just(json!(1e300)),
        Just(json!(-1e-300)),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ab1]{0,4}", "\\PC{0,4}", Just("e\u{301}".to_owned()), Just("👩‍👧".to_owned()), Just("१२".to_owned())]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::Bool), number(), text().prop_map(Value::String)]
}

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((text(), inner), 0..4).prop_map(|list| Value::Object(list.into_iter().collect())),
        ]
    })
}

const PATTERNS: &[&str] = &[
    "^a",
    "b$",
    r"^\d+$",
    r"^\w{1,3}$",
    "^a|b$",
    r"^(?!a)",
    r"(.)\1",
    "^[^a]*$",
    r"\s",
    "^(a|b|1)$",
    r"^\S*$",
    r"\p{L}",
    "[a-z--b]",
    "",
    "^ab1$",
];

/// A keyword of a schema, and the same as the derive makes it.
type Keyword = (Value, fn(&Value) -> Checks);

fn leaked<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn num(value: &Value) -> Number {
    Number::from(value.as_number().unwrap())
}

fn keyword() -> impl Strategy<Value = Keyword> {
    fn one(
        name: &'static str,
        of: impl Strategy<Value = Value> + 'static,
        make: fn(&Value) -> Checks,
    ) -> BoxedStrategy<Keyword> {
        of.prop_map(move |value| (json!({ name: value }), make)).boxed()
    }
    let count = || (0_u64..5).prop_map(|n| json!(n));
    let positive = || number().prop_filter("above 0", |n| n.as_f64().unwrap() > 0.0);
    prop_oneof![
        one("minLength", count(), |v| Checks { min_length: v["minLength"].as_u64(), ..Checks::NONE }),
        one("maxLength", count(), |v| Checks { max_length: v["maxLength"].as_u64(), ..Checks::NONE }),
        one("minItems", count(), |v| Checks { min_items: v["minItems"].as_u64(), ..Checks::NONE }),
        one("maxItems", count(), |v| Checks { max_items: v["maxItems"].as_u64(), ..Checks::NONE }),
        one("minProperties", count(), |v| Checks { min_properties: v["minProperties"].as_u64(), ..Checks::NONE }),
        one("maxProperties", count(), |v| Checks { max_properties: v["maxProperties"].as_u64(), ..Checks::NONE }),
        one("uniqueItems", any::<bool>().prop_map(Value::Bool), |v| Checks {
            unique_items: v["uniqueItems"] == json!(true),
            ..Checks::NONE
        }),
        one("minimum", number(), |v| Checks { minimum: Some(num(&v["minimum"])), ..Checks::NONE }),
        one("maximum", number(), |v| Checks { maximum: Some(num(&v["maximum"])), ..Checks::NONE }),
        one("exclusiveMinimum", number(), |v| Checks {
            exclusive_minimum: Some(num(&v["exclusiveMinimum"])),
            ..Checks::NONE
        }),
        one("exclusiveMaximum", number(), |v| Checks {
            exclusive_maximum: Some(num(&v["exclusiveMaximum"])),
            ..Checks::NONE
        }),
        one("multipleOf", positive(), |v| Checks {
            multiple_of: std::slice::from_ref(leaked(num(&v["multipleOf"]))),
            ..Checks::NONE
        }),
        one("pattern", prop::sample::select(PATTERNS).prop_map(|p| json!(p)), |v| {
            let text: &'static str = leaked(v["pattern"].as_str().unwrap().to_owned());
            Checks { patterns: std::slice::from_ref(leaked(leaked(Pattern::new(text)))), ..Checks::NONE }
        }),
    ]
}

/// A keyword by itself, or on items, values or names.
fn placed() -> impl Strategy<Value = (Value, Checks)> {
    (keyword(), 0..4).prop_map(|((schema, make), place)| {
        let checks = make(&schema);
        match place {
            0 => (json!({ "items": schema }), Checks { items: Some(leaked(checks)), ..Checks::NONE }),
            1 => (json!({ "additionalProperties": schema }), Checks { values: Some(leaked(checks)), ..Checks::NONE }),
            2 => (json!({ "propertyNames": schema }), Checks { keys: Some(leaked(checks)), ..Checks::NONE }),
            _ => (schema, checks),
        }
    })
}

/// Whether a fraction divides a number beyond 2^53: jsonschema reads that one as its double in binary, topika as it is written.
fn is_read_otherwise(schema: &Value, value: &Value) -> bool {
    fn divides(schema: &Value) -> bool {
        schema.as_object().is_some_and(|map| {
            let own = map.get("multipleOf").and_then(Value::as_f64).is_some_and(|of| of.fract() != 0.0);
            own || map.values().any(divides)
        })
    }
    fn is_large(value: &Value) -> bool {
        match value {
            Value::Number(number) => number.as_f64().unwrap().abs() > 9_007_199_254_740_992.0,
            Value::Array(items) => items.iter().any(is_large),
            Value::Object(map) => map.values().any(is_large),
            _ => false,
        }
    }
    divides(schema) && is_large(value)
}

fn judged(value: &impl Validate, checks: &Checks) -> bool {
    let mut found = Violations::default();
    value.check_with(checks, &Place::ROOT, &mut found);
    found.is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn every_keyword_is_what_jsonschema_says((schema, checks) in placed(), value in value()) {
        prop_assume!(!is_read_otherwise(&schema, &value));
        let wanted = jsonschema::draft202012::new(&schema).unwrap().is_valid(&value);
        prop_assert_eq!(judged(&value, &checks), wanted, "{} of {}", value, schema);
    }

    #[test]
    fn typed_values_are_judged_as_their_json(
        (schema, checks) in placed(), whole in any::<i64>(), float in -400_i32..400, text in text(),
        list in prop::collection::vec(-3_i64..3, 0..5), map in prop::collection::btree_map(text(), -3_i64..3, 0..4),
    ) {
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let float = f64::from(float) / 100.0;
        if !is_read_otherwise(&schema, &json!(whole)) {
            prop_assert_eq!(judged(&whole, &checks), validator.is_valid(&json!(whole)), "{} of {}", whole, schema);
        }
        prop_assert_eq!(judged(&Some(float), &checks), validator.is_valid(&json!(float)), "{} of {}", float, schema);
        prop_assert_eq!(judged(&text, &checks), validator.is_valid(&json!(text)), "{:?} of {}", text, schema);
        prop_assert_eq!(judged(&list, &checks), validator.is_valid(&json!(list)), "{:?} of {}", list, schema);
        prop_assert_eq!(judged(&map, &checks), validator.is_valid(&json!(map)), "{:?} of {}", map, schema);
    }
}

//! What differs between two JSON Schemas, in words.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy.toml does not know as such"
)]

use proptest::prelude::*;
use topika_contract::changes::{Change, changes};
use topika_contract::json_schema::Schema;
use topika_contract::schema::EventSchema;
use topika_contract::text::Source;

fn read(path: &str, text: &str, references: &[Source]) -> EventSchema {
    let schema = Schema::from_texts(&Source::new(path, text), references);
    EventSchema::Json(schema.unwrap_or_else(|report| panic!("{text}: {:?}", report.findings())))
}

fn found(old: &str, new: &str) -> Vec<Change> {
    changes(&read("1.schema.json", old, &[]), &read("new.schema.json", new, &[]))
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

#[test]
fn order_and_spelling_are_no_change() {
    says(
        r#"{"type":"string","enum":["a",1.0,{"x":1,"y":2}],"required":["a","b"],"maxLength":10}"#,
        "{ \"maxLength\": 1e1, \"required\": [\"b\", \"a\", \"b\"],\n \"enum\": [{\"y\":2,\"x\":1}, 1, \"a\"], \"type\": [\"string\"] }",
        &[],
    );
    says(r#"{"oneOf":[{"type":"string"},{"type":"null"}]}"#, r#"{"oneOf":[{"type":"null"},{"type":"string"}]}"#, &[]);
    // Inside a value the order of an array means something, whatever the names are.
    says(
        r#"{"default":{"required":["a","b"]}}"#,
        r#"{"default":{"required":["b","a"]}}"#,
        &[r#"default-changed /default: `default` was {"required":["a","b"]} and is now {"required":["b","a"]}"#],
    );
}

#[test]
fn properties_that_come_go_and_become_required() {
    says(
        r#"{"properties":{"id":{"type":"string"},"note":{"type":["string","null"]}},"required":["id","note"]}"#,
        r#"{"properties":{"id":{"type":"string","format":"uuid"},"at":{"type":"string","format":"date-time"}},"required":["id","at"]}"#,
        &[
            "property-removed /properties: property `note` removed: was string or null",
            "string-format-changed /properties/id/format: `id`: `format` \"uuid\" was added",
            "property-added /properties/at: property `at` added: string (date-time), required",
            "required-removed /required: property `note` is required no more",
            "required-added /required/1: property `at` is required now",
        ],
    );
}

#[test]
fn keywords_are_named_with_their_places() {
    says(
        r#"{"properties":{"n":{"type":"integer","minimum":1,"enum":[1,2],"description":"d","x-unit":"m"},"l":{"items":{"pattern":"a"}}}}"#,
        r#"{"properties":{"n":{"type":["integer","null"],"minimum":2,"enum":[2,3],"title":"N"},"l":{"items":{"pattern":"b"}}},"additionalProperties":false}"#,
        &[
            "type-changed /properties/n/type: `n`: the type was integer and is now integer or null",
            "bound-changed /properties/n/minimum: `n`: `minimum` was 1 and is now 2",
            "value-removed /properties/n/enum: `n`: the value 1 was removed",
            "value-added /properties/n/enum/1: `n`: the value 3 was added",
            "doc-changed /properties/n: `n`: `description` \"d\" was removed",
            "attribute-changed /properties/n: `n`: `x-unit` \"m\" was removed",
            "doc-changed /properties/n/title: `n`: `title` \"N\" was added",
            "pattern-changed /properties/l/items/pattern: `l[]`: `pattern` was \"a\" and is now \"b\"",
            "content-model-changed /additionalProperties: `additionalProperties`: was open (nothing said) and is now closed",
        ],
    );
}

#[test]
fn keywords_that_nobody_models_are_named_too() {
    says(
        r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","not":{"type":"null"},"patternProperties":{"^a":{"maxLength":1}},"if":{"minLength":1},"dependentRequired":{"a":["b"]},"prefixItems":[{"type":"null"}],"odd":1}"#,
        r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","not":{"type":"string"},"patternProperties":{"^a":{"maxLength":2}},"dependentRequired":{"a":["c"]},"prefixItems":[{"type":"string"},true],"odd":2}"#,
        &[
            "type-changed /not/type: `<not>`: the type was null and is now string",
            "bound-changed /patternProperties/^a/maxLength: `{^a}`: `maxLength` was 1 and is now 2",
            "keyword-changed : `if` {\"minLength\":1} was removed",
            "keyword-changed /dependentRequired: `dependentRequired` was {\"a\":[\"b\"]} and is now {\"a\":[\"c\"]}",
            "type-changed /prefixItems/0/type: `[0]`: the type was null and is now string",
            "branch-added /prefixItems/1: item 1 of `prefixItems` added: anything",
            "keyword-changed /odd: `odd` was 1 and is now 2",
        ],
    );
    says("true", "false", &["type-changed : allowed anything and now allows nothing"]);
    says("true", "{}", &["type-changed : was true and is now {}"]);
}

#[test]
fn branches_are_known_by_what_they_say() {
    says(
        r#"{"oneOf":[{"title":"card","maxLength":1},{"type":"null"},{"type":"object","title":"cash"}]}"#,
        r#"{"oneOf":[{"type":"null"},{"title":"card","maxLength":2},{"type":"boolean"},{"const":1}]}"#,
        &[
            "bound-changed /oneOf/1/maxLength: `<oneOf 1>`: `maxLength` was 1 and is now 2",
            "branch-removed /oneOf: a branch of `oneOf` removed: was object",
            "branch-added /oneOf/2: a branch of `oneOf` added: boolean",
            "branch-added /oneOf/3: a branch of `oneOf` added: one value",
        ],
    );
}

#[test]
fn references_are_followed() {
    // Said in place before, and now by a definition that says the same but for one bound.
    says(
        r#"{"properties":{"a":{"type":"string","maxLength":5}}}"#,
        r##"{"properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{"type":"string","maxLength":6}}}"##,
        &[
            "reference-changed /properties/a/$ref: `a`: now refers to `#/$defs/A`, and said it in place",
            "definition-added /$defs/A: definition `A` added: string",
            "bound-changed /$defs/A/maxLength: `a`: `maxLength` was 5 and is now 6",
        ],
    );
    // A definition is compared once, and circles end.
    says(
        r##"{"$ref":"#/definitions/T","definitions":{"T":{"properties":{"l":{"$ref":"#/definitions/T"},"v":{"type":"string"}}}}}"##,
        r##"{"$ref":"#/definitions/T","definitions":{"T":{"properties":{"l":{"$ref":"#/definitions/T"},"v":{"type":"number"}}}}}"##,
        &["type-changed /definitions/T/properties/v/type: `v`: the type was string and is now number"],
    );
    let station = |max: u8| Source::new("types/s.json", format!(r#"{{"type":"string","maxLength":{max}}}"#));
    let main = r##"{"properties":{"s":{"$ref":"types/s.json"}}}"##;
    let found = changes(&read("1.json", main, &[station(1)]), &read("new.json", main, &[station(2)]));
    assert_eq!(lines(&found), ["bound-changed /maxLength: `maxLength` was 1 and is now 2"]);
    assert_eq!(found[0].group, "file types/s.json");
    assert_eq!(found[0].new.as_ref().unwrap().at.source.path(), "types/s.json");
    // Behind branches that say the same by themselves, too.
    let main = r##"{"oneOf":[{"$ref":"types/s.json"},{"type":"null"}]}"##;
    let found = changes(&read("1.json", main, &[station(1)]), &read("new.json", main, &[station(2)]));
    assert_eq!(lines(&found), ["bound-changed /maxLength: `maxLength` was 1 and is now 2"]);
}

/// A schema as JSON, with every kind of keyword.
fn schemas() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::json;
    let leaf = prop_oneof![
        Just(json!(true)),
        Just(json!(false)),
        Just(json!({})),
        prop::sample::select(vec!["string", "null", "integer"]).prop_map(|ty| json!({ "type": ty })),
        (1..4).prop_map(|max| json!({ "type": "string", "maxLength": max })),
        Just(json!({ "enum": ["a", "b"] })),
        Just(json!({ "enum": ["b", "c", "a"], "title": "t" })),
        Just(json!({ "const": 1, "x-mark": [1, 2] })),
        Just(json!({ "$ref": "#" })),
        Just(json!({ "required": ["a"], "default": { "a": 1 } })),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| json!({ "type": "object", "properties": { "a": a, "b": b } })),
            inner
                .clone()
                .prop_map(|a| json!({ "properties": { "a": a }, "required": ["a"], "additionalProperties": false })),
            inner.clone().prop_map(|a| json!({ "additionalProperties": a, "patternProperties": { "x": true } })),
            inner.clone().prop_map(|a| json!({ "items": a })),
            inner.clone().prop_map(|a| json!({ "not": a })),
            inner.clone().prop_map(|a| json!({ "if": a, "then": { "minimum": 1.5 } })),
            list.clone().prop_map(|list| json!({ "oneOf": list })),
            list.clone().prop_map(|list| json!({ "allOf": list, "description": "d" })),
            list.prop_map(|list| json!({ "items": list })),
            inner.prop_map(|a| json!({ "dependencies": { "a": a, "b": ["c"] } })),
        ]
    })
}

/// A schema in one spelling: a printer that shares nothing with the walk. Only what the strategy above makes.
fn normal(schema: &serde_json::Value) -> String {
    let Some(members) = schema.as_object() else { return schema.to_string() };
    let mut parts: Vec<String> = members
        .iter()
        .map(|(name, value)| {
            let sorted = |mut parts: Vec<String>| {
                parts.sort_unstable();
                parts.join(",")
            };
            let said = match (name.as_str(), value) {
                ("properties" | "patternProperties", serde_json::Value::Object(map)) => {
                    sorted(map.iter().map(|(name, value)| format!("{name}={}", normal(value))).collect())
                }
                ("required" | "enum", serde_json::Value::Array(items)) => {
                    sorted(items.iter().map(ToString::to_string).collect())
                }
                ("oneOf" | "allOf", serde_json::Value::Array(items)) => sorted(items.iter().map(normal).collect()),
                ("items", serde_json::Value::Array(items)) => {
                    format!("list {}", items.iter().map(normal).collect::<Vec<_>>().join(","))
                }
                ("additionalProperties" | "items" | "not" | "if" | "then", value) => normal(value),
                ("dependencies", serde_json::Value::Object(map)) => {
                    sorted(map.iter().map(|(name, value)| format!("{name}={}", normal(value))).collect())
                }
                (_, value) => value.to_string(),
            };
            format!("{name}: {{{said}}}")
        })
        .collect();
    parts.sort_unstable();
    format!("({})", parts.join("; "))
}

/// The schema as that of a property, so that a `$ref` to the root is never alone.
fn inside(schema: &serde_json::Value) -> serde_json::Value {
    serde_json::json!({ "title": "r", "properties": { "r": schema } })
}

/// The same schema with the members of every object and the items of every set turned round.
fn turned(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(members) => members
            .iter()
            .rev()
            .map(|(name, value)| {
                let value = match value {
                    serde_json::Value::Array(items)
                        if ["required", "enum", "oneOf", "allOf"].contains(&name.as_str()) =>
                    {
                        items.iter().rev().map(turned).collect()
                    }
                    other => turned(other),
                };
                (name.clone(), value)
            })
            .collect(),
        serde_json::Value::Array(items) => items.iter().map(turned).collect(),
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn what_differs_is_never_passed_over_and_what_is_the_same_is_never_told(a in schemas(), b in schemas()) {
        let found = found(&inside(&a).to_string(), &inside(&b).to_string());
        prop_assert_eq!(found.is_empty(), normal(&a) == normal(&b), "{} and {}: {:?}", a, b, lines(&found));
    }

    #[test]
    fn a_schema_turned_round_is_the_same(a in schemas()) {
        let found = found(&inside(&a).to_string(), &format!("{:#}", inside(&turned(&a))));
        prop_assert!(found.is_empty(), "{}: {:?}", a, lines(&found));
    }
}

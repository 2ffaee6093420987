//! Lint of JSON Schemas: what is said, where, and what is left alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use topika_contract::json_schema::{parse_as, resolve};
use topika_contract::lint::{Text, lint};
use topika_contract::report::{Finding, Report};
use topika_contract::schema::EventSchema;
use topika_contract::text::Source;

fn findings(text: &str, key: &[&str], is_new: bool) -> Vec<Finding> {
    let mut report = Report::default();
    let path = "orders/order.schema.json";
    let parsed = parse_as(&Source::new(path, text), path, &mut report);
    let schema = resolve(parsed.into_iter().collect(), &mut report).remove(0);
    let schema = EventSchema::Json(schema.unwrap_or_else(|| panic!("{report:#?}")));
    let key: Vec<String> = key.iter().map(|&field| field.to_owned()).collect();
    let text = Text { schema: &schema, path, key: &key, is_new };
    lint(&text, &|rule| rule.group() != "doc")
}

/// `rule at pointer: message` of everything but docs.
fn said(text: &str) -> Vec<String> {
    let line = |one: Finding| format!("{} at {}: {}", one.rule.id, one.pointer.as_deref().unwrap_or("-"), one.message);
    findings(text, &[], false).into_iter().map(line).collect()
}

fn object(properties: &str) -> String {
    format!(
        r#"{{ "title": "Order", "type": "object", "properties": {{ {properties} }}, "additionalProperties": false }}"#
    )
}

#[track_caller]
fn says(properties: &str, expected: &[&str]) {
    assert_eq!(said(&object(properties)), expected, "{properties}");
}

#[test]
fn a_branch_that_another_one_covers_is_told() {
    let one = |word: &str, branches: &str| said(&object(&format!(r#""value": {{ "{word}": [{branches}] }}"#)));
    let expected = |at: u8, why: &str| {
        vec![format!("json-schema/branch-unreachable at #/properties/value/anyOf/{at}: this branch of `anyOf` {why}")]
    };
    let covered = "takes nothing that another one does not take";
    assert_eq!(one("anyOf", r#"{ "type": "number" }, { "type": "integer", "minimum": 3 }"#), expected(1, covered));
    assert_eq!(one("anyOf", r#"{ "const": "a" }, true"#), expected(0, covered));
    assert_eq!(one("anyOf", r#"{ "enum": ["a", "b"] }, { "const": "b", "title": "B" }"#), expected(1, covered));
    assert_eq!(one("anyOf", r#"{ "type": "string" }, false"#), expected(1, "takes nothing"));
    let same = "says the same as another one";
    assert_eq!(
        one(
            "anyOf",
            r#"{ "type": "string", "maxLength": 3 }, { "maxLength": 3, "description": "x", "type": "string" }"#
        ),
        expected(1, same)
    );
    assert_eq!(
        one("oneOf", r#"{ "type": "number" }, { "type": "integer" }"#),
        [format!(
            "json-schema/branch-unreachable at #/properties/value/oneOf/1: this branch of `oneOf` {covered}, so that `oneOf` refuses what both take"
        )]
    );
    for sound in [
        r#"{ "type": "number" }, { "type": "string" }"#,
        r#"{ "type": "number", "minimum": 3 }, { "type": "integer" }"#,
        r#"{ "const": "a" }, { "const": "b" }"#,
        r#"{ "type": ["string", "null"] }, { "type": ["string", "integer"] }"#,
        r#"{ "type": "string", "maxLength": 3 }, { "type": "string", "maxLength": 4 }"#,
        r#"{ "enum": [1] }, { "enum": ["1"] }"#,
    ] {
        assert!(one("anyOf", sound).is_empty(), "{sound}: {:?}", one("anyOf", sound));
        assert!(one("oneOf", sound).is_empty(), "{sound}");
    }
}

#[test]
fn branches_that_refer_to_the_same_schema_are_alike_and_circles_end() {
    let text = r##"{ "title": "Order", "type": "object", "additionalProperties": false,
        "properties": { "next": { "oneOf": [{ "$ref": "#/$defs/a" }, { "$ref": "#/$defs/b" }, { "$ref": "#/$defs/a" }] } },
        "$defs": {
            "a": { "type": "array", "items": { "anyOf": [{ "$ref": "#/$defs/b" }, { "type": "null" }] } },
            "b": { "type": "array", "minItems": 1, "items": { "anyOf": [{ "$ref": "#/$defs/a" }, { "type": "null" }] } }
        } }"##;
    assert_eq!(
        said(text),
        [
            "json-schema/branch-unreachable at #/properties/next/oneOf/2: this branch of `oneOf` says the same as another one, so that `oneOf` refuses what both take"
        ]
    );
}

#[test]
fn values_that_cannot_occur_are_told() {
    says(
        r#""state": { "type": "string", "enum": ["open", "open", 3] }"#,
        &[
            r#"json-schema/value-unreachable at #/properties/state/enum: "open" stands twice in `enum`"#,
            "json-schema/value-unreachable at #/properties/state/enum: 3 in `enum` is not of the type string",
        ],
    );
    says(
        r#""state": { "enum": ["open"], "const": "paid" }"#,
        &[
            r#"json-schema/value-unreachable at #/properties/state/const: `const` is "paid", which `enum` does not hold: nothing is valid"#,
        ],
    );
    says(r#""count": { "type": "integer", "enum": [1, 2.0] }"#, &[]);
}

#[test]
fn a_default_that_its_schema_refuses_is_told() {
    let told = |property: &str| said(&object(&format!(r#""count": {property}"#)));
    let says = |text: &str| vec![format!("json-schema/default at #/properties/count/default: the default {text}")];
    assert_eq!(told(r#"{ "type": "integer", "default": "0" }"#), says("is a string and not of the type integer"));
    assert_eq!(told(r#"{ "enum": [1, 2], "default": 3 }"#), says("is 3, which `enum` does not hold"));
    assert_eq!(told(r#"{ "maximum": 3, "default": 5 }"#), says("is 5, and `maximum` is 3"));
    assert_eq!(told(r#"{ "exclusiveMinimum": 0, "default": 0 }"#), says("is 0, and `exclusiveMinimum` is 0"));
    assert_eq!(told(r#"{ "minLength": 1, "default": "" }"#), says("is \"\", and `minLength` is 1"));
    let lines = r#"{ "items": { "type": "string" }, "default": ["a", 1] }"#;
    assert_eq!(told(lines), says("has an item 1 that is a number and not of the type string"));
    let point = r#"{ "properties": { "x": { "type": "integer" } }, "required": ["x"], "default": { "x": true } }"#;
    assert_eq!(told(point), says("has a property `x` that is a boolean and not of the type integer"));
    assert_eq!(told(r#"{ "required": ["x"], "default": {} }"#), says("has no `x`, which is required"));
    assert_eq!(
        told(r#"{ "allOf": [{ "type": "string" }], "default": 1 }"#),
        says("is a number and not of the type string")
    );
    assert!(told(r#"{ "type": ["integer", "null"], "default": null }"#).is_empty());
}

#[test]
fn bounds_that_exclude_everything_are_told() {
    says(
        r#""id": { "type": "string", "minLength": 20, "maxLength": 10 }"#,
        &[
            "json-schema/bounds-empty at #/properties/id/maxLength: `minLength` is 20 and `maxLength` is 10: nothing is valid",
        ],
    );
    says(
        r#""n": { "type": "integer", "exclusiveMinimum": 1, "maximum": 1 }"#,
        &[
            "json-schema/bounds-empty at #/properties/n/maximum: `exclusiveMinimum` is 1 and `maximum` is 1: nothing is valid",
        ],
    );
    says(r#""n": { "type": "integer", "minimum": 1, "maximum": 1 }"#, &[]);
}

#[test]
fn a_required_name_that_is_not_declared_is_told_with_what_was_meant() {
    let text = r#"{ "title": "Order", "type": "object", "properties": { "order_id": { "type": "string" } }, "required": ["orderid"] }"#;
    let findings = findings(text, &[], false);
    let [one] = findings.as_slice() else { panic!("{findings:#?}") };
    assert_eq!(one.message, "`orderid` is required and not declared: any value will do");
    assert_eq!(one.help.as_deref(), Some("did you mean `order_id`?"));
    let closed = text.replace("\"required\"", "\"additionalProperties\": false, \"required\"");
    assert!(said(&closed)[0].ends_with("`orderid` is required and may not be there: nothing is valid"));
    // Choices of required names declare nothing, and parts of a whole may declare what others require.
    assert!(said(r#"{ "title": "O", "type": "object", "properties": { "a": {}, "b": {} }, "anyOf": [{ "required": ["a"] }, { "required": ["c"] }] }"#).is_empty());
}

#[test]
fn an_open_object_is_told_only_until_it_is_locked() {
    let open = r#"{ "title": "Order", "type": "object", "properties": { "id": { "type": "string" } } }"#;
    assert_eq!(findings(open, &[], true)[0].rule.id, "json-schema/open-content");
    assert!(findings(open, &[], false).is_empty());
    assert!(findings(&object(r#""id": { "type": "string" }"#), &[], true).is_empty());
    assert!(
        findings(
            &open.replace("\"type\": \"object\",", "\"type\": \"object\", \"additionalProperties\": true,"),
            &[],
            true
        )
        .is_empty()
    );
}

#[test]
fn meaning_is_read_from_the_names_of_properties() {
    says(
        r#""price": { "type": "number" }, "tax_rate": { "type": "number" },
           "created_at": { "type": "string" }, "updated_at": { "type": "string", "format": "date-time" },
           "sent_at": { "type": ["integer", "null"] }, "due_date": { "type": "string", "pattern": "^[0-9]{8}$" },
           "email": { "type": "string" }, "phone": { "type": "string", "confluent:tags": ["PII"] },
           "street": { "type": "string", "confluent:tags": "PII" }"#,
        &[
            "money/float at #/properties/price: `price` is money in a number",
            "time/untyped at #/properties/created_at: `created_at` is a moment in a plain string",
            "time/untyped at #/properties/sent_at: `sent_at` is a moment in a plain number",
            "privacy/unmarked at #/properties/email: `email` looks like an email address and has no mark",
            "privacy/tags at #/properties/street: the tags of `street` are no list of words",
        ],
    );
}

#[test]
fn a_mark_behind_a_reference_counts() {
    let text = r##"{ "title": "Order", "type": "object", "additionalProperties": false,
        "properties": { "email": { "$ref": "#/$defs/email" } },
        "$defs": { "email": { "type": "string", "confluent:tags": ["PII"] } } }"##;
    assert!(said(text).is_empty());
    let in_key = findings(text, &["email"], false);
    assert_eq!(in_key[0].message, "`email` is personal and in the key of the topic");
}

#[test]
fn what_is_personal_is_told_in_a_key_within_an_object() {
    let text = r##"{ "title": "Order", "type": "object", "additionalProperties": false,
        "properties": {
            "email": { "type": "string", "confluent:tags": ["PII"] },
            "guest": { "$ref": "#/$defs/guest" } },
        "$defs": { "guest": { "type": "object", "additionalProperties": false, "properties": {
            "id": { "type": "string" },
            "email": { "type": "string", "confluent:tags": ["PII"] } } } } }"##;
    assert!(findings(text, &["guest.id"], false).is_empty());
    let in_key = findings(text, &["guest.email"], false);
    let [one] = in_key.as_slice() else { panic!("{in_key:#?}") };
    assert_eq!(one.pointer.as_deref(), Some("#/$defs/guest/properties/email"));
}

#[test]
fn names_of_properties_follow_one_style_and_differ() {
    says(
        r#""order_id": {}, "line_count": {}, "shopName": {}, "ORDER_ID": {}, "x-trace": {}"#,
        &[
            "name/collision at #/properties/ORDER_ID: `order_id` and `ORDER_ID` differ only in case and separators",
            "name/field-case at #/properties/shopName: `shopName` is written in another style than `order_id`",
        ],
    );
}

#[test]
fn a_property_that_can_only_be_null_is_told() {
    says(
        r#""a": { "type": "null" }, "b": { "type": ["null", "string"] }, "c": { "enum": [null] }"#,
        &[
            "json-schema/null-only at #/properties/a: `a` can only be null",
            "json-schema/null-only at #/properties/c: `c` can only be null",
        ],
    );
}

#[test]
fn many_branches_are_compared_in_linear_time() {
    let branches: Vec<String> = (0..20_000).map(|n| format!(r#"{{ "const": {n} }}"#)).collect();
    let text = object(&format!(r#""value": {{ "anyOf": [{}] }}"#, branches.join(",")));
    let start = std::time::Instant::now();
    assert!(said(&text).is_empty());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

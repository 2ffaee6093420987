//! Lint of Avro schemas: what is said, where, and what is left alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use topika_contract::avro::Schema;
use topika_contract::lint::{Text, lint};
use topika_contract::report::Finding;
use topika_contract::schema::EventSchema;
use topika_contract::text::Source;

fn findings(path: &str, text: &str, key: &[&str], is_new: bool) -> Vec<Finding> {
    let source = Source::new(path, text);
    let schema = EventSchema::Avro(Schema::from_texts(&source, &[]).unwrap_or_else(|report| panic!("{report:#?}")));
    let key: Vec<String> = key.iter().map(|&field| field.to_owned()).collect();
    let text = Text { schema: &schema, path, key: &key, is_new };
    lint(&text, &|rule| rule.group() != "doc")
}

/// `rule at pointer: message` of everything but docs.
fn said(path: &str, text: &str, key: &[&str]) -> Vec<String> {
    let line = |one: Finding| format!("{} at {}: {}", one.rule.id, one.pointer.as_deref().unwrap_or("-"), one.message);
    findings(path, text, key, true).into_iter().map(line).collect()
}

fn record(fields: &str) -> String {
    format!(r#"{{ "type": "record", "name": "Order", "namespace": "orders", "fields": [{fields}] }}"#)
}

#[track_caller]
fn says(fields: &str, expected: &[&str]) {
    assert_eq!(said("orders/order.avsc", &record(fields), &[]), expected, "{fields}");
}

#[test]
fn a_nullable_field_without_default_is_told_with_its_fix() {
    let text = record(r#"{ "name": "note", "type": ["null", "string"] }"#);
    let findings = findings("orders/order.avsc", &text, &[], true);
    let [one] = findings.as_slice() else { panic!("{findings:#?}") };
    assert_eq!(one.message, "`note` may be null and has no default");
    let fix = one.fix.as_ref().unwrap();
    let [edit] = fix.edits.as_slice() else { panic!("{fix:?}") };
    let mut mended = text.clone();
    mended.replace_range(edit.at.span.start..edit.at.span.end, &edit.text);
    assert_eq!(mended, record(r#"{ "name": "note", "type": ["null", "string"], "default": null }"#));
    assert!(said("orders/order.avsc", &mended, &[]).is_empty());
}

#[test]
fn null_at_the_end_is_told_without_a_fix_that_would_reorder_the_union() {
    let text = record(r#"{ "name": "note", "type": ["string", "null"] }"#);
    let findings = findings("orders/order.avsc", &text, &[], true);
    assert!(findings[0].fix.is_none() && findings[0].help.as_ref().unwrap().contains("first in the union"));
    // A default of the other branch is a choice.
    says(r#"{ "name": "note", "type": ["string", "null"], "default": "-" }"#, &[]);
}

#[test]
fn a_field_that_can_only_be_null_is_told() {
    let expected = ["avro/null-only at /fields/0/type: `note` can only be null"];
    says(r#"{ "name": "note", "type": "null", "default": null }"#, &expected);
    says(r#"{ "name": "note", "type": ["null"] }"#, &expected);
}

#[test]
fn an_enum_without_default_is_told_where_it_is_defined_and_nowhere_else() {
    says(
        r#"{ "name": "a", "type": { "type": "array", "items": { "type": "enum", "name": "State", "symbols": ["A"] } } },
           { "name": "b", "type": "State" }"#,
        &["avro/enum-default-missing at /fields/0/type/items: the enum `orders.State` has no default"],
    );
}

#[test]
fn a_field_in_another_style_than_the_others_is_told() {
    says(
        r#"{ "name": "order_id", "type": "string" }, { "name": "shopName", "type": "string" },
           { "name": "line_count", "type": "int" }, { "name": "ID", "type": "int" }"#,
        &["name/field-case at /fields/1: `shopName` is written in another style than `order_id`"],
    );
    says(r#"{ "name": "order_id", "type": "string" }, { "name": "shopName", "type": "string" }"#, &[]);
}

#[test]
fn names_that_become_one_are_told() {
    says(
        r#"{ "name": "user_id", "type": "string" }, { "name": "userid", "type": "string" }"#,
        &["name/collision at /fields/1: `user_id` and `userid` differ only in case and underscores"],
    );
}

#[test]
fn the_namespace_names_the_folder() {
    let at = |path: &str, namespace: &str| {
        let text = format!(r#"{{ "type": "record", "name": "A", "namespace": "{namespace}", "fields": [] }}"#);
        said(path, &text, &[]).len()
    };
    for (path, namespace) in [
        ("orders/a.avsc", "orders"),
        ("orders/a.avsc", "com.acme.orders"),
        ("orders/a.avsc", "com.acme.orders.v1"),
        ("shop/orders/a.avsc", "orders"),
        ("food-orders/a.avsc", "com.acme.food_orders"),
        ("food-orders/a.avsc", "com.acme.foodorders"),
        ("types/a.avsc", "com.acme.common"),
        ("orders/types/a.avsc", "orders"),
        ("types/a.avsc", "types"),
        ("a.avsc", "anything"),
    ] {
        assert_eq!(at(path, namespace), 0, "{path} {namespace}");
    }
    for (path, namespace) in
        [("orders/a.avsc", "kitchen"), ("orders/a.avsc", ""), ("orders/a.avsc", "com.acme.preorders")]
    {
        assert_eq!(at(path, namespace), 1, "{path} {namespace}");
    }
    // Once it is locked it can only be kept.
    let text = r#"{ "type": "record", "name": "A", "namespace": "kitchen", "fields": [] }"#;
    assert!(findings("orders/a.avsc", text, &[], false).is_empty());
}

#[test]
fn types_and_symbols_are_named_by_custom() {
    says(
        r#"{ "name": "a", "type": { "type": "enum", "name": "order_state", "symbols": ["OPEN", "paidLate"], "default": "OPEN" } }"#,
        &[
            "name/type-case at /fields/0/type: the name `order_state` is not in UpperCamelCase",
            "name/symbol-case at /fields/0/type/symbols/1: the symbol `paidLate` is not in UPPER_SNAKE_CASE",
        ],
    );
}

#[test]
fn money_in_a_double_is_told_wherever_it_is_nested() {
    says(
        r#"{ "name": "price", "type": "double" },
           { "name": "fees", "type": ["null", { "type": "array", "items": "float" }], "default": null },
           { "name": "tax_rate", "type": "double" },
           { "name": "total", "type": { "type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2 } }"#,
        &[
            "money/float at /fields/0/type: `price` is money in a double",
            "money/float at /fields/1/type: `fees` is money in a float",
        ],
    );
}

#[test]
fn a_moment_in_a_plain_long_is_told() {
    says(
        r#"{ "name": "created_at", "type": "long" },
           { "name": "updated_at", "type": { "type": "long", "logicalType": "timestamp-millis" } },
           { "name": "day", "type": "int" },
           { "name": "due_date", "type": ["null", "int"], "default": null },
           { "name": "sent_at_ms", "type": "long" },
           { "name": "seen_at", "type": { "type": "long", "connect.name": "org.apache.kafka.connect.data.Timestamp" } }"#,
        &[
            "time/untyped at /fields/0/type: `created_at` is a moment in a plain long",
            "time/untyped at /fields/3/type: `due_date` is a moment in a plain int",
        ],
    );
}

#[test]
fn personal_fields_want_a_mark_on_the_field_or_its_type() {
    says(
        r#"{ "name": "email", "type": "string" },
           { "name": "phone", "type": "string", "confluent:tags": ["PII"] },
           { "name": "street", "type": { "type": "string", "confluent:tags": ["PRIVATE"] } },
           { "name": "username", "type": "string", "confluent:tags": ["PUBLIC"] },
           { "name": "ip", "type": { "type": "fixed", "name": "Ip", "size": 4, "confluent:tags": ["PII"] } },
           { "name": "email_verified", "type": "boolean" },
           { "name": "address", "type": { "type": "record", "name": "Address", "fields": [{ "name": "postal_code", "type": "string" }] } }"#,
        &[
            "privacy/unmarked at /fields/0: `email` looks like an email address and has no mark",
            "privacy/unmarked at /fields/6/type/fields/0: `postal_code` looks like a postal code and has no mark",
        ],
    );
    let broken = "privacy/tags at /fields/0: the tags of `email` are no list of words";
    for tags in [r#""PII""#, r#"["PII", 1]"#, r#"[""]"#, "{}"] {
        says(&format!(r#"{{ "name": "email", "type": "string", "confluent:tags": {tags} }}"#), &[broken]);
    }
}

#[test]
fn a_bare_name_is_personal_in_a_record_about_a_person() {
    let text = |record: &str| {
        format!(
            r#"{{ "type": "record", "name": "{record}", "namespace": "a", "fields": [{{ "name": "name", "type": "string" }}] }}"#
        )
    };
    assert_eq!(said("a/x.avsc", &text("Customer"), &[]).len(), 1);
    assert!(said("a/x.avsc", &text("Product"), &[]).is_empty());
}

#[test]
fn what_is_personal_is_told_in_a_key() {
    let text = record(
        r#"{ "name": "email", "type": "string", "confluent:tags": ["PII"] }, { "name": "id", "type": "string" },
           { "name": "phone", "type": "string", "confluent:tags": ["PUBLIC"] }"#,
    );
    assert_eq!(
        said("orders/order.avsc", &text, &["email", "id", "phone"]),
        ["privacy/in-key at /fields/0: `email` is personal and in the key of the topic"]
    );
}

#[test]
fn what_is_personal_is_told_in_a_key_within_a_record() {
    let text = record(
        r#"{ "name": "email", "type": "string", "confluent:tags": ["PII"] },
           { "name": "guest", "type": { "type": "record", "name": "Guest", "fields": [
               { "name": "id", "type": "string" },
               { "name": "email", "type": "string", "confluent:tags": ["PII"] } ] } },
           { "name": "host", "type": "Guest", "confluent:tags": ["PII"] }"#,
    );
    assert!(said("orders/order.avsc", &text, &["guest.id"]).is_empty());
    assert_eq!(
        said("orders/order.avsc", &text, &["guest.email"]),
        ["privacy/in-key at /fields/1/type/fields/1: `email` is personal and in the key of the topic"]
    );
    assert_eq!(
        said("orders/order.avsc", &text, &["host.id"]),
        ["privacy/in-key at /fields/2: `host` is personal and in the key of the topic"]
    );
}

#[test]
fn branches_that_only_their_namespaces_tell_apart_are_told() {
    says(
        r#"{ "name": "card", "type": [
            { "type": "record", "name": "a.Card", "fields": [] }, "string", { "type": "record", "name": "b.Card", "fields": [] }
        ] }"#,
        &[
            "avro/union-short-name at /fields/0/type/2: a reader may take `b.Card` for `a.Card`: only their namespaces differ",
        ],
    );
}

#[test]
fn types_of_other_files_have_their_own_turn() {
    let money = Source::new(
        "types/money.avsc",
        r#"{ "type": "record", "name": "types.Money", "fields": [{ "name": "amount", "type": "double" }] }"#,
    );
    let order = Source::new("orders/order.avsc", record(r#"{ "name": "due", "type": "types.Money" }"#));
    let schema = EventSchema::Avro(Schema::from_texts(&order, &[money]).unwrap());
    let text = Text { schema: &schema, path: "orders/order.avsc", key: &[], is_new: true };
    assert!(lint(&text, &|rule| rule.group() != "doc").is_empty());
}

#[test]
fn a_huge_text_gets_a_bounded_number_of_findings() {
    let fields: Vec<String> = (0..20_000).map(|n| format!(r#"{{ "name": "email_{n}x", "type": "string" }}"#)).collect();
    assert_eq!(said("orders/order.avsc", &record(&fields.join(",")), &[]).len(), 1_000);
}

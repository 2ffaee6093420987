//! One Avro file: what is read, and what is said about what is not.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which clippy.toml does not know as such")]

mod reading;

use reading::{avro, avro_says, clean, said};
use topika_contract::avro::{Definition, Field, FullName, Kind, Logical, Order, Schema};

fn fields<'s>(schema: &'s Schema, name: &str) -> &'s [Field] {
    match &schema.named(&FullName::new(name)).unwrap().definition {
        Definition::Record(fields) => fields,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_record_is_read_with_everything_that_it_says() {
    let schema = clean(
        r#"// the contract of the kitchen
        { "type": "record", "name": "Ticket", "namespace": "kitchen", "doc": "A ticket.", "aliases": ["Slip", "old.Slip"], "owner": "team",
          "fields": [
            { "name": "id", "type": "long", "doc": "Its number.", "order": "descending", "aliases": ["number"], "pii": true },
            { "name": "state", "type": { "type": "enum", "name": "State", "symbols": ["OPEN", "DONE"], "default": "OPEN" }, "default": "DONE" },
            { "name": "hash", "type": { "type": "fixed", "name": "Hash", "size": 16 }, "order": "ignore" },
            { "name": "tags", "type": { "type": "map", "values": "string", "java-class": "x" }, "default": {} },
            { "name": "parent", "type": ["null", "Ticket"], "default": null }
          ] }"#,
    );
    let ticket = schema.named(&FullName::new("kitchen.Ticket")).unwrap();
    assert_eq!(ticket.doc.as_deref(), Some("A ticket."));
    assert_eq!(ticket.aliases, [FullName::new("kitchen.Slip"), FullName::new("old.Slip")]);
    assert_eq!(ticket.properties[0].0, "owner");
    assert_eq!((ticket.name.short(), ticket.name.namespace()), ("Ticket", "kitchen"));
    let fields = fields(&schema, "kitchen.Ticket");
    assert_eq!((fields[0].order, fields[2].order), (Order::Descending, Order::Ignore));
    assert_eq!(fields[0].aliases, ["number"]);
    assert_eq!(fields[0].properties[0].0, "pii");
    assert_eq!(fields[1].default.as_ref().unwrap().as_str(), Some("DONE"));
    assert_eq!(fields[3].ty.properties[0].0, "java-class");
    assert_eq!(fields[4].name_at.to_string(), "a.avsc:8:23");
    let names: Vec<&str> = schema.definitions().map(|named| named.name.as_str()).collect();
    assert_eq!(names, ["kitchen.Hash", "kitchen.State", "kitchen.Ticket"]);
    assert!(matches!(schema.root().kind, Kind::Named(_)) && schema.external().is_empty());
}

#[test]
fn names_take_the_namespace_of_their_place() {
    let schema = clean(
        r#"{ "type": "record", "name": "a.b.Outer", "namespace": "ignored", "fields": [
            { "name": "inner", "type": { "type": "fixed", "name": "Inner", "size": 1 } },
            { "name": "other", "type": { "type": "record", "name": "Other", "namespace": "c", "fields": [
                { "name": "deep", "type": { "type": "fixed", "name": "Deep", "size": 1 } },
                { "name": "up", "type": "a.b.Inner" } ] } },
            { "name": "none", "type": { "type": "record", "name": "None", "namespace": "", "fields": [
                { "name": "plain", "type": { "type": "fixed", "name": "Plain", "size": 1 } } ] } },
            { "name": "dotted", "type": { "type": "fixed", "name": ".Dotted", "size": 1 } },
            { "name": "again", "type": { "type": "Inner", "custom": 1 } }
        ] }"#,
    );
    let names: Vec<&str> = schema.definitions().map(|named| named.name.as_str()).collect();
    assert_eq!(names, ["Dotted", "None", "Plain", "a.b.Inner", "a.b.Outer", "c.Deep", "c.Other"]);
    let again = &fields(&schema, "a.b.Outer")[4].ty;
    assert!(matches!(&again.kind, Kind::Named(name) if name.as_str() == "a.b.Inner"));
    assert_eq!(again.properties[0].0, "custom");
}

#[test]
fn a_simple_name_is_also_looked_up_in_the_null_namespace() {
    let schema = clean(
        r#"["null", { "type": "fixed", "name": "Id", "size": 4 },
            { "type": "record", "name": "a.R", "fields": [{ "name": "id", "type": { "type": "array", "items": "Id" } }] }]"#,
    );
    assert!(schema.canonical().contains(r#"{"type":"array","items":"Id"}"#));
}

#[test]
fn logical_types_that_fit_are_kept() {
    for (text, expected) in [
        (
            r#"{ "type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2 }"#,
            Logical::Decimal { precision: 10, scale: 2 },
        ),
        (
            r#"{ "type": "bytes", "logicalType": "decimal", "precision": 4 }"#,
            Logical::Decimal { precision: 4, scale: 0 },
        ),
        (r#"{ "type": "string", "logicalType": "uuid" }"#, Logical::Uuid),
        (r#"{ "type": "int", "logicalType": "date" }"#, Logical::Date),
        (r#"{ "type": "int", "logicalType": "time-millis" }"#, Logical::TimeMillis),
        (r#"{ "type": "long", "logicalType": "time-micros" }"#, Logical::TimeMicros),
        (r#"{ "type": "long", "logicalType": "timestamp-millis" }"#, Logical::TimestampMillis),
        (r#"{ "type": "long", "logicalType": "timestamp-micros" }"#, Logical::TimestampMicros),
        (r#"{ "type": "long", "logicalType": "timestamp-nanos" }"#, Logical::TimestampNanos),
        (r#"{ "type": "long", "logicalType": "local-timestamp-millis" }"#, Logical::LocalTimestampMillis),
        (r#"{ "type": "long", "logicalType": "local-timestamp-micros" }"#, Logical::LocalTimestampMicros),
        (r#"{ "type": "long", "logicalType": "local-timestamp-nanos" }"#, Logical::LocalTimestampNanos),
    ] {
        let schema = clean(text);
        assert_eq!(schema.root().logical.as_ref(), Some(&expected));
        assert!(schema.root().properties.is_empty());
    }
    for (text, expected) in [
        (r#"{ "type": "fixed", "name": "D", "size": 12, "logicalType": "duration" }"#, Logical::Duration),
        (r#"{ "type": "fixed", "name": "U", "size": 16, "logicalType": "uuid" }"#, Logical::Uuid),
        (
            r#"{ "type": "fixed", "name": "M", "size": 4, "logicalType": "decimal", "precision": 9, "scale": 9 }"#,
            Logical::Decimal { precision: 9, scale: 9 },
        ),
    ] {
        assert_eq!(clean(text).definitions().next().unwrap().logical.as_ref(), Some(&expected));
    }
}

#[test]
fn logical_types_that_do_not_fit_are_told_and_kept_as_properties() {
    for (text, expected) in [
        (
            r#"{ "type": "string", "logicalType": "date" }"#,
            "1:36: `date` stands on string, and fits only int | change the type; as it is, values are read as plain string",
        ),
        (
            r#"{ "type": "long", "logicalType": "timestamp-milis" }"#,
            "1:34: `timestamp-milis` is no logical type of Avro | did you mean `timestamp-millis`? values are read as plain long",
        ),
        (
            r#"{ "type": "bytes", "logicalType": "picture" }"#,
            "1:35: `picture` is no logical type of Avro | values are read as plain bytes",
        ),
        (
            r#"{ "type": "bytes", "logicalType": 7 }"#,
            "1:35: `logicalType` is a string, not a number | values are read as the plain type",
        ),
        (
            r#"{ "type": "bytes", "logicalType": "decimal" }"#,
            "1:1: a decimal without `precision` | mend it; as it is, values are read as plain bytes",
        ),
        (
            r#"{ "type": "bytes", "logicalType": "decimal", "precision": 0 }"#,
            "1:59: the precision of a decimal is a whole number above 0 | mend it; as it is, values are read as plain bytes",
        ),
        (
            r#"{ "type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 3 }"#,
            "1:71: the scale of a decimal is a whole number from 0 to its precision 2 | mend it; as it is, values are read as plain bytes",
        ),
        (
            r#"{ "type": "fixed", "name": "M", "size": 4, "logicalType": "decimal", "precision": 10 }"#,
            "1:83: a fixed of 4 bytes holds 9 decimal digits, not 10 | mend it; as it is, values are read as plain bytes",
        ),
        (
            r#"{ "type": "double", "logicalType": "decimal", "precision": 4 }"#,
            "1:36: `decimal` stands on double, and fits only bytes or fixed | change the type; as it is, values are read as plain double",
        ),
        (
            r#"{ "type": "array", "items": "int", "logicalType": "date" }"#,
            "1:51: `date` stands on array, and fits only int | change the type; as it is, values are read as plain array",
        ),
        (
            r#"{ "type": "record", "name": "R", "fields": [{ "name": "at", "type": "long", "logicalType": "timestamp-millis" }] }"#,
            "1:77: the logical type of field `at` stands beside its type, where Avro does not read it | write `\"type\": { \"type\": \"long\", \"logicalType\": \"timestamp-millis\" }`",
        ),
    ] {
        avro_says(text, &format!("avro/logical-type at a.avsc:{expected}"));
        let (schemas, _) = avro(&[text]);
        let schema = schemas[0].as_ref().unwrap();
        assert_eq!(schema.root().logical, None);
    }
    let (schemas, _) = avro(&[r#"{ "type": "string", "logicalType": "date" }"#]);
    assert_eq!(schemas[0].as_ref().unwrap().root().properties[0].0, "logicalType");
}

#[test]
fn the_shape_of_types_is_checked() {
    for (text, expected) in [
        (
            "7",
            "1:1: a type is a string, an object or an array, not a number | write the name of a type in double quotes, such as `\"string\"`",
        ),
        ("{}", "1:1: a type without `type` | write `\"type\": ...` into it"),
        (r#"{ "typ": "int" }"#, "1:1: a type without `type` | did you mean `type` where it says `typ`?"),
        (
            r#"{ "type": { "type": "int" } }"#,
            "1:11: `type` of a type is a string, not an object | write the inner type itself in place of this object",
        ),
        (r#""record""#, "1:1: `record` alone is no type | write `{ \"type\": \"record\", \"name\": ... }` as the type"),
        (r#""array""#, "1:1: `array` alone is no type | write `{ \"type\": \"array\", \"items\": ... }` as the type"),
        (r#""map""#, "1:1: `map` alone is no type | write `{ \"type\": \"map\", \"values\": ... }` as the type"),
        (r#""union""#, "1:1: `union` alone is no type | a union is written as an array: `[\"null\", \"string\"]`"),
        (r#"{ "type": "array" }"#, "1:1: an array without `items` | write `\"items\": ...` into it"),
        (
            r#"{ "type": "map", "value": "int" }"#,
            "1:1: a map without `values` | did you mean `values` where it says `value`?",
        ),
        (r#"{ "type": "record", "fields": [] }"#, "1:1: a record without `name` | write `\"name\": ...` into it"),
        (r#"{ "type": "record", "name": 1, "fields": [] }"#, "1:29: `name` is a string, not a number | no help"),
        (r#"{ "type": "record", "name": "R" }"#, "1:1: a record without `fields` | write `\"fields\": ...` into it"),
        (
            r#"{ "type": "record", "name": "R", "fields": {} }"#,
            "1:44: `fields` is an array of fields, not an object | no help",
        ),
        (
            r#"{ "type": "record", "name": "R", "fields": ["a"] }"#,
            "1:45: a field is an object, not a string | write `{ \"name\": ..., \"type\": ... }`",
        ),
        (
            r#"{ "type": "record", "name": "R", "fields": [{ "name": "a" }] }"#,
            "1:45: field `a` without `type` | write `\"type\": ...` into it",
        ),
        (
            r#"{ "type": "record", "name": "R", "fields": [{ "type": "int" }] }"#,
            "1:45: a field without `name` | write `\"name\": ...` into it",
        ),
        (
            r#"{ "type": "record", "name": "R", "namespace": 3, "fields": [] }"#,
            "1:47: `namespace` is a string, not a number | no help",
        ),
        (
            r#"{ "type": "record", "name": "R", "aliases": "S", "fields": [] }"#,
            "1:45: `aliases` is an array of strings, not a string | no help",
        ),
        (
            r#"{ "type": "record", "name": "R", "aliases": [1], "fields": [] }"#,
            "1:46: `aliases` is an array of strings, not a number | no help",
        ),
        (
            r#"{ "type": "record", "name": "R", "fields": [{ "name": "a", "type": "int", "order": "up" }] }"#,
            "1:84: `up` is no order | write `ascending`, `descending` or `ignore`",
        ),
        (r#"{ "type": "enum", "name": "E" }"#, "1:1: an enum without `symbols` | write `\"symbols\": ...` into it"),
        (r#"{ "type": "fixed", "name": "F" }"#, "1:1: a fixed without `size` | write `\"size\": ...` into it"),
    ] {
        avro_says(text, &format!("avro/shape at a.avsc:{expected}"));
    }
}

#[test]
fn names_are_checked_and_a_better_one_is_offered() {
    let help = "names are letters, digits and `_`, and begin with no digit";
    for (text, expected) in [
        (r#"{ "type": "fixed", "name": "order-id", "size": 1 }"#, format!("1:28: `order-id` is no Avro name | {help}: `order_id`")),
        (r#"{ "type": "fixed", "name": "1st", "size": 1 }"#, format!("1:28: `1st` is no Avro name | {help}: `_1st`")),
        (r#"{ "type": "fixed", "name": "", "size": 1 }"#, format!("1:28: an empty name | {help}")),
        (r#"{ "type": "fixed", "name": "a²", "size": 1 }"#, format!("1:28: `a²` is no Avro name | {help}: `a_`")),
        (r#"{ "type": "fixed", "name": "😀", "size": 1 }"#, format!("1:28: `😀` is no Avro name | {help}")),
        (r#"{ "type": "fixed", "name": "a..B", "size": 1 }"#, format!("1:28: an empty part of a namespace | {help}")),
        (r#"{ "type": "fixed", "name": "B", "namespace": "a b", "size": 1 }"#, format!("1:46: `a b` is no Avro part of a namespace | {help}: `a_b`")),
        (r#"{ "type": "fixed", "name": "B", "aliases": ["x y"], "size": 1 }"#, format!("1:45: `x y` is no Avro name | {help}: `x_y`")),
        (r#"{ "type": "enum", "name": "E", "symbols": ["A", "B C"] }"#, format!("1:49: `B C` is no Avro symbol | {help}: `B_C`")),
        (r#"{ "type": "record", "name": "R", "fields": [{ "name": "a.b", "type": "int" }] }"#, format!("1:55: `a.b` is no Avro field name | {help}: `a_b`")),
        (r#"{ "type": "fixed", "name": "string", "size": 1 }"#, "1:28: `string` is the name of a primitive type | take another name; no type without a namespace can be called so".to_owned()),
    ] {
        avro_says(text, &format!("avro/name at a.avsc:{expected}"));
    }
}

#[test]
fn enums_and_fixed_are_checked() {
    avro_says(
        r#"{ "type": "enum", "name": "E", "symbols": ["A", "B", "A"] }"#,
        "avro/enum at a.avsc:1:54: symbol `A` stands twice | remove one of the two",
    );
    avro_says(
        r#"{ "type": "enum", "name": "E", "symbols": ["OPEN", "DONE"], "default": "OPNE" }"#,
        "avro/enum at a.avsc:1:72: default `OPNE` is none of the symbols | add it to `symbols`, or take one of them",
    );
    avro_says(
        r#"{ "type": "enum", "name": "E", "symbols": ["UNKNOWN"], "default": "UNKOWN" }"#,
        "avro/enum at a.avsc:1:67: default `UNKOWN` is none of the symbols | did you mean `UNKNOWN`?",
    );
    for size in ["-1", "1.5", "\"16\"", "99999999999", "1e2"] {
        avro_says(
            &format!(r#"{{ "type": "fixed", "name": "F", "size": {size} }}"#),
            "avro/fixed-size at a.avsc:1:41: the size of a fixed is a whole number from 0 to 2147483647 | write the number of bytes, such as `\"size\": 16`",
        );
    }
}

#[test]
fn fields_and_branches_stand_once() {
    avro_says(
        r#"{ "type": "record", "name": "R", "fields": [{ "name": "a", "type": "int" }, { "name": "a", "type": "long" }] }"#,
        "avro/field-duplicate at a.avsc:1:87: field `a` stands twice | rename one of the two",
    );
    avro_says(
        r#"["null", ["int"]]"#,
        "avro/union at a.avsc:1:10: a union stands directly in a union | write its branches into the outer union",
    );
    for (text, place, what) in [
        (r#"["int", "int"]"#, "1:9", "int"),
        (r#"["string", { "type": "string", "logicalType": "uuid" }]"#, "1:12", "string"),
        (r#"[{ "type": "array", "items": "int" }, { "type": "array", "items": "long" }]"#, "1:39", "array"),
        (r#"[{ "type": "fixed", "name": "a.F", "size": 1 }, "a.F"]"#, "1:49", "a.F"),
    ] {
        avro_says(
            text,
            &format!(
                "avro/union at a.avsc:{place}: `{what}` stands twice in this union | keep one; two meanings of one type need records of their own"
            ),
        );
    }
    let two =
        clean(r#"[{ "type": "fixed", "name": "a.F", "size": 1 }, { "type": "fixed", "name": "b.F", "size": 1 }]"#);
    assert_eq!(two.definitions().count(), 2);
}

#[test]
fn all_faults_of_a_file_are_told_at_once() {
    let (schemas, report) = avro(&[r#"{ "type": "record", "name": "R-1", "fields": [
        { "name": "a", "type": "strng" },
        { "name": "b" },
        { "name": "c", "type": { "type": "enum", "name": "E", "symbols": ["X", "X"] } } ] }"#]);
    assert!(schemas[0].is_none());
    let rules: Vec<&str> = report.findings().iter().map(|finding| finding.rule.id).collect();
    assert_eq!(rules, ["avro/name", "avro/shape", "avro/enum", "ref/missing"], "{:?}", said(&report));
}

#[test]
fn a_misspelt_scale_or_precision_of_a_decimal_is_told() {
    for (ty, name, meant) in [
        (r#""type": "bytes", "logicalType": "decimal", "precision": 10, "scal": 2"#, "scal", "scale"),
        (r#""type": "bytes", "logicalType": "decimal", "precison": 10, "scale": 2"#, "precison", "precision"),
        (
            r#""type": "fixed", "name": "F", "size": 8, "logicalType": "decimal", "precision": 9, "scales": 2"#,
            "scales",
            "scale",
        ),
    ] {
        let text = format!(r#"{{ "type": "record", "name": "R", "fields": [{{ "name": "a", "type": {{ {ty} }} }}] }}"#);
        let (_, report) = avro(&[&text]);
        let told = report.findings().iter().find(|finding| finding.rule.id == "avro/attribute-misspelt").unwrap();
        assert_eq!(told.message, format!("`{name}` is no attribute of Avro"));
        assert!(told.help.as_deref().unwrap().starts_with(&format!("did you mean `{meant}`?")));
    }
}

#[test]
fn a_misspelt_attribute_is_told_and_kept_as_a_property() {
    for (text, place, name, meant) in [
        (
            r#"{ "type": "record", "name": "R", "fields": [{ "name": "a", "type": "int", "defualt": 1 }] }"#,
            "1:75",
            "defualt",
            "default",
        ),
        (r#"{ "type": "enum", "name": "E", "symbols": [], "namspace": "a" }"#, "1:47", "namspace", "namespace"),
        (r#"{ "type": "fixed", "name": "F", "size": 1, "alias": "a" }"#, "1:44", "alias", "aliases"),
        (r#"{ "type": "long", "logicaltype": "timestamp-millis" }"#, "1:19", "logicaltype", "logicalType"),
    ] {
        avro_says(
            text,
            &format!(
                "avro/attribute-misspelt at a.avsc:{place}: `{name}` is no attribute of Avro | did you mean `{meant}`? as it is, it does nothing"
            ),
        );
    }
    clean(
        r#"{ "type": "record", "name": "R", "fields": [{ "name": "a", "type": "int", "pii": true, "x-default": 1, "owner": "o", "docs": "d", "doc": "d" }] }"#,
    );
}

#[test]
fn the_schemas_of_this_repository_say_nothing_wrong() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    let mut texts = Vec::new();
    for file in ["orders/order-placed.avsc", "orders/order-cancelled.avsc"] {
        texts.push(std::fs::read_to_string(folder.join(file)).unwrap());
    }
    for shared in std::fs::read_dir(folder.join("types")).unwrap() {
        let path = shared.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "avsc") {
            texts.push(std::fs::read_to_string(path).unwrap());
        }
    }
    let (schemas, report) = avro(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(report.findings().is_empty(), "{:?}", said(&report));
    assert!(schemas.iter().all(Option::is_some));
}

#[test]
fn an_error_is_a_record_by_another_word() {
    let schema = clean(r#"{ "type": "error", "name": "E", "fields": [] }"#);
    assert_eq!(schema.canonical(), r#"{"name":"E","type":"record","fields":[]}"#);
}

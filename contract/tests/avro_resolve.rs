//! Many Avro files: names over files, defaults, circles.

mod reading;

use reading::{avro, avro_says, clean, said};
use topika_contract::avro::{Definition, FullName, Schema};
use topika_contract::text::Source;

fn field(ty: &str, default: &str) -> String {
    format!(r#"{{ "type": "record", "name": "R", "fields": [{{ "name": "f", "type": {ty}, "default": {default} }}] }}"#)
}

#[test]
fn files_are_resolved_in_any_order_and_each_closes_over_what_it_reaches() {
    let order = r#"{ "type": "record", "name": "orders.Order", "fields": [
        { "name": "total", "type": "types.Money" }, { "name": "back", "type": ["null", "types.Money"] }, { "name": "id", "type": "types.Id" } ] }"#;
    let money = r#"{ "type": "record", "name": "Money", "namespace": "types", "fields": [{ "name": "currency", "type": "Currency" }] }"#;
    let currency = r#"{ "type": "enum", "name": "types.Currency", "symbols": ["EUR"] }"#;
    let id = r#"{ "type": "fixed", "name": "types.Id", "size": 16 }"#;
    let (one, report) = avro(&[order, money, currency, id]);
    assert!(report.findings().is_empty(), "{:?}", said(&report));
    let (other, _) = avro(&[id, currency, money, order]);
    let (first, last) = (one[0].as_ref().unwrap(), other[3].as_ref().unwrap());
    assert_eq!(first.canonical(), last.canonical());
    assert_eq!(first.external(), [FullName::new("types.Money"), FullName::new("types.Id")]);
    assert_eq!(first.definitions().count(), 4);
    assert_eq!(one[1].as_ref().unwrap().external(), [FullName::new("types.Currency")]);
    assert_eq!(one[3].as_ref().unwrap().definitions().count(), 1);
    let texts = [money, currency, id].map(|text| Source::new(text, text));
    assert_eq!(Schema::from_texts(&Source::new("order", order), &texts).unwrap().rabin(), first.rabin());
}

#[test]
fn a_missing_name_is_told_once_with_what_was_meant() {
    avro_says(
        r#"{ "type": "record", "name": "R", "fields": [{ "name": "a", "type": "strng" }, { "name": "b", "type": "strng" }] }"#,
        "ref/missing at a.avsc:1:68: no file defines `strng` | did you mean `string`?",
    );
    let money = r#"{ "type": "fixed", "name": "types.Money", "size": 8 }"#;
    let (schemas, report) = avro(&[r#"{ "type": "array", "items": "Money" }"#, money]);
    assert_eq!(
        said(&report),
        ["ref/missing at a.avsc:1:29: no file defines `Money` | did you mean `types.Money`, defined in b.avsc?"]
    );
    assert_eq!(report.findings()[0].related[0].at.to_string(), "b.avsc:1:28");
    assert!(schemas[0].is_none() && schemas[1].is_some());
    let (_, report) = avro(&[r#"{ "type": "array", "items": "types.Mony" }"#, money]);
    assert_eq!(
        said(&report),
        ["ref/missing at a.avsc:1:29: no file defines `types.Mony` | did you mean `types.Money`, defined in b.avsc?"]
    );
    avro_says(
        r#""x.Unheard""#,
        "ref/missing at a.avsc:1:1: no file defines `x.Unheard` | define `x.Unheard` in this file or in one of its own below the schema folder",
    );
}

#[test]
fn a_file_that_reaches_a_broken_one_has_no_schema_and_no_finding_of_its_own() {
    let (schemas, report) = avro(&[
        r#"{ "type": "array", "items": "a.R" }"#,
        r#"{ "type": "record", "name": "a.R", "fields": [{ "name": "x" }] }"#,
    ]);
    assert!(schemas[0].is_none() && schemas[1].is_none());
    assert_eq!(report.findings().len(), 1);
}

#[test]
fn a_name_defined_twice_is_told_with_both_places() {
    let id = |size| format!(r#"{{ "type": "fixed", "name": "types.Id", "size": {size} }}"#);
    let (schemas, report) = avro(&[&id(4), &id(8)]);
    assert_eq!(
        said(&report),
        [
            "avro/name-duplicate at b.avsc:1:28: `types.Id` is defined twice | rename one of them, or define it once in a file of its own and refer to it as `\"types.Id\"`"
        ]
    );
    let finding = &report.findings()[0];
    assert_eq!(finding.related[0].at.to_string(), "a.avsc:1:28");
    assert!(schemas[0].is_none() && schemas[1].is_none(), "nobody knows which of them is meant");
    avro_says(
        r#"["null", { "type": "fixed", "name": "F", "size": 1 }, { "type": "array", "items": { "type": "fixed", "name": "F", "size": 2 } }]"#,
        "avro/name-duplicate at a.avsc:1:110: `F` is defined twice | refer to the first definition by its name: `\"type\": \"F\"`",
    );
}

#[test]
fn a_use_before_the_definition_is_told_and_resolved() {
    let text = r#"[{ "type": "array", "items": "I" }, { "type": "fixed", "name": "I", "size": 1 }]"#;
    avro_says(
        text,
        "avro/used-before-defined at a.avsc:1:30: `I` is used before it is defined | write the definition here and the name there",
    );
    let (schemas, _) = avro(&[text]);
    assert_eq!(
        schemas[0].as_ref().unwrap().canonical(),
        r#"[{"type":"array","items":{"name":"I","type":"fixed","size":1}},"I"]"#
    );
}

#[test]
fn files_in_a_circle_are_resolved_and_told() {
    let a = r#"{ "type": "record", "name": "A", "fields": [{ "name": "b", "type": ["null", "B"] }] }"#;
    let b = r#"{ "type": "record", "name": "B", "fields": [{ "name": "a", "type": ["null", "A"] }] }"#;
    let (schemas, report) = avro(&[a, b]);
    assert!(schemas.iter().all(Option::is_some));
    assert_eq!(
        said(&report),
        [
            "ref/cycle at a.avsc:1:77: files refer to each other in a circle: a.avsc, b.avsc | put the types of the circle into one file; a registry takes a schema only after its references"
        ]
    );
}

#[test]
fn defaults_of_every_type_are_taken() {
    for (ty, default) in [
        (r#""null""#, "null"),
        (r#""boolean""#, "false"),
        (r#""int""#, "-2147483648"),
        (r#""long""#, "9223372036854775807"),
        (r#""float""#, "1"),
        (r#""double""#, "-1.5e300"),
        (r#""string""#, r#""é""#),
        (r#""bytes""#, r#""\u0000\u00ff""#),
        (r#"{ "type": "fixed", "name": "F", "size": 2 }"#, r#""\u00ff\u0001""#),
        (r#"{ "type": "enum", "name": "E", "symbols": ["A", "B"] }"#, r#""B""#),
        (r#"{ "type": "array", "items": "int" }"#, "[1, 2]"),
        (r#"{ "type": "map", "values": ["null", "int"] }"#, r#"{ "a": null }"#),
        (r#"["int", "null"]"#, "3"),
        (
            r#"{ "type": "record", "name": "S", "fields": [{ "name": "x", "type": "int" }, { "name": "y", "type": "int", "default": 1 }] }"#,
            r#"{ "x": 1 }"#,
        ),
    ] {
        clean(&field(ty, default));
    }
}

#[test]
fn defaults_of_another_type_are_told_and_left_out() {
    for (ty, default, expected) in [
        (r#""null""#, "0", "is 0 | write null"),
        (r#""boolean""#, "\"true\"", "is a string | write true or false"),
        (r#""int""#, "\"0\"", "is a string | write a whole number of 32 bits, without fraction and exponent"),
        (r#""int""#, "2147483648", "is 2147483648 | write a whole number of 32 bits, without fraction and exponent"),
        (r#""int""#, "1.0", "is 1.0 | write a whole number of 32 bits, without fraction and exponent"),
        (r#""long""#, "1e3", "is 1e3 | write a whole number of 64 bits, without fraction and exponent"),
        (r#""float""#, "1e39", "is 1e39 | write a number in the range of a float"),
        (r#""double""#, "1e400", "is 1e400 | write a number in the range of a double"),
        (r#""string""#, "null", "is null | write a string"),
        (
            r#""bytes""#,
            "\"\u{20ac}\"",
            "has the character U+20AC, and bytes are written as U+0000 to U+00FF | write one character from U+0000 to U+00FF for each byte",
        ),
        (r#""bytes""#, "[]", "is an array | write a string of the characters U+0000 to U+00FF, one for each byte"),
        (
            r#"{ "type": "fixed", "name": "F", "size": 2 }"#,
            "\"a\"",
            "has 1 bytes, and F has 2 | write one character from U+0000 to U+00FF for each byte",
        ),
        (
            r#"{ "type": "fixed", "name": "F", "size": 2 }"#,
            "2",
            "is 2 | write a string of the characters U+0000 to U+00FF, one for each byte",
        ),
        (
            r#"{ "type": "enum", "name": "E", "symbols": ["PLACED"] }"#,
            "\"PLACD\"",
            "is a string | did you mean `PLACED`?",
        ),
        (r#"{ "type": "enum", "name": "E", "symbols": ["PLACED"] }"#, "0", "is 0 | write a symbol of E"),
        (r#"{ "type": "array", "items": "int" }"#, "{}", "is an object | write an array"),
        (
            r#"{ "type": "array", "items": "int" }"#,
            "[1, true]",
            "is a boolean | write a whole number of 32 bits, without fraction and exponent",
        ),
        (r#"{ "type": "map", "values": "int" }"#, "[]", "is an array | write an object"),
        (r#"["null", "int"]"#, "\"x\"", "is a string | write null"),
        ("[]", "null", "is null | write nothing, since the union is empty"),
        (
            r#"{ "type": "record", "name": "S", "fields": [{ "name": "x", "type": "int" }] }"#,
            "{}",
            "has no `x`, a field of S without default | write `\"x\": ...` into it",
        ),
        (r#"{ "type": "record", "name": "S", "fields": [] }"#, "3", "is 3 | write an object, as S is a record"),
    ] {
        let text = field(ty, default);
        let (schemas, report) = avro(&[&text]);
        let said = said(&report);
        assert!(
            said.len() == 1
                && said[0].starts_with("avro/default at ")
                && said[0].ends_with(&format!(": the default of `f` {expected}")),
            "{said:?}"
        );
        let schema = schemas[0].as_ref().unwrap();
        let Definition::Record(fields) = &schema.named(&FullName::new("R")).unwrap().definition else {
            panic!("R is a record")
        };
        assert!(fields[0].default.is_none());
    }
}

#[test]
fn the_default_of_a_union_is_a_value_of_its_first_branch() {
    let text = field(r#"["string", "null"]"#, "null");
    avro_says(
        &text,
        "avro/default-branch at a.avsc:1:99: the default of `f` is a value of the branch null, and the first branch is string | write null first in the union, or a default that is a value of string: Java's Avro 1.12 reads it, apache-avro of Rust does not",
    );
    // Avro 1.12 itself takes it, so it is a warning and the schema keeps it.
    let (schemas, report) = avro(&[&text]);
    assert!(!report.denies());
    let Definition::Record(fields) = &schemas[0].as_ref().unwrap().definitions().next().unwrap().definition else {
        panic!("R is a record")
    };
    assert!(fields[0].default.is_some());
}

#[test]
fn a_later_branch_is_told_wherever_it_stands_in_a_default() {
    let inner = r#"{ "type": "record", "name": "I", "fields": [{ "name": "note", "type": ["string", "null"] }, { "name": "n", "type": ["null", "int"] }] }"#;
    let (_, report) = avro(&[&field(inner, r#"{ "note": null, "n": null }"#)]);
    let told = said(&report);
    assert!(!report.denies() && told.len() == 1, "{told:?}");
    assert!(
        told[0].contains(": the default of `f` holds a value of the branch null, and the first branch is string"),
        "{told:?}"
    );
    // What fits no branch is still refused, and what the first branch was tried for is not told.
    let unions =
        r#"["null", { "type": "array", "items": ["string", "null"] }, { "type": "array", "items": "string" }]"#;
    assert!(
        avro(&[&field(&unions.replace(r#", { "type": "array", "items": "string" }"#, ""), "[null, 5]")]).1.denies()
    );
    // A union of records that hold such unions is looked at within bounds.
    let mut deep = "\"int\"".to_owned();
    let mut value = "\"x\"".to_owned();
    for depth in 0..30 {
        let record = |name: &str, ty: &str| {
            format!(r#"{{ "type": "record", "name": "{name}{depth}", "fields": [{{ "name": "f", "type": {ty} }}] }}"#)
        };
        let again = if depth == 0 { "\"long\"".to_owned() } else { format!(r#"["A{0}", "B{0}"]"#, depth - 1) };
        deep = format!("[{}, {}]", record("A", &deep), record("B", &again));
        value = format!(r#"{{ "f": {value} }}"#);
    }
    assert!(avro(&[&field(&deep, &value)]).1.denies());
}

#[test]
fn a_default_that_is_no_uuid_is_told_where_readers_would_fail() {
    const EMPTY: &str = "\"\"";
    let uuid = r#"{ "type": "string", "logicalType": "uuid" }"#;
    avro_says(
        &field(uuid, EMPTY),
        "avro/default-logical at a.avsc:1:124: the default of `f` is no uuid, which its type is | let null be the default, first in a union; or write a uuid: `00000000-0000-0000-0000-000000000000`",
    );
    let (_, report) = avro(&[&field(uuid, EMPTY)]);
    assert!(!report.denies());
    let told = |ty: &str, default: &str| said(&avro(&[&field(ty, default)]).1).len();
    let inner =
        format!(r#"{{ "type": "record", "name": "I", "fields": [{{ "name": "id", "type": ["null", {uuid}] }}] }}"#);
    assert_eq!(told(&format!(r#"{{ "type": "array", "items": {uuid} }}"#), r#"["x"]"#), 1);
    assert_eq!(told(&inner, r#"{ "id": null }"#), 0);
    assert_eq!(told(&format!("[{uuid}, \"null\"]"), r#""00000000-0000-0000-0000-000000000000""#), 0);
    assert_eq!(told(&format!("[\"null\", {uuid}]"), "null"), 0);
    assert_eq!(told("\"string\"", EMPTY), 0);
}

#[test]
fn a_default_without_end_is_told() {
    let text = r#"{ "type": "record", "name": "N", "fields": [{ "name": "next", "type": { "type": "array", "items": "N" }, "default": [{}] }] }"#;
    avro_says(
        text,
        "avro/default-endless at a.avsc:1:45: the default of `next` needs itself | write the missing fields into the default, or let it end in `null`",
    );
    clean(
        r#"{ "type": "record", "name": "N", "fields": [{ "name": "next", "type": { "type": "map", "values": "N" }, "default": { "a": { "next": {} } } }] }"#,
    );
}

#[test]
fn a_record_without_end_is_told() {
    avro_says(
        r#"{ "type": "record", "name": "N", "fields": [{ "name": "next", "type": "N" }] }"#,
        "avro/endless-record at a.avsc:1:71: a value of `N` would hold another one without end | make the field optional: `[\"null\", \"N\"]`",
    );
    clean(
        r#"{ "type": "record", "name": "N", "fields": [{ "name": "next", "type": { "type": "array", "items": "N" } }] }"#,
    );
}

#[test]
fn a_schema_that_exists_is_read_in_spite_of_what_does_not_hinder_reading() {
    let source = |text: &str| Source::new("x", text);
    assert!(Schema::from_texts(&source(&field("\"int\"", "\"0\"")), &[]).is_ok());
    let report = Schema::from_texts(&source(r#"{ "type": "int", "type": "long" }"#), &[]).unwrap_err();
    assert_eq!(report.findings()[0].rule.id, "text/duplicate-key");
    assert!(Schema::from_texts(&source("{"), &[]).is_err());
    assert!(Schema::from_texts(&source("\"int\""), &[source("{")]).is_ok());
}

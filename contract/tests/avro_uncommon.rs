//! What Java 1.12 reads and other implementations of Avro refuse: read, and told. The fingerprints are Java's.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail at any line")]

mod reading;

use reading::{avro, avro_says, said};
use topika_contract::avro::{Definition, FullName, Kind, Schema};

/// The schema of a text that only has warnings.
fn read(text: &str) -> (Schema, Vec<String>) {
    let (mut schemas, report) = avro(&[text]);
    assert!(!report.denies(), "{:?}", said(&report));
    (schemas.remove(0).unwrap(), said(&report))
}

fn fingerprint(schema: &Schema) -> i64 {
    schema.rabin().cast_signed()
}

#[test]
fn names_of_any_script_are_read_and_told_where_they_are_given() {
    let (schema, said) = read(
        r#"{ "type": "record", "name": "Größe", "namespace": "straße.日本", "fields": [
            { "name": "größe", "type": "int" }, { "name": "名前", "type": "string" },
            { "name": "e", "type": { "type": "enum", "name": "E", "symbols": ["ä", "ö_1"] } }
        ] }"#,
    );
    assert_eq!(fingerprint(&schema), 5_249_394_253_450_952_401);
    assert_eq!(said.len(), 6, "the namespace, the record, two fields and two symbols: {said:#?}");
    assert!(said.iter().all(|said| said.starts_with("avro/name-uncommon at a.avsc:")));
    assert_eq!(
        said[2],
        "avro/name-uncommon at a.avsc:2:23: `größe` as the name of a field: not every implementation reads letters beyond ASCII | take the letters A to Z, digits and `_`; Java and the registry read the name, Rust's apache-avro does not"
    );
}

#[test]
fn a_namespace_is_what_debezium_makes_of_the_names_of_databases_and_tables() {
    let (schema, said) = read(
        r#"{ "type": "record", "name": "Envelope", "namespace": "my-cluster.public.2nd#users", "fields": [
            { "name": "before", "type": ["null", { "type": "record", "name": "Value", "fields": [] }] },
            { "name": "after", "type": ["null", "Value"] }, { "name": "again", "type": "my-cluster.public.2nd#users.Value" },
            { "name": "other", "type": { "type": "fixed", "name": "a-b.F", "size": 1 } }
        ] }"#,
    );
    assert_eq!(schema.definitions().count(), 3);
    assert!(schema.named(&FullName::new("my-cluster.public.2nd#users.Value")).is_some());
    assert_eq!(
        said,
        [
            "avro/name-uncommon at a.avsc:1:54: `my-cluster` in a namespace: not every implementation reads it | take letters, digits and `_`, as Debezium writes with `schema.name.adjustment.mode=avro`; Java read it up to 1.11, 1.12 and Rust's apache-avro do not",
            "avro/name-uncommon at a.avsc:4:67: `a-b` in a namespace: not every implementation reads it | take letters, digits and `_`, as Debezium writes with `schema.name.adjustment.mode=avro`; Java read it up to 1.11, 1.12 and Rust's apache-avro do not"
        ]
    );
    // What could end a text, a line or a path is no part of a namespace, and neither is nothing.
    for namespace in ["a b", "a/b", r#"a\"b"#, r"a\\b", r"a\nb", "a..b", ".a", "a:b", "{a}"] {
        let text = format!(r#"{{ "type": "fixed", "name": "F", "namespace": "{namespace}", "size": 1 }}"#);
        assert!(avro(&[&text]).1.denies(), "{text}");
    }
}

#[test]
fn a_definition_called_like_a_primitive_is_meant_by_its_full_name() {
    let (schema, said) = read(
        r#"{ "type": "record", "name": "R", "namespace": "a", "fields": [
            { "name": "x", "type": { "type": "record", "name": "int", "fields": [] } }, { "name": "y", "type": "int" }, { "name": "z", "type": "a.int" }
        ] }"#,
    );
    assert_eq!(fingerprint(&schema), -3_479_657_065_532_377_452);
    assert_eq!(
        said,
        [
            "avro/name-uncommon at a.avsc:2:64: `a.int` is called like the primitive type `int` | take another name; Java reads it, by `a.int` alone, since `int` is the primitive, and Rust's apache-avro does not"
        ]
    );
    let Definition::Record(fields) = &schema.named(&FullName::new("a.R")).unwrap().definition else { unreachable!() };
    assert!(matches!(fields[1].ty.kind, Kind::Int) && matches!(&fields[2].ty.kind, Kind::Named(_)));
}

#[test]
fn a_definition_called_like_the_word_of_a_type_is_meant_by_that_word() {
    let (schema, said) = read(
        r#"{ "type": "record", "name": "R", "fields": [
            { "name": "a", "type": { "type": "record", "name": "error", "fields": [] } }, { "name": "b", "type": ["null", "error"] }
        ] }"#,
    );
    assert!(said.is_empty(), "{said:?}");
    assert!(schema.canonical().ends_with(r#"["null","error"]}]}"#));
    avro_says(
        r#"{ "type": "record", "name": "R", "fields": [{ "name": "b", "type": "error" }] }"#,
        "avro/shape at a.avsc:1:68: `error` alone is no type | write `{ \"type\": \"error\", \"name\": ... }` as the type",
    );
}

#[test]
fn a_doc_that_is_no_text_is_told_and_passed_over() {
    for (doc, kind) in [("7", "a number"), (r#"["a", "b"]"#, "an array"), ("{}", "an object"), ("true", "a boolean")] {
        let text = format!(r#"{{ "type": "fixed", "name": "F", "size": 1, "doc": {doc} }}"#);
        let (schema, said) = read(&text);
        let help = "write it in double quotes; lines are parted by `\\n`";
        assert_eq!(said, [format!("avro/doc at a.avsc:1:51: a doc is a string, not {kind}, and is not read | {help}")]);
        assert_eq!(schema.definitions().next().unwrap().doc, None);
    }
}

#[test]
fn an_alias_of_a_field_that_is_no_name_does_nothing() {
    let (schema, said) = read(
        r#"{ "type": "record", "name": "R", "fields": [{ "name": "a", "aliases": ["order-id", "b"], "type": "int" }] }"#,
    );
    assert_eq!(
        said,
        [
            "avro/name-uncommon at a.avsc:1:72: no field can be called `order-id`, so this alias does nothing | leave it out; a property of your own keeps a text that is not for Avro"
        ]
    );
    let Definition::Record(fields) = &schema.definitions().next().unwrap().definition else { unreachable!() };
    assert_eq!(fields[0].aliases, ["b"]);
}

/// A record of two fields, of which each is defined where it stands.
fn twice(one: &str, two: &str) -> String {
    format!(
        r#"{{ "type": "record", "name": "R", "fields": [{{ "name": "a", "type": {one} }}, {{ "name": "b", "type": {two} }}] }}"#
    )
}

#[test]
fn a_definition_in_the_same_words_counts_once() {
    let inner = r#"{ "type": "record", "name": "I", "fields": [{ "name": "q", "type": "int", "default": 3 }] }"#;
    let (schema, said) = read(&twice(inner, inner));
    assert_eq!(fingerprint(&schema), -6_639_665_875_316_786_708);
    assert_eq!(schema.definitions().count(), 2);
    assert_eq!(
        said,
        [
            "avro/definition-repeated at a.avsc:1:214: `I` is defined again, in the same words | refer to the first definition by its name, as readers older than Java 1.12 want it: `\"type\": \"I\"`"
        ]
    );
    // A part of it that is defined there, too, may be a name the second time; and docs are no part of the type.
    let nested = r#"{ "type": "record", "name": "J", "fields": [{ "name": "f", "type": { "type": "fixed", "name": "F", "size": 3 } }] }"#;
    let named = r#"{ "type": "record", "name": "J", "doc": "again", "fields": [{ "name": "f", "type": "F" }] }"#;
    assert_eq!(read(&twice(nested, named)).1.len(), 1);
    assert_eq!(read(&twice(nested, nested)).1.len(), 2);
}

#[test]
fn a_definition_in_other_words_is_refused() {
    let fixed = r#"{ "type": "fixed", "name": "F", "size": 3 }"#;
    for other in [
        r#"{ "type": "fixed", "name": "F", "size": 4 }"#,
        r#"{ "type": "fixed", "name": "F", "size": 3, "aliases": ["G"] }"#,
        r#"{ "type": "fixed", "name": "F", "size": 3, "of": "mine" }"#,
        r#"{ "type": "enum", "name": "F", "symbols": ["A"] }"#,
        r#"{ "type": "fixed", "name": "F", "size": 3, "logicalType": "decimal", "precision": 2 }"#,
    ] {
        let (schemas, report) = avro(&[&twice(fixed, other)]);
        assert!(schemas[0].is_none() && said(&report)[0].starts_with("avro/name-duplicate"), "{:?}", said(&report));
    }
    // Java has not read it to the end where it would have to compare.
    for unfinished in ["J", "R"] {
        let one = format!(
            r#"{{ "type": "record", "name": "J", "fields": [{{ "name": "n", "type": ["null", "{unfinished}"] }}] }}"#
        );
        let (schemas, report) = avro(&[&twice(&one, &one)]);
        assert!(schemas[0].is_none() && said(&report)[0].starts_with("avro/name-duplicate"), "{:?}", said(&report));
    }
}

#[test]
fn files_that_write_out_the_same_type_stay_whole_by_themselves() {
    let record = |name: &str, ty: &str| {
        format!(r#"{{ "type": "record", "name": "{name}", "fields": [{{ "name": "id", "type": {ty} }}] }}"#)
    };
    let id = |size| format!(r#"{{ "type": "fixed", "name": "types.Id", "size": {size} }}"#);
    let (schemas, report) = avro(&[&record("A", &id(4)), &record("B", &id(4)), &id(4)]);
    let help = "define it once, in a file of its own, and refer to it as `\"types.Id\"`; an edit here alone is refused";
    assert_eq!(
        said(&report),
        ["a.avsc:1:96", "b.avsc:1:96"].map(|at| format!(
            "avro/definition-repeated at {at}: `types.Id` is defined again, in the same words | {help}"
        ))
    );
    for schema in &schemas {
        let schema = schema.as_ref().unwrap();
        assert!(schema.external().is_empty(), "no file needs another");
        let id = schema.named(&FullName::new("types.Id")).unwrap();
        assert_eq!(id.at.to_string(), "c.avsc:1:28", "the file of the type's own is its home");
    }
    let (schemas, report) = avro(&[&record("A", &id(4)), &record("B", &id(5))]);
    assert!(schemas.iter().all(Option::is_none) && said(&report)[0].starts_with("avro/name-duplicate at b.avsc"));
    let (schemas, report) = avro(&[&id(4), &id(4)]);
    assert!(schemas.iter().all(Option::is_none), "two files of one type are two events: {:?}", said(&report));
}

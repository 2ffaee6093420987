//! `cargo topika try`, run as people run it: on a folder of schemas of both formats, some of them not well.
#![cfg(feature = "try")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy.toml does not know as such"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;
use support::{Run, run_in};

/// A folder whose path stays, so that cargo compiles topika once and not for each run of the tests.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("try").join(name);
    let _ = fs::remove_dir_all(&folder);
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn run(folder: &Path, args: &[&str]) -> Run {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("try/cache");
    let all = [&["topika", "try", "schemas", "--offline", "--cache", cache.to_str().unwrap()], args].concat();
    run_in(folder, &all, &[])
}

const FILES: &[(&str, &str)] = &[
    (
        "schemas/orders/order-placed.avsc",
        r#"{ "type": "record", "name": "OrderPlaced", "namespace": "orders", "doc": "Placed.", "fields": [
            { "name": "id", "type": { "type": "string", "logicalType": "uuid" } },
            { "name": "total", "type": "types.Money" },
            { "name": "type", "type": ["null", "string"], "default": null },
            { "name": "tags", "type": { "type": "map", "values": ["int", "double", "types.Money"] } },
            { "name": "next", "type": ["null", "OrderPlaced"] },
            { "name": "at", "type": { "type": "long", "logicalType": "timestamp-micros" } } ] }"#,
    ),
    (
        "schemas/types/money.avsc",
        r#"// Comments are allowed.
        { "type": "record", "name": "types.Money", "fields": [
            { "name": "amount", "type": { "type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2 } },
            { "name": "currency", "type": { "type": "enum", "name": "Currency", "symbols": ["CHF", "EUR"] } } ] }"#,
    ),
    // Says something else by the same name.
    (
        "schemas/other/order-placed.avsc",
        r#"{ "type": "record", "name": "orders.OrderPlaced", "fields": [ { "name": "number", "type": "long" } ] }"#,
    ),
    (
        "schemas/several.avsc",
        r#"[ { "type": "fixed", "name": "a.One", "size": 4 }, { "type": "record", "name": "a.Two", "fields": [] } ]"#,
    ),
    // What Java reads and apache-avro does not.
    (
        "schemas/uncommon.avsc",
        r#"{ "type": "error", "name": "Störung", "namespace": "größe.my-cluster.2nd", "doc": ["one", "two"], "fields": [
            { "name": "größe", "type": { "type": "record", "name": "int", "fields": [ { "name": "n", "type": "int" } ] } },
            { "name": "ints", "type": { "type": "array", "items": "größe.my-cluster.2nd.int" } },
            { "name": "note", "type": ["string", "null"], "default": null },
            { "name": "map", "type": { "type": "enum", "name": "map", "symbols": ["Ä", "B"] } },
            { "name": "maps", "type": ["null", "map"], "default": null },
            { "name": "id", "type": { "type": "fixed", "name": "Id", "size": 3 } },
            { "name": "next", "type": ["null", { "type": "fixed", "name": "Id", "size": 3 }] } ] }"#,
    ),
    ("schemas/broken.avsc", "{ \"type\": \"record\", \"name\": \"a.B\", \"fields\": [ { \"name\": \"a\" } ] }"),
    ("schemas/cut.schema.json", "{ \"type\": "),
    // No schemas, for they are no JSON.
    ("schemas/no/cut.json", "{ \"type\": "),
    ("schemas/no/empty.json", " \n"),
    ("schemas/no/comment.json", "// Not here.\n{ \"type\": \"string\" }"),
    ("schemas/no/1-0-0", "{ type: string }"),
    // These say nothing of schemas.
    ("schemas/no/list.json", "[{ \"type\": \"string\" }]"),
    ("schemas/no/text", "true or false"),
    ("schemas/marked.json", "\u{feff}{ \"type\": \"string\", \"minLength\": 2 }"),
    (
        "schemas/kitchen/ticket.schema.json",
        r##"{ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Ticket", "type": "object",
            "properties": {
                "id": { "type": "string", "minLength": 1 },
                "station": { "$ref": "../shared/station.json" },
                "dishes": { "type": "array", "items": { "$ref": "#/$defs/dish" }, "minItems": 1 },
                "table": { "type": "integer", "minimum": 1, "maximum": 99 } },
            "required": ["id", "station", "dishes"],
            "$defs": { "dish": { "type": "object", "properties": { "name": { "type": "string" }, "price": { "type": "number" } },
                "required": ["name"], "additionalProperties": false } } }"##,
    ),
    (
        "schemas/shared/station.json",
        r#"{ "title": "Station", "type": "object", "properties": { "name": { "enum": ["grill", "fry"] } }, "required": ["name"] }"#,
    ),
    (
        "schemas/com.example/seen/jsonschema/1-0-0",
        r#"{ "$schema": "http://iglucentral.com/schemas/com.snowplowanalytics.self-desc/schema/jsonschema/1-0-0#",
            "self": { "vendor": "com.example", "name": "seen", "format": "jsonschema", "version": "1-0-0" },
            "type": "object", "properties": { "count": { "type": "integer", "minimum": 0, "exclusiveMinimum": true } },
            "required": ["count"], "additionalProperties": false }"#,
    ),
    (
        "schemas/unknown.json",
        r#"{ "$schema": "https://example.com/draft", "type": "object", "properties": { "a": { "type": "string" } } }"#,
    ),
    (
        "schemas/maybe.json",
        r#"{ "type": ["object", "null"], "properties": { "a": { "type": "string" } }, "additionalProperties": false }"#,
    ),
    // A schema within a schema, by its own name, and a `$dynamicRef` to it.
    (
        "schemas/dynamic.json",
        r##"{ "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/dynamic", "type": "object",
            "properties": { "count": { "$dynamicRef": "number#n" }, "more": { "$ref": "number" } }, "required": ["count"],
            "$defs": { "number": { "$id": "number", "$dynamicAnchor": "n", "$ref": "#/$defs/inner",
                "$defs": { "inner": { "type": "integer" } } } } }"##,
    ),
    // Avro without its ending, which is no JSON Schema that anybody could use; and a `$ref` to nowhere.
    (
        "schemas/com.example/Config/avro/1-0-0",
        r#"{ "type": "record", "name": "Config", "fields": [ { "name": "a", "type": "int" } ] }"#,
    ),
    (
        "schemas/lost.json",
        r#"{ "type": "object", "properties": { "a": { "type": "integer" }, "b": { "$ref": "nowhere.json" } } }"#,
    ),
    // A folder that is called as the folder of all schemas is.
    (
        "schemas/schemas/shelf.avsc",
        r#"{ "type": "record", "name": "Shelf", "fields": [ { "name": "a", "type": "int" } ] }"#,
    ),
    ("schemas/notes.md", "No schema."),
    (
        "payloads/kitchen/one.json",
        r#"{ "id": "T", "station": { "name": "fry" }, "dishes": [{ "name": "a", "price": 1.0 }], "more": [1] }"#,
    ),
    ("payloads/other/none.avro", "no container"),
    ("payloads/kitchen/none.json", r#"{ "id": "" }"#),
    ("payloads/shared/none.json", "no JSON"),
];

/// An object container file of values of `other/order-placed.avsc`.
fn container(numbers: &[i64]) -> Vec<u8> {
    let of = FILES.iter().find(|(path, _)| path.ends_with("other/order-placed.avsc")).unwrap();
    let schema = apache_avro::Schema::parse_str(of.1).unwrap();
    let mut writer = apache_avro::Writer::new(&schema, Vec::new()).unwrap();
    for number in numbers {
        let fields = vec![("number".to_owned(), apache_avro::types::Value::Long(*number))];
        writer.append_value(apache_avro::types::Value::Record(fields)).unwrap();
    }
    writer.into_inner().unwrap()
}

/// The answer on [`FILES`], made once.
static ANSWER: LazyLock<(i32, Value)> = LazyLock::new(|| {
    let folder = folder("mixed", FILES);
    fs::write(folder.join("payloads/other/two.avro"), container(&[3, -1])).unwrap();
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    fs::write(folder.join("schemas/no/wide.json"), wide("\u{feff}{ \"type\": \"string\" }")).unwrap();
    let run = run(&folder, &["--payloads", "payloads", "--values", "20", "--format", "json"]);
    let document = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{}{}", run.out, run.err));
    (run.code, document)
});

fn row(file: &str) -> &'static Value {
    let files = ANSWER.1["files"].as_array().unwrap();
    files.iter().find(|row| row["file"] == file).unwrap_or_else(|| panic!("{file} is missing in {files:#?}"))
}

fn rules(file: &str) -> Vec<&'static str> {
    row(file)["said"].as_array().unwrap().iter().filter_map(|said| said["rule"].as_str()).collect()
}

#[test]
fn values_of_both_formats_go_through_the_types_and_back() {
    for (file, format, passed) in [
        ("orders/order-placed.avsc", "avro", 20),
        ("types/money.avsc", "avro", 40),
        // With the two of a container.
        ("other/order-placed.avsc", "avro", 22),
        // Its root and its dish, and a payload.
        ("kitchen/ticket.schema.json", "json", 41),
        ("shared/station.json", "json", 40),
        ("com.example/seen/jsonschema/1-0-0", "json", 20),
        ("schemas/shelf.avsc", "avro", 20),
        ("unknown.json", "json", 20),
        ("maybe.json", "json", 20),
        ("marked.json", "json", 20),
        ("dynamic.json", "json", 20),
    ] {
        let row = row(file);
        let came = (row["format"].as_str(), row["compiled"].as_bool(), row["passed"].as_u64(), row["failed"].as_u64());
        assert_eq!(came, (Some(format), Some(true), Some(passed), Some(0)), "{row:#}");
    }
}

#[test]
fn a_file_of_several_types_gives_them_all() {
    let row = row("several.avsc");
    assert_eq!((row["compiled"].as_bool(), row["failed"].as_u64()), (Some(true), Some(0)), "{row:#}");
    assert!(row["types"].as_u64() >= Some(2) && row["passed"].as_u64() >= Some(40), "{row:#}");
}

#[test]
fn two_files_of_one_name_are_a_finding_and_both_have_a_module() {
    assert_eq!(rules("orders/order-placed.avsc"), Vec::<&str>::new());
    assert_eq!(rules("other/order-placed.avsc"), ["avro/name-duplicate"]);
}

#[test]
fn what_java_alone_reads_goes_through_the_types_and_back() {
    let row = row("uncommon.avsc");
    let came = (row["types"].as_u64(), row["passed"].as_u64(), row["failed"].as_u64());
    assert_eq!(came, (Some(4), Some(80), Some(0)), "{row:#}");
    assert_eq!(row["unasked"], serde_json::json!([]), "{row:#}");
    let said: std::collections::BTreeSet<&str> = rules("uncommon.avsc").into_iter().collect();
    assert!(
        ["avro/name-uncommon", "avro/doc", "avro/definition-repeated", "avro/default-branch"]
            .iter()
            .all(|rule| said.contains(rule)),
        "{row:#}"
    );
}

#[test]
fn an_unknown_draft_is_a_finding_and_iglu_s_own_is_none() {
    assert_eq!(rules("unknown.json"), ["json-schema/draft"]);
    assert_eq!(rules("com.example/seen/jsonschema/1-0-0"), Vec::<&str>::new());
}

#[test]
fn a_broken_file_is_a_row_and_spoils_no_other() {
    assert_eq!(ANSWER.0, 100);
    for (file, word) in [("broken.avsc", "avro/shape"), ("cut.schema.json", "text/syntax")] {
        let row = row(file);
        assert_eq!((row["compiled"].as_bool(), row["types"].as_u64()), (Some(false), Some(0)), "{row:#}");
        assert!(row["first_difference"].as_str().is_some_and(|text| text.contains(word)), "{row:#}");
    }
}

#[test]
fn what_is_no_json_is_named_and_counts_for_nothing() {
    let over = |at: &str, reason: &str| {
        let file = at.split(':').next().unwrap();
        serde_json::json!({ "file": file, "at": at, "reason": reason })
    };
    let expected = [
        over("no/1-0-0:1:3", "expected a name in double quotes"),
        over("no/comment.json:1:1", "comments are not allowed in this file"),
        over("no/cut.json:1:11", "a value is missing after the colon"),
        over("no/empty.json", "it is empty"),
        over("no/wide.json", "it is UTF-16, and JSON is UTF-8"),
    ];
    assert_eq!(ANSWER.1["passed_over"], Value::from(expected.to_vec()));
    let files = ANSWER.1["files"].as_array().unwrap();
    assert!(!files.iter().any(|row| row["file"].as_str().unwrap().starts_with("no/")));
}

#[test]
fn a_json_schema_that_is_partly_wrong_gives_a_type_that_takes_any_value_there() {
    for (file, rules_of, fallbacks) in [
        ("com.example/Config/avro/1-0-0", ["json-schema/shape", "types/fallback"], 1),
        ("lost.json", ["ref/missing", "types/fallback"], 1),
    ] {
        let row = row(file);
        assert_eq!((row["compiled"].as_bool(), row["fallbacks"].as_u64()), (Some(true), Some(fallbacks)), "{row:#}");
        assert!(rules_of.iter().all(|rule| rules(file).contains(rule)), "{row:#}");
        assert!(row["unasked"].as_array().is_some_and(|why| why.len() == 1), "{row:#}");
    }
}

#[test]
fn a_payload_that_no_schema_of_its_folder_accepts_is_listed() {
    assert_eq!(ANSWER.1["unclaimed"], serde_json::json!(["kitchen/none.json", "other/none.avro", "shared/none.json"]));
}

#[test]
fn the_document_is_what_its_schema_says_and_the_totals_are_the_sums() {
    let document = &ANSWER.1;
    let schema: Value = serde_json::from_str(&run_in(Path::new("."), &["schema", "try"], &[]).out).unwrap();
    let errors: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} in {document:#}");
    let files = document["files"].as_array().unwrap();
    assert_eq!(document["totals"]["files"].as_u64(), u64::try_from(files.len()).ok());
    for column in ["types", "fallbacks", "findings", "passed", "failed"] {
        let sum: u64 = files.iter().filter_map(|row| row[column].as_u64()).sum();
        assert_eq!(document["totals"][column].as_u64(), Some(sum), "{column}");
    }
    let compiled = files.iter().filter(|row| row["compiled"] == true).count();
    assert_eq!(document["totals"]["compiled"].as_u64(), u64::try_from(compiled).ok());
}

#[test]
fn all_well_ends_with_0_and_a_table() {
    let a = r#"{ "type": "record", "name": "a.A", "fields": [ { "name": "x", "type": "float" } ] }"#;
    let folder = folder("well", &[("schemas/a.avsc", a), ("schemas/b.json", "{")]);
    let run = run(&folder, &[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!(lines[0], "file    types  fallbacks  findings  compiled  passed  failed");
    assert_eq!(lines[1], "a.avsc      1          0         0       yes      30       0");
    assert_eq!(lines[3], "1 file passed over, since no schema could be read there:");
    assert_eq!(lines[4], "    b.json:1:1: this `{` is never closed");
    assert!(lines[5].starts_with("Tried 1 schema file with seed 0 in "), "{}", run.out);
}

#[test]
fn what_cannot_be_tried_ends_with_101() {
    let folder = folder("empty", &[("schemas/notes.md", "No schema.")]);
    let run = run(&folder, &[]);
    assert_eq!((run.code, run.out.as_str()), (101, ""));
    assert!(run.err.contains("there is no schema in schemas"), "{}", run.err);
    let missing = run_in(&folder, &["try", "nowhere"], &[]);
    assert_eq!(missing.code, 101);
    assert!(missing.err.contains("nowhere is no folder"), "{}", missing.err);
}

//! `cargo topika new`, run as people run it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy.toml does not know as such"
)]

mod support;

use serde_json::{Value, json};
use support::{Project, Run};

const AVRO: &str = "schemas/orders/order-shipped.avsc";
const JSON: &str = "schemas/orders/order-shipped.schema.json";

/// A project with nothing in it but a manifest.
fn empty() -> Project {
    let project = Project::new();
    std::fs::remove_dir_all(project.path().join("schemas")).unwrap();
    project.write("topika.toml", "[project]\n");
    project
}

#[track_caller]
fn new(project: &Project, args: &[&str]) -> Run {
    let run = project.run(&[&["topika", "new", "orders.order-shipped"], args].concat());
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    run
}

/// What was written passes the check without a word, and its layout is the canonical one.
#[track_caller]
fn is_clean(project: &Project) {
    let run = project.run(&["check", "--format", "json"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&report["deny"], &report["warn"]), (&json!(0), &json!(0)), "{}", run.out);
    assert_eq!(project.run(&["fmt", "--check"]).code, 0);
}

fn fields(project: &Project) -> Vec<Value> {
    let schema: Value = serde_json::from_str(&project.read(AVRO)).unwrap();
    schema["fields"].as_array().unwrap().clone()
}

#[track_caller]
fn takes(schema: &str, samples: &[Value]) {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    for sample in samples {
        let errors: Vec<String> = validator.iter_errors(sample).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}: {sample} by {schema:#}");
    }
}

#[test]
fn an_event_begins_as_a_file_that_passes_the_check() {
    let project = empty();
    let run = new(&project, &[]);
    assert!(run.out.starts_with(&format!("wrote {AVRO}: OrderShipped with 1 field\n")), "{}", run.out);
    assert!(run.out.contains("topic orders.order-shipped, subject orders.order-shipped-value"), "{}", run.out);
    assert!(run.out.contains("cargo topika check") && run.out.contains("cargo topika lock"), "{}", run.out);
    let expected = "{
  \"type\": \"record\",
  \"name\": \"OrderShipped\",
  \"namespace\": \"orders\",
  \"doc\": \"Order shipped.\",
  \"fields\": [
    { \"name\": \"id\", \"type\": \"string\" }
  ]
}
";
    assert_eq!(project.read(AVRO), expected);
    is_clean(&project);

    let project = empty();
    new(&project, &["--format", "json"]);
    assert!(project.read(JSON).contains("\"title\": \"OrderShipped\""), "{}", project.read(JSON));
    is_clean(&project);
}

fn sample() -> Value {
    json!({
        "order_id": "ORD-1",
        "id": "123e4567-e89b-12d3-a456-426614174000",
        "shipped_at": "2026-11-21T10:00:00Z",
        "due_date": "2026-11-24",
        "parcels": [{ "weight": 1.5, "count": 2 }, { "weight": 2, "count": 1, "fragile": true }],
        "note": null,
        "total_amount": "12.50",
        "release": "1.10",
        "express": false,
        "tags": ["a", "b"],
        "per_day": { "2026-11-21": 1, "2026-11-22": 2 },
        "$source-id": 7
    })
}

#[test]
fn a_sample_gives_the_fields_of_an_avro_record() {
    let project = empty();
    project.write("sample.json", &sample().to_string());
    let run = new(&project, &["--from", "sample.json"]);
    let expected = json!([
        { "name": "order_id", "type": "string" },
        { "name": "id", "type": { "type": "string", "logicalType": "uuid" } },
        { "name": "shipped_at", "type": { "type": "long", "logicalType": "timestamp-micros" } },
        { "name": "due_date", "type": { "type": "int", "logicalType": "date" } },
        { "name": "parcels", "type": { "type": "array", "items": { "type": "record", "name": "OrderShippedParcels", "fields": [
            { "name": "weight", "type": "double" },
            { "name": "count", "type": "long" },
            { "name": "fragile", "type": ["null", "boolean"], "default": null }
        ] } } },
        { "name": "note", "type": ["null", "string"], "default": null },
        { "name": "total_amount", "type": { "type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 2 } },
        { "name": "release", "type": "string" },
        { "name": "express", "type": "boolean" },
        { "name": "tags", "type": { "type": "array", "items": "string" } },
        { "name": "per_day", "type": { "type": "map", "values": "long" } },
        { "name": "_source_id", "type": "long" }
    ]);
    assert_eq!(Value::Array(fields(&project)), expected);
    for note in [
        "`shipped_at`: the samples write a string; here it is a moment in microseconds",
        "`total_amount`: the samples write a decimal as a string",
        "`per_day`: its keys look like data, so it is a map",
        "`note`: the samples do not say what it is",
        "the key \"$source-id\" is no Avro name; the field is called `_source_id`",
    ] {
        assert!(run.out.contains(note), "{note:?} is missing in: {}", run.out);
    }
    is_clean(&project);
}

#[test]
fn a_sample_is_valid_by_the_json_schema_that_came_of_it() {
    let project = empty();
    project.write("sample.json", &sample().to_string());
    new(&project, &["--format", "json", "--from", "sample.json"]);
    let text = project.read(JSON);
    takes(&text, &[sample()]);
    let schema: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(schema["properties"]["shipped_at"], json!({ "type": "string", "format": "date-time" }));
    assert_eq!(schema["properties"]["note"], json!({ "type": ["string", "null"] }));
    assert_eq!(schema["properties"]["parcels"]["items"]["required"], json!(["weight", "count"]));
    let required = schema["required"].as_array().unwrap();
    assert!(required.len() == 11 && !required.contains(&json!("note")), "null says that it may be left out");
    is_clean(&project);
}

#[test]
fn several_samples_count_together() {
    let project = empty();
    project.write("one.json", r#"{ "a": 1, "b": "x", "at": 1700000000000 }"#);
    project.write("more.ndjson", "{ \"a\": 2.5, \"b\": true, \"at\": 1710000000000 }\n\n{ \"a\": 3, \"b\": null, \"c\": \"2026-01-01\", \"at\": 1720000000000 }\n");
    project.write("array.json", r#"[{ "a": 4, "b": 7, "at": 1730000000000 }]"#);
    let from = ["--from", "one.json", "--from", "more.ndjson", "--from", "array.json"];
    new(&project, &from);
    assert_eq!(
        Value::Array(fields(&project)),
        json!([
            { "name": "a", "type": "double" },
            { "name": "b", "type": ["null", "boolean", "long", "string"], "default": null },
            { "name": "at", "type": { "type": "long", "logicalType": "timestamp-millis" } },
            { "name": "c", "type": ["null", { "type": "int", "logicalType": "date" }], "default": null }
        ])
    );
    is_clean(&project);
    let project = empty();
    for file in ["one.json", "more.ndjson", "array.json"] {
        project.write(
            file,
            if file == "one.json" {
                r#"{ "a": 1, "b": "x" }"#
            } else {
                r#"[{ "a": 2.5, "b": true }, { "b": [1, { "c": null }] }]"#
            },
        );
    }
    new(&project, &[&["--format", "json"][..], &from].concat());
    takes(
        &project.read(JSON),
        &[json!({ "a": 1, "b": "x" }), json!({ "a": 2.5, "b": true }), json!({ "b": [1, { "c": null }] })],
    );
    is_clean(&project);
}

#[test]
fn whatever_a_sample_holds_the_file_is_legal_and_takes_it() {
    for text in [
        r#"{}"#,
        r#"{ "": 1, " ": 2, "1": "x", "a": 3 }"#,
        r#"{ "a-b": 1, "a_b": 2, "a b": 3, "type": 4, "fields": [], "namespace": {} }"#,
        r#"{ "a": { "a": { "a": { "a": [] } } }, "b": { "a": { "c": 1 } } }"#,
        r#"{ "a": [[[1, "x"], null], [{ "b": [] }]] }"#,
        r#"{ "n": 123456789012345678901234567890, "e": 1e400, "m": -0 }"#,
        r#"{ "é": "ü", "日本": { "値": 1, "k": 2 }, "quote\"\\": "\u0000" }"#,
        r#"{ "x": { "1": { "a": 1 }, "2": { "a": "s", "b": null }, "3": null } }"#,
        r#"{ "mixed": [1, 2.5, "2026-01-01", true, null, {}, []] }"#,
        r#"{ "started_at": "2026-11-21T10:00:00", "at": "2026-11-21", "when": ["2026-11-21T10:00:00Z", "soon"] }"#,
    ] {
        for (format, path) in [("avro", AVRO), ("json", JSON)] {
            let project = empty();
            project.write("sample.json", text);
            new(&project, &["--format", format, "--from", "sample.json"]);
            let run = project.run(&["check"]);
            assert_eq!(run.code, 0, "{text} as {format}: {}{}", run.out, project.read(path));
            assert_eq!(project.run(&["fmt", "--check"]).code, 0, "{text} as {format}");
            // A number like 1e400 is more than the validator reads.
            if let Some(sample) = serde_json::from_str::<Value>(text).ok().filter(|_| format == "json") {
                takes(&project.read(path), &[sample]);
            }
        }
    }
}

#[test]
fn what_is_there_is_never_overwritten() {
    let project = empty();
    new(&project, &[]);
    for format in ["avro", "json"] {
        let before = project.read(AVRO);
        let run = project.run(&["new", "orders.order-shipped", "--format", format]);
        assert_eq!((run.code, run.out.as_str()), (101, ""));
        assert!(run.err.contains(&format!("{AVRO} is there already")), "{}", run.err);
        assert_eq!(project.read(AVRO), before);
    }
}

#[test]
fn an_event_joins_a_topic() {
    let project = Project::new();
    new(&project, &["--topic", "orders"]);
    let manifest = project.read("topika.toml");
    assert!(manifest.contains("events = [\"orders.order-placed\", \"orders.order-shipped\"]"), "{manifest}");
    assert_eq!(project.run(&["check"]).code, 0);
    let run = project.run(&["new", "kitchen.ticket-ready", "--topic", "kitchen.events"]);
    assert!(run.out.contains("topic kitchen.events: a row of topika.toml"), "{}", run.out);
    let row = "\n\n[topic.\"kitchen.events\"]\nevents = [\"kitchen.ticket-ready\"]\nkey = \"id\"\n";
    assert!(project.read("topika.toml").ends_with(row), "{}", project.read("topika.toml"));
    assert!(run.out.contains("note: the key of kitchen.events is `id`"), "{}", run.out);
    assert_eq!(project.run(&["check"]).code, 0);
}

#[test]
fn the_row_of_a_new_topic_names_its_key_or_asks_for_one() {
    let project = empty();
    project.write("sample.json", r#"{ "order_id": "a", "customer_id": "b", "note": null, "price": 1.5 }"#);
    let from = ["--from", "sample.json", "--topic", "shipping"];
    for format in ["avro", "json"] {
        let run = project.run(&[&["new", "orders.asked", "--format", format][..], &from, &["--key", "note"]].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""));
        assert!(run.err.contains("`note` cannot be the key of shipping"), "{}", run.err);
        assert!(run.err.contains("fields that can: order_id, customer_id"), "{}", run.err);
    }
    assert_eq!(project.read("topika.toml"), "[project]\n", "nothing was written");
    // Two fields may be meant, so a person says which.
    let run = new(&project, &from);
    assert!(run.out.contains("shipping has no key yet") && run.out.contains("order_id, customer_id"), "{}", run.out);
    assert!(project.read("topika.toml").ends_with("events = [\"orders.order-shipped\"]\n"));
    let run = project.run(&["new", "orders.paid", "--from", "sample.json", "--topic", "payments", "--key", "order_id"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(project.read("topika.toml").ends_with("events = [\"orders.paid\"]\nkey = \"order_id\"\n"));
    // The key of a row that is there stays, and an event without it is told at once.
    let run = project.run(&["new", "orders.billed", "--topic", "payments", "--key", "id"]);
    assert_eq!(run.code, 101, "{}", run.out);
    assert!(run.err.contains("its row says key = order_id; leave out --key"), "{}", run.err);
    let run = project.run(&["new", "orders.billed", "--topic", "payments"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("topic/key-missing: `orders.billed` has no field `order_id`"), "{}", run.out);
}

#[test]
fn a_topic_that_cannot_take_the_event_leaves_everything_as_it_was() {
    let project = empty();
    for (manifest, topic, code, said) in [
        ("[project]\n", "a\"b", 2, "the topic name \"a\\\"b\" holds"),
        ("[topic.orders]\npartitions = 3\n", "orders", 101, "which events it carries"),
        ("[topi.x]\n", "orders", 101, "`cargo topika check` says what is wrong"),
    ] {
        project.write("topika.toml", manifest);
        let run = project.run(&["new", "orders.order-shipped", "--topic", topic]);
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{topic}");
        assert!(run.err.contains(said), "{}", run.err);
        assert!(!project.path().join(AVRO).exists());
        assert_eq!(project.read("topika.toml"), manifest);
    }
}

#[test]
fn a_sample_with_a_key_that_stands_twice_is_refused_with_its_places() {
    let project = empty();
    for (text, line, related) in [
        ("{ \"a\": 1,\n  \"a\": \"x\" }", "2:3", "1:3"),
        ("[{ \"b\": { \"a\": 1, \"a\": 2 } }]", "1:19", "1:11"),
        ("{ \"a\": 1 }\n\n{ \"a\": 1, \"a\": 2 }\n", "3:11", "3:3"),
    ] {
        project.write("sample.json", text);
        let run = project.run(&["new", "orders.order-shipped", "--from", "sample.json"]);
        assert_eq!(run.code, 101, "{}", run.out);
        for part in ["text/duplicate-key", "`a`", &format!("sample.json:{line}"), &format!("sample.json:{related}")] {
            assert!(run.out.contains(part), "{part} is missing in: {}", run.out);
        }
        assert!(run.err.contains("a key stands twice in sample.json"), "{}", run.err);
        assert!(!project.path().join(AVRO).exists());
    }
    // A line that is no JSON is told at its own place too.
    project.write("sample.json", "{ \"a\": 1 }\n{ \"a\": }\n");
    let run = project.run(&["new", "orders.order-shipped", "--from", "sample.json"]);
    assert!(run.code == 101 && run.out.contains("sample.json:2:8"), "{}", run.out);
}

#[test]
fn a_folder_becomes_a_project_where_that_is_asked_for() {
    let project = empty();
    std::fs::remove_file(project.path().join("topika.toml")).unwrap();
    let run = project.run(&["new", "orders.order-shipped"]);
    assert_eq!(run.code, 101);
    assert!(run.err.contains("there is no topika.toml") && run.err.contains("--init"), "{}", run.err);
    assert!(!project.path().join(AVRO).exists());
    new(&project, &["--init"]);
    assert!(project.read("topika.toml").contains("level = \"BACKWARD_TRANSITIVE\""));
    is_clean(&project);
    // Where there is one, it stays.
    assert_eq!(project.run(&["new", "orders.order-paid", "--init"]).code, 0);
}

#[test]
fn what_cannot_be_a_name_or_a_sample_is_told() {
    let project = empty();
    for name in ["order", "orders/order", "..", "orders.types.money", "orders.1st", "Orders.\u{e9}"] {
        let run = project.run(&["new", name]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{name}");
        assert!(run.err.contains("orders.order-shipped"), "{}", run.err);
    }
    project.write("broken.json", "{ \"a\": }");
    project.write("list.json", "[1, 2]");
    project.write("none.json", "[]");
    for (file, said) in [
        ("broken.json", "is no JSON"),
        ("list.json", "holds a number"),
        ("none.json", "holds nothing"),
        ("missing.json", "cannot read"),
    ] {
        let run = project.run(&["new", "orders.order-shipped", "--from", file]);
        assert_eq!(run.code, 101, "{file}");
        assert!(run.err.contains(said), "{}", run.err);
        assert!(!project.path().join(AVRO).exists());
    }
}

#[test]
fn an_event_that_joins_the_topic_of_another_event_leaves_that_one_on_it() {
    let project = empty();
    assert_eq!(project.run(&["new", "orders.order-placed"]).code, 0);
    project.run(&["lock"]);
    let run = new(&project, &["--topic", "orders.order-placed"]);
    let row = "[topic.\"orders.order-placed\"]\nevents = [\"orders.order-placed\", \"orders.order-shipped\"]\n";
    assert!(project.read("topika.toml").ends_with(row), "{}", project.read("topika.toml"));
    assert!(!run.out.contains("note: the key of"), "what was locked without a key stays so: {}", run.out);
    assert_eq!(project.run(&["check"]).code, 0);
}

#[test]
fn nothing_is_written_where_the_manifest_cannot_be_read() {
    let project = empty();
    project.write("topika.toml", "[project\n");
    let run = project.run(&["new", "orders.order-shipped"]);
    assert_eq!(run.code, 101, "{}", run.out);
    assert!(run.out.contains("manifest/syntax") && run.err.contains("topika.toml cannot be read"), "{}", run.err);
    std::fs::write(project.path().join("topika.toml"), b"[project] # \xff\n").unwrap();
    let run = project.run(&["new", "orders.order-shipped", "--topic", "orders"]);
    assert_eq!(run.code, 101, "{}", run.out);
    assert!(!project.path().join(AVRO).exists());
    assert_eq!(std::fs::read(project.path().join("topika.toml")).unwrap(), b"[project] # \xff\n");
}

//! `cargo topika diff`, run as people run it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy.toml does not know as such"
)]

mod support;

use serde_json::Value;
use support::{Project, order};

const FILE: &str = "schemas/orders/order-placed.avsc";

/// Three versions: `amount` was a long, then a double; the working tree has a field more.
fn project() -> Project {
    let project = Project::new();
    project.run(&["lock"]);
    project.write(FILE, &order("\"double\""));
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let text = order("\"double\"").replace("\n  ]", ",\n    { \"name\": \"channel\", \"type\": \"string\" }\n  ]");
    project.write(FILE, &text.replace("{\n", "{\n  \"doc\": \"An order.\",\n"));
    project
}

fn json(project: &Project, args: &[&str]) -> Value {
    let run = project.run(&[&["diff", "--format", "json"], args].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let schema: Value = serde_json::from_str(&project.run(&["schema", "diff"]).out).unwrap();
    let errors: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} in {document:#}");
    document
}

#[test]
fn a_subject_is_compared_with_its_last_version() {
    let project = project();
    let run = project.run(&["topika", "diff", "orders-value"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let expected = "orders-value: version 2 -> working tree

record orders.OrderPlaced
  ~ the doc was none and is now \"An order.\"
      schemas/orders/order-placed.avsc:2:10  /doc
      harmless under FULL
  + field `channel` added: string, no default
      schemas/orders/order-placed.avsc:9:5  /fields/2
      breaks BACKWARD: the new schema cannot read old data; harmless under FORWARD

2 differences; holds: FORWARD; broken: BACKWARD, FULL

";
    assert_eq!(run.out, expected);
}

#[test]
fn a_subject_has_three_names_and_any_two_versions() {
    let project = project();
    let by_subject = project.run(&["diff", "orders-value", "1", "2"]);
    assert!(by_subject.out.starts_with("orders-value: version 1 -> version 2\n"), "{}", by_subject.out);
    assert!(by_subject.out.contains("~ `amount`: the type was long and is now double"), "{}", by_subject.out);
    assert!(by_subject.out.contains("breaks FORWARD: the old schema cannot read new data"), "{}", by_subject.out);
    assert!(by_subject.out.contains("1 difference; holds: BACKWARD; broken: FORWARD, FULL"), "{}", by_subject.out);
    for name in ["orders.order-placed", FILE, "./schemas/orders/order-placed.avsc", "orders/order-placed.avsc"] {
        assert_eq!(project.run(&["diff", name, "1", "last"]).out, by_subject.out, "{name}");
    }
    // Backwards too.
    let back = project.run(&["diff", "orders-value", "work", "1"]);
    assert!(back.out.contains("- field `channel` removed: was string, no default"), "{}", back.out);
    assert!(back.out.contains(&format!("{FILE}:9:5  /fields/2")), "{}", back.out);
}

#[test]
fn all_subjects_are_compared_where_none_is_named() {
    let project = project();
    project.write("schemas/types/money.avsc", r#"{"type":"fixed","name":"types.Money","size":8}"#);
    let run = project.run(&["diff"]);
    assert!(run.out.contains("orders-value: version 2 -> working tree"), "{}", run.out);
    assert!(run.out.ends_with("1 subject changed, 0 not\n"), "{}", run.out);
    project.write(FILE, &order("\"double\""));
    let run = project.run(&["diff"]);
    assert_eq!((run.code, run.out.as_str()), (0, "No differences in 1 subject\n"));
    let run = project.run(&["diff", "orders-value"]);
    assert_eq!(run.out, "orders-value: version 2 -> working tree\n\nNo differences\n\n");
}

#[test]
fn json_is_one_document_that_its_schema_describes() {
    let project = project();
    let document = json(&project, &["orders-value"]);
    assert_eq!(document["version"], 1);
    let comparison = &document["comparisons"][0];
    assert_eq!((&comparison["subject"], &comparison["new"]), (&"orders-value".into(), &"working tree".into()));
    assert_eq!(comparison["holds"], serde_json::json!({ "BACKWARD": false, "FORWARD": true, "FULL": false }));
    let change = &comparison["changes"][1];
    assert_eq!((&change["kind"], &change["path"]), (&"field-added".into(), &"channel".into()));
    assert_eq!(change["breaks"], serde_json::json!(["BACKWARD"]));
    assert_eq!(change["new"], serde_json::json!({ "file": FILE, "line": 9, "column": 5, "pointer": "/fields/2" }));
    assert_eq!(change["findings"][0]["rule"], "avro/field-added-without-default");
}

#[test]
fn two_files_need_no_project() {
    let project = Project::new();
    std::fs::remove_file(project.path().join("topika.toml")).unwrap();
    project.write("a.schema.json", r#"{ "title": "A", "properties": { "s": { "$ref": "s.json" } } }"#);
    project.write(
        "b.schema.json",
        r#"{ "title": "A", "properties": { "s": { "$ref": "s.json" }, "n": { "type": "number" } } }"#,
    );
    project.write("s.json", r#"{ "type": "string" }"#);
    let run = project.run(&["diff", "a.schema.json", "b.schema.json"]);
    assert_eq!(run.code, 101);
    assert!(run.err.contains("--reference") && run.out.contains("ref/missing"), "{}{}", run.out, run.err);
    let run = project.run(&["diff", "a.schema.json", "b.schema.json", "--reference", "s.json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.out.starts_with("a.schema.json -> b.schema.json\n\nthe schema\n  + property `n` added: number\n"),
        "{}",
        run.out
    );
    // Another format is one difference, and no registry takes it.
    let run = project.run(&["diff", "s.json", FILE]);
    assert!(run.out.contains("~ was json and is now avro"), "{}", run.out);
    assert!(run.out.contains("1 difference; broken: BACKWARD, FORWARD, FULL"), "{}", run.out);
    assert_eq!(json(&project, &["s.json", FILE])["comparisons"][0]["subject"], Value::Null);
}

#[test]
fn a_change_that_the_registry_lets_pass_is_said_as_such() {
    let project = Project::new();
    project.write(FILE, &order(r#"{ "type": "long", "logicalType": "timestamp-millis" }"#));
    project.run(&["lock"]);
    project.write(FILE, &order(r#"{ "type": "long", "logicalType": "timestamp-micros" }"#));
    let run = project.run(&["diff", "orders-value"]);
    assert!(run.out.contains("the registry lets it pass under FULL\n      not judged by the registry:"), "{}", run.out);
    assert!(run.out.contains("1 difference; holds: BACKWARD, FORWARD, FULL"), "{}", run.out);
}

#[test]
fn what_does_not_exist_is_told_with_what_does() {
    let project = project();
    for (args, code, said) in [
        (&["diff", "order-value"][..], 2, "did you mean `orders-value`?"),
        (&["diff", "orders-value", "7"], 2, "it has 1, 2, `last` and `work`"),
        (&["diff", "orders-value", "newest"], 2, "it has 1, 2, `last` and `work`"),
    ] {
        let run = project.run(args);
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{args:?}");
        assert!(run.err.contains(said), "{}", run.err);
    }
    let fresh = Project::new();
    let run = fresh.run(&["diff", "orders-value"]);
    assert_eq!(run.code, 101);
    assert!(run.err.contains("no locked version yet"), "{}", run.err);
    assert_eq!(fresh.run(&["diff"]).out, "Nothing is locked yet: there is nothing to compare with\n");
    project.write(FILE, "{");
    let run = project.run(&["diff", "orders-value"]);
    assert_eq!(run.code, 101);
    assert!(run.out.contains("text/syntax") && run.err.contains("has no schema"), "{}{}", run.out, run.err);
}

#[test]
fn each_change_of_a_json_schema_bears_what_it_breaks() {
    let project = Project::new();
    let schema = |a: &str, required: &str, values: &str, b: &str| {
        format!(
            r#"{{ "title": "A", "type": "object", "properties": {{ "a": {{ "type": "{a}" }}, "c": {{ "enum": [{values}] }}{b} }}, "required": [{required}], "additionalProperties": false }}"#
        )
    };
    project.write("old.schema.json", &schema("integer", "", r#""x", "y""#, ""));
    project.write("new.schema.json", &schema("number", r#""a""#, r#""x", "z""#, r#", "b": { "type": "null" }"#));
    let document = json(&project, &["old.schema.json", "new.schema.json"]);
    let changes: Vec<(&str, Vec<&str>)> = document["comparisons"][0]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            let breaks = change["breaks"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            (change["kind"].as_str().unwrap(), breaks)
        })
        .collect();
    let expected = [
        ("type-changed", vec!["FORWARD"]),
        ("value-removed", vec!["BACKWARD"]),
        ("value-added", vec!["FORWARD"]),
        ("property-added", vec!["FORWARD"]),
        ("required-added", vec!["BACKWARD"]),
    ];
    assert_eq!(changes, expected, "{document:#}");
}

#[test]
fn every_break_within_a_nullable_record_is_named_and_none_is_called_harmless() {
    let project = Project::new();
    let schema = |p: &str, q: &str, more: &str| {
        format!(
            r#"{{ "type": "record", "name": "A", "fields": [{{ "name": "x", "default": null, "type": ["null",
            {{ "type": "record", "name": "B", "fields": [{{ "name": "p", "type": "{p}" }}, {{ "name": "q", "type": "{q}" }}{more}] }}] }}] }}"#
        )
    };
    project.write("old.avsc", &schema("long", "int", ""));
    project.write("new.avsc", &schema("string", "long", r#", { "name": "r", "type": "int" }"#));
    let document = json(&project, &["old.avsc", "new.avsc"]);
    let breaks: Vec<(&str, String)> = document["comparisons"][0]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (change["path"].as_str().unwrap(), change["breaks"].to_string()))
        .collect();
    let expected = [
        ("p", r#"["BACKWARD","FORWARD"]"#.to_owned()),
        ("q", r#"["FORWARD"]"#.to_owned()),
        ("r", r#"["BACKWARD"]"#.to_owned()),
    ];
    assert_eq!(breaks, expected, "{document:#}");
}

#[test]
fn what_changes_within_alternatives_that_do_not_match_is_not_called_harmless() {
    let project = Project::new();
    let schema = |p: u32, q: u32, r: u32| {
        format!(
            r##"{{ "title": "A", "type": "object", "properties": {{
              "x": {{ "type": ["object", "null"], "properties": {{ "p": {{ "maximum": {p} }}, "q": {{ "$ref": "#/definitions/Q" }} }} }},
              "r": {{ "type": "integer", "maximum": {r} }} }},
            "definitions": {{ "Q": {{ "type": "integer", "maximum": {q} }} }} }}"##
        )
    };
    project.write("old.schema.json", &schema(10, 10, 10));
    project.write("new.schema.json", &schema(9, 9, 11));
    let run = project.run(&["diff", "old.schema.json", "new.schema.json"]);
    let of = |path: &str| {
        let mut lines = run.out.lines().skip_while(|line| !line.contains(&format!("`{path}`")));
        lines.nth(2).unwrap_or_default().trim().to_owned()
    };
    let around = "within what breaks BACKWARD, where the registry looks no further";
    // `x.p`, and the definition that `x.q` refers to.
    assert_eq!((of("x.p").as_str(), run.out.matches(around).count()), (around, 2), "{}", run.out);
    assert!(run.out.contains("BACKWARD: `x` could be object, and no alternative takes it now"), "{}", run.out);
    assert_eq!(of("r"), "breaks FORWARD: the old schema cannot read new data; harmless under BACKWARD", "{}", run.out);

    // A condition makes the whole another kind of schema.
    let changed = schema(9, 9, 11).replacen('{', r#"{ "if": { "required": ["r"] }, "then": { "required": ["x"] },"#, 1);
    project.write("new.schema.json", &changed);
    let run = project.run(&["diff", "old.schema.json", "new.schema.json"]);
    assert!(!run.out.contains("harmless"), "{}", run.out);
    json(&project, &["old.schema.json", "new.schema.json"]);
}

//! `cargo topika compat`, run as people and programs run it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

mod support;

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use support::{Project, Run};

const CLEAN: i32 = 0;
const USAGE: i32 = 2;
const NOT: i32 = 100;
const FAILED: i32 = 101;

fn record(fields: &Value) -> Value {
    json!({ "type": "record", "name": "a.R", "fields": fields })
}

fn field(ty: &Value) -> Value {
    record(&json!([{ "name": "f", "type": ty }]))
}

/// Runs the binary with `input` on stdin.
fn pairs(args: &[&str], input: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cargo-topika"))
        .args(["compat", "--pairs", "-"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// The answers to lines, and the exit status.
fn answers(args: &[&str], lines: &[Value]) -> (Vec<Value>, i32) {
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let run = pairs(args, input.as_bytes());
    (run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), run.code)
}

fn avro(old: &Value, new: &Value) -> Value {
    json!({ "type": "AVRO", "old": old.to_string(), "new": new.to_string() })
}

fn with(pair: &Value, name: &str, value: &str) -> Value {
    let mut pair = pair.clone();
    pair.as_object_mut().unwrap().insert(name.to_owned(), json!(value));
    pair
}

#[test]
fn a_pair_is_answered_in_javas_words() {
    let (answers, code) = answers(&[], &[avro(&field(&json!("int")), &field(&json!("string")))]);
    let message = "reader type: STRING not compatible with writer type: INT";
    let wanted = json!([{
        "compatible": false,
        "findings": [{
            "rule": "avro/type-changed",
            "severity": "deny",
            "type": "TYPE_MISMATCH",
            "location": "/fields/0/type",
            "message": message,
        }],
        "differences": [{ "type": "TYPE_MISMATCH", "location": "/fields/0/type", "compatible": false }],
    }]);
    assert_eq!((Value::Array(answers), code), (wanted, NOT));
}

#[test]
fn the_level_says_who_reads_whom() {
    let pair = avro(&field(&json!("int")), &field(&json!("long")));
    let lines: Vec<Value> =
        ["BACKWARD", "FORWARD", "FULL", "NONE", "full_transitive"].map(|level| with(&pair, "level", level)).into();
    let (answers, code) = answers(&[], &lines);
    let verdicts: Vec<&Value> = answers.iter().map(|answer| &answer["compatible"]).collect();
    assert_eq!(verdicts, [true, false, false, true, false]);
    assert_eq!(answers[1]["findings"][0]["message"], "reader type: INT not compatible with writer type: LONG");
    assert_eq!(answers[3], json!({ "compatible": true, "findings": [], "differences": [] }));
    assert_eq!(code, NOT);
}

#[test]
fn what_java_does_not_see_changes_the_verdict_in_the_other_modes_only() {
    let unit = |unit: &str| field(&json!({ "type": "long", "logicalType": format!("timestamp-{unit}") }));
    let pair = avro(&unit("millis"), &unit("micros"));
    let lines: Vec<Value> = ["confluent", "sound", "both"].map(|mode| with(&pair, "mode", mode)).into();
    let (answers, _) = answers(&[], &lines);
    let verdicts: Vec<&Value> = answers.iter().map(|answer| &answer["compatible"]).collect();
    assert_eq!(verdicts, [true, false, false]);
    for answer in &answers {
        assert_eq!(answer["findings"][0]["type"], Value::Null);
        assert_eq!(answer["findings"][0]["rule"], "avro/logical-type-changed");
    }
    assert_eq!(answers[0]["differences"], json!([]));
    assert!(answers[1].get("differences").is_none() && answers[2].get("differences").is_some());
}

#[test]
fn the_command_line_says_what_lines_leave_out() {
    let pair = avro(&field(&json!("int")), &field(&json!("long")));
    let (answers, _) = answers(&["--level", "FORWARD"], &[pair.clone(), with(&pair, "level", "BACKWARD")]);
    assert_eq!(answers[0]["compatible"], false);
    assert_eq!(answers[1]["compatible"], true);
}

#[test]
fn a_line_that_cannot_be_judged_says_so_and_the_others_go_on() {
    let good = avro(&field(&json!("int")), &field(&json!("int")));
    let lines = [
        json!({ "type": "AVRO", "old": "{", "new": "\"int\"" }).to_string(),
        good.to_string(),
        "not JSON".to_owned(),
        String::new(),
        with(&good, "type", "PROTOBUF").to_string(),
        with(&good, "level", "SIDEWAYS").to_string(),
        json!({ "type": "JSON", "old": "{}" }).to_string(),
    ];
    let mut input = lines.join("\n").into_bytes();
    input.extend_from_slice(b"\n\xff\xfe\n");
    input.extend_from_slice(good.to_string().as_bytes());
    let run = pairs(&[], &input);
    let answers: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let errors: Vec<bool> = answers.iter().map(|answer| answer["error"].is_string()).collect();
    assert_eq!(errors, [true, false, true, true, true, true, true, false], "{}", run.out);
    assert!(answers[0]["error"].as_str().unwrap().starts_with("old:1:1: "), "{}", answers[0]);
    assert_eq!(run.code, FAILED);
}

#[test]
fn schemas_may_stand_in_a_line_as_json() {
    let pair = json!({ "type": "avro", "old": field(&json!("int")), "new": field(&json!("long")) });
    let names = json!({ "type": "AVRO", "old": "\"int\"", "new": ["null", "int"] });
    let (answers, code) = answers(&[], &[pair, names]);
    assert!(answers.iter().all(|answer| answer["compatible"] == true), "{answers:?}");
    assert_eq!(code, CLEAN);
}

#[test]
fn an_overlap_of_the_whole_schema_is_told_of_the_schema() {
    let one_of = |types: Value| json!({ "oneOf": types }).to_string();
    let (integer, number) = (json!({ "type": "integer" }), json!({ "type": "number" }));
    let pair = json!({ "type": "JSON", "old": one_of(json!([&integer])), "new": one_of(json!([&integer, &number])) });
    let (answers, _) = answers(&[], &[pair]);
    let said = answers[0]["findings"][0]["message"].as_str().unwrap();
    assert!(said.starts_with("the schema: a value that is integer"), "{said}");
}

#[test]
fn a_count_that_only_contains_implies_is_told_as_such() {
    let draft = "https://json-schema.org/draft/2020-12/schema";
    let old = json!({ "$schema": draft, "type": "array" });
    let new = json!({ "$schema": draft, "type": "array", "contains": { "type": "string" } });
    let (answers, _) = answers(&[], &[json!({ "type": "JSON", "old": old, "new": new })]);
    assert_eq!(answers[0]["findings"][0]["type"], "MIN_CONTAINS_ADDED");
    let said = answers[0]["findings"][0]["message"].as_str().unwrap();
    assert!(said.contains("counts as 1 beside `contains`"), "{said}");
}

#[test]
fn a_word_of_avros_is_a_schema_with_and_without_quotes_of_its_own() {
    let pair = |old: &str| json!({ "type": "AVRO", "old": old, "new": "long" });
    let (answers, code) = answers(&[], &[pair("int"), pair("\"int\""), pair("string"), pair("text")]);
    let verdicts: Vec<Option<bool>> = answers.iter().map(|answer| answer["compatible"].as_bool()).collect();
    assert_eq!(verdicts, [Some(true), Some(true), Some(false), None], "{answers:?}");
    assert_eq!(code, FAILED);
}

#[test]
fn json_schemas_are_undecided_in_mode_sound() {
    let schema = |ty: &str| json!({ "type": "object", "properties": { "a": { "type": ty } } }).to_string();
    let pair = json!({ "type": "JSON", "old": schema("string"), "new": schema("integer") });
    let same = json!({ "type": "JSON", "old": schema("string"), "new": schema("string") });
    let lines = [with(&pair, "mode", "sound"), with(&pair, "mode", "both"), with(&same, "mode", "both"), pair, same];
    let (told, _) = answers(&[], &lines);
    let verdicts: Vec<Option<bool>> = told.iter().map(|answer| answer["compatible"].as_bool()).collect();
    assert_eq!(verdicts, [None, Some(false), None, Some(false), Some(true)]);
    assert!(told[0]["reason"].is_string() && told[2]["reason"].is_string());
}

#[test]
fn what_is_undecided_does_not_hold_for_pairs_and_files_alike() {
    let text = json!({ "type": "string" }).to_string();
    let pair = json!({ "type": "JSON", "old": text, "new": text });
    let refused = json!({ "type": "JSON", "old": text, "new": json!({ "type": "integer" }).to_string() });
    let sound = with(&pair, "mode", "sound");
    let status = |lines: &[Value]| answers(&[], lines).1;
    assert_eq!(status(std::slice::from_ref(&sound)), NOT);
    assert_eq!(status(&[refused.clone(), sound.clone(), pair.clone()]), NOT);
    assert_eq!(status(&[sound, json!({ "type": "JSON" }), pair.clone()]), FAILED);
    assert_eq!(status(&[pair.clone(), refused]), NOT);
    assert_eq!(status(&[pair]), CLEAN);
    let project = Project::new();
    project.write("old.json", &text);
    let files = ["compat", "old.json", "old.json", "--mode"];
    assert_eq!(project.run(&[&files[..], &["sound"]].concat()).code, NOT);
    assert_eq!(project.run(&[&files[..], &["confluent"]].concat()).code, CLEAN);
}

#[test]
fn a_byte_order_mark_before_the_first_pair_is_passed_over() {
    let good = avro(&field(&json!("int")), &field(&json!("int")));
    let run = pairs(&[], format!("\u{feff}{good}\n{good}\n").as_bytes());
    assert_eq!((run.out.lines().count(), run.code), (2, CLEAN), "{}", run.out);
    // Elsewhere it is no part of JSON.
    let run = pairs(&[], format!("{good}\n\u{feff}{good}\n").as_bytes());
    assert_eq!(run.code, FAILED, "{}", run.out);
    assert_eq!(pairs(&[], "\u{feff}".as_bytes()).code, CLEAN);
}

#[test]
fn a_judgement_of_files_comes_in_every_form_and_one_of_pairs_in_json_alone() {
    let project = Project::new();
    project.write("old.json", &json!({ "type": "string" }).to_string());
    project.write("new.json", &json!({ "type": "integer" }).to_string());
    for (form, sign) in [
        ("text", "error[json-schema/"),
        ("short", "new.json:1:"),
        ("json", "\"TYPE_CHANGED\""),
        ("sarif", "\"2.1.0\""),
        ("github", "::error "),
        ("gitlab", "\"check_name\""),
        ("junit", "<testsuite"),
    ] {
        let run = project.run(&["compat", "old.json", "new.json", "--format", form]);
        assert_eq!(run.code, NOT, "{form}: {}", run.err);
        assert!(run.out.contains(sign), "{form}: {}", run.out);
        let code = pairs(&["--format", form], b"").code;
        assert_eq!(code, if form == "json" { CLEAN } else { USAGE }, "{form}");
    }
    let run = pairs(&["--format", "json=out.json"], b"");
    assert_eq!(run.code, USAGE);
    assert!(run.err.contains("lines of JSON"), "{}", run.err);
}

#[test]
fn a_line_of_ten_megabytes_is_judged() {
    let doc = "x".repeat(10 << 20);
    let schema = json!({ "type": "record", "name": "R", "doc": doc, "fields": [] });
    let (answers, code) = answers(&[], &[avro(&schema, &field(&json!("int")))]);
    assert_eq!((answers[0]["compatible"].as_bool(), code), (Some(false), NOT));
}

#[test]
fn two_files_are_judged_without_a_project() {
    let project = Project::new();
    project.write("old.avsc", &field(&json!("int")).to_string());
    project.write("new.avsc", &field(&json!("long")).to_string());
    assert!(!project.path().join("topika.lock").exists());
    let run = project.run(&["topika", "compat", "old.avsc", "new.avsc"]);
    assert_eq!(run.code, CLEAN, "{}{}", run.out, run.err);
    assert!(run.out.trim_end().ends_with(": compatible"), "{}", run.out);
    let run = project.run(&["compat", "new.avsc", "old.avsc"]);
    assert_eq!(run.code, NOT);
    assert!(run.out.contains("error[avro/type-changed]") && run.out.contains("old.avsc:1:"), "{}", run.out);
    let run = project.run(&["compat", "new.avsc", "old.avsc", "--format", "json"]);
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(answer["findings"][0]["type"], "TYPE_MISMATCH");
}

#[test]
fn several_older_files_come_oldest_first_and_all_count() {
    let project = Project::new();
    for (name, ty) in [("1.avsc", "string"), ("2.avsc", "int"), ("3.avsc", "long")] {
        project.write(name, &field(&json!(ty)).to_string());
    }
    let run = project.run(&["compat", "1.avsc", "2.avsc", "3.avsc"]);
    assert_eq!(run.code, NOT, "{}{}", run.out, run.err);
    assert!(run.out.contains("under BACKWARD_TRANSITIVE") && run.out.contains("version 1"), "{}", run.out);
    // A change that breaks several versions is told once, and the one that breaks first is named.
    let added = json!([{ "name": "f", "type": "long" }, { "name": "g", "type": "int" }]);
    project.write("4.avsc", &record(&added).to_string());
    let run =
        project.run(&["compat", "2.avsc", "3.avsc", "4.avsc", "--format", "json=answer.json", "--format", "text"]);
    assert!(run.out.contains("first broken: version 2; also broken: version 1"), "{}", run.out);
    let answer: Value = serde_json::from_str(&project.read("answer.json")).unwrap();
    assert_eq!(answer["findings"].as_array().unwrap().len(), 1, "{answer}");
    assert_eq!(answer["findings"][0]["message"], "g");
    assert_eq!(project.run(&["compat", "2.avsc", "3.avsc"]).code, CLEAN);
}

#[test]
fn what_a_file_is_may_be_said() {
    let project = Project::new();
    project.write("old", "\"int\"");
    project.write("new", "\"long\"");
    let run = project.run(&["compat", "old", "new"]);
    assert_eq!(run.code, USAGE);
    assert!(run.err.contains("--type"), "{}", run.err);
    assert_eq!(project.run(&["compat", "old", "new", "--type", "avro"]).code, CLEAN);
}

#[test]
fn files_that_cannot_be_judged_end_with_their_own_status() {
    let project = Project::new();
    project.write("good.avsc", "\"int\"");
    project.write("broken.avsc", "{");
    let run = project.run(&["compat", "good.avsc", "broken.avsc", "--format", "json"]);
    assert_eq!(run.code, FAILED);
    let answer: Value = serde_json::from_str(&run.out).unwrap();
    assert!(answer["error"].as_str().unwrap().starts_with("broken.avsc:1:1: "), "{answer}");
    assert_eq!(project.run(&["compat", "good.avsc", "absent.avsc"]).code, FAILED);
    assert_eq!(project.run(&["compat", "--pairs", "absent.ndjson"]).code, FAILED);
    for wrong in [&["compat", "good.avsc"][..], &["compat", "--level", "SIDEWAYS", "good.avsc", "good.avsc"]] {
        assert_eq!(project.run(wrong).code, USAGE, "{wrong:?}");
    }
}

#[test]
fn a_text_is_read_as_the_registry_reads_it() {
    let twice = r#"{"type":"fixed","name":"A","size":1,"name":"B"}"#;
    let other = r#"{"type":"fixed","name":"B","size":1}"#;
    let default =
        |ty: Value, default: Value| record(&json!([{ "name": "f", "type": ty, "default": default }])).to_string();
    let pair = |old: &str, new: &str| json!({ "type": "AVRO", "old": old, "new": new });
    let empty = record(&json!([])).to_string();
    let (answers, code) = answers(
        &[],
        &[
            // Java takes the last of equal keys.
            pair(twice, other),
            // Java refuses this default, and takes those: it looks at the kind of JSON alone.
            pair(&empty, &default(json!("int"), json!("x"))),
            pair(&empty, &default(json!({ "type": "fixed", "name": "F", "size": 2 }), json!("x"))),
            pair(&empty, &default(json!(["null", "int"]), json!(1))),
            pair(&empty, &default(json!("double"), json!("NaN"))),
        ],
    );
    let verdicts: Vec<Option<bool>> = answers.iter().map(|answer| answer["compatible"].as_bool()).collect();
    assert_eq!(verdicts, [Some(true), None, Some(true), Some(true), Some(true)], "{answers:?}");
    assert!(answers[1]["error"].as_str().unwrap().contains("default"), "{}", answers[1]);
    assert_eq!(code, FAILED);
}

#[test]
fn where_java_throws_the_registry_says_no_without_a_type() {
    let new = record(&json!([{ "name": "f", "type": "int", "aliases": ["g"] }, { "name": "g", "type": "int" }]));
    let (answers, _) = answers(&[], &[avro(&new, &new)]);
    assert_eq!(answers[0]["compatible"], false);
    assert_eq!(answers[0]["findings"][0]["type"], Value::Null);
    assert_eq!(answers[0]["differences"], json!([]));
}

#[test]
fn a_recursive_map_that_differs_is_judged_to_the_end() {
    let schema = |values: &Value| {
        record(
            &json!([{ "name": "h", "type": { "type": "map", "values": [{ "type": "map", "values": values }, "int"] } }]),
        )
    };
    let (answers, _) = answers(&[], &[avro(&schema(&json!(["float", "a.R"])), &schema(&json!("a.R")))]);
    assert_eq!(answers[0]["compatible"], false, "{}", answers[0]);
    assert_eq!(answers[0]["differences"][0]["type"], "MISSING_UNION_BRANCH");
}

#[cfg(unix)]
#[test]
fn a_file_without_end_is_refused_and_not_read_for_ever() {
    let project = Project::new();
    std::os::unix::fs::symlink("/dev/zero", project.path().join("zero.avsc")).unwrap();
    project.write("new.avsc", "\"string\"");
    let run = project.run(&["compat", "zero.avsc", "new.avsc"]);
    assert_eq!(run.code, 101);
    assert!(run.err.contains("zero.avsc cannot be read: it is larger than 64 MiB"), "{}", run.err);
}

#[test]
fn files_that_both_refer_to_are_named_with_reference() {
    let project = Project::new();
    project.write("types/money.avsc", r#"{ "type": "fixed", "name": "types.Money", "size": 8 }"#);
    let order = |ty: &str| field(&json!(ty)).to_string();
    project.write("old.avsc", &order("types.Money"));
    project.write("new.avsc", &order("long"));
    let run = project.run(&["compat", "old.avsc", "new.avsc"]);
    assert_eq!(run.code, FAILED);
    assert!(run.err.contains("named with --reference"), "{}", run.err);
    let with = |old: &str, new: &str| project.run(&["compat", old, new, "--reference", "types/money.avsc"]);
    assert_eq!(with("old.avsc", "old.avsc").code, CLEAN);
    let run = with("old.avsc", "new.avsc");
    assert_eq!(run.code, NOT, "{}", run.err);
    assert!(run.out.contains("avro/type-changed"), "{}", run.out);

    project.write("types/id.schema.json", r#"{ "type": "string", "maxLength": 9 }"#);
    let order = |ty: &Value| json!({ "type": "object", "properties": { "id": ty } }).to_string();
    project.write("old.schema.json", &order(&json!({ "type": "string" })));
    project.write("new.schema.json", &order(&json!({ "$ref": "types/id.schema.json" })));
    let files = ["compat", "old.schema.json", "new.schema.json"];
    assert_eq!(project.run(&files).code, FAILED);
    let run = project.run(&[&files[..], &["--reference", "types/id.schema.json"]].concat());
    assert_eq!(run.code, NOT, "{}", run.err);
    assert!(run.out.contains("maxLength"), "{}", run.out);
    let run = project.run(&["compat", "--pairs", "a.ndjson", "--reference", "types/money.avsc"]);
    assert_eq!(run.code, USAGE, "{}", run.err);
}

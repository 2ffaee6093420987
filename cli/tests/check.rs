//! `cargo topika check`, run as people run it.

mod support;

use support::{Project, order};

/// A project whose `amount` was locked as a long and is a string by now.
fn changed() -> Project {
    let project = Project::new();
    assert_eq!(project.run(&["lock"]).code, 0);
    project.write("schemas/orders/order-placed.avsc", &order("\"string\""));
    project
}

#[test]
fn a_clean_project_ends_with_0_and_says_what_was_compared() {
    let project = Project::new();
    let run = project.run(&["topika", "check"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("Checked 1 subject against nothing locked"), "{}", run.out);
    assert!(run.out.contains("1 schema not locked yet; at release: `cargo topika lock`"), "{}", run.out);
    // Without cargo in between, the first word is missing.
    assert_eq!(project.run(&["check"]).code, 0);
}

#[test]
fn a_changed_type_ends_with_100_at_its_line() {
    let project = changed();
    let run = project.run(&["topika", "check"]);
    assert_eq!(run.code, 100, "{}", run.out);
    assert!(run.out.contains("error[avro/type-changed]: `amount` was long and is now string"), "{}", run.out);
    assert!(run.out.contains("--> schemas/orders/order-placed.avsc:7:33"), "{}", run.out);
    assert!(run.out.contains("schemas/.history/orders-value/1.avsc:7:33"), "{}", run.out);
    assert!(run.out.contains("= level: BACKWARD_TRANSITIVE (topika.toml:2)\n   = hurts: kitchen\n"), "{}", run.out);
    assert!(run.out.contains("1 error; next: `cargo topika explain avro/type-changed`"), "{}", run.out);
}

#[test]
fn short_findings_stand_alone_on_stdout() {
    let project = changed();
    let run = project.run(&["check", "--format", "short"]);
    assert_eq!(run.code, 100);
    assert!(run.out.starts_with("error: avro/type-changed: `amount` was long and is now string\n  --> schemas/orders/order-placed.avsc:7:33\n"), "{}", run.out);
    assert!(
        !run.out.contains("Checked") && run.err.contains("Checked 1 subject against 1 frozen version"),
        "{}",
        run.err
    );
}

#[test]
fn json_findings_are_one_document() {
    let project = changed();
    let run = project.run(&["check", "--format", "json"]);
    assert_eq!(run.code, 100);
    let document: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(document["deny"], 1);
    assert_eq!(document["findings"][0]["rule"], "avro/type-changed");
    assert_eq!(document["findings"][0]["place"]["line"], 7);
    assert_eq!(document["findings"][0]["subject"], "orders-value");
}

#[test]
fn broken_json_is_a_finding_with_its_place() {
    let project = Project::new();
    project.write("schemas/orders/order-placed.avsc", "{\n  \"type\": \"record\",\n");
    let run = project.run(&["check"]);
    assert_eq!(run.code, 100);
    assert!(
        run.out.contains("error[text/syntax]") && run.out.contains("schemas/orders/order-placed.avsc:"),
        "{}",
        run.out
    );
}

#[test]
fn an_unknown_manifest_key_is_a_finding_with_line_and_suggestion() {
    let project = Project::new();
    project.write("topika.toml", "[project]\nschemas = \"schemas\"\nlevl = \"FULL\"\n");
    let run = project.run(&["check"]);
    assert_eq!(run.code, 100);
    assert!(run.out.contains("error[manifest/unknown-key]: unknown key `levl` in [project]"), "{}", run.out);
    assert!(run.out.contains("topika.toml:3:1") && run.out.contains("did you mean `level`?"), "{}", run.out);
}

#[test]
fn a_missing_reference_names_the_type_that_is_near() {
    let project = Project::new();
    project.write("schemas/types/money.avsc", r#"{"type":"fixed","name":"types.Money","size":8}"#);
    project.write("schemas/orders/order-placed.avsc", &order("\"types.Mony\""));
    let run = project.run(&["check"]);
    assert_eq!(run.code, 100);
    assert!(run.out.contains("error[ref/missing]") && run.out.contains("types.Money"), "{}", run.out);
    assert!(run.out.contains("--> schemas/orders/order-placed.avsc:7:"), "{}", run.out);
}

#[test]
fn a_duplicate_name_is_one_finding_with_both_places() {
    let project = Project::new();
    project.run(&["lock"]);
    // It comes first in the order of files; it is no newer version of what was locked under the name.
    project.write("schemas/orders/order-made.avsc", &order("\"string\""));
    let run = project.run(&["check", "--format", "short"]);
    assert_eq!(run.code, 100);
    for part in [
        "avro/name-duplicate: `orders.OrderPlaced` is defined twice",
        "schemas/orders/order-placed.avsc:3:11",
        "schemas/orders/order-made.avsc:3:11",
        "help: rename one of them",
    ] {
        assert!(run.out.contains(part), "{part:?} is missing in: {}", run.out);
    }
    assert_eq!(run.out.matches("error:").count(), 1, "{}", run.out);
}

#[test]
fn a_rule_that_the_manifest_lowers_is_a_warning() {
    let project = changed();
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &format!("{manifest}\n[rules]\n\"avro/type-changed\" = \"warn\"\n"));
    let run = project.run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("warning[avro/type-changed]") && run.out.contains("1 warning"), "{}", run.out);
}

#[test]
fn a_folder_without_a_manifest_ends_with_101() {
    let project = Project::new();
    let run = project.run(&["check", "--manifest-path", "elsewhere"]);
    assert_eq!((run.code, run.out.as_str()), (101, ""));
    assert!(
        run.err.contains("there is no topika.toml in elsewhere") && run.err.contains("--manifest-path"),
        "{}",
        run.err
    );
}

#[test]
fn a_project_is_found_from_below_and_by_its_manifest() {
    let project = Project::new();
    let manifest = project.path().join("topika.toml");
    let run = project.run(&["check", "--manifest-path", manifest.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(project.run(&["check", "--manifest-path", "topika.toml"]).code, 0);
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let project = Project::new();
    for args in [&["topika", "chekc"][..], &["check", "--fromat", "json"], &["check", "--format", "xml"], &[]] {
        let run = project.run(args);
        assert_eq!(run.code, 2, "{args:?}");
        assert!(run.out.is_empty() && run.err.contains("help"), "{}", run.err);
    }
}

#[test]
fn a_schema_file_with_a_merge_conflict_is_told_as_such() {
    let project = Project::new();
    let text = order("\"long\"").replace("    { \"name\": \"amount\"", "<<<<<<< HEAD\n    { \"name\": \"amount\"");
    for text in [text, format!("<<<<<<< HEAD\n{}=======\n{{}}\n>>>>>>> other\n", order("\"long\""))] {
        project.write("schemas/orders/order-placed.avsc", &text);
        let run = project.run(&["check", "--format", "short"]);
        assert_eq!(run.code, 100, "{}", run.out);
        assert!(run.out.contains("text/syntax: the file holds a merge conflict"), "{}", run.out);
        assert!(run.out.contains("help: settle it"), "{}", run.out);
    }
}

#[test]
fn in_the_root_of_a_workspace_its_projects_are_named() {
    let project = Project::new();
    std::fs::create_dir(project.path().join("services")).unwrap();
    for name in ["billing", "kitchen"] {
        project.write(&format!("services/{name}/topika.toml"), "");
    }
    std::fs::remove_file(project.path().join("topika.toml")).unwrap();
    let run = project.run(&["check"]);
    assert_eq!(run.code, 101);
    assert!(
        run.err.contains("there is one in services/billing, services/kitchen: name it with --manifest-path"),
        "{}",
        run.err
    );
}

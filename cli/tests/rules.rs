//! `cargo topika explain` and `cargo topika rules`.

mod support;

use support::Project;

#[test]
fn a_rule_is_explained_by_its_page() {
    let run = Project::new().run(&["topika", "explain", "avro/type-changed"]);
    assert_eq!(run.code, 0);
    assert!(run.out.starts_with("# avro/type-changed") && run.out.contains("## Fix"), "{}", run.out);
    assert!(run.out.contains("Default: deny"), "{}", run.out);
}

#[test]
fn an_unknown_rule_ends_with_2_and_a_suggestion() {
    let project = Project::new();
    for (id, near) in [
        ("avro/type-chnged", "did you mean `avro/type-changed`"),
        ("syntax", "did you mean `"),
        ("qqq", "cargo topika rules"),
    ] {
        let run = project.run(&["explain", id]);
        assert_eq!((run.code, run.out.as_str()), (2, ""));
        assert!(run.err.contains(near), "{}", run.err);
    }
}

#[test]
fn every_rule_is_listed_as_text_and_as_json() {
    let project = Project::new();
    let text = project.run(&["rules"]);
    assert!(
        text.out.lines().any(|line| line.starts_with("avro/type-changed ") && line.contains("deny")),
        "{}",
        text.out
    );
    let json = project.run(&["rules", "--format", "json"]);
    let list: Vec<serde_json::Value> = serde_json::from_str(&json.out).unwrap();
    assert_eq!(list.len(), text.out.lines().count());
    assert!(list.iter().any(|rule| rule["id"] == "manifest/unknown-key" && rule["default"] == "deny"));
    let ids: Vec<&str> = list.iter().filter_map(|rule| rule["id"].as_str()).collect();
    assert!(ids.is_sorted());
    for rule in &list {
        let keys: Vec<&String> = rule.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "group", "default", "summary", "formats", "fixable", "waivable", "lowerable", "page"]);
        assert!(rule["id"].as_str().unwrap().starts_with(&format!("{}/", rule["group"].as_str().unwrap())));
        let fix = rule["fixable"].as_bool().unwrap();
        let page = rule["page"].as_str().unwrap();
        assert_eq!(fix, page.contains("check --fix"), "the page of {} says whether a machine mends it", rule["id"]);
    }
}

#[test]
fn a_rule_is_explained_to_programs_as_the_list_has_it() {
    let project = Project::new();
    let run = project.run(&["explain", "avro/field-removed", "--format", "json"]);
    let rule: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let list: Vec<serde_json::Value> = serde_json::from_str(&project.run(&["rules", "--format", "json"]).out).unwrap();
    assert_eq!((run.code, rule["formats"].clone()), (0, serde_json::json!(["AVRO"])));
    assert!(list.contains(&rule));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_cargo-topika"))
        .arg("rules")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_an_error() {
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    let project = Project::new();
    for args in [&["rules", "--format", "json"][..], &["check", "--format", "json"], &["check"]] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-topika"));
        let output = command.args(args).current_dir(project.path()).stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(101), "{args:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("cannot write to stdout"), "{said}");
    }
}

//! `cargo topika check --format`, once and several times.

mod support;

use serde_json::Value;
use support::{Project, order, run_in};

/// A project with one error.
fn broken() -> Project {
    let project = Project::new();
    project.run(&["lock"]);
    project.write("schemas/orders/order-placed.avsc", &order("\"string\""));
    project
}

#[test]
fn several_forms_are_written_in_one_run() {
    let project = broken();
    let run = project.run(&[
        "check",
        "--format",
        "text",
        "--format",
        "sarif=out.sarif",
        "--format",
        "junit=target/reports/j.xml",
        "--format=json=out.json",
        "--format=github=out.txt",
        "--format=gitlab=gl.json",
        "--format=short=short.txt",
    ]);
    assert_eq!(run.code, 100, "{}", run.err);
    assert!(run.out.contains("error[avro/type-changed]") && run.out.contains("Checked 1 subject"), "{}", run.out);
    let sarif: Value = serde_json::from_str(&project.read("out.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "avro/type-changed");
    let json: Value = serde_json::from_str(&project.read("out.json")).unwrap();
    assert_eq!(json["findings"][0]["promise"]["set_at"], "topika.toml:2");
    assert_eq!(json["findings"][0]["hurts"], serde_json::json!(["kitchen"]));
    let gitlab: Value = serde_json::from_str(&project.read("gl.json")).unwrap();
    assert_eq!(gitlab[0]["check_name"], "avro/type-changed");
    assert!(project.read("target/reports/j.xml").contains("failures=\"1\""));
    assert!(project.read("out.txt").starts_with("::error file=schemas/orders/order-placed.avsc,line=7,"));
    assert!(project.read("short.txt").starts_with("error: avro/type-changed: "));
}

#[test]
fn with_files_alone_stdout_stays_empty_and_the_last_line_is_beside_it() {
    let project = broken();
    let run = project.run(&["check", "--format", "json=out.json"]);
    assert_eq!((run.code, run.out.as_str()), (100, ""));
    assert!(run.err.contains("Checked 1 subject"), "{}", run.err);
}

#[test]
fn a_clean_run_writes_reports_without_findings() {
    let project = Project::new();
    let run = project.run(&["check", "--format", "github", "--format", "junit=j.xml"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    assert!(project.read("j.xml").contains("<testcase classname=\"topika.check\" name=\"orders-value\"/>"));
}

#[test]
fn two_forms_for_one_place_or_an_unknown_one_end_with_2() {
    let project = Project::new();
    let run = project.run(&["check", "--format", "text", "--format", "json"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("two forms go to stdout") && run.err.contains("--format sarif=out.sarif"), "{}", run.err);
    let run = project.run(&["check", "--format", "xml=a"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("there is no form `xml`; the forms: text, short, json, sarif"), "{}", run.err);
}

#[test]
fn a_file_that_cannot_be_written_is_named_and_ends_with_101() {
    let project = broken();
    project.write("taken", "a file");
    let run = project.run(&["check", "--format", "short", "--format", "sarif=taken/out.sarif"]);
    assert_eq!(run.code, 101);
    assert!(run.err.contains("cannot write taken/out.sarif") && run.err.contains("help: "), "{}", run.err);
    assert!(run.out.starts_with("error: avro/type-changed"), "the findings are shown all the same: {}", run.out);
}

#[test]
fn what_code_hosts_read_counts_paths_from_the_root_of_the_repository() {
    let project = broken();
    let folder = tempfile::tempdir().unwrap();
    let shop = folder.path().join("services/shop");
    std::fs::create_dir_all(folder.path().join(".git")).unwrap();
    std::fs::create_dir_all(&shop).unwrap();
    for file in
        ["topika.toml", "topika.lock", "schemas/orders/order-placed.avsc", "schemas/.history/orders-value/1.avsc"]
    {
        let to = shop.join(file);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, project.read(file)).unwrap();
    }
    let run = |form: &str| run_in(&shop, &["check", "--format", form], &[]).out;
    let path = "services/shop/schemas/orders/order-placed.avsc";
    assert!(run("github").starts_with(&format!("::error file={path},line=7,")));
    assert!(run("gitlab").contains(path) && run("sarif").contains(path) && run("junit").contains(path));
    for form in ["text", "short", "json"] {
        assert!(!run(form).contains("services/shop"), "{form}");
    }
}

#[test]
fn the_schema_of_the_report_is_printed() {
    let run = Project::new().run(&["schema", "report"]);
    assert_eq!(run.code, 0);
    let schema: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(schema["properties"]["version"]["const"], 1);
}

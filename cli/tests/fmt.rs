//! `cargo topika fmt`, run as people run it.

mod support;

use support::Project;

const UGLY: &str = "{\"type\":\"record\",\"name\":\"OrderPlaced\", // why\n\"namespace\":\"orders\",\"fields\":[{\"name\":\"id\",\"type\":\"string\"}]}";
const NEAT: &str = "{\n  \"type\": \"record\",\n  \"name\": \"OrderPlaced\", // why\n  \"namespace\": \"orders\",\n  \"fields\": [\n    { \"name\": \"id\", \"type\": \"string\" }\n  ]\n}\n";
const FILE: &str = "schemas/orders/order-placed.avsc";

fn ugly() -> Project {
    let project = Project::new();
    project.write(FILE, UGLY);
    project
}

#[test]
fn all_schema_files_of_the_project_are_laid_out() {
    let project = ugly();
    project.write("schemas/types/station.schema.json", "{\"type\":\"string\"}");
    project.write("schemas/notes.txt", "{}");
    let run = project.run(&["topika", "fmt"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(run.out, format!("formatted {FILE}\nformatted schemas/types/station.schema.json\n"));
    assert_eq!(project.read(FILE), NEAT);
    assert_eq!(project.read("schemas/types/station.schema.json"), "{\n  \"type\": \"string\"\n}\n");
    assert_eq!(project.read("schemas/notes.txt"), "{}");
    let again = project.run(&["fmt"]);
    assert_eq!((again.code, again.out.as_str()), (0, ""));
    assert!(again.err.contains("2 files: nothing to format"), "{}", again.err);
}

#[test]
fn check_names_the_files_ends_with_100_and_writes_nothing() {
    let project = ugly();
    let run = project.run(&["fmt", "--check"]);
    assert_eq!((run.code, run.out), (100, format!("{FILE}\n")));
    assert!(run.err.contains("1 file: 1 to format; next: `cargo topika fmt`"), "{}", run.err);
    assert_eq!(project.read(FILE), UGLY);
    project.write(FILE, NEAT);
    assert_eq!(project.run(&["fmt", "--check"]).code, 0);
}

#[test]
fn diff_shows_what_would_change() {
    let project = ugly();
    let run = project.run(&["fmt", "--diff"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.starts_with(&format!("--- a/{FILE}\n+++ b/{FILE}\n@@ ")), "{}", run.out);
    assert!(run.out.contains("\n+  \"type\": \"record\",\n"), "{}", run.out);
    assert_eq!(project.read(FILE), UGLY);
    // The diff is one that patch tools take.
    assert_eq!(project.run(&["fmt", "--diff", "--check"]).code, 100);
    project.write("change.diff", &run.out);
    let patch = std::process::Command::new("git").args(["apply", "change.diff"]).current_dir(project.path()).output();
    assert!(patch.unwrap().status.success());
    assert_eq!(project.read(FILE), NEAT);
}

#[test]
fn a_layout_makes_no_new_version() {
    let project = ugly();
    assert_eq!(project.run(&["lock"]).code, 0);
    let lock = project.read("topika.lock");
    let frozen = "schemas/.history/orders-value/1.avsc";
    assert_eq!(project.run(&["fmt"]).code, 0);
    assert_eq!((project.read(FILE).as_str(), project.read(frozen).as_str()), (NEAT, UGLY));
    let run = project.run(&["lock"]);
    assert!(run.out.contains("Nothing to lock"), "{}", run.out);
    assert_eq!(project.read("topika.lock"), lock);
    // Naming a frozen text does not help either.
    let run = project.run(&["fmt", frozen, "schemas"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("left alone"), "{}", run.err);
    assert_eq!(project.read(frozen), UGLY);
}

#[test]
fn a_broken_file_is_told_and_the_others_go_on() {
    let project = ugly();
    project.write("schemas/orders/broken.avsc", "{\n  \"type\": ,\n}");
    for args in [&["fmt", "--check"][..], &["fmt"]] {
        let run = project.run(args);
        assert_eq!(run.code, 101, "{}", run.err);
        assert!(run.out.contains("error[text/syntax]") && run.out.contains("broken.avsc:2:"), "{}", run.out);
        assert!(run.err.contains("2 files: 1 ") && run.err.contains("1 file could not be formatted"), "{}", run.err);
    }
    assert_eq!(project.read(FILE), NEAT);
    // Avro files may hold comments, JSON Schema files may not.
    project.write("schemas/kitchen/a.schema.json", "{} // no");
    assert!(project.run(&["fmt", "schemas/kitchen/a.schema.json"]).out.contains("comments are not allowed"));
}

#[test]
fn paths_need_no_project() {
    let project = Project::new();
    project.write("elsewhere/a.avsc", "\"string\"");
    project.write("elsewhere/deep/b.schema.json", "{}\n");
    project.write("elsewhere/package.json", "{\"a\":1}");
    std::fs::remove_file(project.path().join("topika.toml")).unwrap();
    let run = project.run(&["fmt", "elsewhere"]);
    assert_eq!((run.code, run.out.as_str()), (0, "formatted elsewhere/a.avsc\n"), "{}", run.err);
    assert_eq!(project.read("elsewhere/package.json"), "{\"a\":1}");
    let run = project.run(&["fmt"]);
    assert_eq!(run.code, 101);
    assert!(run.err.contains("there is no topika.toml"), "{}", run.err);
    for path in ["missing.avsc", "topika.lock"] {
        let run = project.run(&["fmt", path]);
        assert_eq!(run.code, 101);
        assert!(run.err.contains(path) && run.err.contains("help:"), "{}", run.err);
    }
}

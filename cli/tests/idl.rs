//! A project of Avro IDL, from the first check to a break.

#![cfg(feature = "avdl")]

mod support;

use support::Project;

const IDL: &str = "schemas/shop/orders.avdl";

fn project() -> Project {
    let project = Project::new();
    project.write(
        "topika.toml",
        "[project]\nlevel = \"BACKWARD_TRANSITIVE\"\n\n[topic.orders]\nevents = [\"shop.Placed\", \"shop.Cancelled\"]\nconsumers = [\"kitchen\"]\n",
    );
    std::fs::remove_dir_all(project.path().join("schemas/orders")).expect("the event of other tests");
    project.write(
        IDL,
        "namespace shop;\n\n/** Somebody ordered. */\nrecord Placed {\n    string id;\n    long amount;\n}\n\n/** And no more. */\nrecord Cancelled {\n    string id;\n}\n",
    );
    project
}

#[test]
fn avro_idl_is_checked_locked_and_judged_like_the_files_it_stands_for() {
    let project = project();
    let check = project.run(&["check"]);
    assert_eq!(check.code, 0, "{}{}", check.out, check.err);
    let lock = project.run(&["lock"]);
    assert_eq!(lock.code, 0, "{}{}", lock.out, lock.err);
    let text = project.read(IDL);
    project.write(IDL, &text.replace("long amount", "string amount"));
    let check = project.run(&["check"]);
    assert_eq!(check.code, 100, "{}{}", check.out, check.err);
    assert!(
        check.out.contains("avro/type-changed") && check.out.contains("schemas/shop/orders.avdl:6:12"),
        "{}",
        check.out
    );
    project.write(IDL, &text.replace("long amount;", "long amount;\n    string note = \"\";"));
    let check = project.run(&["check"]);
    assert_eq!(check.code, 0, "{}{}", check.out, check.err);
    let lock = project.run(&["lock"]);
    assert_eq!(lock.code, 0, "{}{}", lock.out, lock.err);
    assert_eq!(project.run(&["lock", "--check"]).code, 0);
}

#[test]
fn no_command_writes_into_a_text_that_is_no_file() {
    let project = project();
    let before = project.read(IDL);
    for args in [&["fmt"][..], &["fmt", "--check"], &["check", "--fix"]] {
        let run = project.run(args);
        assert_eq!(run.code, 0, "{args:?}: {}{}", run.out, run.err);
    }
    assert_eq!(project.read(IDL), before);
    let mut below: Vec<_> = std::fs::read_dir(project.path().join("schemas/shop"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    below.sort();
    assert_eq!(below, ["orders.avdl"]);
}

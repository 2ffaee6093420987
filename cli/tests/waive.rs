//! `cargo topika waive`, run as people run it.

mod support;

use support::{Project, order};

const CHANGED: &str = "avro/type-changed";

/// A project whose `amount` was locked as a long and is a string by now.
fn changed() -> Project {
    let project = Project::new();
    assert_eq!(project.run(&["lock"]).code, 0);
    project.write("schemas/orders/order-placed.avsc", &order("\"string\""));
    project
}

#[test]
fn a_waived_finding_lets_the_check_pass_and_is_counted() {
    let project = changed();
    let before = project.read("topika.toml");
    let run = project.run(&["topika", "waive", CHANGED, "orders-value", "--reason", "nobody wrote \"it\" yet"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("Waived 1 finding of orders-value until the next lock"), "{}", run.out);
    let after = project.read("topika.toml");
    let row = "\n[[waive]]\nrule = \"avro/type-changed\"\nsubject = \"orders-value\"\nat = \"/fields/amount/type\"\nfrom = 1\nreason = \"nobody wrote \\\"it\\\" yet\"\n";
    assert_eq!(after, format!("{before}{row}"));
    let run = project.run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("clean, 1 waived") && !run.out.contains("error["), "{}", run.out);
}

#[test]
fn a_waiver_lapses_when_the_next_version_is_locked() {
    let project = changed();
    project.run(&["waive", CHANGED, "orders-value", "--reason", "nobody wrote it yet"]);
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("version 2 of orders-value"), "{}", run.out);
    let run = project.run(&["check"]);
    assert_eq!(run.code, 0);
    assert!(run.out.contains("warning[waive/lapsed]") && run.out.contains("topika.toml:12:8"), "{}", run.out);
    // The same mistake once more is a finding once more.
    project.write("schemas/orders/order-placed.avsc", &order("\"int\""));
    assert_eq!(project.run(&["check"]).code, 100);
}

#[test]
fn what_is_not_there_cannot_be_waived() {
    let project = changed();
    let before = project.read("topika.toml");
    for (args, help) in [
        (&["waive", "avro/type-chnged", "orders-value", "--reason", "x"][..], "did you mean `avro/type-changed`?"),
        (
            &["waive", CHANGED, "orders-valve", "--reason", "x"],
            "did you mean `orders-value`? `cargo topika check --format json`",
        ),
        (&["waive", CHANGED, "orders.order-placed", "--reason", "x"], "there is no subject `orders.order-placed`"),
        (&["waive", CHANGED, "orders.order-placed", "--reason", "x"], "did you mean `orders-value`?"),
        (&["waive", CHANGED, "orders", "--reason", "x"], "did you mean `orders-value`?"),
        (&["waive", "level/lowered", "orders-value", "--reason", "x"], "did you mean `orders`?"),
        (
            &["waive", CHANGED, "orders-value", "--at", "/fields/id", "--reason", "x"],
            "it has them at /fields/amount/type",
        ),
        (&["waive", "avro/field-removed", "orders-value", "--reason", "x"], "`cargo topika check` prints the findings"),
        (&["waive", "text/syntax", "orders-value", "--reason", "x"], "cannot be waived"),
        (&["waive", "history/removed", "orders-value", "--reason", "x"], "cannot be waived: it guards what was locked"),
        (&["waive", CHANGED, "orders-value", "--reason", " "], "say why"),
        (&["waive", CHANGED, "orders-value"], "--reason"),
    ] {
        let run = project.run(args);
        assert_eq!(run.code, 2, "{args:?}");
        assert!(run.out.is_empty() && run.err.contains(help), "{args:?}: {}", run.err);
    }
    assert_eq!(project.read("topika.toml"), before);
    project.run(&["waive", CHANGED, "orders-value", "--reason", "first"]);
    let run = project.run(&["waive", CHANGED, "orders-value", "--reason", "again"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("it is waived already: first"), "{}", run.err);
}

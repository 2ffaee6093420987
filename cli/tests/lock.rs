//! `cargo topika lock`, run as people run it.

mod support;

use support::{Project, order};

const HISTORY: &str = "schemas/.history/orders-value";

#[test]
fn locking_twice_changes_nothing() {
    let project = Project::new();
    let run = project.run(&["topika", "lock"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("version 1 of orders-value") && run.out.contains("Locked 1 version"), "{}", run.out);
    let lock = project.read("topika.lock");
    assert_eq!(project.read(&format!("{HISTORY}/1.avsc")), order("\"long\""));
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 0);
    assert!(run.out.contains("Nothing to lock"), "{}", run.out);
    assert_eq!(project.read("topika.lock"), lock);
}

#[test]
fn white_space_and_comments_make_no_new_version() {
    let project = Project::new();
    project.run(&["lock"]);
    project.write("schemas/orders/order-placed.avsc", &format!("// the order\n{}", order("  \"long\"")));
    assert!(project.run(&["lock"]).out.contains("Nothing to lock"));
}

#[test]
fn a_compatible_change_becomes_version_2() {
    let project = Project::new();
    project.run(&["lock"]);
    project.write("schemas/orders/order-placed.avsc", &order("\"double\""));
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("version 2 of orders-value"), "{}", run.out);
    assert_eq!(project.read(&format!("{HISTORY}/1.avsc")), order("\"long\""));
    assert_eq!(project.read(&format!("{HISTORY}/2.avsc")), order("\"double\""));
    assert!(project.run(&["check"]).out.contains("against 2 frozen versions"));
}

#[test]
fn findings_at_deny_are_not_locked() {
    let project = Project::new();
    project.run(&["lock"]);
    let lock = project.read("topika.lock");
    project.write("schemas/orders/order-placed.avsc", &order("\"string\""));
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 100);
    assert!(run.err.contains("nothing was locked: 1 error"), "{}", run.err);
    assert_eq!(project.read("topika.lock"), lock);
}

#[test]
fn an_edited_history_is_a_finding() {
    let project = Project::new();
    project.run(&["lock"]);
    project.write(&format!("{HISTORY}/1.avsc"), &order("\"int\""));
    let run = project.run(&["check"]);
    assert_eq!(run.code, 100);
    assert!(run.out.contains("error[lock/edited]") && run.out.contains(&format!("{HISTORY}/1.avsc")), "{}", run.out);
    std::fs::remove_file(project.path().join(HISTORY).join("1.avsc")).unwrap();
    let run = project.run(&["check"]);
    assert_eq!(run.code, 100);
    assert!(run.out.contains("error[lock/text-missing]"), "{}", run.out);
}

#[test]
fn a_corrupt_lock_is_a_finding_and_is_not_overwritten() {
    let project = Project::new();
    project.run(&["lock"]);
    project.write("topika.lock", "lock-version\n");
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 100);
    assert!(run.out.contains("error[lock/corrupt]"), "{}", run.out);
    assert_eq!(project.read("topika.lock"), "lock-version\n");
}

#[test]
fn a_change_of_a_shared_type_is_a_new_version_of_what_uses_it() {
    let project = Project::new();
    let money = |fields: &str| {
        format!(r#"{{"type":"record","name":"types.Money","fields":[{{"name":"cents","type":"long"}}{fields}]}}"#)
    };
    project.write("schemas/types/money.avsc", &money(""));
    project.write("schemas/orders/order-placed.avsc", &order("\"types.Money\""));
    project.run(&["lock"]);
    project.write("schemas/types/money.avsc", &money(r#",{"name":"currency","type":"string","default":"EUR"}"#));
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(
        run.out.contains("version 2 of orders-value") && run.out.contains("version 2 of types.Money"),
        "{}",
        run.out
    );
    assert!(project.read("topika.lock").contains(r#"{ name = "types.Money", subject = "types.Money", version = 2 },"#));
    project.write("schemas/types/money.avsc", &money(r#",{"name":"currency","type":"string"}"#));
    let run = project.run(&["check", "--format", "short"]);
    assert_eq!(run.code, 100);
    assert_eq!(run.out.matches("error: ").count(), 1, "told once: {}", run.out);
    assert!(run.out.contains("schemas/types/money.avsc:1:") && run.out.contains("hurts: kitchen"), "{}", run.out);
}

#[test]
fn a_row_may_ask_for_the_version_that_this_run_locks() {
    let project = Project::new();
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &format!("{manifest}\n[event.\"orders.order-placed\"]\nversions = [1]\n"));
    assert_eq!(project.run(&["check"]).code, 100);
    assert_eq!(project.run(&["lock"]).code, 0);
    assert_eq!(project.run(&["check"]).code, 0);
    project.write("topika.toml", &format!("{manifest}\n[event.\"orders.order-placed\"]\nversions = [2]\n"));
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 100);
    assert!(
        run.out.contains("version 2 of `orders.order-placed` was never locked") && run.out.contains("locked: 1"),
        "{}",
        run.out
    );
}

#[test]
fn a_release_can_ask_whether_everything_is_locked() {
    let project = Project::new();
    let run = project.run(&["lock", "--check"]);
    assert_eq!(run.code, 100, "{}", run.out);
    assert!(run.out.contains("version 1 of orders-value") && run.out.contains("topic   orders"), "{}", run.out);
    assert!(run.out.contains("Not locked yet: 1 version; at release: `cargo topika lock`"), "{}", run.out);
    assert!(!project.path().join("topika.lock").exists(), "nothing was written");
    project.run(&["lock"]);
    let run = project.run(&["lock", "--check"]);
    assert_eq!(run.code, 0);
    assert!(run.out.contains("Nothing to lock"), "{}", run.out);
    // A topic is locked, too.
    let manifest = project.read("topika.toml");
    project.write("topika.toml", &format!("{manifest}partitions = 3\n"));
    let run = project.run(&["lock", "--check"]);
    assert_eq!(run.code, 100);
    assert!(run.out.contains("Not locked yet: 1 topic"), "{}", run.out);
    project.write("schemas/orders/order-placed.avsc", &order("\"string\""));
    let run = project.run(&["lock", "--check"]);
    assert_eq!(run.code, 100);
    assert!(run.err.contains("nothing can be locked: 1 error"), "{}", run.err);
}

#[test]
fn a_lowered_level_is_locked_with_a_waiver_only() {
    let project = Project::new();
    project.run(&["lock"]);
    let manifest = project.read("topika.toml").replace("BACKWARD_TRANSITIVE", "BACKWARD");
    project.write("topika.toml", &manifest);
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 100);
    assert!(
        run.out.contains("error[level/lowered]: `orders` was locked as BACKWARD_TRANSITIVE and is now BACKWARD"),
        "{}",
        run.out
    );
    assert!(run.out.contains("no longer promised: all versions count"), "{}", run.out);
    let run = project.run(&["waive", "level/lowered", "orders", "--reason", "nobody reads from the beginning"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(project.read("topika.lock").contains("level = \"BACKWARD\"\n"));
    // It has lapsed: there is nothing left that it covers.
    assert!(project.run(&["check"]).out.contains("warning[waive/lapsed]"));
    // It excuses no later step.
    let waived = project.read("topika.toml");
    project.write("topika.toml", &waived.replace("level = \"BACKWARD\"", "level = \"NONE\""));
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 100, "{}", run.out);
    assert!(run.out.contains("was locked as BACKWARD and is now NONE"), "{}", run.out);
    project.write("topika.toml", &manifest);
    assert!(project.run(&["check"]).out.contains(" clean"));
}

#[test]
fn a_new_version_says_who_is_rolled_out_first() {
    let project = Project::new();
    assert!(!project.run(&["check"]).out.contains("roll out"), "the first version hurts nobody");
    project.run(&["lock"]);
    project.write("schemas/orders/order-placed.avsc", &order("\"double\""));
    let run = project.run(&["check"]);
    assert!(
        run.out.contains("orders (BACKWARD_TRANSITIVE): roll out consumers first: kitchen\nChecked"),
        "{}",
        run.out
    );
    project.write("schemas/orders/order-placed.avsc", &order("\"string\""));
    let run = project.run(&["check"]);
    assert!(run.out.contains("= under BACKWARD_TRANSITIVE: roll out consumers first: kitchen"), "{}", run.out);
}

#[test]
fn a_row_that_was_edited_by_hand_is_told_before_anything_is_locked() {
    let project = Project::new();
    project.run(&["lock"]);
    project.write("schemas/orders/order-placed.avsc", &order("\"double\""));
    project.run(&["lock"]);
    let honest = project.read("topika.lock");
    let at = honest.find("fingerprint = \"").unwrap() + "fingerprint = \"".len();
    let mut forged = honest;
    forged.replace_range(at..at + 4, "zzzz");
    project.write("topika.lock", &forged);
    for args in [&["lock"][..], &["lock", "--check"]] {
        let run = project.run(args);
        assert_eq!(run.code, 100, "{}", run.out);
        assert!(run.out.contains("error[lock/edited]: the fingerprint of version 1 of `orders-value`"), "{}", run.out);
    }
    assert_eq!(project.read("topika.lock"), forged);
}

#[test]
fn a_frozen_text_is_never_overwritten() {
    let project = Project::new();
    project.run(&["lock"]);
    project.write("schemas/orders/order-placed.avsc", &order("\"double\""));
    project.run(&["lock"]);
    // Version 2 was taken out of the lock by hand, and its text is still there.
    let lock = project.read("topika.lock");
    let (first, _) = lock.rsplit_once("\n[[subject.version]]").unwrap();
    project.write("topika.lock", first);
    project
        .write("schemas/orders/order-placed.avsc", &order("\"float\"").replace("float", "double").replace("id", "nr"));
    project.write("topika.toml", "[project]\nlevel = \"NONE\"\n\n[topic.orders]\nlevel = \"NONE\"\nevents = [\"orders.order-placed\"]\n[rules]\n\"level/lowered\" = \"warn\"\n");
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 101, "{}{}", run.out, run.err);
    assert!(run.err.contains("orders-value/2.avsc is there with another text"), "{}", run.err);
    let help = "help: do one of the two, then run `cargo topika lock` again; the old lock still holds";
    assert!(run.err.contains(help) && !run.err.contains("may write there"), "{}", run.err);
    assert_eq!(project.read("topika.lock"), first);
    assert_eq!(project.read(&format!("{HISTORY}/2.avsc")), order("\"double\""));
}

#[test]
fn subjects_whose_names_no_folder_can_have_get_folders_of_their_own() {
    let project = Project::new();
    let event = |title: &str| format!("{{ \"title\": \"{title}\", \"type\": \"object\" }}\n");
    project.write("schemas/shop/sold.schema.json", &event("Sold: how?"));
    project.write("schemas/shop/small.schema.json", &event("other"));
    project.write("schemas/shop/large.schema.json", &event("Other"));
    let row = "\n[topic.shop]\nevents = [\"shop.sold\", \"shop.small\", \"shop.large\"]\n";
    project.write("topika.toml", &(project.read("topika.toml") + row));
    let run = project.run(&["lock"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    for args in [&["check"][..], &["lock", "--check"]] {
        let run = project.run(args);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    }
    for folder in ["shop-%53old%3A%20how%3F", "shop-Other", "%73hop-other"] {
        assert!(project.path().join("schemas/.history").join(folder).join("1.schema.json").exists(), "{folder}");
    }
    project.write(
        "schemas/shop/sold.schema.json",
        &event("Sold: how?").replace("object\"", "object\", \"description\": \"x\""),
    );
    assert_eq!(project.run(&["lock"]).code, 0);
    assert!(project.path().join("schemas/.history/shop-%53old%3A%20how%3F/2.schema.json").exists());
    assert_eq!(project.read("topika.lock").matches("folder = ").count(), 2);
}

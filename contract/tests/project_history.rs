//! Levels over a whole history, what the lock must be, and other baselines: on projects in memory.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use std::collections::BTreeMap;

use topika_contract::check::{Baseline, check_against, verify};
use topika_contract::freeze::lock;
use topika_contract::project::{Project, resolve};
use topika_contract::report::{Finding, Report};
use topika_contract::tree::Memory;

/// The files of a project.
#[derive(Clone, Default)]
struct Work(BTreeMap<String, String>);

const V1: &str = "schemas/.history/orders-value/1.avsc";

impl Work {
    /// A topic `orders` at a level, with an event of these fields.
    fn new(level: &str, fields: &str) -> Self {
        let mut work = Self::default();
        work.manifest(level, "");
        work.order(fields);
        work
    }

    fn manifest(&mut self, level: &str, more: &str) {
        let row = "events = [\"orders.order\"]\nproducers = [\"checkout\"]\nconsumers = [\"kitchen\", \"billing\"]\n";
        self.write("topika.toml", format!("[topic.orders]\nlevel = \"{level}\"\n{row}{more}"));
    }

    fn order(&mut self, fields: &str) {
        self.write("schemas/orders/order.avsc", record("orders.Order", fields));
    }

    fn write(&mut self, path: &str, text: impl Into<String>) {
        self.0.insert(path.to_owned(), text.into());
    }

    fn project(&self, report: &mut Report) -> Project {
        Project::of_tree(&self.0.iter().map(|(path, text)| (path.clone(), text.clone())).collect::<Memory>(), report)
    }

    /// Freezes what is there, whatever a check would say.
    fn lock(&mut self) {
        let project = self.project(&mut Report::default());
        let frozen = lock(&project, &resolve(&project, &mut Report::default()), "2026-11-20");
        for version in frozen.lock().subjects.iter().flat_map(|subject| &subject.versions) {
            let source = version.source.as_ref().unwrap();
            self.write(source.path(), source.text());
        }
        self.write("topika.lock", frozen.lock().print());
    }

    fn against(&self, baselines: &[Baseline]) -> Vec<Finding> {
        let mut report = Report::default();
        let project = self.project(&mut report);
        let contract = resolve(&project, &mut report);
        check_against(&contract, &project, baselines, &mut report);
        report.findings().to_vec()
    }

    /// The findings of these rules.
    fn check(&self, group: &str) -> Vec<Finding> {
        let findings = self.against(&[Baseline::lock()]);
        findings.into_iter().filter(|finding| finding.rule.id.starts_with(group)).collect()
    }

    #[track_caller]
    fn says(&self, rule: &str, part: &str) -> Finding {
        let findings = self.check(rule);
        let [one] = findings.as_slice() else { panic!("{:#?}", self.against(&[Baseline::lock()])) };
        assert!(one.message.contains(part), "{}", one.message);
        one.clone()
    }

    fn former(&self) -> Baseline {
        Baseline::former("git:abc", self.project(&mut Report::default()), None)
    }
}

fn record(name: &str, fields: &str) -> String {
    format!(r#"{{"type":"record","name":"{name}","fields":[{fields}]}}"#)
}

fn field(name: &str, ty: &str) -> String {
    format!(r#"{{"name":"{name}","type":{ty}}}"#)
}

#[test]
fn a_transitive_level_tells_every_version_that_breaks_and_the_first_by_name() {
    let mut work = Work::new("BACKWARD_TRANSITIVE", "");
    work.lock();
    for number in 1..=2 {
        work.order(&format!(r#"{{"name":"f{number}","type":"int","default":0}}"#));
        work.lock();
    }
    work.order(&field("amount", "\"string\""));
    let finding = work.says("avro/field-added-without-default", "`amount`");
    assert!(finding.label.as_ref().unwrap().starts_with("version 3, locked 2026-11-20"), "{finding:#?}");
    assert!(
        finding.notes.contains(&"first broken: version 3; also broken: version 2, version 1".to_owned()),
        "{finding:#?}"
    );
    assert_eq!(finding.promise.unwrap().level, "BACKWARD_TRANSITIVE");
    // Without it the last version alone counts.
    work.manifest("BACKWARD", "");
    let finding = work.says("avro/field-added-without-default", "`amount`");
    assert!(!finding.notes.iter().any(|note| note.contains("also broken")), "{finding:#?}");
    work.manifest("NONE", "");
    assert!(work.check("avro/").is_empty());
}

#[test]
fn who_is_hurt_and_who_goes_first_follow_from_the_direction() {
    let mut work = Work::new("BACKWARD", "");
    work.lock();
    work.order(&field("amount", "\"string\""));
    let finding = work.says("avro/field-added", "");
    assert_eq!(finding.hurts, ["kitchen", "billing"]);
    assert!(finding.notes.contains(&"under BACKWARD: roll out consumers first: kitchen, billing".to_owned()));
    let mut work = Work::new("FORWARD", &field("amount", "\"string\""));
    work.lock();
    work.order("");
    let finding = work.says("avro/field-removed", "");
    assert_eq!(finding.hurts, ["checkout", "kitchen", "billing"]);
    assert!(finding.notes.contains(&"under FORWARD: roll out producers first: checkout".to_owned()));
}

#[test]
fn a_raised_level_judges_the_last_version_anew() {
    let mut work = Work::new("BACKWARD", &field("a", "\"string\""));
    work.lock();
    work.order("");
    work.lock();
    assert!(work.check("avro/").is_empty());
    work.manifest("FULL", "");
    let finding = work.says("avro/field-removed", "`a`");
    assert_eq!(finding.at.unwrap().source.path(), "schemas/orders/order.avsc");
    // Once the level is locked it is settled.
    work.lock();
    assert!(work.check("avro/").is_empty());
    work.manifest("BACKWARD", "");
    let finding = work.says("level/lowered", "`orders` was locked as FULL and is now BACKWARD");
    assert_eq!((finding.subject.as_deref(), finding.at.unwrap().position().line), (Some("orders"), 2));
}

#[test]
fn each_version_is_read_with_the_references_that_were_frozen_with_it() {
    let money = |ty: &str| record("types.Money", &field("cents", ty));
    let mut work = Work::new("BACKWARD_TRANSITIVE", &field("total", "\"types.Money\""));
    work.write("schemas/types/money.avsc", money("\"int\""));
    work.lock();
    work.write("schemas/types/money.avsc", money("\"long\""));
    work.lock();
    // A string reads neither; the second version was frozen with a long, the first with an int.
    work.write("schemas/types/money.avsc", money("\"string\""));
    let findings = work.check("avro/type-changed");
    let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert!(messages.iter().any(|one| one.contains("was long")), "{messages:?}");
    assert!(messages.iter().any(|one| one.contains("was int")), "{messages:?}");
    // Only what the order's version 1 refers to is lost: the shared type has a gap, and the version nothing to be read with.
    let text = work.0.get("topika.lock").unwrap().clone();
    let (before, rows) = text.split_once("name = \"types.Money\"\npath").unwrap();
    let (head, versions) = rows.split_once("[[subject.version]]").unwrap();
    let (_, second) = versions.split_once("[[subject.version]]").unwrap();
    work.write("topika.lock", format!("{before}name = \"types.Money\"\npath{head}[[subject.version]]{second}"));
    work.says("lock/reference-missing", "version 1 of `orders-value` refers to version 1 of `types.Money`");
    work.says("history/version-gap", "topika.lock has no version 1 of `types.Money`, and goes on with version 2");
    work.says("history/stray", "schemas/.history/types.Money/1.avsc");
}

#[test]
fn a_text_that_the_lock_does_not_know_is_told() {
    let mut work = Work::new("BACKWARD", "");
    work.lock();
    work.write("schemas/.history/ids.prod.toml", "");
    assert!(work.check("").is_empty());
    work.write("schemas/.history/orders-value/1.schema.json", "{}");
    work.says("history/stray", &format!("is a second text beside {V1}"));
    work.0.remove("schemas/.history/orders-value/1.schema.json");
    work.write("schemas/.history/other/7.avsc", "{}");
    work.says("history/stray", "schemas/.history/other/7.avsc is no frozen text");
}

#[test]
fn a_frozen_text_with_the_marks_of_a_merge_is_a_conflict() {
    let mut work = Work::new("BACKWARD", "");
    work.lock();
    let text = work.0.get(V1).unwrap().clone();
    work.write(V1, format!("<<<<<<< HEAD\n{text}\n=======\n{{}}\n>>>>>>> feature\n"));
    let finding = work.says("lock/conflict", "between `HEAD` and `feature`");
    assert_eq!(finding.at.unwrap().to_string(), format!("{V1}:1:1"));
    assert!(work.check("lock/edited").is_empty());
}

#[test]
fn every_fact_of_a_topic_is_locked() {
    let mut work = Work::new("BACKWARD", &format!("{},{}", field("id", "\"string\""), field("customer", "\"string\"")));
    work.manifest("BACKWARD", "key = \"id\"\npartitions = 6\nretention = \"7d\"\n");
    work.lock();
    assert!(work.check("").is_empty());
    for (rows, rule, said) in [
        (
            "key = \"customer\"\npartitions = 6\nretention = \"7d\"\n",
            "topic/key-changed",
            "was `id` and is now `customer`",
        ),
        (
            "key = \"id\"\npartitions = 3\nretention = \"7d\"\n",
            "topic/partitions-reduced",
            "6 partitions and now has 3",
        ),
        ("key = \"id\"\nretention = \"7d\"\n", "topic/partitions-reduced", "leaves the number to the broker"),
        ("key = \"id\"\npartitions = 9\nretention = \"7d\"\n", "topic/partitions-added", "now has 9"),
        (
            "key = \"id\"\npartitions = 6\nretention = \"12h\"\n",
            "topic/retention-shortened",
            "a retention of 7d and now keeps messages 12h",
        ),
        ("key = \"id\"\npartitions = 6\n", "topic/retention-shortened", "as long as the broker likes"),
    ] {
        work.manifest("BACKWARD", rows);
        let finding = work.says("topic/", said);
        assert_eq!((finding.rule.id, finding.subject.as_deref()), (rule, Some("orders")), "{rows}");
        assert_eq!(finding.hurts, ["kitchen", "billing"]);
    }
    work.manifest("BACKWARD", "key = \"id\"\npartitions = 6\nretention = \"168h\"\n");
    assert!(work.check("").is_empty(), "the same time in other words");
}

#[test]
fn two_baselines_that_agree_say_a_thing_once() {
    let mut work = Work::new("BACKWARD_TRANSITIVE", "");
    work.manifest("BACKWARD_TRANSITIVE", "partitions = 6\n");
    work.lock();
    let main = work.clone();
    work.manifest("BACKWARD_TRANSITIVE", "partitions = 3\n");
    work.order(&field("amount", "\"string\""));
    let alone: Vec<String> = work.against(&[Baseline::lock()]).into_iter().map(|one| one.message).collect();
    let both: Vec<String> =
        work.against(&[Baseline::lock(), main.former()]).into_iter().map(|one| one.message).collect();
    assert_eq!((alone.len(), both), (2, alone));
}

#[test]
fn a_former_state_finds_what_was_changed_in_history() {
    let mut work = Work::new("BACKWARD", &field("a", "\"string\""));
    work.lock();
    let main = work.clone();
    // Another date is an edit as well.
    work.write("topika.lock", work.0.get("topika.lock").unwrap().replace("2026-11-20", "2026-11-21"));
    let findings = work.against(&[Baseline::lock(), main.former()]);
    let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
    assert_eq!((finding.rule.id, finding.notes.as_slice()), ("history/edited", &["changed: the date".to_owned()][..]));
    // What is only elsewhere promises nothing about our lock.
    let elsewhere = Baseline::other("../old", main.project(&mut Report::default()).lock);
    assert!(work.against(&[elsewhere]).is_empty());
}

#[test]
fn a_hash_that_was_written_into_the_lock_by_hand_passes_off_no_break_as_the_last_version() {
    let mut work = Work::new("BACKWARD", r#"{ "name": "id", "type": "long" }"#);
    work.lock();
    let honest = work.0["topika.lock"].clone();
    // The hash of the broken text is what locking it anew would have made.
    let mut broken = Work::new("BACKWARD", r#"{ "name": "id", "type": "string" }"#);
    broken.lock();
    let hash = |lock: &str| lock.lines().find(|line| line.starts_with("compare = ")).unwrap().to_owned();
    work.order(r#"{ "name": "id", "type": "string" }"#);
    work.write("topika.lock", honest.replace(&hash(&honest), &hash(&broken.0["topika.lock"])));
    let finding = work.says("lock/edited", "the hash of version 1 of `orders-value` was edited in topika.lock");
    assert_eq!(finding.at.unwrap().source.path(), "topika.lock");
}

#[test]
fn a_text_that_is_the_last_version_was_compared_with_it_under_a_new_level_too() {
    let mut work = Work::new("FULL", r#"{ "name": "id", "type": "long" }"#);
    work.lock();
    work.manifest("BACKWARD", "");
    let mut report = Report::default();
    let project = work.project(&mut report);
    let contract = resolve(&project, &mut report);
    assert_eq!(check_against(&contract, &project, &[Baseline::lock()], &mut report).versions, 1);
}

#[test]
fn a_default_that_is_no_value_of_its_type_is_told_once_and_not_as_a_missing_one_too() {
    let id = r#"{ "name": "id", "type": "string" }"#;
    let mut work = Work::new("BACKWARD", id);
    work.lock();
    let told = |work: &Work| {
        let mut rules: Vec<&str> = work.against(&[Baseline::lock()]).iter().map(|finding| finding.rule.id).collect();
        rules.sort_unstable();
        rules
    };
    work.order(&format!(r#"{id}, {{ "name": "n", "type": "int", "default": "a" }}"#));
    assert_eq!(told(&work), ["avro/default"]);
    // A field whose type holds a wrong default has none itself.
    let inner = r#"{ "type": "record", "name": "I", "fields": [{ "name": "x", "type": "int", "default": "a" }] }"#;
    work.order(&format!(r#"{id}, {{ "name": "n", "type": {inner} }}"#));
    assert_eq!(told(&work), ["avro/default", "avro/field-added-without-default"]);
    // Where a wrong default is a warning only, the break is the error.
    work.order(&format!(r#"{id}, {{ "name": "n", "type": "int", "default": "a" }}"#));
    work.manifest("BACKWARD", "[rules]\n\"avro/default\" = \"warn\"\n");
    assert_eq!(told(&work), ["avro/default", "avro/field-added-without-default"]);
}

/// A subject with two versions, `from` in the row of one of them replaced.
fn two_versions_with(number: usize, from: &str, to: &str) -> Work {
    let id = r#"{ "name": "id", "type": "long" }"#;
    let mut work = Work::new("BACKWARD_TRANSITIVE", id);
    work.lock();
    work.order(&format!(r#"{id}, {{ "name": "note", "type": "string", "default": "" }}"#));
    work.lock();
    let lock = work.0.get("topika.lock").unwrap();
    let mut rows: Vec<String> = lock.split("[[subject.version]]").map(str::to_owned).collect();
    let row = rows.get_mut(number).unwrap();
    let at = row.find(from).unwrap() + from.len();
    row.replace_range(at..at + to.len(), to);
    work.write("topika.lock", rows.join("[[subject.version]]"));
    work
}

#[test]
fn a_fingerprint_that_was_edited_in_the_lock_is_told_with_its_place_and_the_right_one() {
    let work = two_versions_with(2, "fingerprint = \"", "0000");
    let finding = work.says("lock/edited", "the fingerprint of version 2 of `orders-value` was edited in topika.lock");
    assert!(finding.message.contains("that of the frozen text is "), "{}", finding.message);
    let at = finding.at.unwrap();
    assert!(at.source.text()[at.span.start..at.span.end].starts_with("0000"), "{at}");
}

#[test]
fn a_fingerprint_of_an_old_version_is_verified_where_the_version_is_read_anyway() {
    let mut work = two_versions_with(1, "fingerprint = \"", "0000");
    work.order(r#"{ "name": "id", "type": "double" }"#);
    let told = work.check("lock/edited");
    let [one] = told.as_slice() else { panic!("{told:#?}") };
    assert!(one.message.starts_with("the fingerprint of version 1 of `orders-value`"), "{}", one.message);
}

#[test]
fn every_row_is_verified_before_a_lock_is_written() {
    for key in ["fingerprint", "compare"] {
        let work = two_versions_with(1, &format!("{key} = \""), "0000");
        assert!(work.check("lock/edited").is_empty(), "nothing that changed rests on it");
        let mut report = Report::default();
        verify(&work.project(&mut Report::default()), &mut report);
        let [one] = report.findings() else { panic!("{report:#?}") };
        assert_eq!(one.rule.id, "lock/edited");
        assert!(one.message.contains("version 1 of `orders-value`"), "{}", one.message);
    }
}

#[test]
fn a_frozen_text_of_which_git_changed_the_line_ends_is_the_one_that_was_locked() {
    let mut work = Work::new("FULL", "{ \"name\": \"id\", \"type\": \"long\" }");
    work.write(
        "schemas/orders/order.avsc",
        record("orders.Order", r#"{ "name": "id", "type": "long" }"#).replace(',', ",\n"),
    );
    work.lock();
    let unix = work.0.get(V1).unwrap().clone();
    assert!(unix.contains('\n'));
    work.write(V1, unix.replace('\n', "\r\n"));
    assert!(work.against(&[Baseline::lock()]).is_empty());
    // The other way round: locked where lines end as on Windows.
    let mut work = Work::new("FULL", "");
    work.write("schemas/orders/order.avsc", unix.replace('\n', "\r\n"));
    work.lock();
    work.write(V1, unix.as_str());
    assert!(work.against(&[Baseline::lock()]).is_empty());
    work.write(V1, unix.replace("long", "int"));
    work.says("lock/edited", "was edited since it was locked");
}

#[test]
fn a_history_without_a_lock_is_one_error_and_begins_no_new_history() {
    let mut work = Work::new("FULL", r#"{ "name": "id", "type": "long" }"#);
    work.lock();
    work.0.remove("topika.lock");
    work.order(r#"{ "name": "id", "type": "string" }"#);
    let told = work.against(&[Baseline::lock()]);
    let [one] = told.as_slice() else { panic!("{told:#?}") };
    assert_eq!(
        (one.rule.id, one.message.as_str()),
        ("lock/corrupt", "topika.lock is missing, and schemas/.history holds a frozen text")
    );
    // What environments know is no frozen text.
    work.0.remove(V1);
    work.write("schemas/.history/ids.prod.toml", "");
    assert!(work.against(&[Baseline::lock()]).is_empty());
}

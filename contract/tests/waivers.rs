//! Waivers: what they cover, for how long, and what is said about those that cover nothing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use tempfile::TempDir;
use topika_contract::check::check;
use topika_contract::freeze::lock;
use topika_contract::project::{Project, resolve};
use topika_contract::report::Report;
use topika_contract::rules::Severity;

const MANIFEST: &str = "[project]\nlevel = \"FULL_TRANSITIVE\"\n";

fn order(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"orders.Placed","fields":[{{"name":"id","type":"string"}}{fields}]}}"#)
}

struct Work(TempDir);

impl Work {
    /// Version 1 with two fields beside `id`; the working text has `fields`.
    fn changed_to(fields: &str) -> Self {
        let work = Self(tempfile::tempdir().unwrap());
        work.write("topika.toml", MANIFEST);
        work.event(r#",{"name":"coupon","type":"string"},{"name":"note","type":"string"}"#);
        work.lock();
        work.event(fields);
        work
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn event(&self, fields: &str) {
        self.write("schemas/orders/placed.avsc", &order(fields));
    }

    fn waive(&self, row: &str) {
        self.write("topika.toml", &format!("{MANIFEST}[[waive]]\nreason = \"meant\"\n{row}\n"));
    }

    fn see(&self) -> Report {
        let mut report = Report::default();
        let project = Project::load(self.0.path(), &mut report);
        let contract = resolve(&project, &mut report);
        check(&contract, &project, &mut report);
        report
    }

    fn lock(&self) {
        let mut report = Report::default();
        let project = Project::load(self.0.path(), &mut report);
        let contract = resolve(&project, &mut report);
        check(&contract, &project, &mut report);
        assert!(!report.denies(), "{report:#?}");
        lock(&project, &contract, "2026-11-20").write(self.0.path()).unwrap();
    }

    /// `rule severity` of every finding that is not silent, and how many are waived.
    fn said(&self) -> (Vec<String>, usize) {
        let report = self.see();
        let said = report.findings().iter().filter(|finding| finding.severity != Severity::Allow);
        (said.map(|finding| format!("{} {}", finding.rule.id, finding.severity.as_str())).collect(), report.waived())
    }
}

const ROW: &str = "rule = \"avro/field-removed\"\nsubject = \"orders.placed-value\"\n";

#[test]
fn a_waiver_covers_the_findings_of_its_rule_and_subject() {
    let work = Work::changed_to("");
    assert_eq!(work.said().0, ["avro/field-removed deny", "avro/field-removed deny"]);
    work.waive(&format!("{ROW}from = 1"));
    assert_eq!(work.said(), (vec![], 2));
    let reason = work.see().findings().iter().find_map(|finding| finding.waived.clone());
    assert_eq!(reason.as_deref(), Some("meant"));
}

#[test]
fn a_waiver_with_a_place_covers_that_field_alone_by_name() {
    let work = Work::changed_to("");
    work.waive(&format!("{ROW}at = \"/fields/coupon\"\nfrom = 1"));
    assert_eq!(work.said(), (vec!["avro/field-removed deny".to_owned()], 1));
}

#[test]
fn a_waiver_lapses_at_the_next_lock() {
    let work = Work::changed_to("");
    work.waive(&format!("{ROW}from = 1"));
    work.lock();
    assert_eq!(work.said(), (vec!["waive/lapsed warn".to_owned()], 0));
    let report = work.see();
    let one = &report.findings()[0];
    assert_eq!(one.at.as_ref().unwrap().to_string(), "topika.toml:7:8");
    assert_eq!(
        one.message,
        "this waiver of `avro/field-removed` ended when version 2 of `orders.placed-value` was locked"
    );
    // The row silences nothing any more.
    work.event(r#",{"name":"count","type":"int"}"#);
    assert_eq!(
        work.said().0,
        [
            "avro/field-added-without-default deny",
            "avro/field-removed deny",
            "avro/field-removed deny",
            "waive/lapsed warn"
        ]
    );
}

#[test]
fn a_waiver_of_a_version_to_come_covers_nothing() {
    let work = Work::changed_to("");
    work.waive(&format!("{ROW}from = 2"));
    assert_eq!(work.said().0, ["avro/field-removed deny", "avro/field-removed deny", "waive/lapsed warn"]);
}

#[test]
fn a_waiver_that_covers_nothing_is_a_finding_with_what_was_meant() {
    let help = |row: &str| {
        let work = Work::changed_to("");
        work.waive(row);
        let report = work.see();
        let one = report.findings().iter().find(|finding| finding.rule.id == "waive/unused").unwrap();
        one.help.clone().unwrap()
    };
    assert!(help(&format!("{ROW}at = \"/fields/cupon\"\nfrom = 1")).starts_with("there is one at "));
    assert_eq!(
        help("rule = \"avro/type-changed\"\nsubject = \"orders.placed-value\"\nfrom = 1"),
        "take the row out of topika.toml"
    );
}

#[test]
fn a_waiver_of_a_subject_that_does_not_exist_says_so_whatever_version_it_names() {
    let shown_by = "`cargo topika check --format json` prints the subject of every finding";
    for (subject, from, help) in [
        ("orders.placed-valve", 0, format!("did you mean `orders.placed-value`? {shown_by}")),
        ("orders/placed.avsc", 1, format!("did you mean `orders.placed-value`? {shown_by}")),
        ("orders.placed", 1, format!("did you mean `orders.placed-value`? {shown_by}")),
        ("payments", 7, shown_by.to_owned()),
    ] {
        let work = Work::changed_to("");
        work.waive(&format!("rule = \"avro/field-removed\"\nsubject = \"{subject}\"\nfrom = {from}"));
        assert_eq!(work.said().0, ["avro/field-removed deny", "avro/field-removed deny", "waive/unused warn"]);
        let report = work.see();
        let one = report.findings().iter().find(|finding| finding.rule.id == "waive/unused").unwrap();
        assert_eq!(one.message, format!("there is no subject `{subject}`, so this waiver covers nothing"));
        assert_eq!(one.at.as_ref().unwrap().to_string(), "topika.toml:6:11");
        assert_eq!(one.help.as_deref(), Some(help.as_str()));
    }
}

#[test]
fn while_a_text_cannot_be_read_nothing_is_said_of_its_waivers() {
    let work = Work::changed_to("");
    work.waive(&format!("{ROW}from = 1"));
    work.write("schemas/orders/placed.avsc", "{");
    assert_eq!(work.said().0, ["text/syntax deny"]);
}

#[test]
fn what_is_told_while_a_file_is_read_can_be_waived_unless_it_hinders() {
    let work = Work::changed_to(r#",{"name":"coupon","type":"string","defualt":"x"},{"name":"note","type":"string"}"#);
    assert_eq!(work.said().0, ["avro/attribute-misspelt warn"]);
    work.waive("rule = \"avro/attribute-misspelt\"\nsubject = \"orders.placed-value\"\nfrom = 1");
    assert_eq!(work.said(), (vec![], 1));
}

#[test]
fn a_lint_finding_is_waived_by_the_name_of_its_field() {
    let work = Work::changed_to(
        r#",{"name":"coupon","type":"string"},{"name":"note","type":"string"},{"name":"price","type":["null","double"],"default":null}"#,
    );
    assert_eq!(work.said().0, ["money/float warn"]);
    work.waive("rule = \"money/float\"\nsubject = \"orders.placed-value\"\nat = \"/fields/price\"\nfrom = 1");
    assert_eq!(work.said(), (vec![], 1));
}

#[test]
fn what_a_topic_had_none_of_is_given_up_by_an_empty_text() {
    let work = Work::changed_to("");
    work.event(r#",{"name":"coupon","type":"string"},{"name":"note","type":"string"}"#);
    let keyed = |rows: &str| {
        let topic = "\n[topic.\"orders.placed\"]\nevents = [\"orders.placed\"]\nkey = \"id\"\n";
        work.write("topika.toml", &format!("{MANIFEST}{topic}{rows}"));
    };
    keyed("");
    assert_eq!(work.said().0, ["topic/key-changed deny"]);
    let row = "[[waive]]\nreason = \"meant\"\nrule = \"topic/key-changed\"\nsubject = \"orders.placed\"\nwas = \"\"\n";
    keyed(row);
    assert_eq!(work.said(), (vec![], 1));
    work.lock();
    let report = work.see();
    let told = "this waiver of `topic/key-changed` gives up nothing of `orders.placed`, and id is locked";
    assert_eq!(report.findings().iter().map(|one| one.message.as_str()).collect::<Vec<_>>(), [told]);
}

//! Topics whose messages name no schema: what they may be, what is locked of them, and how one moves to messages that name theirs.

#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

use std::collections::BTreeMap;

use topika_contract::check::{Baseline, check, check_against};
use topika_contract::freeze::lock;
use topika_contract::project::{Contract, Project, frozen, resolve};
use topika_contract::report::Report;
use topika_contract::rules::Severity;
use topika_contract::tree::Memory;

const AVRO: &str = r#"{"type":"record","name":"web.Seen","fields":[{"name":"page","type":"string"}]}"#;
const JSON: &str = r#"{"$schema":"http://json-schema.org/draft-07/schema#","title":"Seen","type":"object",
    "properties":{"page":{"type":"string"},"shop":{"type":"string"}},"required":["page","shop"],"additionalProperties":false}"#;
const KEY: &str = r#"{"$schema":"http://json-schema.org/draft-07/schema#","title":"SeenKey","type":"object",
    "properties":{"page":{"type":"string"},"shop":{"type":"string"}},"required":["page","shop"],"additionalProperties":false}"#;

#[derive(Clone, Default)]
struct Work(BTreeMap<String, String>);

impl Work {
    fn of(rows: &str, files: &[(&str, &str)]) -> Self {
        let mut work = Self::default();
        work.write("topika.toml", rows);
        for (path, text) in files {
            work.write(path, text);
        }
        work
    }

    fn json(framing: &str) -> Self {
        Self::of(&seen(framing), &[("schemas/web/seen.schema.json", JSON)])
    }

    fn avro(framing: &str) -> Self {
        Self::of(&seen(framing), &[("schemas/web/seen.avsc", AVRO)])
    }

    fn write(&mut self, path: &str, text: &str) {
        self.0.insert(path.to_owned(), text.to_owned());
    }

    fn read(&self, report: &mut Report) -> (Project, Contract) {
        let files: Memory = self.0.iter().map(|(path, text)| (path.clone(), text.clone())).collect();
        let project = Project::of_tree(&files, report);
        let contract = resolve(&project, report);
        (project, contract)
    }

    fn lock(&mut self) {
        let (project, contract) = self.read(&mut Report::default());
        let frozen = lock(&project, &contract, "2026-11-22");
        for version in frozen.lock().subjects.iter().flat_map(|subject| &subject.versions) {
            let source = version.source.as_ref().unwrap();
            self.write(source.path(), source.text());
        }
        self.write("topika.lock", &frozen.lock().print());
    }

    /// What a check denies: rule, place, message, next step.
    fn denied(&self) -> Vec<[String; 4]> {
        let mut report = Report::default();
        let (project, contract) = self.read(&mut report);
        check(&contract, &project, &mut report);
        let denied = report.findings().iter().filter(|one| one.severity == Severity::Deny);
        let place =
            |at: &Option<topika_contract::text::Location>| at.as_ref().map(ToString::to_string).unwrap_or_default();
        denied
            .map(|one| {
                let help = one.help.clone().unwrap_or_default();
                [one.rule.id.to_owned(), place(&one.at), one.message.clone(), help]
            })
            .collect()
    }
}

/// The row of the topic.
fn seen(framing: &str) -> String {
    format!("[topic.seen]\nevents = [\"web.seen\"]\n{framing}")
}

#[test]
fn a_message_that_names_no_schema_is_of_the_only_event_of_its_topic() {
    assert!(Work::json("framing = \"none\"\n").denied().is_empty());
    assert!(Work::avro("framing = \"none\"\n").denied().is_empty());
    let left = JSON.replace("\"Seen\"", "\"Left\"");
    for framing in ["framing = \"none\"\n", "mixed = true\n"] {
        let rows = format!("[topic.seen]\nevents = [\"web.seen\", \"web.left\"]\n{framing}");
        let work = Work::of(&rows, &[("schemas/web/seen.schema.json", JSON), ("schemas/web/left.schema.json", &left)]);
        let [[rule, at, message, help]] = work.denied().try_into().unwrap();
        assert_eq!(
            (rule.as_str(), at.split(':').take(2).collect::<Vec<_>>().join(":")),
            ("topic/framing", "topika.toml:3".to_owned())
        );
        assert!(message.starts_with("the topic `seen` has messages that name no schema, and 2 events:"), "{message}");
        assert!(help.contains("a topic of its own") && help.contains("`oneOf`"), "{help}");
    }
}

#[test]
fn plain_avro_is_not_told_from_framed_avro() {
    let denied = |work: Work| {
        let [[rule, at, message, _]] = work.denied().try_into().unwrap();
        assert_eq!((rule.as_str(), at.starts_with("topika.toml:")), ("topic/framing", true));
        message
    };
    for framing in ["mixed = true\n", "framing = \"none\"\nmixed = true\n"] {
        let message = denied(Work::avro(framing));
        assert!(
            message.contains("its event `web.seen` is Avro: plain Avro may begin with the bytes of a frame"),
            "{message}"
        );
    }
    let message = denied(Work::json("mixed = true\nkey = [\"page\", \"shop\"]\n"));
    assert!(message.contains("its key of several fields is a record of Avro"), "{message}");
    let mut work = Work::json("mixed = true\nkey = [\"page\", \"shop\"]\nkey_type = \"web.seen-key\"\n");
    work.write("schemas/web/seen-key.schema.json", KEY);
    assert_eq!(work.denied(), Vec::<[String; 4]>::new(), "a key of JSON is told apart as the event is");
    work.0.remove("schemas/web/seen-key.schema.json");
    let avro = r#"{"type":"record","name":"web.SeenKey","fields":[{"name":"page","type":"string"},{"name":"shop","type":"string"}]}"#;
    work.write("schemas/web/seen-key.avsc", avro);
    let message = denied(work);
    assert!(message.contains("its key `web.seen-key` is Avro"), "{message}");
    assert_eq!(Work::json("mixed = true\nkey = \"page\"\n").denied(), Vec::<[String; 4]>::new());
}

#[test]
fn the_framing_is_locked_and_read_again() {
    let mut work = Work::json("framing = \"none\"\nmixed = true\n");
    work.lock();
    let text = work.0.get("topika.lock").unwrap();
    assert!(text.contains("key = []\nframing = \"none\"\nmixed = true\nlevel = "), "{text}");
    assert_eq!(work.denied(), Vec::<[String; 4]>::new());
    let (project, _) = work.read(&mut Report::default());
    assert_eq!(project.lock.topic("seen").unwrap().framing.to_string(), "none, mixed");
    // A build with findings takes the topic as it was locked.
    let mut broken = work.clone();
    broken.write("topika.toml", &seen(""));
    let (project, _) = broken.read(&mut Report::default());
    let topics = frozen(&project, &mut Report::default()).topics;
    assert_eq!(topics.first().map(|topic| topic.framing.to_string()), Some("none, mixed".to_owned()));
    // A topic of framed messages has no line more than it had.
    let mut framed = Work::json("framing = \"registry\"\n");
    framed.lock();
    assert!(!framed.0["topika.lock"].contains("framing"));
    let mut forged = work.clone();
    forged.write("topika.lock", &work.0["topika.lock"].replace("framing = \"none\"", "framing = \"plain\""));
    let mut report = Report::default();
    forged.read(&mut report);
    let corrupt = report.findings().iter().find(|one| one.rule.id == "lock/corrupt").unwrap();
    assert!(corrupt.message.contains("unknown framing \"plain\""), "{}", corrupt.message);
}

#[test]
fn a_topic_moves_by_steps_that_the_step_before_can_read() {
    let steps = ["framing = \"none\"\n", "framing = \"none\"\nmixed = true\n", "mixed = true\n", ""];
    let mut work = Work::json(steps[0]);
    work.lock();
    for step in &steps[1..] {
        work.write("topika.toml", &seen(step));
        assert_eq!(work.denied(), Vec::<[String; 4]>::new(), "{step}");
        let former = work.clone();
        work.lock();
        // Nor does a check against the main branch, where the step before is.
        let mut report = Report::default();
        let (project, contract) = work.read(&mut report);
        let (main, _) = former.read(&mut Report::default());
        check_against(&contract, &project, &[Baseline::lock(), Baseline::former("git:main", main, None)], &mut report);
        assert!(!report.denies(), "{report:?}");
    }
    // And back again.
    for step in steps.iter().rev().skip(1) {
        work.write("topika.toml", &seen(step));
        assert_eq!(work.denied(), Vec::<[String; 4]>::new(), "{step}");
        work.lock();
    }
}

#[test]
fn a_step_that_somebody_cannot_read_is_denied() {
    for (from, to, said) in [
        (
            "framing = \"none\"\n",
            "framing = \"registry\"\n",
            "the framing none and has registry now: whoever was built on the lock cannot read",
        ),
        (
            "framing = \"none\"\n",
            "mixed = true\n",
            "the framing none and has registry, mixed now: whoever was built on the lock cannot read",
        ),
        ("framing = \"none\"\nmixed = true\n", "", "what was written by the lock can no longer be read"),
        (
            "",
            "framing = \"none\"\n",
            "the framing registry and has none now: whoever was built on the lock cannot read",
        ),
    ] {
        let mut work = Work::json(from);
        work.lock();
        work.write("topika.toml", &seen(to));
        let [[rule, _, message, help]] = work.denied().try_into().unwrap();
        assert_eq!(rule, "topic/framing-changed");
        assert!(message.contains(said), "{message}");
        assert!(help.contains("step by step") && help.contains("`mixed = true` first"), "{help}");
        // It is a finding that may be accepted, until the next lock.
        let was = work.read(&mut Report::default()).0.lock.topic("seen").unwrap().framing;
        let waiver = format!(
            "[[waive]]\nrule = \"topic/framing-changed\"\nsubject = \"seen\"\nwas = \"{was}\"\nreason = \"nobody reads it\"\n"
        );
        work.write("topika.toml", &format!("{}{waiver}", seen(to)));
        assert_eq!(work.denied(), Vec::<[String; 4]>::new(), "{from} -> {to}");
    }
}

#[test]
fn plain_avro_keeps_its_encoding_whatever_the_level() {
    let note = AVRO.replace("}]}", r#"},{"name":"note","type":"string","default":""}]}"#);
    for level in ["BACKWARD", "NONE"] {
        let framing = format!("framing = \"none\"\nlevel = \"{level}\"\n");
        let mut work = Work::avro(&framing);
        work.lock();
        work.write("schemas/web/seen.avsc", &note);
        let [[rule, at, message, help]] = work.denied().try_into().unwrap();
        assert_eq!((rule.as_str(), at.as_str()), ("avro/plain-changed", "schemas/web/seen.avsc:1:1"));
        assert!(message.contains("another than version 1, locked 2026-11-22"), "{message}");
        assert!(help.starts_with("make a new topic"), "{help}");
        let waiver = "[[waive]]\nrule = \"avro/plain-changed\"\nsubject = \"seen-value\"\nfrom = 1\nreason = \"all stop together\"\n";
        work.write("topika.toml", &format!("{}{waiver}", seen(&framing)));
        assert_eq!(work.denied(), Vec::<[String; 4]>::new());
    }
    // What no byte hangs on may change; and so may a schema that messages name, and JSON, which is read by its names.
    let mut work = Work::avro("framing = \"none\"\n");
    work.lock();
    work.write("schemas/web/seen.avsc", &AVRO.replace("\"string\"", r#""string","doc":"The page.","default":"""#));
    assert_eq!(work.denied(), Vec::<[String; 4]>::new());
    let mut work = Work::avro("");
    work.lock();
    work.write("schemas/web/seen.avsc", &note);
    assert_eq!(work.denied(), Vec::<[String; 4]>::new());
    let mut work = Work::json("framing = \"none\"\n");
    work.lock();
    work.write("schemas/web/seen.schema.json", &JSON.replace(r#""shop":{"#, r#""note":{"type":"string"},"shop":{"#));
    assert_eq!(work.denied(), Vec::<[String; 4]>::new());
}

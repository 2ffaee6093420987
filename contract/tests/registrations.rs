//! What a lock asks of a registry, and subjects that are carried without a file: on projects in memory.

#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

use std::collections::BTreeMap;

use topika_contract::check::verify;
use topika_contract::compat::Level;
use topika_contract::freeze::lock;
use topika_contract::lock::{CarriedSubject, CarriedVersion, Language, LockedReference, carried_path, sha256_hex};
use topika_contract::project::{Project, Registration, registrations, resolve};
use topika_contract::report::Report;
use topika_contract::tree::Memory;

#[derive(Default)]
struct Work(BTreeMap<String, String>);

impl Work {
    fn write(&mut self, path: &str, text: impl Into<String>) {
        self.0.insert(path.to_owned(), text.into());
    }

    fn project(&self, report: &mut Report) -> Project {
        Project::of_tree(&self.0.iter().map(|(path, text)| (path.clone(), text.clone())).collect::<Memory>(), report)
    }

    fn lock(&mut self) {
        let mut report = Report::default();
        let project = self.project(&mut report);
        let contract = resolve(&project, &mut report);
        assert!(!report.denies(), "{report:?}");
        let frozen = lock(&project, &contract, "2026-11-20");
        for version in frozen.lock().subjects.iter().flat_map(|subject| &subject.versions) {
            let source = version.source.as_ref().unwrap();
            self.write(source.path(), source.text());
        }
        self.write("topika.lock", frozen.lock().print());
    }

    fn registrations(&self) -> Vec<Registration> {
        let mut report = Report::default();
        let project = self.project(&mut report);
        assert!(!report.denies(), "{report:?}");
        registrations(&project.lock, &project.manifest)
    }

    /// Adds a subject without a file to the lock and to the history.
    fn carry(&mut self, name: &str, text: &str, references: Vec<LockedReference>) {
        let mut project = self.project(&mut Report::default());
        let version = CarriedVersion {
            number: 1,
            language: Language::Protobuf,
            date: "2026-11-20".to_owned(),
            text: sha256_hex(text),
            references,
            metadata: Some(r#"{"properties":{"owner":"a \"b\""}}"#.to_owned()),
            rule_set: None,
            source: None,
        };
        let subject = CarriedSubject {
            name: name.to_owned(),
            folder: None,
            prefixed: true,
            level: Some(Level::Full),
            versions: vec![version],
        };
        project.lock.carried.push(subject);
        self.write("topika.lock", project.lock.print());
        self.write(&carried_path("schemas", name, 1, Language::Protobuf), text);
    }
}

fn record(name: &str, fields: &[(&str, &str)]) -> String {
    let fields: Vec<String> = fields.iter().map(|(name, ty)| format!(r#"{{"name":"{name}","type":"{ty}"}}"#)).collect();
    format!(r#"{{"type":"record","name":"{name}","fields":[{}]}}"#, fields.join(","))
}

/// An event that refers to a shared type, which refers to another.
fn orders() -> Work {
    let mut work = Work::default();
    work.write(
        "topika.toml",
        "[project]\nlevel = \"NONE\"\n[topic.a-orders]\nevents = [\"orders.order\"]\nlevel = \"FULL\"\n",
    );
    work.write("schemas/types/currency.avsc", r#"{"type":"enum","name":"types.Currency","symbols":["EUR"]}"#);
    work.write("schemas/types/money.avsc", record("types.Money", &[("cents", "long"), ("currency", "types.Currency")]));
    work.write("schemas/orders/order.avsc", record("orders.Order", &[("total", "types.Money")]));
    work.lock();
    work
}

#[test]
fn a_version_stands_behind_the_one_before_it_and_behind_what_it_refers_to() {
    let mut work = orders();
    work.write("schemas/types/money.avsc", record("types.Money", &[("cents", "int"), ("currency", "types.Currency")]));
    work.lock();
    let all = work.registrations();
    let names: Vec<_> = all.iter().map(|one| (one.subject.as_str(), one.number)).collect();
    let money_before_order =
        [("types.Currency", 1), ("types.Money", 1), ("a-orders-value", 1), ("types.Money", 2), ("a-orders-value", 2)];
    assert_eq!(names, money_before_order);
}

#[test]
fn a_text_refers_to_what_it_names_itself_and_to_nothing_behind_that() {
    let all = orders().registrations();
    let order = all.iter().find(|one| one.subject == "a-orders-value").unwrap();
    let money = LockedReference { name: "types.Money".into(), subject: "types.Money".into(), version: 1 };
    assert_eq!(order.references, [money]);
    let money = all.iter().find(|one| one.subject == "types.Money").unwrap();
    assert_eq!(money.references.first().map(|one| one.name.as_str()), Some("types.Currency"));
    assert_eq!((order.prefixed, money.prefixed), (true, false), "topics have an environment's prefix, types have none");
    assert_eq!((order.level, money.level), (Some(Level::Full), Some(Level::None)));
}

#[test]
fn what_no_message_names_is_locked_and_never_registered() {
    let mut work = orders();
    let rows = "[project]\nlevel = \"NONE\"\n[topic.a-orders]\nevents = [\"orders.order\"]\nlevel = \"FULL\"\n";
    work.write("schemas/types/place.avsc", record("types.Place", &[("currency", "types.Currency")]));
    work.write("schemas/web/seen.avsc", record("web.Seen", &[("place", "types.Place")]));
    work.write("topika.toml", format!("{rows}[topic.seen]\nevents = [\"web.seen\"]\nframing = \"none\"\n"));
    work.lock();
    assert!(work.0["topika.lock"].contains("name = \"seen-value\""), "it is locked as any other");
    let subjects = |work: &Work| work.registrations().into_iter().map(|one| one.subject).collect::<Vec<_>>();
    // The currency stands behind orders too, the place behind plain messages alone.
    assert_eq!(subjects(&work), ["types.Currency", "types.Money", "a-orders-value"]);
    work.carry(
        "places-value",
        "syntax = \"proto3\";\n",
        vec![LockedReference { name: "place".into(), subject: "types.Place".into(), version: 1 }],
    );
    assert!(subjects(&work).contains(&"types.Place".to_owned()), "{:?}", subjects(&work));
    // Once messages that name it are read, it has to be there.
    let lock = work.0["topika.lock"].replace("framing = \"none\"\n", "framing = \"none\"\nmixed = true\n");
    work.write("topika.lock", lock);
    assert!(subjects(&work).contains(&"seen-value".to_owned()));
}

#[test]
fn what_is_carried_is_read_as_it_was_written() {
    let mut work = orders();
    let money = LockedReference { name: "money.proto".into(), subject: "types.Money".into(), version: 1 };
    work.carry("payments-value", "syntax = \"proto3\";\n", vec![money.clone()]);
    let all = work.registrations();
    let carried = all.last().unwrap();
    assert_eq!(
        (carried.subject.as_str(), carried.language, carried.level),
        ("payments-value", Language::Protobuf, Some(Level::Full))
    );
    assert_eq!(carried.source.text(), "syntax = \"proto3\";\n");
    assert_eq!((carried.references.as_slice(), carried.prefixed), (&[money][..], true));
    assert_eq!(carried.metadata.as_deref(), Some(r#"{"properties":{"owner":"a \"b\""}}"#));
    let mut report = Report::default();
    let project = work.project(&mut report);
    verify(&project, &mut report);
    assert!(!report.denies(), "its text is no stray, and nothing about it is judged: {report:?}");
    // A lock that is written anew holds it on.
    let (before, mut work) = (project.lock.print(), work);
    work.write("schemas/orders/order.avsc", record("orders.Order", &[("total", "types.Money"), ("n", "int")]));
    let frozen = lock(&work.project(&mut report), &resolve(&work.project(&mut report), &mut report), "2026-11-21");
    assert!(frozen.lock().print().ends_with(before.split_once("[[carried]]").unwrap().1));
}

#[test]
fn a_carried_text_that_was_edited_or_lost_is_told() {
    let mut work = orders();
    work.carry("payments-value", "syntax = \"proto3\";\n", Vec::new());
    let path = "schemas/.history/payments-value/1.proto";
    let told = |work: &Work| {
        let mut report = Report::default();
        work.project(&mut report);
        report.findings().iter().map(|finding| (finding.rule.id, finding.message.clone())).collect::<Vec<_>>()
    };
    work.write(path, "syntax = \"proto2\";\n");
    assert!(
        matches!(told(&work).as_slice(), [("lock/edited", message)] if message.contains(path)),
        "{:?}",
        told(&work)
    );
    work.0.remove(path);
    assert!(matches!(told(&work).as_slice(), [("lock/text-missing", _)]), "{:?}", told(&work));
    work.write(path, "syntax = \"proto3\";\n");
    let gone = LockedReference { name: "x".into(), subject: "gone".into(), version: 1 };
    work.carry("z-value", "", vec![gone]);
    assert!(matches!(told(&work).as_slice(), [("lock/reference-missing", _)]), "{:?}", told(&work));
}

#[test]
fn a_row_of_a_carried_subject_that_makes_no_sense_is_told_with_its_place() {
    let mut work = orders();
    work.carry("payments-value", "", Vec::new());
    let text = work.0.get("topika.lock").unwrap().clone();
    for (from, to, part) in [
        ("type = \"protobuf\"", "type = \"thrift\"", "unknown type \"thrift\""),
        ("name = \"payments-value\"", "name = \"types.Money\"", "`types.Money` stands twice"),
        ("prefixed = true", "prefixed = 1", "`prefixed` wants true or false"),
    ] {
        work.write("topika.lock", text.replace(from, to));
        let mut report = Report::default();
        work.project(&mut report);
        let finding = report.findings().first().unwrap();
        assert!(finding.message.contains(part) && finding.at.is_some(), "{}", finding.message);
    }
}

//! Data contracts beside schemas: frozen with the version, part of what makes a version another one, and never lost without a word.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use topika_contract::check::{check, verify};
use topika_contract::freeze::lock;
use topika_contract::lock::Language;
use topika_contract::project::{Project, registrations, resolve};
use topika_contract::report::Report;

const ORDER: &str =
    r#"{ "type": "record", "name": "Order", "namespace": "orders", "fields": [{ "name": "id", "type": "string" }] }"#;
const SHOP: &str = r#"{ "metadata": { "properties": { "owner": "shop" }, "x": 1 }, "ruleSet": { "domainRules": [] } }"#;
const BESIDE: &str = "schemas/orders/order.contract.json";
const FROZEN: &str = "schemas/.history/orders.order-value/1.contract.json";

struct Work(TempDir);

impl Work {
    fn new() -> Self {
        let work = Self(tempfile::tempdir().unwrap());
        work.write("topika.toml", "");
        work.write("schemas/orders/order.avsc", ORDER);
        work.write(BESIDE, SHOP);
        work
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap()
    }

    fn project(&self) -> (Project, Report) {
        let mut report = Report::default();
        let project = Project::load(self.root(), &mut report);
        let contract = resolve(&project, &mut report);
        check(&contract, &project, &mut report);
        verify(&project, &mut report);
        (project, report)
    }

    /// What a check says, as `rule: message`.
    fn said(&self) -> Vec<String> {
        let (_, report) = self.project();
        report.findings().iter().map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect()
    }

    /// Locks, and gives how many versions are new.
    fn lock(&self) -> usize {
        let (project, mut report) = self.project();
        assert!(!report.denies(), "{report:?}");
        let frozen = lock(&project, &resolve(&project, &mut report), "2026-11-20");
        let count = frozen.changes.iter().filter(|change| format!("{change:?}").starts_with("Version")).count();
        frozen.write(self.root()).unwrap();
        count
    }
}

#[test]
fn a_data_contract_is_frozen_with_its_version_and_registered_with_it() {
    let work = Work::new();
    assert_eq!(work.lock(), 1);
    assert_eq!(work.read(FROZEN), SHOP, "to the byte");
    assert_eq!(work.said(), [""; 0]);
    assert_eq!(work.lock(), 0);
    let (project, _) = work.project();
    let all = registrations(&project.lock, &project.manifest);
    let [one] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((one.number, one.language), (1, Language::Avro));
    assert_eq!(one.metadata.as_deref(), Some(r#"{"properties":{"owner":"shop"},"x":1}"#));
    assert_eq!(one.rule_set.as_deref(), Some(r#"{"domainRules":[]}"#));
}

#[test]
fn another_data_contract_is_a_new_version_and_another_spelling_is_none() {
    let work = Work::new();
    work.lock();
    work.write(BESIDE, r#"{"ruleSet":{"domainRules":[]},"metadata":{"x":1,"properties":{"owner":"shop"}}}"#);
    assert_eq!(work.lock(), 0, "the same, written in another order");
    work.write(BESIDE, &SHOP.replace("shop", "crm"));
    assert_eq!(work.lock(), 1);
    fs::remove_file(work.root().join(BESIDE)).unwrap();
    assert_eq!(work.lock(), 1, "none is another one, too");
    let (project, report) = work.project();
    assert!(report.findings().is_empty(), "{report:?}");
    let owners = registrations(&project.lock, &project.manifest).into_iter().map(|one| one.metadata);
    let owners: Vec<bool> = owners.map(|metadata| metadata.is_some()).collect();
    assert_eq!(owners, [true, true, false]);
}

#[test]
fn a_frozen_data_contract_that_is_gone_or_edited_is_told_once() {
    let work = Work::new();
    work.lock();
    work.write(FROZEN, &SHOP.replace("shop", "crm"));
    assert_eq!(
        work.said(),
        [format!("lock/edited: the frozen text {FROZEN} was edited since it was locked on 2026-11-20")]
    );
    fs::remove_file(work.root().join(FROZEN)).unwrap();
    assert_eq!(work.said(), [format!("lock/text-missing: the frozen text {FROZEN} is missing (locked 2026-11-20)")]);
    work.write(FROZEN, SHOP);
    let lock = work.read("topika.lock");
    let row = lock.lines().find(|line| line.starts_with("contract = ")).unwrap();
    work.write("topika.lock", &lock.replace(&format!("{row}\n"), ""));
    let said = work.said();
    assert!(
        said.iter().any(|one| one.contains("the hash of version 1 of `orders.order-value` was edited")),
        "{said:?}"
    );
    assert!(said.iter().any(|one| one.starts_with("history/stray: ") && one.contains(FROZEN)), "{said:?}");
}

#[test]
fn a_data_contract_without_a_schema_is_told() {
    let work = Work::new();
    work.write("schemas/orders/odrer.contract.json", SHOP);
    let told = "event/data-contract: schemas/orders/odrer.contract.json is the data contract of no schema";
    assert_eq!(work.said(), [told]);
}

#[test]
fn a_shared_type_has_one_as_well() {
    let work = Work::new();
    fs::remove_file(work.root().join(BESIDE)).unwrap();
    work.write("schemas/types/money.avsc", &ORDER.replace("Order", "Money").replace("orders", "types"));
    work.write("schemas/types/money.contract.json", SHOP);
    assert_eq!(work.lock(), 2);
    assert_eq!(work.read("schemas/.history/types.Money/1.contract.json"), SHOP);
    assert_eq!(work.said(), [""; 0]);
}

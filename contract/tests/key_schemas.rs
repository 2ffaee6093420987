//! The key of a topic as a record with a schema file of its own: named in the manifest, locked and judged like every other schema.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail at any line")]

use std::path::Path;

use tempfile::TempDir;
use topika_contract::check::check;
use topika_contract::freeze::lock;
use topika_contract::project::{Contract, Project, frozen, resolve};
use topika_contract::report::Report;

const FILLED: &str = r#"{"type":"record","name":"shop.Filled","fields":[{"name":"tenant","type":"string"},{"name":"customer","type":"long"}]}"#;
const KEY: &str = r#"{"type":"record","name":"shop.BasketKey","fields":[{"name":"tenant","type":"string"},{"name":"customer","type":"long"}]}"#;
const ROW: &str =
    "[topic.baskets]\nevents = [\"shop.filled\"]\nkey = [\"tenant\", \"customer\"]\nkey_type = \"shop.basket-key\"\n";

fn project(row: &str, key: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "topika.toml", row);
    write(folder.path(), "schemas/shop/filled.avsc", FILLED);
    write(folder.path(), "schemas/shop/basket-key.avsc", key);
    folder
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn see(folder: &Path) -> (Project, Contract, Vec<String>) {
    let mut report = Report::default();
    let project = Project::load(folder, &mut report);
    let contract = resolve(&project, &mut report);
    check(&contract, &project, &mut report);
    let said = report.findings().iter().filter(|one| one.rule.default == topika_contract::rules::Severity::Deny);
    let said = said.map(|one| {
        let (subject, help) = (one.subject.clone().unwrap_or_default(), one.help.clone().unwrap_or_default());
        format!("{} [{subject}]: {} | {help}", one.rule.id, one.message)
    });
    (project, contract, said.collect())
}

/// What is wrong with a row and the schema of a key, each to the end of its message.
fn wrong(row: &str, key: &str) -> Vec<String> {
    let work = project(row, key);
    see(work.path()).2.iter().map(|said| said.split(" | ").next().unwrap().to_owned()).collect()
}

#[test]
fn it_stands_under_the_subject_of_the_key_and_is_no_event_of_the_topic() {
    let work = project(ROW, KEY);
    let (_, contract, said) = see(work.path());
    assert_eq!(said, Vec::<String>::new());
    let topics: Vec<_> = contract.topics.iter().map(|topic| (topic.name.as_str(), topic.events.as_slice())).collect();
    assert_eq!(topics, [("baskets", &["shop.filled".to_owned()][..])]);
    let subject = |name: &str| {
        let event = contract.events.iter().find(|event| event.name == name).unwrap();
        (event.key, event.subject.name.clone())
    };
    assert_eq!(subject("shop.basket-key"), (true, "baskets-key".to_owned()));
    assert_eq!(subject("shop.filled"), (false, "baskets-value".to_owned()));
}

#[test]
fn it_is_locked_and_a_break_is_told_under_its_subject() {
    let work = project(ROW, KEY);
    let (project, contract, _) = see(work.path());
    lock(&project, &contract, "2026-11-22").write(work.path()).unwrap();
    let text = std::fs::read_to_string(work.path().join("topika.lock")).unwrap();
    assert!(text.contains("name = \"baskets-key\"\npath = \"shop/basket-key.avsc\""), "{text}");
    assert!(text.contains("key_type = [\"shop.basket-key\"]"), "{text}");

    write(work.path(), "schemas/shop/basket-key.avsc", &KEY.replace("customer", "account"));
    let (project, _, said) = see(work.path());
    assert!(said.iter().any(|said| said.starts_with("avro/field-added-without-default [baskets-key]: ")), "{said:#?}");
    // The types of such a build are those of the last lock.
    let locked = frozen(&project, &mut Report::default());
    let key = locked.events.iter().find(|event| event.key).unwrap();
    assert_eq!((key.subject.name.as_str(), key.source.text()), ("baskets-key", KEY));
    assert_eq!(locked.topics[0].key.as_ref().unwrap().schema.as_deref(), Some("shop.basket-key"));

    write(work.path(), "schemas/shop/basket-key.avsc", KEY);
    write(work.path(), "topika.toml", &ROW.replace("key_type = \"shop.basket-key\"", ""));
    assert!(see(work.path()).2.iter().any(|said| said.starts_with("topic/key-changed")), "{said:#?}");
}

#[test]
fn a_key_beside_the_event_is_any_record() {
    let row = ROW.replace("key = [\"tenant\", \"customer\"]\n", "");
    assert_eq!(wrong(&row, KEY), Vec::<String>::new());
    let other = r#"{"type":"record","name":"shop.BasketKey","fields":[{"name":"day","type":["null","int"]}]}"#;
    assert_eq!(wrong(&row, other), Vec::<String>::new());
}

#[test]
fn what_is_wrong_with_it_is_told() {
    assert_eq!(
        wrong(&ROW.replace("basket-key", "basket-kex"), KEY)[0],
        "topic/unknown-event []: the key of the topic `baskets` is `shop.basket-kex`, which does not exist"
    );
    let none = wrong(ROW, r#"{"type":"array","items":"string"}"#);
    assert_eq!(
        none,
        ["topic/key-type [baskets-key]: `shop.basket-key`, the key of the topic `baskets`, is no record of fields"]
    );
    let one = r#"{"type":"record","name":"shop.BasketKey","fields":[{"name":"tenant","type":"string"}]}"#;
    assert_eq!(
        wrong(ROW, one),
        ["topic/key-type [baskets-key]: `shop.basket-key` has 1 field, and the key of the topic `baskets` names 2"]
    );
    assert_eq!(
        wrong(ROW, &KEY.replace("\"long\"", "\"int\"")),
        [
            "topic/key-type [baskets-key]: `customer` of `shop.basket-key` takes the field `customer` of the events, which is long: int"
        ]
    );
    let twice = format!("{ROW}[topic.more]\nevents = [\"shop.more\"]\nkey_type = \"shop.basket-key\"\n");
    assert!(
        wrong(&twice, KEY)
            .iter()
            .any(|said| said == "topic/event-twice []: `shop.basket-key` is the key of `baskets` and of `more`"),
        "{:?}",
        wrong(&twice, KEY)
    );
    let event = ROW.replace("[\"shop.filled\"]", "[\"shop.filled\", \"shop.basket-key\"]");
    assert_eq!(
        wrong(&event, KEY)[0],
        "topic/event-twice []: `shop.basket-key` is the key of a topic, and `baskets` says it as an event"
    );
}

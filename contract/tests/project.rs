//! Whole projects: loaded, resolved, locked, judged, and brought back from the lock.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail at any line")]

use std::path::Path;

use tempfile::TempDir;
use topika_contract::check::check;
use topika_contract::freeze::lock;
use topika_contract::project::{Contract, Project, frozen, resolve};
use topika_contract::report::Report;

/// A project in a folder of its own.
struct Work(TempDir);

/// What there is to say about it.
struct Seen {
    project: Project,
    contract: Contract,
    report: Report,
}

const ORDER: &str = r#"{"type":"record","name":"orders.Placed","fields":[{"name":"id","type":"string"},{"name":"customer","type":"string"}]}"#;
const CANCEL: &str = r#"{"type":"record","name":"orders.Cancelled","fields":[{"name":"customer","type":"string"}]}"#;
const TICKET: &str = r#"{"title":"TicketReady","type":"object","properties":{"id":{"type":"string"},"at":{"$ref":"../types/station.schema.json"}},"required":["id"]}"#;
const STATION: &str = r#"{"title":"Station","type":"object","properties":{"name":{"type":"string"}}}"#;

impl Work {
    fn new(files: &[(&str, &str)]) -> Self {
        let work = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            work.write(path, text);
        }
        work
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn see(&self) -> Seen {
        let mut report = Report::default();
        let project = Project::load(self.path(), &mut report);
        let contract = resolve(&project, &mut report);
        check(&contract, &project, &mut report);
        Seen { project, contract, report }
    }

    fn lock(&self) {
        let seen = self.see();
        assert!(!seen.report.denies(), "{:#?}", seen.report);
        lock(&seen.project, &seen.contract, "2026-11-20").write(self.path()).unwrap();
    }

    /// The rules and messages of the findings.
    fn said(&self) -> Vec<(&'static str, String)> {
        self.see().report.findings().iter().map(|one| (one.rule.id, one.message.clone())).collect()
    }

    #[track_caller]
    fn says(&self, rule: &str, part: &str) {
        let said = self.said();
        assert!(said.iter().any(|(id, message)| *id == rule && message.contains(part)), "{said:#?}");
    }

    #[track_caller]
    fn says_only(&self, rule: &str, part: &str) {
        self.says(rule, part);
        assert_eq!(self.said().len(), 1, "{:#?}", self.said());
    }
}

fn orders() -> Work {
    Work::new(&[
        (
            "topika.toml",
            "[project]\nlevel = \"FULL\"\n[topic.orders]\nevents = [\"orders.placed\", \"orders.cancelled\"]\nkey = \"customer\"\npartitions = 3\nconsumers = [\"kitchen\"]\n",
        ),
        ("schemas/orders/placed.avsc", ORDER),
        ("schemas/orders/cancelled.avsc", CANCEL),
        ("schemas/kitchen/ticket-ready.schema.json", TICKET),
        ("schemas/types/station.schema.json", STATION),
        ("schemas/README.md", "not a schema"),
        ("schemas/.drafts/x.avsc", "not read"),
    ])
}

#[test]
fn convention_and_rows_give_topics_and_subjects() {
    let seen = orders().see();
    assert!(seen.report.findings().is_empty(), "{:#?}", seen.report);
    let events: Vec<_> =
        seen.contract.events.iter().map(|e| (e.name.as_str(), e.topic.as_str(), e.subject.name.as_str())).collect();
    assert_eq!(
        events,
        [
            ("kitchen.ticket-ready", "kitchen.ticket-ready", "kitchen.ticket-ready-value"),
            ("orders.cancelled", "orders", "orders-orders.Cancelled"),
            ("orders.placed", "orders", "orders-orders.Placed"),
        ]
    );
    let ticket = &seen.contract.events[0];
    assert_eq!((ticket.record.as_str(), ticket.version), ("TicketReady", None));
    assert_eq!(ticket.subject.level_set_at, "topika.toml:2");
    let [reference] = ticket.references.as_slice() else { panic!("{:?}", ticket.references) };
    assert_eq!(reference.name, "../types/station.schema.json");
    assert_eq!(reference.subject, "types/station.schema.json");
    let topic = seen.contract.topics.iter().find(|topic| topic.name == "orders").unwrap();
    assert_eq!(topic.key.as_ref().map(|key| key.fields.clone()), Some(vec!["customer".to_owned()]));
    assert_eq!(topic.events, ["orders.placed", "orders.cancelled"]);
}

#[test]
fn what_is_locked_comes_back_as_it_was() {
    let work = orders();
    work.lock();
    let seen = work.see();
    assert!(seen.report.findings().is_empty(), "{:#?}", seen.report);
    assert!(seen.contract.events.iter().all(|event| event.version == Some(1)));
    work.write("schemas/orders/placed.avsc", ORDER.replace(r#""id","type":"string""#, r#""id","type":"long""#));
    work.write("schemas/orders/new.avsc", CANCEL.replace("Cancelled", "New"));
    let seen = work.see();
    assert!(seen.report.denies());
    let mut report = Report::default();
    let frozen = frozen(&seen.project, &mut report);
    assert!(report.findings().is_empty(), "{report:#?}");
    let placed = frozen.events.iter().find(|event| event.name == "orders.placed").unwrap();
    assert_eq!((placed.source.text(), placed.version), (ORDER, Some(1)));
    assert_eq!(placed.path, "orders/placed.avsc");
    assert!(frozen.events.iter().any(|event| event.name == "orders.new" && event.version.is_none()));
    let ticket = frozen.events.iter().find(|event| event.name == "kitchen.ticket-ready").unwrap();
    assert_eq!((ticket.version, ticket.references.len()), (Some(1), 1));
    let topic = frozen.topics.iter().find(|topic| topic.name == "orders").unwrap();
    assert_eq!(topic.events, ["orders.placed", "orders.cancelled"]);
}

#[test]
fn a_broken_file_leaves_the_frozen_types() {
    let work = orders();
    work.lock();
    work.write("schemas/orders/placed.avsc", "{");
    work.write("topika.toml", "[topic.orders\n");
    let seen = work.see();
    assert!(seen.report.denies());
    let frozen = frozen(&seen.project, &mut Report::default());
    assert_eq!(frozen.events.len(), 3);
    let topic = frozen.topics.iter().find(|topic| topic.name == "orders").unwrap();
    assert_eq!(topic.events, ["orders.placed", "orders.cancelled"]);
}

#[test]
fn a_frozen_version_is_an_event_beside_the_new_one() {
    let work = orders();
    work.lock();
    work.write(
        "schemas/orders/placed.avsc",
        ORDER.replace("]}", r#",{"name":"note","type":["null","string"],"default":null}]}"#),
    );
    work.lock();
    let manifest = std::fs::read_to_string(work.path().join("topika.toml")).unwrap();
    work.write("topika.toml", format!("{manifest}[event.\"orders.placed\"]\nversions = [1]\n"));
    let seen = work.see();
    assert!(seen.report.findings().is_empty(), "{:#?}", seen.report);
    let placed: Vec<_> = seen.contract.events.iter().filter(|event| event.name == "orders.placed").collect();
    let [new, old] = placed.as_slice() else { panic!("{placed:#?}") };
    assert_eq!((new.frozen, new.version), (None, Some(2)));
    assert_eq!((old.frozen, old.version, old.source.text()), (Some(1), Some(1), ORDER));
    assert_eq!((&old.subject, &old.topic, &old.path), (&new.subject, &new.topic, &new.path));
    work.write("topika.toml", format!("{manifest}[event.\"orders.placed\"]\nversions = [7]\n"));
    work.says_only("event/unknown-version", "version 7 of `orders.placed` was never locked");
}

#[test]
fn both_directions_of_a_change_are_judged() {
    let work = orders();
    work.lock();
    work.write("schemas/orders/placed.avsc", ORDER.replace(r#"{"name":"id","type":"string"},"#, ""));
    work.says_only("avro/field-removed", "field `id` is gone, and version 1 has no default for it");
    work.write("schemas/orders/placed.avsc", ORDER);
    work.write("schemas/kitchen/ticket-ready.schema.json", TICKET.replace(r#"["id"]"#, r#"["id","at"]"#));
    work.says_only("json-schema/required-added", "`at` is now required, and version 1 may lack it");
    let seen = work.see();
    let finding = &seen.report.findings()[0];
    let promise = finding.promise.as_ref().map(|promise| (promise.level.as_str(), promise.set_at.as_str()));
    assert_eq!(promise, Some(("FULL", "topika.toml:2")));
    assert_eq!(finding.label.as_deref(), Some("version 1, locked 2026-11-20, cannot be read by this schema"));
    assert_eq!(finding.related[0].at.source.path(), "schemas/.history/kitchen.ticket-ready-value/1.schema.json");
}

#[test]
fn a_change_of_format_is_refused() {
    let work = orders();
    work.lock();
    std::fs::remove_file(work.path().join("schemas/kitchen/ticket-ready.schema.json")).unwrap();
    work.write("schemas/kitchen/ticket-ready.avsc", r#"{"type":"record","name":"TicketReady","fields":[]}"#);
    work.says("history/format-changed", "was json and is now avro");
}

#[test]
fn a_topic_keeps_its_key_and_its_partitions() {
    let work = orders();
    work.lock();
    let manifest = std::fs::read_to_string(work.path().join("topika.toml")).unwrap();
    work.write("topika.toml", manifest.replace("key = \"customer\"\n", ""));
    work.says_only("topic/key-changed", "`orders` was keyed by `customer` and has no key now");
    work.write("topika.toml", manifest.replace("partitions = 3", "partitions = 2"));
    work.says_only("topic/partitions-reduced", "locked with 3 partitions and now has 2");
    work.write("topika.toml", manifest.replace("partitions = 3", "partitions = 4"));
    work.says_only("topic/partitions-added", "now has 4");
    assert!(!work.see().report.denies());
}

#[test]
fn a_key_is_a_field_of_every_event_and_of_one_type() {
    let work = orders();
    work.write("schemas/orders/cancelled.avsc", CANCEL.replace("customer", "client"));
    work.says_only("topic/key-missing", "`orders.cancelled` has no field `customer`");
    work.write("schemas/orders/cancelled.avsc", CANCEL.replace(r#""type":"string""#, r#""type":"long""#));
    work.says_only("topic/key-type", "the key `customer` is long in `orders.cancelled` and string in `orders.placed`");
    work.write(
        "schemas/orders/cancelled.avsc",
        CANCEL.replace(r#""type":"string""#, r#""type":["null","string"],"default":null"#),
    );
    work.says_only("topic/key-type", "it is [null, string]");
    work.write("schemas/orders/cancelled.avsc", CANCEL);
    work.write("topika.toml", "[topic.\"kitchen.ticket-ready\"]\nkey = [\"id\"]\n");
    assert!(work.said().is_empty(), "{:#?}", work.said());
    work.write("topika.toml", "[topic.\"kitchen.ticket-ready\"]\nkey = \"at\"\n");
    work.says_only("topic/key-type", "`at` of `kitchen.ticket-ready` cannot be a key: it is not required");
}

#[test]
fn an_event_is_on_one_topic_that_exists() {
    let work = orders();
    work.write("topika.toml", "[topic.a]\nevents = [\"orders.placed\", \"orders.place\"]\n[topic.b]\nevents = [\"orders.placed\"]\n[topic.c]\n");
    work.says("topic/unknown-event", "the topic `a` carries `orders.place`");
    work.says("topic/event-twice", "the event `orders.placed` is on `a` and on `b`");
    work.says("topic/no-events", "no event has the topic `c` by its name");
    assert!(
        work.see().report.findings().iter().any(|one| one.help.as_deref() == Some("did you mean `orders.placed`?"))
    );
    work.write("topika.toml", "[topic.\"orders.placed\"]\nevents = [\"orders.cancelled\"]\n");
    work.says_only("topic/no-events", "would have the topic `orders.placed` by its name");
}

#[test]
fn rows_of_events_name_events() {
    let work = orders();
    work.write(
        "topika.toml",
        "[event.\"orders.plced\"]\nversions = [1]\n[event.\"user.created\"]\nrust = \"crate::Created\"\n",
    );
    work.says("event/unknown", "there is no event `orders.plced`");
    work.says("event/rust-without-file", "`crate::Created` has no schema file schemas/user/created.avsc");
}

#[test]
fn what_is_wrong_with_the_file_of_a_type_in_rust_is_mended_in_the_type() {
    let work = orders();
    let optional = r#"{"type":"record","name":"Made","fields":[{"name":"who","type":["null","string"]}]}"#;
    work.write("schemas/user/made.avsc", optional);
    let advice = |work: &Work| {
        let report = work.see().report;
        let found = report.findings().iter().find(|one| one.rule.id == "avro/optional-without-default").cloned();
        found.map(|found| (found.help.unwrap_or_default(), found.fix.is_some())).unwrap()
    };
    assert_eq!(advice(&work), ("add `\"default\": null`".to_owned(), true));
    let manifest = std::fs::read_to_string(work.path().join("topika.toml")).unwrap();
    work.write("topika.toml", format!("{manifest}\n[event.\"user.made\"]\nrust = \"crate::Made\"\n"));
    let help = "say `#[event(default)]` at the field of `crate::Made`, and run `TOPIKA_UPDATE=1 cargo test`, which writes the file";
    assert_eq!(advice(&work), (help.to_owned(), false));
}

#[test]
fn a_file_that_can_be_no_event_is_a_finding() {
    let work = orders();
    work.write("schemas/a/nameless.json", r#"{"type":"object"}"#);
    work.says("event/title-missing", "a/nameless.json has no `title`, so the event's record is called like the file");
    work.write("schemas/orders/placed.json", TICKET.replace("TicketReady", "Placed"));
    work.says("event/duplicate", "the event `orders.placed` has two files");
    work.write("schemas/a/bad name.json", TICKET);
    work.says("topic/name", "a/bad name.json gives the topic name \"a.bad name\"");
}

#[test]
fn a_json_event_may_be_of_any_type() {
    let work = orders();
    work.write("schemas/a/list.json", r#"{"title":"L","type":"array"}"#);
    work.write("schemas/a/any.json", "true");
    work.write("schemas/a/either.json", r#"{"title":"E","oneOf":[{"type":"string"},{"type":"object"}]}"#);
    let seen = work.see();
    assert!(!seen.report.denies(), "{:#?}", seen.report);
    let records: Vec<(&str, &str)> =
        seen.contract.events.iter().map(|e| (e.name.as_str(), e.record.as_str())).collect();
    for event in [("a.any", "any"), ("a.either", "E"), ("a.list", "L")] {
        assert!(records.contains(&event), "{event:?} is missing in {records:?}");
    }
}

#[test]
fn two_records_of_one_name_cannot_share_a_topic() {
    let work = orders();
    work.write("schemas/a/x.json", r#"{"title":"X","type":"object"}"#);
    work.write("schemas/b/x.json", r#"{"title":"X","type":"object"}"#);
    work.write("topika.toml", "[topic.t]\nevents = [\"a.x\", \"b.x\"]\n");
    work.says_only("topic/record-twice", "`a.x` and `b.x` on the topic `t` are both called `X`");
}

#[test]
fn only_what_is_shared_may_be_used_by_others() {
    let work = orders();
    work.write(
        "schemas/a/user.avsc",
        r#"{"type":"record","name":"a.User","fields":[{"name":"o","type":"orders.Placed"}]}"#,
    );
    work.says_only("ref/not-shared", "a/user.avsc uses `orders.Placed`, which orders/placed.avsc does not share");
}

#[test]
fn files_that_cannot_be_read_are_findings() {
    let work = orders();
    work.write("schemas/a/latin.avsc", b"{ \"doc\": \"\xe4\" }");
    work.says_only("project/unreadable", "cannot read schemas/a/latin.avsc: byte 10 is not UTF-8");
    // What follows from a file that cannot be read is not said beside it.
    work.write("schemas/a/latin.avsc", ORDER.replace("orders.", "a."));
    work.write("schemas/a/ticket.schema.json", TICKET);
    let manifest = std::fs::read_to_string(work.path().join("topika.toml")).unwrap();
    let rows = "[topic.\"a.latin\"]\npartitions = 3\n[event.\"a.latin\"]\nversions = [1]\n";
    work.lock();
    work.write("topika.toml", manifest.clone() + rows);
    work.write("schemas/a/latin.avsc", b"\xe4");
    work.says_only("project/unreadable", "cannot read schemas/a/latin.avsc");
    work.write("topika.toml", manifest + "[topic.more]\nevents = [\"a.latin\", \"a.ticket\"]\n");
    let said = work.said();
    assert!(!said.iter().any(|(rule, _)| rule.starts_with("topic/") || rule.starts_with("event/")), "{said:#?}");
    let work = orders();
    work.lock();
    for text in [&b"\xe4"[..], b"{", b"{\"type\": 7}"] {
        work.write("schemas/types/station.schema.json", text);
        let said = work.said();
        assert_eq!(said.len(), 1, "{said:#?}");
    }
    let empty = Work::new(&[("topika.toml", "[project]\nschemas = \"nowhere\"\n")]);
    empty.says_only("project/empty", "no schema file below nowhere");
    let none = Work::new(&[("schemas/a/b.avsc", &ORDER.replace("orders.", "a."))]);
    assert!(none.said().is_empty(), "convention alone needs no manifest: {:?}", none.said());
    let work = orders();
    assert_eq!(Project::find(&work.path().join("schemas/orders")).as_deref(), Some(work.path()));
}

#[test]
fn what_was_locked_and_is_gone_is_a_warning() {
    let work = orders();
    work.lock();
    std::fs::remove_file(work.path().join("schemas/kitchen/ticket-ready.schema.json")).unwrap();
    work.says_only(
        "history/subject-removed",
        "kitchen/ticket-ready.schema.json was locked as `kitchen.ticket-ready-value` and is gone",
    );
    work.write("schemas/kitchen/ticket-ready.schema.json", TICKET);
    work.write("topika.toml", "[topic.other]\nevents = [\"kitchen.ticket-ready\"]\n");
    work.says(
        "history/subject-removed",
        "the subject `kitchen.ticket-ready-value` of kitchen/ticket-ready.schema.json has a new name",
    );
}

/// A second event on a topic renames the first one's subject; what was written before is still on the topic.
#[test]
fn a_subject_of_a_new_name_goes_on_being_judged_by_its_old_history() {
    let work = Work::new(&[
        ("topika.toml", ""),
        ("schemas/a/x.avsc", r#"{"type":"record","name":"a.X","fields":[{"name":"id","type":"string"}]}"#),
    ]);
    work.lock();
    work.write("topika.toml", "[topic.\"a.x\"]\nevents = [\"a.x\", \"a.y\"]\n");
    work.write("schemas/a/y.avsc", r#"{"type":"record","name":"a.Y","fields":[{"name":"id","type":"string"}]}"#);
    work.says_only("history/subject-removed", "the subject `a.x-value` of a/x.avsc is now called `a.x-a.X`");
    let changed = r#"{"type":"record","name":"a.X","fields":[{"name":"id","type":"int"}]}"#;
    work.write("schemas/a/x.avsc", changed);
    work.says("avro/type-changed", "`id` was string and is now int");
    // Once the new name is locked too, the versions under the old one still count.
    work.write("schemas/a/x.avsc", r#"{"type":"record","name":"a.X","fields":[{"name":"id","type":"string"}]}"#);
    work.lock();
    work.write("schemas/a/x.avsc", changed);
    let seen = work.see();
    let findings = seen.report.findings();
    let changes: Vec<_> = findings.iter().filter(|one| one.rule.id == "avro/type-changed").collect();
    assert_eq!(changes.len(), 1, "both names have the same text: {changes:#?}");
}

#[test]
fn a_history_that_is_no_schema_is_told() {
    let work = orders();
    work.lock();
    work.write("schemas/.history/orders-orders.Placed/1.avsc", "{}");
    work.write("schemas/orders/placed.avsc", ORDER.replace(r#""id""#, r#""key""#));
    work.says("lock/edited", "schemas/.history/orders-orders.Placed/1.avsc was edited");
    work.says("history/unreadable-version", "version 1 of `orders-orders.Placed` cannot be read");
}

#[test]
fn a_lock_that_cannot_be_read_is_said_alone() {
    let work = orders();
    work.lock();
    work.write("topika.lock", "<<<<<<< HEAD\n");
    let rows = std::fs::read_to_string(work.path().join("topika.toml")).unwrap_or_default();
    work.write("topika.toml", rows + "\n[event.\"orders.placed\"]\nversions = [1]\n");
    work.says_only("lock/conflict", "topika.lock holds a merge conflict with `HEAD`");
    work.write("topika.lock", "lock-version\n");
    work.says_only("lock/corrupt", "topika.lock cannot be read");
    work.write("topika.lock", "lock-version = 99\n");
    work.says_only("lock/corrupt", "its form is version 99");
    let seen = work.see();
    assert!(seen.report.findings()[0].help.as_ref().unwrap().contains("update topika-build and cargo-topika"));
}

#[cfg(unix)]
#[test]
fn pipes_and_links_to_folders_are_findings_and_nothing_waits_for_them() {
    let work = orders();
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), work.path().join("schemas/linked")).unwrap();
    work.says_only("project/unreadable", "cannot read schemas/linked: it is a link to a folder");
    std::fs::remove_file(work.path().join("schemas/linked")).unwrap();
    // A socket stands for whatever is no file; a pipe would need a tool to make it.
    let _socket = std::os::unix::net::UnixListener::bind(work.path().join("schemas/orders/socket.avsc")).unwrap();
    work.says_only("project/unreadable", "cannot read schemas/orders/socket.avsc: it is no regular file");
}

#[test]
fn an_event_that_moved_comes_back_from_the_lock_as_it_was_on_its_last_topic() {
    let event = |name: &str, more: &str| {
        format!(r#"{{"type":"record","name":"a.{name}","fields":[{{"name":"x","type":"string"}}{more}]}}"#)
    };
    let work = Work::new(&[("topika.toml", ""), ("schemas/a/e.avsc", &event("E", ""))]);
    work.lock();
    // On a topic with a second event it has another subject, which sorts after the first one.
    work.write("topika.toml", "[topic.z]\nevents = [\"a.e\", \"a.f\"]\n");
    work.write("schemas/a/f.avsc", event("F", ""));
    work.write("schemas/a/e.avsc", event("E", r#",{"name":"y","type":"int","default":0}"#));
    work.lock();
    let seen = work.see();
    let contract = frozen(&seen.project, &mut Report::default());
    let event = contract.events.iter().find(|event| event.name == "a.e").unwrap();
    assert_eq!(event.subject.name, "z-a.E");
    assert!(event.source.text().contains("\"y\""));
}

#[test]
fn a_key_keeps_the_bytes_that_it_was_locked_with() {
    let order = |id: &str| {
        format!(
            r#"{{"type":"record","name":"orders.Placed","fields":[{{"name":"id","type":"{id}"}},{{"name":"by","type":{{"type":"record","name":"By","fields":[{{"name":"id","type":"{id}"}}]}}}}]}}"#
        )
    };
    let manifest =
        |key: &str| format!("[project]\nlevel = \"NONE\"\n[topic.orders]\nevents = [\"orders.placed\"]\n{key}\n");
    let work = Work::new(&[
        ("topika.toml", &manifest("key = [\"id\", \"by.id\"]")),
        ("schemas/orders/placed.avsc", &order("int")),
    ]);
    work.lock();
    let lock = std::fs::read_to_string(work.path().join("topika.lock")).unwrap();
    assert!(lock.contains("key = [\"id\", \"by.id\"]\nkey_type = [\"int\", \"int\"]\n"), "{lock}");
    let seen = work.see();
    let types = |contract: &Contract| contract.topics[0].key.as_ref().unwrap().types.len();
    assert_eq!((types(&seen.contract), types(&frozen(&seen.project, &mut Report::default()))), (2, 2));
    work.write("schemas/orders/placed.avsc", order("long"));
    let changed = |work: &Work| {
        let all = work.see().report;
        let found = all.findings().iter().find(|finding| finding.rule.id == "topic/key-changed");
        found.map(|finding| finding.message.clone())
    };
    assert_eq!(
        changed(&work).as_deref(),
        Some("the key `id, by.id` of `orders` was int, int and is now long, long: the same value has other bytes")
    );
    work.write("topika.toml", manifest("key_type = \"uuid\""));
    assert_eq!(changed(&work).as_deref(), Some("the key of `orders` was `id, by.id` and is now uuid beside the event"));
}

#[test]
fn a_key_within_a_record_is_always_there() {
    let order =
        |by: &str| format!(r#"{{"type":"record","name":"orders.Placed","fields":[{{"name":"by","type":{by}}}]}}"#);
    let by = r#"{"type":"record","name":"By","fields":[{"name":"id","type":"long"}]}"#;
    let said = |text: String, key: &str| {
        let work = Work::new(&[
            ("topika.toml", &format!("[topic.orders]\nevents = [\"orders.placed\"]\nkey = \"{key}\"\n")),
            ("schemas/orders/placed.avsc", &text),
        ]);
        let all = work.see().report;
        let found = all.findings().iter().find(|finding| finding.rule.id.starts_with("topic/key-"));
        found.map(|finding| (finding.message.clone(), finding.help.clone().unwrap_or_default()))
    };
    assert_eq!(said(order(by), "by.id"), None);
    let nullable = order(&format!("[\"null\", {by}]"));
    let (message, _) = said(nullable, "by.id").unwrap();
    assert!(message.starts_with("`by.id` of `orders.placed` cannot be a key: `by` is [null, "), "{message}");
    let (message, help) = said(order(by), "by.it").unwrap();
    assert_eq!(message, "`orders.placed` has no field `by.it`, the key of the topic `orders`");
    assert_eq!(help, "did you mean `by.id`?");
    let (message, _) = said(order(by), "by").unwrap();
    assert!(message.contains("cannot be a key: it is"), "{message}");
}

#[test]
fn a_comma_in_a_name_is_no_part_of_a_key() {
    let text = r#"{"title":"Placed","type":"object","properties":{"a,b":{"type":"string"}},"required":["a,b"]}"#;
    let work = Work::new(&[
        ("topika.toml", "[topic.orders]\nevents = [\"orders.placed\"]\nkey = \"a,b\"\n"),
        ("schemas/orders/placed.schema.json", text),
    ]);
    work.says("topic/key-type", "cannot be a key: its name has a comma");
}

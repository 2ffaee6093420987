//! The pattern of topic names: the events of a folder on one topic, and what another pattern means once topics are locked.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed step is a failed test")]

use std::path::Path;

use tempfile::TempDir;
use topika_contract::check::check;
use topika_contract::freeze::lock;
use topika_contract::project::{Contract, Project, resolve};
use topika_contract::report::Report;

struct Work(TempDir);

impl Work {
    fn new(pattern: &str, events: &[&str]) -> Self {
        let work = Self(tempfile::tempdir().unwrap());
        work.manifest(&format!("[project]\ntopic = \"{pattern}\"\n"));
        for event in events {
            work.event(event);
        }
        work
    }

    fn manifest(&self, text: &str) {
        std::fs::write(self.0.path().join("topika.toml"), text).unwrap();
    }

    fn event(&self, path: &str) {
        let namespace = path.rsplit_once('/').unwrap().0.replace('/', ".");
        let path = self.0.path().join(format!("schemas/{path}.avsc"));
        let record = path.file_stem().and_then(|stem| stem.to_str()).unwrap().to_owned();
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        let text =
            format!(r#"{{"type":"record","name":"{namespace}.{record}","fields":[{{"name":"id","type":"string"}}]}}"#);
        std::fs::write(path, text).unwrap();
    }

    fn see(&self) -> (Project, Contract, Report) {
        let mut report = Report::default();
        let project = Project::load(self.0.path(), &mut report);
        let contract = resolve(&project, &mut report);
        check(&contract, &project, &mut report);
        (project, contract, report)
    }

    fn lock(&self) {
        let (project, contract, report) = self.see();
        assert!(!report.denies(), "{report:#?}");
        lock(&project, &contract, "2026-11-20").write(self.0.path()).unwrap();
    }

    /// Topics with their events, and the subjects of all events.
    fn topics(&self) -> (Vec<String>, Vec<String>) {
        let (_, contract, report) = self.see();
        assert!(!report.denies(), "{report:#?}");
        let topics =
            contract.topics.iter().map(|topic| format!("{}: {}", topic.name, topic.events.join(" "))).collect();
        (topics, contract.events.into_iter().map(|event| event.subject.name).collect())
    }
}

#[test]
fn the_events_of_a_folder_share_a_topic_where_the_pattern_names_no_event() {
    let work = Work::new("{domain}.events", &["orders/Placed", "orders/Cancelled", "billing/Paid"]);
    let (topics, subjects) = work.topics();
    assert_eq!(topics, ["billing.events: billing.Paid", "orders.events: orders.Cancelled orders.Placed"]);
    assert_eq!(
        subjects,
        ["billing.events-billing.Paid", "orders.events-orders.Cancelled", "orders.events-orders.Placed"]
    );
    // Events and commands in folders of their own.
    let work = Work::new("{domain}", &["orders/events/Placed", "orders/commands/Place"]);
    assert_eq!(work.topics().0, ["orders.commands: orders.commands.Place", "orders.events: orders.events.Placed"]);
}

#[test]
fn a_row_of_a_shared_topic_needs_no_list_of_its_events() {
    let work = Work::new("{domain}.events", &["orders/Placed", "orders/Cancelled"]);
    work.manifest("[project]\ntopic = \"{domain}.events\"\n[topic.\"orders.events\"]\nkey = \"id\"\npartitions = 6\n");
    let (_, contract, report) = work.see();
    assert!(report.findings().is_empty(), "{report:#?}");
    let [topic] = contract.topics.as_slice() else { panic!("{:#?}", contract.topics) };
    assert_eq!((topic.partitions, topic.key.as_ref().unwrap().fields.as_slice()), (Some(6), &["id".to_owned()][..]));
}

#[test]
fn a_second_event_of_a_folder_changes_no_subject_that_is_locked() {
    let work = Work::new("{domain}.events", &["orders/Placed"]);
    work.lock();
    work.event("orders/Cancelled");
    let (_, _, report) = work.see();
    assert!(report.findings().is_empty(), "{report:#?}");
}

#[test]
fn another_pattern_leaves_no_locked_event_without_its_topic_unsaid() {
    let work = Work::new("{domain}.{event}", &["orders/Placed", "orders/Cancelled"]);
    work.lock();
    work.manifest("[project]\ntopic = \"{domain}.events\"\n");
    let (_, _, report) = work.see();
    let denied: Vec<_> = report.findings().iter().filter(|one| one.rule.id == "topic/pattern-changed").collect();
    let [one] = denied.as_slice() else { panic!("{report:#?}") };
    assert_eq!(
        one.message,
        "`orders.Cancelled` (and 1 more) was locked on the topic `orders.Cancelled`, and the pattern `{domain}.events` puts it on `orders.events`"
    );
    assert!(report.denies() && one.at.as_ref().unwrap().to_string().starts_with("topika.toml:2"));
    // Rows for what was locked, and the pattern for what is new.
    work.manifest(
        "[project]\ntopic = \"{domain}.events\"\n[topic.\"orders.Placed\"]\nevents = [\"orders.Placed\"]\n\
         [topic.\"orders.Cancelled\"]\nevents = [\"orders.Cancelled\"]\n",
    );
    work.event("orders/Shipped");
    let (topics, _) = work.topics();
    assert!(topics.contains(&"orders.events: orders.Shipped".to_owned()), "{topics:?}");
}

#[test]
fn a_row_of_an_environment_names_a_topic_that_is_there() {
    let work = Work::new("{domain}.{event}", &["orders/Placed"]);
    let with = |topic: &str| {
        work.manifest(&format!("[env.prod.topic.\"{topic}\"]\npartitions = 3\n"));
        work.see().2
    };
    for topic in ["orders.Placed", "dlq.orders.Placed"] {
        assert!(with(topic).findings().is_empty(), "{topic}");
    }
    let report = with("orders.Plaaced");
    let [one] = report.findings() else { panic!("{report:#?}") };
    assert_eq!(one.message, "[env.prod.topic] has a row of `orders.Plaaced`, and there is no such topic");
    assert_eq!(one.help.as_deref(), Some("did you mean \"orders.Placed\"?"));
}

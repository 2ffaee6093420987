//! `cargo topika topics`, on the embedded broker and on Apache Kafka: the same steps, the same outcome.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail at any line")]

#[path = "../../tests/support/kafka.rs"]
mod kafka;
#[path = "../../tests/support/outside.rs"]
#[allow(dead_code, reason = "of the outside parts this test needs one")]
mod outside;
#[path = "../../testkit/tests/support/ports.rs"]
mod ports;
mod support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use kafka::ApacheKafka;
use serde_json::Value;
use support::{Project, Run};
use topika::client::{NewTopic, TopicState, Topics};
use topika_testkit::Broker;

/// A broker, and a project with an environment of it.
struct Work {
    project: Project,
    topics: Topics,
    prefix: String,
    _held: Held,
}

#[expect(dead_code, reason = "they are held, so that they stay")]
enum Held {
    Embedded(Broker),
    Apache(Arc<ApacheKafka>),
}

static SHARED: Mutex<Weak<ApacheKafka>> = Mutex::new(Weak::new());

const MANIFEST: &str = "[project]\nlevel = \"BACKWARD_TRANSITIVE\"\n\n[topic.orders]\nevents = [\"orders.order-placed\"]\nkey = \"id\"\n\
    partitions = 3\nretention = \"7d\"\nconsumers = [\"kitchen\"]\n";

impl Work {
    fn embedded() -> Self {
        let broker = Broker::start().unwrap();
        Self::of(broker.bootstrap(), Held::Embedded(broker))
    }

    fn apache_kafka(test: &str) -> Option<Self> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let kafka = match shared.upgrade() {
            Some(kafka) => kafka,
            None => Arc::new(ApacheKafka::start(test)?),
        };
        *shared = Arc::downgrade(&kafka);
        Some(Self::of(kafka.bootstrap(), Held::Apache(kafka)))
    }

    fn of(bootstrap: String, held: Held) -> Self {
        static CASES: AtomicU32 = AtomicU32::new(0);
        let prefix = format!("case-{}.", CASES.fetch_add(1, Ordering::Relaxed));
        let client = topika::Client::builder().bootstrap(&bootstrap).without_registry();
        let client = client.connect_deadline(std::time::Duration::from_secs(60)).build().unwrap();
        let work = Self { project: Project::new(), topics: client.topics(), prefix, _held: held };
        work.project.write(
            "env.toml",
            &format!("\n[env.test]\nbootstrap = \"{bootstrap}\"\ntopic-prefix = \"{}\"\n", work.prefix),
        );
        work.manifest(MANIFEST);
        work
    }

    /// The manifest, and the environment behind it.
    fn manifest(&self, text: &str) {
        self.project.write("topika.toml", &format!("{text}{}", self.project.read("env.toml")));
    }

    fn run(&self, args: &[&str]) -> Run {
        self.project.run(&[&["topics"], args, &["--env", "test", "--timeout", "60"]].concat())
    }

    fn apply(&self, args: &[&str]) -> Run {
        self.run(&[&["apply"], args].concat())
    }

    #[track_caller]
    fn in_line(&self) {
        for command in ["plan", "verify"] {
            let run = self.run(&[command]);
            assert_eq!(run.code, 0, "{command}: {}{}", run.out, run.err);
        }
    }

    /// The topics of the case, by their names without prefix.
    async fn there(&self) -> BTreeMap<String, TopicState> {
        let all = self.topics.list().await.unwrap();
        let ours: Vec<&str> = all.keys().filter(|name| name.starts_with(&self.prefix)).map(String::as_str).collect();
        let there = self.topics.describe(&ours).await.unwrap();
        there.into_iter().map(|(name, state)| (name[self.prefix.len()..].to_owned(), state)).collect()
    }

    fn named(&self, topic: &str) -> String {
        format!("{}{topic}", self.prefix)
    }
}

macro_rules! on_both {
    ($($case:ident),+ $(,)?) => {
        mod embedded {$(
            #[tokio::test]
            async fn $case() {
                crate::$case(&crate::Work::embedded()).await;
            }
        )+}
        mod apache_kafka {$(
            #[tokio::test]
            async fn $case() {
                let Some(work) = crate::Work::apache_kafka(stringify!($case)) else { return };
                crate::$case(&work).await;
            }
        )+}
    };
}

on_both! {
    topics_are_planned_made_and_then_in_line,
    drift_made_by_hand_is_named_and_what_can_be_mended_is,
    partitions_are_added_only_where_that_is_said_and_never_taken_away,
    nothing_is_deleted_unless_it_is_named_and_confirmed,
    what_the_broker_refuses_names_topic_and_setting_and_hinders_no_other,
    two_applies_at_once_do_no_harm,
    an_environment_has_its_own_settings,
    topics_may_have_their_dead_letters_on_one_topic,
}

fn value(state: &TopicState, config: &str) -> String {
    state.configs[config].value.clone()
}

async fn topics_are_planned_made_and_then_in_line(work: &Work) {
    let plan = work.run(&["plan"]);
    assert_eq!(plan.code, 100, "{}{}", plan.out, plan.err);
    let lines: Vec<&str> = plan.out.lines().collect();
    assert!(
        lines[0].ends_with("against topika.toml: 2 topics") && lines[0].starts_with("kafka:test (127.0.0.1:"),
        "{}",
        plan.out
    );
    let (letters, orders) = (work.named("dlq.orders"), work.named("orders"));
    assert_eq!(
        lines[1..],
        [
            format!("create      {letters}  partitions 3, cleanup.policy=delete, max.message.bytes=1114124"),
            format!("create      {orders}  partitions 3, cleanup.policy=delete, retention.ms=604800000"),
            "2 steps to do: `cargo topika topics apply --env test`".to_owned(),
        ]
    );
    let verify = work.run(&["verify"]);
    assert_eq!(verify.code, 100);
    assert!(verify.out.contains(&format!("differs     {orders} is not there\n")), "{}", verify.out);
    assert!(work.there().await.is_empty(), "to ask makes nothing");
    let dry = work.apply(&["--dry-run"]);
    assert_eq!((dry.code, dry.out.as_str()), (0, plan.out.as_str()));
    assert!(work.there().await.is_empty());

    let applied = work.apply(&[]);
    assert_eq!(applied.code, 0, "{}{}", applied.out, applied.err);
    assert!(applied.out.contains("Applied 2 steps: kafka:test (127.0.0.1:"), "{}", applied.out);
    let there = work.there().await;
    assert_eq!((there["orders"].partitions, there["dlq.orders"].partitions), (3, 3));
    assert_eq!(value(&there["orders"], "retention.ms"), "604800000");
    assert_eq!(value(&there["dlq.orders"], "max.message.bytes"), "1114124");
    work.in_line();
    let again = work.apply(&[]);
    assert!(again.code == 0 && again.out.starts_with("Nothing applied: "), "{}{}", again.out, again.err);
}

async fn drift_made_by_hand_is_named_and_what_can_be_mended_is(work: &Work) {
    work.manifest(
        &MANIFEST.replace("partitions = 3", "partitions = 3\nreplication = 2\nconfigs = { segment.ms = 3600000 }"),
    );
    let orders = work.named("orders");
    let by_hand = NewTopic::new(&orders).partitions(5).config("retention.ms", "1000").config("flush.messages", "7");
    work.topics.create(&by_hand).await.unwrap();
    let letters = NewTopic::new(work.named("dlq.orders")).partitions(3);
    work.topics.create(&letters).await.unwrap();

    let plan = work.run(&["plan", "--format", "json"]);
    assert_eq!(plan.code, 100, "{}{}", plan.out, plan.err);
    let document: Value = serde_json::from_str(&plan.out).unwrap();
    let schema: Value = serde_json::from_str(&work.project.clean(&["schema", "topics"]).out).unwrap();
    jsonschema::validate(&schema, &document).unwrap();
    assert_eq!(work.run(&["verify", "--format", "json"]).out, plan.out);
    let of = |list: &str, key: &str| -> Vec<String> {
        let items = document[list].as_array().unwrap().iter().filter(|item| item["topic"] == *orders);
        items.map(|item| format!("{} {}", item["kind"].as_str().unwrap(), item[key])).collect()
    };
    assert_eq!(of("steps", "config"), ["set-config \"retention.ms\"", "set-config \"segment.ms\""]);
    assert_eq!(of("steps", "from"), ["set-config \"1000\"", "set-config \"604800000\""]);
    assert_eq!(of("drift", "found"), ["more-partitions \"5\"", "replication \"1\"", "undeclared-config \"7\""]);

    let verify = work.run(&["verify"]);
    for said in [
        format!("{orders} has 5 partitions, and topika.toml says 3"),
        format!("each partition of {orders} has 1 copies at least, and topika.toml says 2"),
        format!("{orders} has flush.messages=7, of which topika.toml says nothing"),
        format!("{orders} has retention.ms=1000, and topika.toml says 604800000"),
    ] {
        assert!(verify.out.contains(&said), "{said}\n{}", verify.out);
    }

    let applied = work.apply(&[]);
    assert_eq!(applied.code, 0, "{}{}", applied.out, applied.err);
    assert!(applied.err.contains("apply --env test --reset`"), "{}", applied.err);
    let there = work.there().await;
    assert_eq!(value(&there["orders"], "retention.ms"), "604800000");
    assert_eq!(value(&there["orders"], "segment.ms"), "3600000");
    assert_eq!(value(&there["orders"], "flush.messages"), "7", "a change of one setting leaves the others");
    assert_eq!(there["orders"].partitions, 5, "nothing takes partitions away");
    assert_eq!(work.run(&["verify"]).code, 100);

    let reset = work.apply(&["--reset"]);
    assert!(
        reset.code == 0 && reset.out.contains(&format!("take back   {orders}  flush.messages 7")),
        "{}{}",
        reset.out,
        reset.err
    );
    assert_eq!(value(&work.there().await["orders"], "flush.messages"), "9223372036854775807");
    work.manifest(&MANIFEST.replace(
        "partitions = 3",
        "partitions = 5\nconfigs = { segment.ms = 3600000 }\ndead_letters = { partitions = 3 }",
    ));
    work.in_line();
}

async fn partitions_are_added_only_where_that_is_said_and_never_taken_away(work: &Work) {
    work.manifest(&MANIFEST.replace("consumers = [\"kitchen\"]", ""));
    assert_eq!(work.apply(&[]).code, 0);
    work.manifest(&MANIFEST.replace("consumers = [\"kitchen\"]", "").replace("partitions = 3", "partitions = 6"));
    let held = work.apply(&[]);
    assert_eq!(held.code, 100, "{}{}", held.out, held.err);
    assert!(held.err.contains("3 -> 6  keys move") && held.err.contains("say `--add-partitions`"), "{}", held.err);
    assert_eq!(work.there().await["orders"].partitions, 3);
    let added = work.apply(&["--add-partitions"]);
    assert_eq!(added.code, 0, "{}{}", added.out, added.err);
    assert_eq!(work.there().await["orders"].partitions, 6);
    work.in_line();
    work.manifest(&MANIFEST.replace("consumers = [\"kitchen\"]", ""));
    let fewer = work.apply(&["--add-partitions", "--reset"]);
    assert!(
        fewer.code == 0 && fewer.err.contains("Kafka takes no partitions away: say `partitions = 6`"),
        "{}",
        fewer.err
    );
    assert_eq!(work.there().await["orders"].partitions, 6);
    assert_eq!(work.run(&["verify"]).code, 100);
}

async fn nothing_is_deleted_unless_it_is_named_and_confirmed(work: &Work) {
    work.project.clean(&["lock"]);
    assert_eq!(work.apply(&[]).code, 0);
    work.topics.create(&NewTopic::new(work.named("stranger"))).await.unwrap();
    // The event moves to a topic of another name.
    work.manifest(&MANIFEST.replace("[topic.orders]", "[topic.purchases]"));
    let plan = work.run(&["plan"]);
    assert!(
        plan.out.contains(&format!("drift       {} is there and was locked", work.named("orders"))),
        "{}",
        plan.out
    );
    assert!(plan.out.contains("--env test --delete orders`") && !plan.out.contains("stranger"), "{}", plan.out);
    let ours = work.apply(&["--delete", "purchases", "--yes"]);
    assert!(ours.code == 2 && ours.err.contains("purchases is a topic of the project"), "{}{}", ours.out, ours.err);
    // What another environment of the same Kafka has is the project's too, whatever the prefixes.
    let env = work.project.read("env.toml");
    let bootstrap = env.lines().find(|line| line.starts_with("bootstrap")).unwrap();
    let other = format!("\n[env.other]\n{bootstrap}\ntopic-prefix = \"{}other.\"\n", work.prefix);
    work.manifest(&format!("{}{other}", MANIFEST.replace("[topic.orders]", "[topic.purchases]")));
    let theirs = work.apply(&["--delete", "other.purchases", "--yes"]);
    let said = "other.purchases is a topic of the project in [env.other], and was not deleted";
    assert!(theirs.code == 2 && theirs.err.contains(said), "{}{}", theirs.out, theirs.err);
    let asked = work.apply(&["--delete", "orders"]);
    assert!(asked.code == 2 && asked.err.contains("say `--yes`"), "{}{}", asked.out, asked.err);
    assert!(work.there().await.contains_key("orders") && !work.there().await.contains_key("purchases"));
    let deleted = work.apply(&["--delete", "orders", "--delete", "dlq.orders", "--yes"]);
    assert_eq!(deleted.code, 0, "{}{}", deleted.out, deleted.err);
    let names: Vec<String> = work.there().await.into_keys().collect();
    assert_eq!(names, ["dlq.purchases", "purchases", "stranger"]);
    work.in_line();
    let gone = work.apply(&["--delete", "orders", "--yes"]);
    assert!(gone.code == 0 && gone.err.contains("orders is not there"), "{}{}", gone.out, gone.err);
}

async fn what_the_broker_refuses_names_topic_and_setting_and_hinders_no_other(work: &Work) {
    assert_eq!(work.apply(&[]).code, 0);
    work.manifest(&MANIFEST.replace(
        "partitions = 3",
        "partitions = 3\nconfigs = { \"no.such.setting.anywhere\" = 1, segment.ms = 3600000, segment.bytes = \"much\" }",
    ));
    let run = work.apply(&[]);
    assert_eq!(run.code, 100, "{}{}", run.out, run.err);
    let orders = work.named("orders");
    for config in ["no.such.setting.anywhere", "segment.bytes"] {
        let line = run
            .err
            .lines()
            .find(|line| line.starts_with(&format!("error: {config} of {orders} was not set to")))
            .unwrap();
        assert!(line.matches(config).count() >= 3, "the broker's own words name it too: {line}");
    }
    assert!(run.err.contains("2 steps refused") && run.out.contains("Applied 1 step"), "{}{}", run.out, run.err);
    assert_eq!(value(&work.there().await["orders"], "segment.ms"), "3600000");
    // A topic that cannot be made, for there are not as many brokers.
    work.manifest(
        &MANIFEST
            .replace("[topic.orders]", "[topic.many]")
            .replace("partitions = 3", "partitions = 3\nreplication = 3"),
    );
    let run = work.apply(&[]);
    let said = format!("error: {} was not made: cannot create topic \"{}\": ", work.named("many"), work.named("many"));
    assert!(run.code == 100 && run.err.contains(&said), "{}{}", run.out, run.err);
}

async fn two_applies_at_once_do_no_harm(work: &Work) {
    let runs: Vec<Run> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3).map(|_| scope.spawn(|| work.apply(&[]))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    for run in runs {
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    }
    work.in_line();
    work.manifest(&MANIFEST.replace("partitions = 3", "partitions = 6").replace("7d", "8d"));
    let runs: Vec<Run> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3).map(|_| scope.spawn(|| work.apply(&["--add-partitions"]))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    for run in runs {
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    }
    work.in_line();
}

async fn an_environment_has_its_own_settings(work: &Work) {
    let rows = "\n[topics]\nreplication = 3\nmin_insync_replicas = 2\n";
    let env = "development = true\n[env.test.topic.orders]\npartitions = 1\nretention = \"forever\"\n[env.test.topic.\"dlq.orders\"]\npartitions = 2\n";
    let manifest = format!("{MANIFEST}{rows}{}{env}", work.project.read("env.toml"));
    work.project.write("topika.toml", &manifest);
    let run = work.apply(&[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let there = work.there().await;
    assert_eq!((there["orders"].partitions, there["dlq.orders"].partitions), (1, 2));
    assert_eq!(value(&there["orders"], "retention.ms"), "-1");
    assert_eq!(value(&there["orders"], "min.insync.replicas"), "1");
    work.in_line();
}

async fn topics_may_have_their_dead_letters_on_one_topic(work: &Work) {
    let audit = work.project.read("schemas/orders/order-placed.avsc").replace("OrderPlaced", "OrderSeen");
    work.project.write("schemas/orders/order-seen.avsc", &audit);
    let seen = "\n[topic.seen]\nevents = [\"orders.order-seen\"]\npartitions = 5\nconfigs = { max.message.bytes = 2097152 }\n\
        dead_letters = { name = \"failed\", retention = \"30d\" }\n";
    work.manifest(&format!("{MANIFEST}dead_letters = \"failed\"\n{seen}"));
    let run = work.apply(&[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let there = work.there().await;
    assert_eq!(there.keys().map(String::as_str).collect::<Vec<_>>(), ["failed", "orders", "seen"]);
    // As many partitions as the larger one, and room for the largest message of both.
    assert_eq!(there["failed"].partitions, 5);
    assert_eq!(value(&there["failed"], "max.message.bytes"), (2_097_152 + 65_536).to_string());
    assert_eq!(value(&there["failed"], "retention.ms"), "2592000000");
    work.in_line();
}

#[test]
fn an_environment_without_a_kafka_and_a_kafka_that_is_down_are_errors_with_the_next_step() {
    let project = Project::new();
    let manifest = project.read("topika.toml");
    let with = |row: &str, vars: &[(&str, &str)]| {
        project.write("topika.toml", &format!("{manifest}\n[env.test]\n{row}\n"));
        project.run_with(&["topics", "verify", "--env", "test", "--timeout", "1"], vars)
    };
    for (row, vars, error, help) in [
        ("", &[][..], "[env.test] in topika.toml names no Kafka", "add `bootstrap = \"host:9092\"`"),
        (
            "bootstrap = { env = \"TOPIKA_TEST_NO_SUCH\" }",
            &[],
            "the variable TOPIKA_TEST_NO_SUCH is not set",
            "set it to",
        ),
        (
            "bootstrap = \"127.0.0.1:1\"",
            &[],
            "kafka:test cannot be asked: cannot reach Kafka at \"127.0.0.1:1\"",
            "[env.test]",
        ),
        ("bootstrap = { env = \"B\" }", &[("B", "127.0.0.1:1")], "cannot reach Kafka at \"127.0.0.1:1\"", "is up"),
        (
            "bootstrap = \"127.0.0.1:1\"\nkafka = { group.id = \"x\" }",
            &[],
            "\"group.id\" cannot be set",
            "mend [env.test]",
        ),
    ] {
        let run = with(row, vars);
        assert_eq!(run.code, 101, "{row}: {}{}", run.out, run.err);
        assert!(run.err.contains(error) && run.err.contains(help), "{row}: {}", run.err);
    }
    let run = project.run(&["topics", "plan", "--env", "tesst"]);
    assert!(run.code == 101 && run.err.contains("did you mean `test`?"), "{}", run.err);
}

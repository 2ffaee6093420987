//! `cargo topika dlq`, on the embedded broker and on Apache Kafka: the same letters, the same answers.
#![cfg(feature = "kafka")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail at any line")]

#[path = "../../tests/support/kafka.rs"]
mod kafka;
#[path = "../../tests/support/outside.rs"]
#[allow(dead_code, reason = "of the outside parts this test needs one")]
mod outside;
#[path = "../../testkit/tests/support/ports.rs"]
mod ports;
mod support;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use kafka::ApacheKafka;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use serde_json::{Value, json};
use support::{Project, Run, order};
use topika::client::NewTopic;
use topika::dead_letters::{DeadLetters, Filter};
use topika_registry::api::{NewSchema, SchemaType};
use topika_registry::server::Server;
use topika_testkit::Broker;

const PATIENCE: Duration = Duration::from_secs(60);

/// A broker, a registry, and a project with an environment of them.
struct Work {
    project: Project,
    client: topika::Client,
    bootstrap: String,
    prefix: String,
    /// The schema of an order, in the registry.
    schema: u32,
    registry: Server,
    _held: Held,
}

#[expect(dead_code, reason = "they are held, so that they stay")]
enum Held {
    Embedded(Broker),
    Apache(Arc<ApacheKafka>),
}

static SHARED: Mutex<Weak<ApacheKafka>> = Mutex::new(Weak::new());

impl Work {
    async fn embedded() -> Self {
        let broker = Broker::start().unwrap();
        Self::of(broker.bootstrap(), Held::Embedded(broker)).await
    }

    async fn apache_kafka(test: &str) -> Option<Self> {
        let kafka = {
            let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
            let kafka = match shared.upgrade() {
                Some(kafka) => kafka,
                None => Arc::new(ApacheKafka::start(test)?),
            };
            *shared = Arc::downgrade(&kafka);
            kafka
        };
        Some(Self::of(kafka.bootstrap(), Held::Apache(kafka)).await)
    }

    /// The topic `orders`, and four letters of it: three of ours, the first two broken ovens, and one of Spring's.
    async fn of(bootstrap: String, held: Held) -> Self {
        static CASES: AtomicU32 = AtomicU32::new(0);
        let prefix = format!("case-{}.", CASES.fetch_add(1, Ordering::Relaxed));
        let client = topika::Client::builder().bootstrap(&bootstrap).without_registry().topic_prefix(&prefix);
        let client = client.connect_deadline(PATIENCE).build().unwrap();
        let registry = Server::start("127.0.0.1:0").await.unwrap();
        let schemas = topika_registry::client::Client::builder().url(registry.url()).build().unwrap();
        let new = NewSchema::new(SchemaType::Avro, order("\"long\""));
        let schema = schemas.register("orders-value", &new).await.unwrap().id;
        let project = Project::new();
        let manifest = project.read("topika.toml");
        let row = format!(
            "\n[env.test]\nbootstrap = \"{bootstrap}\"\ntopic-prefix = \"{prefix}\"\nregistry = \"{}\"\n",
            registry.url()
        );
        project.write("topika.toml", &(manifest + &row));
        let work = Self { project, client, bootstrap, prefix, schema, registry, _held: held };
        for topic in ["orders", "dlq.orders"] {
            work.client.topics().create(&NewTopic::new(work.named(topic)).partitions(2).replication(1)).await.unwrap();
        }
        let orders = work.named("orders");
        let ours = |label: &'static str, offset: &str| {
            let history = format!(
                r#"[{{"attempt":1,"time_ms":1700000000000,"group":"kitchen","code":"{label}","message":"too hot","causes":["no gas"]}}]"#
            );
            vec![
                ("trace", "7".to_owned()),
                ("__dlq.errors.topic", orders.clone()),
                ("__dlq.errors.partition", "1".to_owned()),
                ("__dlq.errors.offset", offset.to_owned()),
                ("__dlq.errors.group", "kitchen".to_owned()),
                ("__dlq.errors.delivery.count", "1".to_owned()),
                ("__dlq.errors.message", "too hot \u{1b}[2J".to_owned()),
                ("topika.dlq.reason", label.to_owned()),
                ("topika.dlq.history", history),
            ]
        };
        let mut looping = ours("burnt", "19");
        looping.push(("topika.dlq.redrives", "3".to_owned()));
        let springs =
            vec![("kafka_dlt-original-topic", orders.clone()), ("kafka_dlt-exception-fqcn", "a.Broken".to_owned())];
        for headers in [ours("oven-broken", "17"), ours("oven-broken", "18"), looping, springs] {
            work.write(&headers);
        }
        work
    }

    fn write(&self, headers: &[(&str, String)]) {
        self.write_to("dlq.orders", headers);
    }

    fn write_to(&self, topic: &str, headers: &[(&str, String)]) {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.bootstrap).set_log_level(RDKafkaLogLevel::Critical);
        let producer: BaseProducer = config.create().unwrap();
        let empty = OwnedHeaders::new();
        let headers = headers.iter().fold(empty, |all, (key, value)| all.insert(Header { key, value: Some(value) }));
        let mut payload = vec![0];
        payload.extend(self.schema.to_be_bytes());
        payload.extend([4, b'o', b'1', 84]);
        let topic = self.named(topic);
        let record = BaseRecord::<str, [u8]>::to(&topic).partition(1).key("c1").payload(&payload[..]).headers(headers);
        producer.send(record).unwrap();
        producer.flush(PATIENCE).unwrap();
    }

    fn named(&self, topic: &str) -> String {
        format!("{}{topic}", self.prefix)
    }

    fn run(&self, args: &[&str]) -> Run {
        self.project.run(&[&["dlq"], args, &["--env", "test", "--timeout", "60"]].concat())
    }

    /// The payloads, headers and partitions of what stands on the topic, as it is when it is read as letters.
    async fn orders(&self) -> Vec<topika::dead_letters::DeadLetter> {
        let mut reading = DeadLetters::on(&self.client, self.named("orders")).read(Filter::all()).await.unwrap();
        let mut all = Vec::new();
        while let Some(message) = reading.next().await {
            all.push(message.unwrap());
        }
        all
    }
}

macro_rules! on_both {
    ($($case:ident),+ $(,)?) => {
        mod embedded {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                crate::$case(&crate::Work::embedded().await).await;
            }
        )+}
        mod apache_kafka {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                let Some(work) = crate::Work::apache_kafka(stringify!($case)).await else { return };
                crate::$case(&work).await;
            }
        )+}
    };
}

on_both! {
    letters_are_counted_and_shown_with_what_they_say,
    letters_are_sent_again_once_and_what_is_held_back_is_told,
    a_letter_is_edited_and_held_to_its_schema,
    letters_are_found_on_topics_of_other_names,
    what_cannot_be_asked_names_the_next_step,
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

async fn letters_are_counted_and_shown_with_what_they_say(work: &Work) {
    let list = work.run(&["list"]);
    assert_eq!(list.code, 0, "{}{}", list.out, list.err);
    let topic = work.named("dlq.orders");
    let lines: Vec<&str> =
        list.out.lines().filter(|line| !line.contains(".dlq.") || line.starts_with(&topic)).collect();
    assert!(lines[0].starts_with(&format!("{topic}  4 waiting, 0 sent again, from 20")), "{}", list.out);
    assert_eq!(
        lines[1..],
        ["       1  a.Broken  (unknown)", "       1  burnt  kitchen", "       2  oven-broken  kitchen"]
    );
    let counted = json(&work.run(&["list", "orders", "--format", "json"]).out);
    assert_eq!(
        (&counted["version"], &counted["topics"][0]["topic"], &counted["topics"][0]["waiting"]),
        (&json!(1), &json!(topic), &json!(4))
    );
    assert_eq!(counted["topics"][0]["reasons"][2], json!({ "reason": "oven-broken", "group": "kitchen", "count": 2 }));

    let show = work.run(&["show", "orders", "--where", "error=oven-broken", "--limit", "1"]);
    assert_eq!(show.code, 0, "{}{}", show.out, show.err);
    let lines: Vec<&str> = show.out.lines().collect();
    assert!(lines[0].starts_with(&format!("{topic}[1]@0  20")) && lines[0].ends_with("  oven-broken"), "{}", show.out);
    assert_eq!(
        lines[1..],
        [
            format!("  from      {}[1]@17, given up by kitchen after 1 try (topika)", work.named("orders")),
            r"  why       too hot \u{1b}[2J".to_owned(),
            "  history   2023-11-14T22:13:20Z  kitchen, try 1: oven-broken: too hot <- no gas".to_owned(),
            format!("  schema    {}", work.schema),
            "  key       c1".to_owned(),
            "  header    trace=7".to_owned(),
            r#"  value     {"id":"o1","amount":42}"#.to_owned(),
        ]
    );
    assert!(show.err.contains("there are more"), "{}", show.err);

    let show = work.run(&["show", "dlq.orders", "--partition", "1", "--offset", "3", "--format", "json"]);
    let letter = json(&show.out);
    assert_eq!(
        (&letter["writer"], &letter["reason"], &letter["exception"]),
        (&json!("spring"), &Value::Null, &json!("a.Broken"))
    );
    assert_eq!((&letter["value"], &letter["key"]), (&json!({ "id": "o1", "amount": 42 }), &json!({ "text": "c1" })));
    assert_eq!(
        letter["original"],
        json!({ "topic": work.named("orders"), "partition": null, "offset": null, "timestamp_ms": null })
    );

    // As applications read it, and with a registry that does not know the schema.
    let other = Server::start("127.0.0.1:0").await.unwrap();
    let variables = |registry: &str| {
        let set = [("KAFKA_BOOTSTRAP_SERVERS", work.bootstrap.as_str()), ("SCHEMA_REGISTRY_URL", registry)];
        let set = [&set[..], &[("TOPIKA_TOPIC_PREFIX", work.prefix.as_str())]].concat();
        work.project.run_with(&["dlq", "show", "orders", "--limit", "1"], &set)
    };
    for (registry, why) in [("none", "no registry is named"), (&*other.url(), "the registry does not give the schema")]
    {
        let show = variables(registry);
        assert_eq!(show.code, 0, "{}{}", show.out, show.err);
        assert!(show.out.contains("value     0x00") && show.out.contains(why), "{}", show.out);
    }
    assert!(variables(&work.registry.url()).out.contains(r#"{"id":"o1","amount":42}"#));
}

async fn letters_are_sent_again_once_and_what_is_held_back_is_told(work: &Work) {
    let (topic, orders) = (work.named("dlq.orders"), work.named("orders"));
    let broken = ["redrive", "orders", "--group", "kitchen", "--where", "error=oven-broken"];
    let dry = work.run(&[&broken[..], &["--dry-run"]].concat());
    assert_eq!(dry.code, 0, "{}{}", dry.out, dry.err);
    let expected = [
        format!("would send  {topic}[1]@0  oven-broken  to {orders}[1]"),
        format!("would send  {topic}[1]@1  oven-broken  to {orders}[1]"),
        format!("2 of {topic} would be sent again"),
    ];
    assert_eq!(dry.out.lines().collect::<Vec<_>>(), expected);
    assert!(work.orders().await.is_empty());

    let first = work.run(&[&broken[..], &["--limit", "1", "--rate", "20/s"]].concat());
    assert_eq!((first.code, first.out.trim()), (0, &*format!("1 of {topic} sent again")), "{}", first.err);
    let second = work.run(&broken);
    assert_eq!(
        (second.code, second.out.trim()),
        (0, &*format!("1 of {topic} sent again; 1 sent before, and not again"))
    );
    let third = work.run(&broken);
    assert_eq!((third.code, third.out.trim()), (0, &*format!("0 of {topic} sent again; 2 sent before, and not again")));
    let there = work.orders().await;
    assert_eq!(there.len(), 2);
    for message in &there {
        assert_eq!((message.partition, message.redrives, message.key.as_deref()), (1, 1, Some(&b"c1"[..])));
        assert_eq!(message.headers.text("trace"), Some("7"));
        assert_eq!((message.headers.text("topika.dlq.reason"), message.history.iter().count()), (None, 1));
    }

    let rest = work.run(&["redrive", "orders"]);
    assert_eq!(rest.code, 100, "{}{}", rest.out, rest.err);
    assert_eq!(rest.out.trim(), format!("1 of {topic} sent again; 2 sent before, and not again"));
    assert!(rest.err.contains(&format!("held back   {topic}[1]@2  burnt  sent again 3 times before")), "{}", rest.err);
    assert!(rest.err.contains("--max-redrives"), "{}", rest.err);
    let forced = work.run(&["redrive", "orders", "--max-redrives", "4"]);
    assert_eq!(
        (forced.code, forced.out.trim()),
        (0, &*format!("1 of {topic} sent again; 3 sent before, and not again"))
    );
    assert!(work.run(&["list", "orders"]).out.contains("0 waiting, 4 sent again"));
}

async fn a_letter_is_edited_and_held_to_its_schema(work: &Work) {
    let set = ["redrive", "orders", "--partition", "1", "--offset", "0"];
    let dry = work.run(&[&set[..], &["--set", "amount=43", "--dry-run"]].concat());
    assert_eq!(dry.code, 0, "{}{}", dry.out, dry.err);
    assert!(dry.out.contains("\n  edit      /amount: 42 -> 43\n"), "{}", dry.out);
    for (setting, said) in [
        ("amount=many", "/amount: a whole number of 64 bits is wanted, and another text stands there"),
        ("colour=red", "/colour: the record `orders.OrderPlaced` has no such field"),
        ("items.0=1", "there is no `items`"),
    ] {
        let wrong = work.run(&[&set[..], &["--set", setting]].concat());
        assert!(wrong.code == 101 && wrong.err.contains(said), "{}{}", wrong.out, wrong.err);
    }
    assert!(work.orders().await.is_empty());
    let sent = work.run(&[&set[..], &["--set", "amount=43"]].concat());
    assert_eq!(sent.code, 0, "{}{}", sent.out, sent.err);

    // The other way: what is shown, changed, and given back.
    let shown = work.run(&["show", "orders", "--partition", "1", "--offset", "1", "--format", "json"]).out;
    let mut letter = json(&shown);
    letter["value"]["id"] = json!("o2");
    work.project.write("letter.json", &letter.to_string());
    let file = work.project.path().join("letter.json");
    let edit = ["redrive", "orders", "--edit", file.to_str().unwrap(), "--format", "json"];
    let done = work.run(&edit);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    let lines: Vec<Value> = done.out.lines().map(json).collect();
    assert_eq!((&lines[0]["verdict"], &lines[0]["offset"], &lines[1]["sent"]), (&json!("send"), &json!(1), &json!(1)));
    assert_eq!(lines[0]["edit"]["changes"], json!([{ "at": "/id", "before": "o1", "after": "o2" }]));
    let again = work.run(&edit);
    assert!(again.code == 101 && again.err.contains("no letter waits at partition 1, offset 1"), "{}", again.err);
    letter["topic"] = json!("elsewhere");
    work.project.write("letter.json", &letter.to_string());
    let elsewhere = work.run(&edit);
    assert!(elsewhere.code == 101 && elsewhere.err.contains("its `topic` is \"elsewhere\""), "{}", elsewhere.err);
    assert_eq!(work.run(&["redrive", "orders", "--set", "amount=1"]).code, 2);

    let frame = [&[0][..], &work.schema.to_be_bytes()].concat();
    let payloads: Vec<Vec<u8>> =
        work.orders().await.iter().map(|one| one.payload.as_deref().unwrap().to_vec()).collect();
    assert_eq!(payloads, [[&frame[..], &[4, b'o', b'1', 86]].concat(), [&frame[..], &[4, b'o', b'2', 84]].concat()]);
}

async fn letters_are_found_on_topics_of_other_names(work: &Work) {
    for topic in ["failed", "graveyard"] {
        work.client.topics().create(&NewTopic::new(work.named(topic)).partitions(2).replication(1)).await.unwrap();
        for source in ["orders", "baskets"] {
            work.write_to(
                topic,
                &[("__dlq.errors.topic", work.named(source)), ("topika.dlq.reason", source.to_owned())],
            );
        }
    }
    let before = work.run(&["show", "failed"]);
    assert!(before.code == 101 && before.err.contains("has no topic of dead letters"), "{}{}", before.out, before.err);
    let manifest = work.project.read("topika.toml");
    work.project
        .write("topika.toml", &manifest.replace("[topic.orders]\n", "[topic.orders]\ndead_letters = \"failed\"\n"));
    // Those of the topic alone.
    let listed = json(&work.run(&["list", "orders", "--format", "json"]).out);
    assert_eq!(
        (&listed["topics"][0]["topic"], &listed["topics"][0]["waiting"], &listed["topics"][0]["reasons"][0]["reason"]),
        (&json!(work.named("failed")), &json!(1), &json!("orders"))
    );
    // All that stand there, by its name.
    let all = json(&work.run(&["list", "failed", "--format", "json"]).out);
    assert_eq!(all["topics"][0]["waiting"], 2);
    let every = work.run(&["list"]).out;
    let has = |topic: &str| every.lines().any(|line| line.starts_with(&format!("{}  ", work.named(topic))));
    assert!(has("failed") && has("dlq.orders") && !has("graveyard"), "{every}");
    // One that nobody has told of is read where it is meant as it is called.
    assert_eq!(work.run(&["list", "graveyard"]).code, 101);
    let exact = json(&work.run(&["list", "graveyard", "--exact", "--format", "json"]).out);
    assert_eq!(exact["topics"][0]["waiting"], 2);
    let missing = work.run(&["list", "grave", "--exact"]);
    assert!(missing.code == 101 && missing.err.contains("leave out `--exact`"), "{}", missing.err);
    let redriven = work.run(&["redrive", "orders"]);
    assert_eq!(redriven.code, 0, "{}{}", redriven.out, redriven.err);
    assert_eq!(redriven.out.trim(), format!("1 of {} sent again", work.named("failed")));
    assert_eq!(work.orders().await.len(), 1);
}

async fn what_cannot_be_asked_names_the_next_step(work: &Work) {
    let unknown = work.run(&["show", "ordres"]);
    assert_eq!(unknown.code, 101);
    assert!(unknown.err.contains(&format!("there is no {}", work.named("dlq.ordres"))), "{}", unknown.err);
    assert!(unknown.err.contains(&format!("there are: {}", work.named("dlq.orders"))), "{}", unknown.err);
    let wrong = work.run(&["show", "orders", "--where", "eror=x"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("error, exception, topic"), "{}", wrong.err);
    assert_eq!(work.run(&["show", "orders", "--offset", "3"]).code, 2);
    let nobody = work.project.run_with(&["dlq", "list"], &[("KAFKA_BOOTSTRAP_SERVERS", "")]);
    assert_eq!(nobody.code, 101);
    assert!(nobody.err.contains("--env NAME"), "{}", nobody.err);
}

//! The page of topics: what its project is told of a Kafka is what stands there, by a client that logs in as it says.
#![allow(clippy::unwrap_used, reason = "a test may fail at any line")]

mod support;

use support::Project;
use topika::client::{NewTopic, Sasl};
use topika_testkit::{Broker, broker};

/// The block behind a heading.
fn block<'p>(page: &'p str, heading: &str, language: &str) -> &'p str {
    let (_, rest) = page.split_once(heading).unwrap();
    let (_, rest) = rest.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

#[tokio::test]
async fn the_page_shows_what_its_project_is_told() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/topics.md")).unwrap();
    let sasl = broker::Sasl::new().user("topika", "hush").mechanisms(&[broker::Mechanism::Plain]);
    let broker = Broker::builder().nodes(3).sasl(sasl).start().unwrap();

    let manifest = block(&page, "## How a topic is on Kafka", "toml");
    let named = "kafka-1:9092,kafka-2:9092";
    assert!(manifest.contains(named));
    let manifest = manifest
        .replace("[topic.orders]\n", "[topic.orders]\nevents = [\"orders.order-placed\"]\nkey = \"id\"\n")
        .replace(named, &broker.bootstrap());
    let project = Project::new();
    project.write("topika.toml", &format!("[project]\nlevel = \"BACKWARD_TRANSITIVE\"\n\n{manifest}"));
    let another = project.read("schemas/orders/order-placed.avsc").replace("OrderPlaced", "OrderShipped");
    project.write("schemas/orders/order-shipped.avsc", &another);

    let client = topika::Client::builder().bootstrap(broker.bootstrap()).without_registry();
    let client = client.kafka_sasl(Sasl::plain("topika", "hush")).build().unwrap();
    let orders = NewTopic::new("prod.orders").partitions(12).replication(3).config("flush.messages", "7");
    let said = [
        ("max.message.bytes", "2097152"),
        ("min.insync.replicas", "2"),
        ("retention.bytes", "10737418240"),
        ("retention.ms", "604800000"),
        ("segment.ms", "3600000"),
    ];
    let orders = said.iter().fold(orders, |topic, (name, value)| topic.config(*name, *value));
    client.topics().create(&orders).await.unwrap();
    let shipped = NewTopic::new("prod.orders.order-shipped").partitions(3).replication(3);
    let shipped = shipped.config("min.insync.replicas", "2").config("retention.ms", "1209600000");
    client.topics().create(&shipped).await.unwrap();

    let run = |args: &[&str], password: &str| project.run_with(args, &[("KAFKA_PASSWORD", password)]);
    let plan = run(&["topics", "plan", "--env", "prod"], "hush");
    assert_eq!(plan.code, 100, "{}{}", plan.out, plan.err);
    let shown = block(&page, "### plan, apply, verify", "text").replace(named, &broker.bootstrap());
    assert_eq!(format!("$ cargo topika topics plan --env prod\n{}", plan.out), shown);

    let applied = run(&["topics", "apply", "--env", "prod", "--add-partitions", "--reset"], "hush");
    assert_eq!(applied.code, 0, "{}{}", applied.out, applied.err);
    let verified = run(&["topics", "verify", "--env", "prod"], "hush");
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
    let denied = run(&["topics", "verify", "--env", "prod"], "hunter2");
    assert!(denied.code == 101 && denied.err.contains("does not let this client in"), "{}", denied.err);
    assert!(denied.err.contains("[env.prod.kafka]") && !denied.err.contains("hunter2"), "{}", denied.err);
}

//! Clients of other languages at the other end of a topic: each reads what topika's producers wrote, and topika's consumers read what it
//! wrote, in every format and framing that it knows, with keys and referenced schemas, over Kafka and the embedded registry.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper of a test fails as the test does"
)]

mod support;

/// What the generator makes of the project `key_schemas` of its own tests: topics whose keys have schemas.
#[allow(missing_docs, reason = "the generated module, as a user has it")]
pub mod key_schemas {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/codegen/tests/golden/key_schemas/expected.rs"));
}

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use food_orders::checkout::{Checkout, Said};
use food_orders::events::topics::{FoodOrders, KitchenTicketReady};
use food_orders::kitchen;
use key_schemas::crm::{CustomerChanged, CustomerKey};
use key_schemas::shop::{BasketFilled, BasketKey, Customer};
use key_schemas::topics::{Baskets, Customers};
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::message::{Header, Headers as _, Message as _, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use serde_json::{Value, json};
use support::{outside, script};
use topika::wire::Framing;
use topika::{Client, On, Provision, Topic};
use topika_testkit::Kit;

/// A client of another language.
struct Peer {
    script: &'static str,
    /// The framings that it reads.
    reads: &'static [Framing],
    /// What its script writes: the id before the payload, the GUID in a header.
    writes: &'static [&'static str],
    /// The topics that it cannot read.
    lacks: &'static [Lack],
}

/// What a client cannot do, and why.
struct Lack {
    topic: &'static str,
    /// What its error says.
    says: &'static str,
}

const ALL: &[Framing] = &[Framing::Id, Framing::Guid, Framing::IdHeader, Framing::GuidHeader];

const PYTHON: Peer = Peer { script: "peer.py", reads: ALL, writes: &["prefix", "header"], lacks: &[] };
const CONFLUENT: Peer = Peer { script: "confluent.mjs", reads: ALL, writes: &["prefix", "header"], lacks: &[] };
const KAFKAJS: Peer = Peer {
    script: "kafkajs.mjs",
    // It knows neither GUIDs nor headers.
    reads: &[Framing::Id],
    writes: &["prefix"],
    // It knows a JSON Schema that another one refers to by its `$id`, never by the name of the reference; ours are named by their files.
    lacks: &[Lack { topic: "kitchen.ticket-ready", says: "can't resolve reference ../types/station.schema.json" }],
};

#[derive(Clone, Copy)]
struct Side {
    format: &'static str,
    subject: &'static str,
}

const TEXT: Side = Side { format: "string", subject: "" };

const fn avro(subject: &'static str) -> Side {
    Side { format: "avro", subject }
}

const fn json(subject: &'static str) -> Side {
    Side { format: "json", subject }
}

/// A topic with one event on it, as a test of all peers has it.
struct Case<T: Topic> {
    event: T,
    key: Side,
    value: Side,
    /// The field that a peer shows, and what it has to be.
    shows: (&'static str, String),
    /// The message's key as topika reads it.
    key_is: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn confluents_python_client_reads_and_is_read() {
    let Some(python) = outside::python("confluents_python_client_reads_and_is_read") else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(PYTHON.script);
    both_ways(&PYTHON, Runs { program: python, script }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn confluents_npm_client_reads_and_is_read() {
    let Some(folder) = outside::npm("confluents_npm_client_reads_and_is_read") else { return };
    both_ways(&CONFLUENT, Runs::node(&CONFLUENT, &folder)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kafkajs_npm_client_reads_and_is_read() {
    let Some(folder) = outside::npm("kafkajs_npm_client_reads_and_is_read") else { return };
    both_ways(&KAFKAJS, Runs::node(&KAFKAJS, &folder)).await;
}

/// How a peer's script is run.
#[derive(Clone)]
struct Runs {
    program: PathBuf,
    script: PathBuf,
}

impl Runs {
    /// Node looks for packages where the script lies.
    fn node(peer: &Peer, folder: &Path) -> Self {
        let script = folder.join(format!("peers-{}", peer.script));
        std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(peer.script), &script).unwrap();
        Self { program: PathBuf::from("node"), script }
    }
}

async fn both_ways(peer: &Peer, runs: Runs) {
    let order = {
        let mut checkout = Checkout::seeded(3, 1);
        loop {
            match checkout.next_event() {
                Said::Placed(order) if order.delivery_address.is_some() => break order,
                _ => {}
            }
        }
    };
    let ticket = kitchen::ticket("Ada", &order);
    let kit = topika_testkit::start().await;
    // Avro with a referenced schema, several events on the topic, a key that is text.
    let food = Case {
        shows: ("order_id", order.order_id.clone()),
        key_is: format!("{:?}", order.customer_id),
        event: FoodOrders::OrderPlaced(order),
        key: TEXT,
        value: avro("food-orders-orders.OrderPlaced"),
    };
    case(&kit, peer, &runs, food).await;
    // JSON Schema with a referenced schema.
    let tickets = Case {
        shows: ("order_id", ticket.order_id.clone()),
        key_is: format!("{:?}", ""),
        event: KitchenTicketReady::TicketReady(ticket),
        key: TEXT,
        value: json("kitchen.ticket-ready-value"),
    };
    case(&kit, peer, &runs, tickets).await;
    // A key that is an Avro record.
    let baskets = Case {
        event: Baskets::from(BasketFilled { tenant_id: "west".to_owned(), customer: Customer { id: -2 }, articles: 3 }),
        key: avro("baskets-key"),
        value: avro("baskets-shop.BasketFilled"),
        shows: ("articles", "3".to_owned()),
        key_is: format!("{:?}", BasketKey { tenant: "west".to_owned(), customer: -2 }),
    };
    case(&kit, peer, &runs, baskets).await;
    // A key that is a JSON object.
    let changed = CustomerChanged { tenant: "west".to_owned(), customer_id: 7, name: Some("Zoë".to_owned()) };
    let customers = Case {
        event: Customers::from(changed),
        key: json("customers-key"),
        value: json("customers-value"),
        shows: ("name", "Zoë".to_owned()),
        key_is: format!("{:?}", CustomerKey { tenant: "west".to_owned(), customer_id: 7 }),
    };
    case(&kit, peer, &runs, customers).await;
}

const SOON: Duration = Duration::from_secs(30);

async fn case<T>(kit: &Kit, peer: &Peer, runs: &Runs, case: Case<T>)
where
    T: Topic + On<T> + Debug + PartialEq,
    T::Key: Debug,
{
    let topic = T::TOPIC.name;
    for framing in peer.reads {
        let client = Client::builder().bootstrap(kit.bootstrap()).registry(kit.registry_url()).framing(*framing);
        let client = client.auto_register(true).provision(Provision::Create).build().unwrap();
        let producer = client.producer::<T>().await.unwrap();
        producer.send(&case.event).await.unwrap();
        producer.close(SOON).await.unwrap();
    }
    let raw = raw(kit, topic, peer.reads.len()).await;
    let messages: Vec<Value> = raw
        .iter()
        .zip(peer.reads)
        .map(|(message, framing)| {
            let headers: Vec<_> = message.headers.iter().map(|(name, value)| json!([name, hex(value)])).collect();
            let (key, value) = (hex(&message.key), hex(&message.value));
            json!({ "framing": format!("{framing:?}"), "key": key, "value": value, "headers": headers })
        })
        .collect();
    let side = |side: Side| json!({ "format": side.format, "subject": side.subject });
    let one = json!({
        "topic": topic, "messages": messages, "key": side(case.key), "value": side(case.value), "shows": case.shows.0, "writes": peer.writes,
    });
    let given = json!({ "registry": kit.registry_url(), "cases": [one] });
    let (mut command, asked) = (Command::new(&runs.program), runs.script.clone());
    let answer = tokio::task::spawn_blocking(move || script::run(command.arg(asked), &given)).await.unwrap();
    if let Some(lack) = peer.lacks.iter().find(|lack| lack.topic == topic) {
        let error = answer.unwrap_err();
        assert!(error.contains(lack.says), "{topic}: {error}");
        return;
    }
    let answer = answer.unwrap_or_else(|error| panic!("{topic}: {error}"));
    let read: Vec<&str> = answer[0]["read"].as_array().unwrap().iter().map(|read| read.as_str().unwrap()).collect();
    assert_eq!(read, vec![case.shows.1.as_str(); peer.reads.len()], "{topic}");

    let written = answer[0]["written"].as_array().unwrap();
    assert_eq!(written.len(), peer.writes.len());
    for (message, named) in written.iter().zip(peer.writes) {
        assert_eq!(message["headers"].as_array().unwrap().is_empty(), *named == "prefix", "{topic}: {message}");
        send(kit, topic, message).await;
    }
    let mut consumer = kit.client().consumer::<T>("reader").from_start().await.unwrap();
    for nth in 0..peer.reads.len() + peer.writes.len() {
        let message = tokio::time::timeout(SOON, consumer.next()).await.unwrap().unwrap().unwrap();
        assert_eq!(message.event, case.event, "{topic}: message {nth}");
        let key = message.key().unwrap().map(|key| format!("{key:?}"));
        assert_eq!(key.unwrap_or_else(|| format!("{:?}", "")), case.key_is, "{topic}: message {nth}");
        message.ack();
    }
    consumer.close(SOON).await.unwrap();
}

/// A message as it travels.
struct Raw {
    key: Vec<u8>,
    value: Vec<u8>,
    headers: BTreeMap<String, Vec<u8>>,
}

/// What stands on a topic, in the order in which it was sent: one key goes to one partition.
async fn raw(kit: &Kit, topic: &str, count: usize) -> Vec<Raw> {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", kit.bootstrap())
        .set("group.id", "raw")
        .set("auto.offset.reset", "earliest")
        .create()
        .unwrap();
    consumer.subscribe(&[topic]).unwrap();
    let mut all = Vec::new();
    for _ in 0..count {
        let message = tokio::time::timeout(SOON, consumer.recv()).await.unwrap().unwrap();
        let headers = message.headers().into_iter().flat_map(|headers| headers.iter());
        all.push((
            message.timestamp(),
            Raw {
                key: message.key().unwrap_or_default().to_vec(),
                value: message.payload().unwrap().to_vec(),
                headers: headers.map(|one| (one.key.to_owned(), one.value.unwrap_or_default().to_vec())).collect(),
            },
        ));
    }
    // A key in another framing may lie on another partition.
    all.sort_by_key(|(at, _)| at.to_millis());
    all.into_iter().map(|(_, raw)| raw).collect()
}

/// Sends what a peer wrote.
async fn send(kit: &Kit, topic: &str, message: &Value) {
    let producer: FutureProducer = ClientConfig::new().set("bootstrap.servers", kit.bootstrap()).create().unwrap();
    let mut headers = OwnedHeaders::new();
    for header in message["headers"].as_array().unwrap() {
        let value = bytes(&header[1]);
        headers = headers.insert(Header { key: header[0].as_str().unwrap(), value: Some(&value) });
    }
    let (key, value) = (bytes(&message["key"]), bytes(&message["value"]));
    let mut record = FutureRecord::to(topic).payload(&value).headers(headers);
    if !key.is_empty() {
        record = record.key(&key);
    }
    producer.send(record, SOON).await.map_err(|(error, _)| error).unwrap();
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

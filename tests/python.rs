//! Python as the second implementation: fastavro reads what the codec writes, confluent-kafka speaks to the registry server.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a helper of a test fails as the test does"
)]

#[path = "support/customers.rs"]
mod customers;
mod support;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use customers::OrdersOfCustomers;
use food_orders::checkout::{Checkout, Said};
use serde_json::{Value, json};
use support::{outside, script};
use topika::event::Key as _;
use topika::{Event, Topic};

#[test]
fn fastavro_reads_and_rewrites_what_the_codec_writes() {
    let Some(python) = outside::python("fastavro_reads_and_rewrites_what_the_codec_writes") else { return };
    let mut checkout = Checkout::seeded(11, 40);
    let (mut placed, mut cancelled) = (Vec::new(), Vec::new());
    while placed.len() < 300 {
        match checkout.next_event() {
            Said::Placed(order) => placed.push(order),
            Said::Cancelled(event) => cancelled.push(event),
        }
    }
    let records = agree_with_fastavro(&python, &placed);
    for (order, record) in placed.iter().zip(&records) {
        assert_eq!(record["order_id"], order.order_id);
        assert_eq!(record["total_amount"], order.total_amount.to_string());
        assert_eq!(record["delivery_address"].is_null(), order.delivery_address.is_none());
    }
    let records = agree_with_fastavro(&python, &cancelled);
    assert_eq!(records.len(), cancelled.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_client_registers_reads_and_round_trips_on_the_embedded_registry() {
    let test = "the_python_client_registers_reads_and_round_trips_on_the_embedded_registry";
    let Some(python) = outside::python(test) else { return };
    let kit = topika_testkit::start().await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/registry_client.py");
    let output = Command::new(python).arg(script).arg(kit.registry_url()).output().unwrap();
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{errors}");
    let results: Value = serde_json::from_str(said.lines().last().unwrap_or_default()).unwrap();
    for step in ["ids", "levels", "avro", "json", "deleting"] {
        assert!(!results[step].is_null(), "{step} is missing in {results}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_client_writes_and_reads_the_same_keys() {
    let Some(python) = outside::python("the_python_client_writes_and_reads_the_same_keys") else { return };
    let kit = topika_testkit::start().await;
    let mut checkout = Checkout::seeded(3, 1);
    let order = loop {
        if let Said::Placed(order) = checkout.next_event() {
            break order;
        }
    };
    kit.given::<OrdersOfCustomers>([order.clone()]).await;
    let mut consumer = kit.client().consumer::<OrdersOfCustomers>("keys").from_start().await.unwrap();
    let message = consumer.next().await.unwrap().unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let key = hex(message.key_bytes().unwrap());
    let record = json!({ "customer_id": order.customer_id, "order_id": order.order_id });
    let topic = OrdersOfCustomers::TOPIC.name;
    let given = json!({ "registry": kit.registry_url(), "topic": topic, "record": record, "hex": key });
    let found = tokio::task::spawn_blocking(move || run(&python, "keys.py", &given)).await.unwrap();
    let written = |key: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::new();
        key(&mut out);
        hex(&out)
    };
    assert_eq!(found["string"], written(&|out| "Ämter 1".to_owned().write_key(out).unwrap()));
    assert_eq!(found["int"], written(&|out| (-2_i32).write_key(out).unwrap()));
    assert_eq!(found["record"], key);
    assert_eq!(found["read"], record);
    message.ack();
    consumer.close(Duration::from_secs(10)).await.unwrap();
}

/// What the generator makes of the project `framing` of its own tests: topics whose messages name no schema.
#[allow(
    missing_docs,
    dead_code,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    reason = "the generated module, as a user has it"
)]
pub mod framing {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/codegen/tests/golden/framing/expected.rs"));
}

#[path = "../runtime/tests/framing/dumps.rs"]
mod dumps;

#[tokio::test(flavor = "multi_thread")]
async fn python_and_topika_read_each_other_s_plain_json() {
    use framing::topics::{Clicks, Pages, Searches};
    use framing::web::Searched;
    use topika::client::{Provision, Undecodable, UndecodableMessage};

    let Some(python) = outside::python("python_and_topika_read_each_other_s_plain_json") else { return };
    let kit = topika_testkit::start().await;
    // Nobody answers there, and nobody is to ask.
    let client = topika::Client::builder().bootstrap(kit.bootstrap()).registry("http://127.0.0.1:1");
    let client = client.provision(Provision::Create).build().unwrap();
    let pages = client.producer::<Pages>().await.unwrap();
    let clicks = client.producer::<Clicks>().await.unwrap();
    clicks.send(&framing::web::Clicked { page: "/menü/✓ \"\u{1}".to_owned() }).await.unwrap();
    clicks.close(Duration::from_secs(10)).await.unwrap();
    pages.close(Duration::from_secs(10)).await.unwrap();
    // A topic on its way: topika names the schema already, Python does not yet.
    let framed = |visits| Searched { page: "/menü".to_owned(), visits };
    kit.given::<Searches>([framed(1)]).await;
    let topics = ["pages", "searches", "clicks"];
    let given =
        json!({ "bootstrap": kit.bootstrap(), "write": topics[0], "mixed": topics[1], "read": topics[2], "count": 1 });
    let found = tokio::task::spawn_blocking(move || run(&python, "plain_json.py", &given)).await.unwrap();
    assert_eq!(found["read"], json!([{ "key": null, "value": { "page": "/menü/✓ \"\u{1}" }, "headers": ["ce_id"] }]));

    // The committed bytes are those that this Python writes, and topika reads what it wrote to the topic.
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let written = found["written"].as_object().unwrap();
    let plain = dumps::DUMPS.len() + dumps::BROKEN.len();
    assert_eq!(written.len(), plain + dumps::MIXED.len());
    let all = dumps::DUMPS.iter().map(|(name, bytes, _)| (name, bytes));
    let all = all.chain(dumps::BROKEN.iter().map(|(name, bytes, _)| (name, bytes)));
    for (name, bytes) in all.chain(dumps::MIXED.iter().map(|(name, _, bytes)| (name, bytes))) {
        assert_eq!(written[*name], hex(bytes), "{name}");
    }
    let mut consumer = client.consumer::<Pages>("reader").from_start().undecodable(Undecodable::Yield).await.unwrap();
    for _ in 0..plain {
        match consumer.next().await.unwrap() {
            Ok(message) => {
                let name = std::str::from_utf8(message.key_bytes().unwrap()).unwrap();
                let (_, bytes, expected) = dumps::DUMPS.iter().find(|(of, ..)| *of == name).unwrap();
                assert_eq!(message.event, Pages::from(expected()), "{name}");
                assert_eq!(dumps::dump(name), *bytes);
                message.ack();
            }
            Err(error) => {
                let bad = UndecodableMessage::from_error(error).unwrap();
                let name = std::str::from_utf8(bad.origin().key_bytes().unwrap()).unwrap();
                let (_, bytes, said) = dumps::BROKEN.iter().find(|(of, ..)| *of == name).unwrap();
                assert_eq!((bad.reason(), bad.payload()), ("payload", Some(*bytes)), "{name}");
                assert!(bad.to_string().contains(said), "{bad}");
                bad.ack();
            }
        }
    }
    consumer.close(Duration::from_secs(10)).await.unwrap();

    kit.given::<Searches>([framed(9)]).await;
    let mut consumer = kit.client().consumer::<Searches>("reader").from_start().await.unwrap();
    for visits in [1, 2, 4, 7, 9] {
        let message = consumer.next().await.unwrap().unwrap();
        assert_eq!(message.event, Searches::from(framed(visits)));
        message.ack();
    }
    consumer.close(Duration::from_secs(10)).await.unwrap();
}

/// Writes the events, lets fastavro read and write them again, compares the bytes, and gives fastavro's records.
fn agree_with_fastavro<E: Event>(python: &Path, events: &[E]) -> Vec<Value> {
    let hex: Vec<String> = events
        .iter()
        .map(|event| {
            let mut bytes = Vec::new();
            event.encode(&mut bytes).unwrap();
            bytes.iter().map(|byte| format!("{byte:02x}")).collect()
        })
        .collect();
    let file = E::DESCRIPTOR.file.expect("the order events are bound to files");
    let schemas: Vec<&str> = file.references.iter().map(|r| r.text).chain([file.text]).collect();
    let answer = run(python, "fastavro_round_trip.py", &json!({ "schemas": schemas, "datums": hex }));
    let written: Vec<&str> = answer["hex"].as_array().unwrap().iter().map(|h| h.as_str().unwrap()).collect();
    assert_eq!(written, hex);
    answer["records"].as_array().unwrap().clone()
}

/// Runs a script of `tests/python` with JSON on its standard input, and reads JSON from its standard output.
fn run(python: &Path, script: &str, input: &Value) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python").join(script);
    script::run(Command::new(python).arg(script), input).unwrap_or_else(|error| panic!("{error}"))
}

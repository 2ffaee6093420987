//! Producers and consumers with Apicurio's registry: what one client writes, another one reads by the id that this registry gave.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails as the test does")]

#[path = "support/customers.rs"]
mod customers;
#[path = "../registry/tests/apicurio/server.rs"]
mod server;

use std::time::Duration;

use customers::{CustomerOrder, OrdersOfCustomers};
use food_orders::checkout::{Checkout, Said};
use food_orders::events::orders::OrderPlaced;
use food_orders::events::topics::{FoodOrders, KitchenTicketReady};
use food_orders::kitchen;
use topika::wire::Framing;
use topika::{Client, Provision};
use topika_testkit::Kit;

/// A client that knows nothing yet, as another process has it.
fn client(kit: &Kit, url: &str, registers: bool, framing: Framing) -> Client {
    let client = Client::builder().bootstrap(kit.bootstrap()).registry(url).topic_prefix("apicurio.");
    client.auto_register(registers).framing(framing).provision(Provision::Create).build().unwrap()
}

fn orders(count: usize) -> Vec<OrderPlaced> {
    let mut checkout = Checkout::seeded(5, 3);
    let mut orders = Vec::new();
    while orders.len() < count {
        if let Said::Placed(order) = checkout.next_event() {
            orders.push(order);
        }
    }
    orders
}

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn events_keys_and_references_are_registered_found_and_read_by_their_ids() {
    let test = "events_keys_and_references_are_registered_found_and_read_by_their_ids";
    let Some(url) = server::url(test) else { return };
    let kit = topika_testkit::start().await;
    let orders = orders(4);
    let first = client(&kit, url, false, Framing::Id).producer::<OrdersOfCustomers>().await.unwrap_err();
    assert!(first.to_string().contains("has no version of subject"), "{first}");

    // The first registers, the others find what is there; the id goes before the payload, or into a header.
    for (order, (registers, framing)) in
        orders.iter().zip([(true, Framing::Id), (false, Framing::Id), (false, Framing::IdHeader)])
    {
        let producer = client(&kit, url, registers, framing).producer::<OrdersOfCustomers>().await.unwrap();
        producer.send(order).await.unwrap();
        producer.close(PATIENCE).await.unwrap();
    }
    let reads = client(&kit, url, false, Framing::Id);
    let mut consumer = reads.consumer::<OrdersOfCustomers>("report").from_start().await.unwrap();
    let mut read = Vec::new();
    for _ in 0..3 {
        let message = consumer.next().await.unwrap().unwrap();
        let OrdersOfCustomers::Placed(order) = &message.event else { panic!("{:?}", message.event) };
        let key: &CustomerOrder = message.key().unwrap().unwrap();
        assert_eq!((&key.customer_id, &key.order_id), (&order.customer_id, &order.order_id));
        read.push(order.clone());
        message.ack();
    }
    consumer.close(PATIENCE).await.unwrap();
    read.sort_by(|a, b| a.order_id.cmp(&b.order_id));
    assert_eq!(read, orders.get(..3).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn several_events_of_a_topic_and_json_events_come_back_as_what_they_were() {
    let test = "several_events_of_a_topic_and_json_events_come_back_as_what_they_were";
    let Some(url) = server::url(test) else { return };
    let kit = topika_testkit::start().await;
    let client = client(&kit, url, true, Framing::Id);
    let order = orders(1).remove(0);
    let producer = client.producer::<FoodOrders>().await.unwrap();
    producer.send(&order).await.unwrap();
    let mut consumer = client.consumer::<FoodOrders>("report").from_start().await.unwrap();
    assert_eq!(consumer.next().await.unwrap().unwrap().event, FoodOrders::OrderPlaced(order.clone()));
    consumer.close(PATIENCE).await.unwrap();
    producer.close(PATIENCE).await.unwrap();

    let ticket = kitchen::ticket("Ada", &order);
    let producer = client.producer::<KitchenTicketReady>().await.unwrap();
    producer.send(&ticket).await.unwrap();
    let mut consumer = client.consumer::<KitchenTicketReady>("report").from_start().await.unwrap();
    assert_eq!(consumer.next().await.unwrap().unwrap().event, KitchenTicketReady::TicketReady(ticket));
    consumer.close(PATIENCE).await.unwrap();
    producer.close(PATIENCE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_framing_that_this_registry_does_not_have_is_told_before_the_first_message() {
    let test = "a_framing_that_this_registry_does_not_have_is_told_before_the_first_message";
    let Some(url) = server::url(test) else { return };
    let kit = topika_testkit::start().await;
    let error = client(&kit, url, true, Framing::Guid).producer::<FoodOrders>().await.unwrap_err();
    assert!(error.to_string().contains("GUID"), "{error}");
}

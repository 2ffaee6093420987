//! The whole way of an event, on the embedded broker and on Apache Kafka: the same rush, the same promises.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a helper of a test fails as the test does"
)]

mod support;

#[path = "../examples/food_orders/cluster.rs"]
mod cluster;
#[path = "../examples/food_orders/options.rs"]
mod options;

use clap::Parser as _;
use cluster::Cluster;
use food_orders::events::topics::FoodOrders;
use food_orders::orders;
use food_orders::rush::{Outcome, Rush};
use options::Options;
use support::kafka::ApacheKafka;
use topika::Topic;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_on_the_embedded_broker() {
    a_rush(&["--orders", "600", "--rate", "3000"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rush_that_is_over_before_the_poison_is_found_waits_for_it() {
    let outcome = rush(&["--orders", "3", "--customers", "1"]).await;
    assert!(outcome.is_whole(), "{:?}\n{outcome}", outcome.problems());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_on_apache_kafka() {
    let Some(kafka) = ApacheKafka::start("nothing_is_lost_on_apache_kafka") else { return };
    // The registry alone of this kit is used; its broker stays idle.
    let kit = topika_testkit::start().await;
    let (bootstrap, registry) = (kafka.bootstrap(), kit.registry_url());
    a_rush(&["--orders", "600", "--rate", "1000", "--bootstrap", &bootstrap, "--registry", registry]).await;
}

async fn rush(arguments: &[&str]) -> Outcome {
    let options = Options::parse_from([&["food_orders"], arguments].concat());
    let topic = FoodOrders::TOPIC.name;
    let cluster = Cluster::start(&options).await.unwrap();
    println!("{cluster}");
    let plan = options.plan(cluster.prefix());
    let deadline = plan.deadline;
    let dir = tempfile::tempdir().unwrap();
    let pool = orders::open(&dir.path().join("orders.db")).await.unwrap();
    let mut rush = Rush::start(cluster.client(), &pool, plan, |_| ()).await.unwrap();
    rush.first_half().await.unwrap();
    rush.evolve().await.unwrap();
    cluster.poison(topic).await.unwrap();
    rush.second_half().await.unwrap();
    cluster.poison_found(2, deadline).await.unwrap();
    let mut outcome = rush.finish(|_| ()).await.unwrap();
    outcome.dead = cluster.dead_letters().await.unwrap();
    outcome
}

async fn a_rush(arguments: &[&str]) {
    let outcome = rush(arguments).await;
    let (sent, handled) = (&outcome.sent, &outcome.handled);
    assert!(sent.old > 300 && sent.new > 0 && sent.cancelled > 0, "{outcome}");
    assert_eq!(sent.old + sent.new, 600, "{outcome}");
    assert_eq!(sent.partitions.len(), 3, "the orders spread over the three partitions: {outcome}");
    assert_eq!(outcome.lost(), 0, "{outcome}");
    assert_eq!(outcome.not_handed_out(), 0, "every order made a ticket, in JSON: {outcome}");
    assert_eq!(handled.reordered, 0, "{outcome}");
    assert_eq!(handled.members.len(), 2, "both kitchens cooked: {outcome}");
    assert_eq!(sent.sums, handled.sums, "{outcome}");
    assert_eq!(
        (outcome.stored.orders, &outcome.stored.sums),
        (600, &sent.sums),
        "the database has each order once: {outcome}"
    );
    assert_eq!(outcome.dead.len(), 2, "the poison alone is a dead letter, of each group that read it: {outcome}");
    assert!(outcome.is_whole(), "{outcome}");
}

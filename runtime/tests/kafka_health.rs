//! Live, ready and stuck: each made to happen, over real librdkafka and the embedded broker.

#![cfg(feature = "kafka")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails as the test does")]

mod kafka_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kafka_support::{Orders, Placed, placed};
use tokio::sync::Semaphore;
use topika::app::{Health, Trouble};
use topika::handler::{State, skip};
use topika::{App, Client, Error, ErrorKind, RunningApp};
use topika_testkit::{ApiKey, ErrorCode, Fault, Kit};

/// Longer than any of it takes on a machine ten times slower than ours.
const PATIENCE: Duration = Duration::from_secs(60);
/// For limits that are to be passed.
const SHORT: Duration = Duration::from_millis(200);

/// Waits until the app is as it should be.
async fn health(app: &RunningApp, what: &str, is: impl Fn(&Health) -> bool) -> Health {
    let waiting = async {
        loop {
            let health = app.health();
            if is(&health) {
                return health;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    match tokio::time::timeout(PATIENCE, waiting).await {
        Ok(health) => health,
        Err(_) => panic!("not {what} within {PATIENCE:?}: {}", app.health()),
    }
}

/// A client that hears often how the brokers are.
fn client(kit: &Kit) -> Client {
    Client::builder()
        .bootstrap(kit.bootstrap())
        .registry(kit.registry_url())
        .auto_register(true)
        .provision(topika::Provision::Create)
        .kafka_property("statistics.interval.ms", "50")
        .build()
        .unwrap()
}

/// Ends when it is let.
async fn wait(State(doors): State<Arc<Semaphore>>, _order: Placed) -> Result<(), Error> {
    let _through = doors.acquire().await;
    Ok(())
}

fn waiting_app(doors: &Arc<Semaphore>) -> App<Arc<Semaphore>> {
    App::new("kitchen").with_state(Arc::clone(doors)).topic(Orders::router().placed(wait).cancelled(skip))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_does_not_end_is_told_with_the_place_of_its_message() {
    let kit = topika_testkit::start().await;
    let doors = Arc::new(Semaphore::new(0));
    let app = waiting_app(&doors).stuck_after(SHORT).spawn(client(&kit));
    let ready = health(&app, "ready", Health::is_ready).await;
    assert_eq!(ready.to_string(), "app \"kitchen\": live and ready");
    let at = kit.given::<Orders>([placed("CUST-1", 0)]).await[0];
    let stuck = health(&app, "stuck", |health| !health.is_live()).await;
    let [Trouble::Stuck { topic, partition, offset, attempt, since }] = stuck.troubles() else {
        panic!("{stuck}");
    };
    assert_eq!((&**topic, *partition, *offset, *attempt), ("orders", at.partition, at.offset, 1));
    assert!(*since > SHORT && !stuck.is_ready());
    let place = format!("the message at \"orders\" partition {} offset {}", at.partition, at.offset);
    assert!(stuck.to_string().contains(&place), "{stuck}");
    doors.add_permits(100);
    health(&app, "live again", Health::is_ready).await;
    app.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_loop_that_stands_still_is_told_and_so_is_that_it_turns_again() {
    let kit = topika_testkit::start().await;
    let doors = Arc::new(Semaphore::new(0));
    let orders = client(&kit).producer::<Orders>().await.unwrap();
    for (number, partition) in (0..60).zip([0, 1, 2].into_iter().cycle()) {
        orders.message(&placed(&format!("CUST-{number}"), number)).partition(partition).send().await.unwrap();
    }
    orders.close(PATIENCE).await.unwrap();
    let begun = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&begun);
    let wait = move |State(doors): State<Arc<Semaphore>>, _order: Placed| {
        count.fetch_add(1, Ordering::SeqCst);
        async move {
            let _through = doors.acquire().await;
            Ok::<(), Error>(())
        }
    };
    // Its rebalance waits for handlers, and its loop with it.
    let first = App::new("kitchen")
        .with_state(Arc::clone(&doors))
        .topic(Orders::router().placed(wait).cancelled(skip))
        .lanes(256)
        .drain_deadline(PATIENCE)
        .stalled_after(SHORT)
        .spawn(client(&kit));
    // There are twenty on each partition: whichever goes, a handler has a message of it.
    health(&first, "at work on every partition", |_| begun.load(Ordering::SeqCst) > 40).await;
    let second = waiting_app(&doors).spawn(client(&kit));
    let stalled = health(&first, "stalled", |health| !health.is_live()).await;
    let [Trouble::Stalled { since }, ..] = stalled.troubles() else { panic!("{stalled}") };
    assert!(*since > SHORT);
    assert!(stalled.to_string().starts_with("app \"kitchen\": its poll loop has stood still for "), "{stalled}");
    doors.add_permits(100);
    health(&first, "live again", Health::is_ready).await;
    // Whoever leaves while a group hands out its partitions may take long; that is not what this is about.
    drop((first, second));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_whose_brokers_are_gone_is_live_and_not_ready_until_they_are_back() {
    let kit = topika_testkit::start().await;
    let doors = Arc::new(Semaphore::new(100));
    let app = waiting_app(&doors).spawn(client(&kit));
    health(&app, "ready", Health::is_ready).await;
    kit.broker().stop();
    let gone = health(&app, "without brokers", |health| !health.is_ready()).await;
    assert!(gone.is_live(), "{gone}");
    assert!(gone.troubles().iter().any(|t| matches!(t, Trouble::Unreachable { .. })), "{gone}");
    kit.broker().restart().unwrap();
    health(&app, "ready again", Health::is_ready).await;
    app.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_its_group_does_not_take_in_is_live_and_not_ready() {
    let kit = topika_testkit::start().await;
    kit.broker().inject(Fault::error(ApiKey::JoinGroup, ErrorCode::COORDINATOR_LOAD_IN_PROGRESS).always());
    let app = waiting_app(&Arc::new(Semaphore::new(100)));
    let probe = app.probe();
    assert_eq!(probe.health().troubles(), [Trouble::NotStarted]);
    let app = app.spawn(client(&kit));
    let outside = health(&app, "outside of its group", |health| health.troubles() == [Trouble::NotJoined]).await;
    assert!(outside.is_live() && !outside.is_ready(), "{outside}");
    kit.broker().heal();
    health(&app, "taken in", Health::is_ready).await;
    app.shutdown().await.unwrap();
    let ended = probe.health();
    assert_eq!((ended.troubles(), ended.is_live()), (&[Trouble::Ended][..], false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_was_never_there_or_is_lost_or_closed_and_each_is_told() {
    let nowhere = Client::builder().bootstrap("127.0.0.1:1").without_registry().build().unwrap();
    let error = nowhere.check_connection(SHORT).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable(), nowhere.is_alive()), (ErrorKind::NotConnected, true, false));
    assert!(error.message().starts_with("no connection to Kafka at \"127.0.0.1:1\" yet: "), "{error}");
    let kit = topika_testkit::start().await;
    let client = client(&kit);
    assert!(!client.is_alive(), "nobody was asked yet");
    client.check_connection(PATIENCE).await.unwrap();
    assert!(client.is_alive());
    let producer = client.producer::<Orders>().await.unwrap();
    let consumer = client.consumer::<Orders>("kitchen").await.unwrap();
    producer.check_connection(PATIENCE).await.unwrap();
    consumer.check_connection(PATIENCE).await.unwrap();
    assert!(producer.is_alive() && consumer.is_alive());
    kit.broker().stop();
    let error = client.check_connection(SHORT).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable(), client.is_alive()), (ErrorKind::Unreachable, true, false));
    assert!(error.message().contains("answered before, and not within 0.2 s now: "), "{error}");
    assert_eq!(producer.check_connection(SHORT).await.unwrap_err().kind(), ErrorKind::Unreachable);
    assert_eq!(consumer.check_connection(SHORT).await.unwrap_err().kind(), ErrorKind::Unreachable);
    assert!(!producer.is_alive() && !consumer.is_alive());
    kit.broker().restart().unwrap();
    client.check_connection(PATIENCE).await.unwrap();
    // A connection may have told of its end only now; that brokers are back comes behind that.
    let alive = async {
        while !(client.is_alive() && producer.is_alive() && consumer.is_alive()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, alive).await.unwrap();
    client.close();
    assert_eq!(client.check_connection(PATIENCE).await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(client.producer::<Orders>().await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(client.consumer::<Orders>("kitchen").await.unwrap_err().kind(), ErrorKind::Closed);
    assert!(!client.is_alive());
    // What was made before goes on, up to its own end.
    producer.send(&placed("CUST-1", 1)).await.unwrap();
    producer.close(PATIENCE).await.unwrap();
    assert_eq!(producer.check_connection(PATIENCE).await.unwrap_err().kind(), ErrorKind::Closed);
    assert!(!producer.is_alive());
    consumer.close(PATIENCE).await.unwrap();
}

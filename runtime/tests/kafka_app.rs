//! Applications over real librdkafka and the embedded broker.

#![cfg(feature = "kafka")]

mod kafka_support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kafka_support::{Cancelled, Orders, Placed, placed};
use topika::app::UnknownEvents;
use topika::client::header;
use topika::handler::{Headers, Key, Metadata, State, skip};
use topika::{App, Error, ErrorKind, Event, Retry, Topic};

/// What the handlers have seen.
#[derive(Clone, Default)]
struct Kitchen(Arc<Inner>);

#[derive(Default)]
struct Inner {
    cooked: Mutex<BTreeMap<String, Vec<u32>>>,
    stopped: AtomicU32,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl Kitchen {
    fn cooked(&self, customer: &str) -> Vec<u32> {
        self.0.cooked.lock().expect("no panic while held").get(customer).cloned().unwrap_or_default()
    }

    fn total(&self) -> usize {
        self.0.cooked.lock().expect("no panic while held").values().map(Vec::len).sum()
    }
}

async fn cook(State(kitchen): State<Kitchen>, Key(customer): Key<String>, order: Placed) -> Result<(), Error> {
    assert_eq!(customer, order.customer);
    let now = kitchen.0.at_once.fetch_add(1, Ordering::SeqCst) + 1;
    kitchen.0.most_at_once.fetch_max(now, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(u64::from(order.number % 3))).await;
    kitchen.0.at_once.fetch_sub(1, Ordering::SeqCst);
    kitchen.0.cooked.lock().expect("no panic while held").entry(order.customer).or_default().push(order.number);
    Ok(())
}

async fn stop(State(kitchen): State<Kitchen>, order: Cancelled) -> Result<(), Error> {
    assert_eq!(order.reason, "late");
    kitchen.0.stopped.fetch_add(1, Ordering::SeqCst);
    Ok(())
}

fn kitchen_app(kitchen: &Kitchen) -> App<Kitchen> {
    App::new("kitchen").with_state(kitchen.clone()).topic(Orders::router().placed(cook).cancelled(stop))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_reaches_its_handler_in_the_order_of_its_key() {
    let kit = topika_testkit::start().await;
    let kitchen = Kitchen::default();
    let app = kitchen_app(&kitchen).spawn(kit.client());
    assert_eq!((app.group(), app.topics()), ("kitchen", &["orders".to_owned()][..]));
    assert!(app.joined().await);
    let mut said: Vec<Orders> = (0..600).map(|n| Orders::Placed(placed(&format!("CUST-{}", n % 20), n))).collect();
    said.push(Orders::Cancelled(Cancelled { customer: "CUST-1".to_owned(), number: 1, reason: "late".to_owned() }));
    kit.given::<Orders>(said).await;
    kit.settled(&app).await;
    for customer in 0..20 {
        let expected: Vec<u32> = (0..600).filter(|n| n % 20 == customer).collect();
        assert_eq!(kitchen.cooked(&format!("CUST-{customer}")), expected);
    }
    assert_eq!(kitchen.0.stopped.load(Ordering::SeqCst), 1);
    assert!(kitchen.0.most_at_once.load(Ordering::SeqCst) > 1, "keys are handled in parallel");
    kit.dead_letters::<Orders>().await.assert_empty();
    assert!(app.is_running());
    app.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_app_has_done_is_not_done_again_by_the_next() {
    let kit = topika_testkit::start().await;
    let first = Kitchen::default();
    kit.given::<Orders>((0..50).map(|n| placed("CUST-1", n))).await;
    let app = kitchen_app(&first).spawn(kit.client());
    kit.settled(&app).await;
    app.shutdown().await.unwrap();
    let second = Kitchen::default();
    let app = kitchen_app(&second).spawn(kit.client());
    kit.given::<Orders>((50..60).map(|n| placed("CUST-1", n))).await;
    kit.settled(&app).await;
    app.shutdown().await.unwrap();
    assert_eq!(first.cooked("CUST-1"), (0..50).collect::<Vec<_>>());
    assert_eq!(second.cooked("CUST-1"), (50..60).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_apps_of_one_group_lose_nothing_when_one_of_them_stops() {
    let kit = topika_testkit::start().await;
    let kitchen = Kitchen::default();
    // librdkafka sends no LeaveGroup where it is told to close between two joins; the group then waits for the session to time out.
    let client = topika::Client::builder()
        .bootstrap(kit.bootstrap())
        .registry(kit.registry_url())
        .auto_register(true)
        .provision(topika::Provision::Create)
        .kafka_property("session.timeout.ms", "6000")
        .kafka_property("heartbeat.interval.ms", "500")
        .build()
        .unwrap();
    let first = kitchen_app(&kitchen).spawn(client.clone());
    let second = kitchen_app(&kitchen).spawn(client);
    assert!(first.joined().await);
    let orders = kit.client().producer::<Orders>().await.unwrap();
    let writing = tokio::spawn(async move {
        for n in 0..1000 {
            let _sent = orders.enqueue(&placed(&format!("CUST-{}", n % 30), n)).await.unwrap();
            if n % 100 == 0 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        orders.close(Duration::from_secs(20)).await.unwrap();
    });
    tokio::time::sleep(Duration::from_millis(250)).await;
    second.shutdown().await.unwrap();
    writing.await.unwrap();
    kit.settled(&first).await;
    first.shutdown().await.unwrap();
    let cooked = kitchen.0.cooked.lock().unwrap().clone();
    for (customer, numbers) in &cooked {
        let once: std::collections::BTreeSet<u32> = numbers.iter().copied().collect();
        assert!(once.len() >= 33, "{customer}: {}", once.len());
        assert!(numbers.is_sorted(), "{customer} in order, and what was drained is not read twice: {numbers:?}");
    }
    assert_eq!(cooked.values().flatten().collect::<std::collections::BTreeSet<_>>().len(), 1000);
}

#[derive(Debug)]
struct OvenBroken;

impl std::fmt::Display for OvenBroken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the oven is broken")
    }
}

impl topika::handler::HandlerError for OvenBroken {
    fn code(&self) -> &str {
        "oven-broken"
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_goes_on_failing_gives_the_message_to_the_dead_letters() {
    let kit = topika_testkit::start().await;
    let tries = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&tries);
    let bake = move |Metadata { attempt, offset, .. }: Metadata, order: Placed| {
        let tries = Arc::clone(&counted);
        async move {
            if order.number != 1 {
                return Ok(());
            }
            assert_eq!((attempt, offset), (tries.fetch_add(1, Ordering::SeqCst) + 1, 1));
            Err(OvenBroken)
        }
    };
    let app = App::new("bakery")
        .topic(Orders::router().placed(bake).cancelled(skip))
        .retry(Retry::in_place(2).waits(Duration::from_millis(1), Duration::from_millis(5)))
        .dead_letters()
        .spawn(kit.client());
    kit.given::<Orders>((0..3).map(|n| placed("CUST-1", n))).await;
    kit.settled(&app).await;
    app.shutdown().await.unwrap();
    assert_eq!(tries.load(Ordering::SeqCst), 3);
    let letters = kit.dead_letters::<Orders>().await;
    assert_eq!(letters.len(), 1);
    let letter = &letters.all()[0];
    assert_eq!(letter.reason().as_deref(), Some("oven-broken"));
    assert_eq!(letter.message().as_deref(), Some("the oven is broken"));
    assert_eq!(letter.header(header::DELIVERY_COUNT).as_deref(), Some("3"));
    assert_eq!(letter.header(header::OFFSET).as_deref(), Some("1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_panics_fails_its_message_and_nothing_else() {
    let kit = topika_testkit::start().await;
    let fry = |_: Headers, order: Placed| async move {
        assert!(order.number != 1, "the pan is too hot");
        Ok::<(), Error>(())
    };
    let app = App::new("fryer").topic(Orders::router().placed(fry).otherwise(skip)).dead_letters().spawn(kit.client());
    kit.given::<Orders>((0..3).map(|n| placed("CUST-1", n))).await;
    kit.settled(&app).await;
    app.shutdown().await.unwrap();
    let letters = kit.dead_letters::<Orders>().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters.all()[0].reason().as_deref(), Some("handler-panicked"));
    assert_eq!(letters.all()[0].message().as_deref(), Some("the handler panicked: the pan is too hot"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_dead_letters_a_failing_handler_ends_the_app_and_the_message_stays() {
    let kit = topika_testkit::start().await;
    let fail = |order: Placed| async move { if order.number == 2 { Err(OvenBroken) } else { Ok(()) } };
    let app = App::new("strict")
        .topic(Orders::router().placed(fail).cancelled(skip))
        .retry(Retry::never())
        .spawn(kit.client());
    kit.given::<Orders>((0..5).map(|n| placed("CUST-1", n))).await;
    let error = tokio::time::timeout(Duration::from_secs(20), app.ended()).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Handler);
    assert!(error.to_string().contains("the oven is broken (oven-broken)"), "{error}");
    // The next one begins at the message that failed.
    let kitchen = Kitchen::default();
    let app = App::new("strict")
        .with_state(kitchen.clone())
        .topic(Orders::router().placed(cook).cancelled(stop))
        .spawn(kit.client());
    kit.settled(&app).await;
    app.shutdown().await.unwrap();
    assert_eq!(kitchen.cooked("CUST-1"), [2, 3, 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_lets_handlers_finish_and_cuts_off_those_that_do_not() {
    let kit = topika_testkit::start().await;
    let kitchen = Kitchen::default();
    let state = kitchen.clone();
    let slow = move |order: Placed| {
        let kitchen = state.clone();
        async move {
            let wait = if order.number == 0 { 300 } else { 60_000 };
            kitchen.0.at_once.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(wait)).await;
            kitchen.0.cooked.lock().expect("no panic while held").entry(order.customer).or_default().push(order.number);
            Ok::<(), Error>(())
        }
    };
    let app = App::new("slow")
        .topic(Orders::router().placed(slow).cancelled(skip))
        .drain_deadline(Duration::from_secs(2))
        .spawn(kit.client());
    kit.given::<Orders>([placed("CUST-1", 0), placed("CUST-1", 1)]).await;
    while kitchen.0.at_once.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let start = Instant::now();
    app.shutdown().await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(10));
    assert_eq!(kitchen.total(), 1, "the first was finished, the second was cut off");
    let left: u64 = kit.broker().lag("slow", &["orders"]).iter().map(|lag| lag.lag).sum();
    assert_eq!(left, 1, "only what was finished is committed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_an_app_from_starting_is_said_at_its_end() {
    let kit = topika_testkit::start().await;
    let error = App::new("empty").spawn(kit.client()).ended().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("app \"empty\" has no topic"), "{error}");
    let kitchen = Kitchen::default();
    let behind = App::new("behind").topic(Orders::router().placed(skip).cancelled(skip)).with_state(kitchen.clone());
    let error = behind.spawn(kit.client()).ended().await.unwrap_err();
    assert!(error.to_string().contains("state behind topics, which are left out by that: orders"), "{error}");
    let twice = kitchen_app(&kitchen).topic(Orders::router().placed(cook).cancelled(stop)).spawn(kit.client());
    assert!(!twice.joined().await);
    assert!(twice.ended().await.unwrap_err().to_string().contains("\"orders\" twice"));
    let nowhere = topika::Client::builder()
        .bootstrap("127.0.0.1:1")
        .registry(kit.registry_url())
        .connect_deadline(Duration::from_millis(300))
        .build()
        .unwrap();
    let error = kitchen_app(&kitchen).run(nowhere).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_runs_ends_well_when_the_system_asks() {
    let kit = topika_testkit::start().await;
    let kitchen = Kitchen::default();
    kit.given::<Orders>((0..5).map(|n| placed("CUST-1", n))).await;
    let running = tokio::spawn(kitchen_app(&kitchen).lanes(2).in_flight(10).run(kit.client()));
    kit.caught_up::<Orders>("kitchen").await;
    // To this very process; `run` listens, so it does not end.
    let sent = std::process::Command::new("kill").args(["-TERM", &std::process::id().to_string()]).status();
    if !sent.is_ok_and(|status| status.success()) {
        running.abort();
        return;
    }
    tokio::time::timeout(Duration::from_secs(20), running).await.unwrap().unwrap().unwrap();
    assert_eq!(kitchen.total(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_waits_to_try_again_does_not_hold_a_rebalance_up() {
    const LONG: Duration = Duration::from_secs(600);
    async fn broken(State(tried): State<Arc<AtomicU32>>, _order: Placed) -> Result<(), Error> {
        tried.fetch_add(1, Ordering::SeqCst);
        Err(Error::wrap("the oven is broken"))
    }
    let kit = topika_testkit::start().await;
    kit.given::<Orders>((0..60).map(|n| placed(&format!("CUST-{n}"), n))).await;
    let tried = Arc::new(AtomicU32::new(0));
    let first = App::new("kitchen")
        .with_state(Arc::clone(&tried))
        .topic(Orders::router().placed(broken).cancelled(skip))
        .retry(Retry::in_place(9).waits(LONG, LONG))
        .drain_deadline(LONG)
        .spawn(kit.client());
    let deadline = Instant::now() + Duration::from_secs(60);
    while tried.load(Ordering::SeqCst) < 8 {
        assert!(Instant::now() < deadline, "the first member has nothing to do");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let kitchen = Kitchen::default();
    let second = kitchen_app(&kitchen).spawn(kit.client());
    while kitchen.total() == 0 {
        assert!(Instant::now() < deadline, "the second member got no share");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Neither waits for the other's end, and the first one's would be long.
    drop(first);
    second.shutdown().await.unwrap();
}

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "shop.returned", project = "tests/code-first")]
struct Returned {
    customer: String,
}

/// The topic as a later build knows it.
#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "orders", key = "customer")]
enum LaterOrders {
    Returned(Returned),
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_this_build_does_not_know_is_treated_as_it_was_told() {
    let kit = topika_testkit::start().await;
    kit.given::<Orders>([Orders::Placed(placed("CUST-1", 1))]).await;
    kit.given::<LaterOrders>([LaterOrders::Returned(Returned { customer: "CUST-1".to_owned() })]).await;
    kit.given::<Orders>([Orders::Placed(placed("CUST-1", 2))]).await;
    let app = |group: &str, kitchen: &Kitchen, policy| {
        let app = App::new(group).with_state(kitchen.clone()).unknown_events(policy);
        app.topic(Orders::router().placed(cook).cancelled(stop)).spawn(kit.client())
    };
    let passing = Kitchen::default();
    let running = app("passing", &passing, UnknownEvents::Skip);
    kit.settled(&running).await;
    running.shutdown().await.unwrap();
    assert_eq!(passing.cooked("CUST-1"), [1, 2]);
    kit.dead_letters::<Orders>().await.assert_empty();

    let ending = Kitchen::default();
    let error = app("ending", &ending, UnknownEvents::End).ended().await.unwrap_err();
    assert_eq!((ending.cooked("CUST-1"), error.kind()), (vec![1], ErrorKind::Decode), "{error}");
    assert!(error.to_string().contains("is no event that group \"ending\" knows"), "{error}");

    let keeping = Kitchen::default();
    let running = app("keeping", &keeping, UnknownEvents::DeadLetter);
    kit.settled(&running).await;
    running.shutdown().await.unwrap();
    assert_eq!(keeping.cooked("CUST-1"), [1, 2]);
    let letters = kit.dead_letters::<Orders>().await;
    assert_eq!(letters.len(), 1);
}

/// Panics where a handler's code is not at work yet.
struct Shy(Arc<AtomicBool>);

impl Clone for Shy {
    fn clone(&self) -> Self {
        assert!(!self.0.load(Ordering::SeqCst), "no more of me");
        Self(Arc::clone(&self.0))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_beside_the_handler_is_told_as_one_of_the_handler_is() {
    let kit = topika_testkit::start().await;
    let shy = Shy(Arc::default());
    let app = App::new("shy").with_state(Shy(Arc::clone(&shy.0))).topic(Orders::router().placed(skip).cancelled(skip));
    let app = app.spawn(kit.client());
    assert!(app.joined().await);
    shy.0.store(true, Ordering::SeqCst);
    kit.given::<Orders>([placed("CUST-1", 1)]).await;
    let error = tokio::time::timeout(Duration::from_secs(60), app.ended()).await.unwrap().unwrap_err();
    assert!(error.to_string().contains("no more of me"), "{error}");
}

//! What an app does with handlers that panic or hang, with events that it does not know, and when the system asks it to end, whichever broker it is.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use food_orders::checkout::Checkout;
use food_orders::events::topics::FoodOrders;
use topika::app::UnknownEvents;
use topika::dead_letters::{DeadLetters, Filter};
use topika::event::Keyed;
use topika::handler::State;
use topika::types::Bytes;
use topika::{App, Client, Error, ErrorKind, Provision, RunningApp, Topic};

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::history::{WORKER, Worker};
use crate::producing::{Said, Sayings, client};
use crate::transactional::{Echoed, Echoes, reader};

async fn say(client: &Client, numbers: impl IntoIterator<Item = i32>) {
    let sayings = client.producer::<Sayings>().await.unwrap();
    for number in numbers {
        let (key, said) = (Bytes(vec![1]), Said { number });
        drop(sayings.enqueue(&Keyed { key: &key, event: &said }).await.unwrap());
    }
    sayings.close(PATIENCE).await.unwrap();
}

/// Handlers note here what they have done.
type Done = Arc<Mutex<Vec<i32>>>;

async fn until(done: &Done, count: usize) {
    let start = Instant::now();
    while done.lock().unwrap().len() < count {
        assert!(start.elapsed() < PATIENCE, "{:?}", done.lock().unwrap());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub(crate) async fn a_handler_that_panics_fails_its_message_and_nothing_else(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let fry = |State(done): State<Done>, said: Said| async move {
        assert!(said.number != 2, "the pan is too hot");
        done.lock().unwrap().push(said.number);
        Ok::<(), Error>(())
    };
    let done = Done::default();
    let app = App::new(cluster.name("fryer")).with_state(Arc::clone(&done)).dead_letters();
    let app = app.topic(Sayings::router().said(fry)).spawn(client.clone());
    say(&client, 1..=4).await;
    until(&done, 3).await;
    app.shutdown().await.unwrap();
    assert_eq!(*done.lock().unwrap(), [1, 3, 4]);
    let mut letters = DeadLetters::of::<Sayings>(&client).read(Filter::all()).await.unwrap();
    let letter = letters.next().await.unwrap().unwrap();
    assert_eq!(letter.reason.as_deref(), Some("handler-panicked"));
    assert!(letters.next().await.is_none());
}

pub(crate) async fn at_the_deadline_a_handler_is_cut_off_and_its_message_stays(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let begun = Arc::new(AtomicUsize::new(0));
    let app = |done: &Done, hangs: bool| {
        let begun = Arc::clone(&begun);
        let slow = move |State(done): State<Done>, said: Said| {
            let begun = Arc::clone(&begun);
            async move {
                begun.fetch_add(1, Ordering::SeqCst);
                if hangs {
                    tokio::time::sleep(if said.number == 1 { Duration::from_millis(300) } else { PATIENCE * 10 }).await;
                }
                done.lock().unwrap().push(said.number);
                Ok::<(), Error>(())
            }
        };
        let app = App::new(cluster.name("slow")).with_state(Arc::clone(done)).drain_deadline(Duration::from_secs(2));
        app.topic(Sayings::router().said(slow)).spawn(client.clone())
    };
    say(&client, [1, 2]).await;
    let done = Done::default();
    let hanging = app(&done, true);
    let start = Instant::now();
    while begun.load(Ordering::SeqCst) == 0 {
        assert!(start.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    hanging.shutdown().await.unwrap();
    assert_eq!(*done.lock().unwrap(), [1], "the first was finished, the second was cut off");
    let after = Done::default();
    let next = app(&after, false);
    until(&after, 1).await;
    next.shutdown().await.unwrap();
    assert_eq!(*after.lock().unwrap(), [2], "only what was finished is committed");
}

#[cfg(unix)]
pub(crate) async fn an_app_that_the_system_asks_to_end_finishes_and_commits_what_it_began(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let mut answers = reader::<Echoes>(&client, cluster).await;
    say(&client, 0..2_000).await;
    let told = || format!("{} {} worker-1 at-least-once", cluster.bootstrap(), cluster.name(""));
    let mut worker = Worker::start("history::a_worker", WORKER, told());
    let mut times = BTreeMap::<i32, u32>::new();
    let mut began = None;
    // In the middle of its work; what it says as it ends counts too.
    while times.len() < 2_000 {
        let message = tokio::time::timeout(PATIENCE, answers.next()).await.unwrap().unwrap().unwrap();
        let Echoes::Echoed(Echoed { number }) = message.event;
        *times.entry(number).or_default() += 1;
        message.ack();
        if times.len() == 200 && began.is_none() {
            assert!(worker.terminate(PATIENCE).await, "it ends well and in time");
            began = Some(Worker::start("history::a_worker", WORKER, told()));
        }
    }
    assert!(times.values().all(|times| *times == 1), "what was handled was committed: {times:?}");
    drop(began);
    answers.close(PATIENCE).await.unwrap();
}

/// The topic of orders, as somebody has it who knows none of them.
#[derive(Debug, Topic)]
#[topic(name = "food-orders", key_type = String)]
enum Others {
    Said(Said),
    Echoed(Echoed),
}

pub(crate) async fn events_that_an_app_does_not_know_are_treated_as_it_was_told(cluster: &Cluster) {
    let kit = topika_testkit::start().await;
    let client = Client::builder().bootstrap(cluster.bootstrap()).registry(kit.registry_url()).auto_register(true);
    let client = client.topic_prefix(cluster.name("")).provision(Provision::Create).build().unwrap();
    let orders = client.producer::<FoodOrders>().await.unwrap();
    let order = Checkout::seeded(1, 1).next_order();
    let others = client.producer::<Others>().await.unwrap();
    others.send(&Keyed { key: &order.customer_id, event: &Said { number: 1 } }).await.unwrap();
    orders.send(&order).await.unwrap();
    others.send(&Keyed { key: &order.customer_id, event: &Said { number: 2 } }).await.unwrap();
    others.close(PATIENCE).await.unwrap();
    orders.close(PATIENCE).await.unwrap();

    let hear = |State(done): State<Done>, said: Said| async move {
        done.lock().unwrap().push(said.number);
        Ok::<(), Error>(())
    };
    let app = |group: &str, done: &Done, policy| -> RunningApp {
        let app = App::new(cluster.name(group)).with_state(Arc::clone(done)).unknown_events(policy);
        app.topic(Others::router().said(hear).echoed(topika::handler::skip)).spawn(client.clone())
    };
    let done = Done::default();
    let ending = app("ending", &done, UnknownEvents::End).ended().await.unwrap_err();
    assert_eq!((done.lock().unwrap().clone(), ending.kind()), (vec![1], ErrorKind::Decode), "{ending}");

    for (group, policy) in [("passing", UnknownEvents::Skip), ("keeping", UnknownEvents::DeadLetter)] {
        let done = Done::default();
        let running = app(group, &done, policy);
        until(&done, 2).await;
        running.shutdown().await.unwrap();
        assert_eq!(*done.lock().unwrap(), [1, 2], "{group}");
    }
    let mut letters = DeadLetters::of::<Others>(&client).read(Filter::all()).await.unwrap();
    assert_eq!(letters.next().await.unwrap().unwrap().group.as_deref(), Some(cluster.name("keeping").as_str()));
    assert!(letters.next().await.is_none(), "of the others none has written one");
}

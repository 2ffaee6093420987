//! What a replay promises, whichever broker it is.

use std::collections::BTreeMap;
use std::future::IntoFuture as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rdkafka::consumer::Consumer as _;
use rdkafka::producer::{BaseRecord, Producer as _};
use topika::app::Publish;
use topika::event::Keyed;
use topika::handler::{Key, Live, Metadata, State};
use topika::replay::{OnFailure, Stopped};
use topika::types::Bytes;
use topika::{Client, ErrorKind, Producer, Retry, Start, Until};

use crate::clients::{self, PATIENCE};
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};
use crate::transactional::{Echoed, Echoes};

/// What handlers saw, by key, in its order.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<BTreeMap<u8, Vec<i32>>>>);

impl Seen {
    fn take(&self) -> BTreeMap<u8, Vec<i32>> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn numbers(&self) -> Vec<i32> {
        let mut numbers: Vec<i32> = self.take().into_values().flatten().collect();
        numbers.sort_unstable();
        numbers
    }
}

async fn see(State(seen): State<Seen>, Key(key): Key<Bytes>, at: Metadata, said: Said) -> Result<(), String> {
    assert!(at.is_replay && &*at.group == "replay");
    // The earlier ones take longer: their order is kept all the same.
    tokio::time::sleep(Duration::from_micros(if said.number % 3 == 0 { 300 } else { 0 })).await;
    seen.0.lock().unwrap().entry(key.0[0]).or_default().push(said.number);
    Ok(())
}

async fn say(producer: &Producer<Sayings>, key: u8, number: i32, timestamp_ms: i64) {
    let (key, said) = (Bytes(vec![key]), Said { number });
    let message = Keyed { key: &key, event: &said };
    producer.message(&message).timestamp_ms(timestamp_ms).send().await.unwrap();
}

/// Twenty of each of ten keys; the number says which second of 2026 they are of.
const BEGIN: i64 = 1_767_225_600_000;

async fn twenty_of_each(client: &Client) -> Producer<Sayings> {
    let producer = client.producer::<Sayings>().await.unwrap();
    let mut pending = Vec::new();
    for number in 0..20 {
        for key in 0..10 {
            let (key, said) = (Bytes(vec![key]), Said { number });
            let message = Keyed { key: &key, event: &said };
            let message = producer.message(&message).timestamp_ms(BEGIN + i64::from(number) * 1000);
            pending.push(message.enqueue().await.unwrap());
        }
    }
    for delivery in pending {
        delivery.await.unwrap();
    }
    producer
}

/// The groups that the broker knows, and what one of them has committed.
fn groups(cluster: &Cluster, topic: &str, group: &str) -> (Vec<String>, Vec<rdkafka::Offset>) {
    let consumer = clients::consumer(cluster, group, &[]);
    let list = consumer.fetch_group_list(None, PATIENCE).unwrap();
    let mine = cluster.name("");
    let mut names: Vec<String> = list.groups().iter().map(|group| group.name().to_owned()).collect();
    names.retain(|name| name.starts_with(&mine) || name == "topika-scan" || name == "replay");
    names.sort();
    (names, (0..7).map(|partition| clients::committed(&consumer, topic, partition)).collect())
}

pub(crate) async fn a_replay_joins_no_group_moves_no_offset_and_keeps_the_order_of_keys(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let producer = twenty_of_each(&client).await;
    let mut reader = client.consumer::<Sayings>(cluster.name("reader")).await.unwrap();
    for _ in 0..60 {
        tokio::time::timeout(PATIENCE, reader.next()).await.unwrap().unwrap().unwrap().ack();
    }
    reader.close(PATIENCE).await.unwrap();
    let topic = producer.topic().to_owned();
    let before = groups(cluster, &topic, "reader");
    assert!(before.0.contains(&cluster.name("reader")), "{before:?}");
    let (seen, told) = (Seen::default(), Arc::new(Mutex::new(Vec::new())));
    let tell = Arc::clone(&told);
    let replay = client
        .replay::<Sayings>()
        .lanes(4)
        .in_flight(32)
        .on_progress(move |progress| tell.lock().unwrap().push(progress.clone()))
        .with_state(seen.clone())
        .into(Sayings::router().said(see));
    // Others go on writing: that is not read.
    let (done, ()) = tokio::join!(replay.into_future(), async {
        for number in 20..40 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            say(&producer, 0, number, BEGIN).await;
        }
    });
    let done = done.unwrap();
    let mut all = seen.take();
    let later = all.get_mut(&0).unwrap().split_off(20);
    assert!(later.is_sorted() && later.len() < 20, "what was written before its start, and nothing after: {later:?}");
    assert_eq!(all, (0..10).map(|key| (key, (0..20).collect())).collect());
    let handled = 200 + u64::try_from(later.len()).unwrap();
    assert_eq!((done.handled, done.total, done.passed, done.failed), (handled, handled, handled, 0));
    assert_eq!((done.percent(), told.lock().unwrap().last()), (100, Some(&done)));
    assert_eq!(groups(cluster, &topic, "reader"), before);
    producer.close(PATIENCE).await.unwrap();
}

pub(crate) async fn a_replay_reads_what_it_was_asked_for_and_nothing_else(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let missing = client.replay::<Sayings>().with_state(Seen::default()).into(Sayings::router().said(see));
    let error = missing.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownTopic, "{error}");
    twenty_of_each(&client).await.close(PATIENCE).await.unwrap();
    let seen = Seen::default();
    let replay = || client.replay::<Sayings>();
    let run = async |replay: topika::replay::Replay<Sayings>| {
        let done = replay.with_state(seen.clone()).into(Sayings::router().said(see)).await.unwrap();
        assert!(done.is_complete(), "{done:?}");
        done
    };
    let at = |number: i64| BEGIN + number * 1000;
    // A span of time.
    let done = run(replay().from_time(at(5)).until(Until::Time(at(8)))).await;
    assert_eq!(seen.take(), (0..10).map(|key| (key, vec![5, 6, 7])).collect());
    assert_eq!((done.total, done.handled), (30, 30));
    assert_eq!(run(replay().from_time(at(20))).await.total, 0);
    assert_eq!(run(replay().from(Start::Latest)).await.handled, 0);
    // What the one has left is what the next begins with.
    let first = run(replay().until(Until::Time(at(3)))).await;
    run(replay().from_offsets(first.next)).await;
    assert_eq!(seen.numbers(), (0..20).flat_map(|number| [number; 10]).collect::<Vec<_>>());
    // Offsets that are not there are the nearest; what is not named is read as a whole.
    let far = (0..7).map(|partition| (partition, i64::MAX));
    assert_eq!(run(replay().from_offsets(far)).await.handled, 0);
    assert_eq!(run(replay().from_offsets([(0, -5)]).until(Until::Offsets([(3, 0)].into()))).await.failed, 0);
    seen.take();
    // Keys and events.
    let done = run(replay().only_keys([Bytes(vec![3]), Bytes(vec![8])]).only_events(["cases.said"])).await;
    assert_eq!(seen.take(), [3, 8].map(|key| (key, (0..20).collect())).into());
    assert_eq!((done.handled, done.filtered, done.total), (40, 160, 200));
    let refused = [
        replay().only_events(["cases.shouted"]),
        replay().from(Start::Committed),
        replay().retry(Retry::never().then_tiers([PATIENCE])),
    ];
    for replay in refused {
        let refused = replay.with_state(seen.clone()).into(Sayings::router().said(see)).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Config, "{refused}");
        assert!(refused.to_string().contains("cannot replay topic \"said\": "), "{refused}");
    }
    // Who goes on behind a replay goes on where it ended, also in partitions of which it had nothing to read.
    let nothing = run(replay().from_time(at(1000))).await;
    assert_eq!((nothing.handled, nothing.total), (0, 0));
    let behind = run(replay().from(Start::Offsets(nothing.next))).await;
    assert_eq!((behind.handled, seen.take().len()), (0, 0));
    let start = Instant::now();
    run(replay().from_time(at(18)).per_second(100)).await;
    assert!(start.elapsed() > Duration::from_millis(180), "{:?}", start.elapsed());
}

/// Fails with some, and panics with one.
async fn stumble(
    State(seen): State<Seen>,
    Key(key): Key<Bytes>,
    at: Metadata,
    said: Said,
) -> Result<Option<Publish<Echoes>>, String> {
    match (key.0[0], said.number) {
        (1, 4) if at.attempt < 3 => Err("not yet".to_owned()),
        (2, 7) => Err("never".to_owned()),
        (5, 9) => panic!("the ninth"),
        (0, number) => {
            seen.0.lock().unwrap().entry(0).or_default().push(number);
            Ok(Some(Publish::nothing().and_keyed(key, Echoed { number })))
        }
        (key, number) => {
            seen.0.lock().unwrap().entry(key).or_default().push(number);
            Ok(None)
        }
    }
}

async fn with_effects(_: Live, _: Said) -> Result<(), String> {
    unreachable!("it is not called");
}

pub(crate) async fn a_message_that_cannot_be_handled_stops_a_replay_or_is_passed_over_and_told(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let sayings = twenty_of_each(&client).await;
    let seen = Seen::default();
    let replay = || {
        let quick = Retry::in_place(3).waits(Duration::from_millis(1), Duration::from_millis(2));
        client.replay::<Sayings>().retry(quick).with_state(seen.clone())
    };
    let router = || Sayings::router().said(stumble);
    // Each time it stops, it is told where, and goes on from there past the one that it stopped at.
    let mut start = Start::Earliest;
    let mut stops = Vec::new();
    let last = loop {
        match replay().from(start).into(router()).await {
            Ok(done) => break done,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Handler, "{error}");
                let stopped = error.downcast::<Stopped>().unwrap();
                let (failed, mut next) = (stopped.failed, stopped.progress.next);
                assert!(next[&failed.partition] <= failed.offset, "it is still to be done: {failed}");
                // Everything before it in its partition is done, or stands behind another that failed.
                next.insert(failed.partition, failed.offset + 1);
                stops.push((failed.key.unwrap()[0], failed.code, failed.attempts));
                start = Start::Offsets(next);
            }
        }
        assert!(stops.len() < 10, "{stops:?}");
    };
    assert!(last.is_complete());
    stops.sort();
    stops.dedup();
    assert_eq!(stops, [(2, "handler-failed".to_owned(), 4), (5, "handler-panicked".to_owned(), 1)]);
    let all = seen.take();
    for key in 0..10 {
        let mut numbers = all[&key].clone();
        // What one lane had done and another had not is handled again.
        numbers.sort_unstable();
        numbers.dedup();
        let left_out = match key {
            2 => Some(7),
            5 => Some(9),
            _ => None,
        };
        assert_eq!(numbers, (0..20).filter(|number| Some(*number) != left_out).collect::<Vec<_>>(), "of key {key}");
    }
    // A message that is no event.
    let bad = clients::producer(cluster, &[]);
    bad.send(BaseRecord::to(sayings.topic()).partition(2).key("\u{1}").payload(&[0xff_u8; 20][..])).unwrap();
    bad.flush(PATIENCE).unwrap();
    let done = replay().on_failure(OnFailure::Collect(2)).into(router()).await.unwrap();
    assert_eq!((done.handled, done.failed, done.failures.len(), done.unpublished), (198, 3, 2, 20));
    assert!(done.is_complete());
    let done = replay().on_failure(OnFailure::Skip).lanes(1).into(router()).await.unwrap();
    assert_eq!((done.handled, done.failed, done.failures.len()), (198, 3, 0));
    // What has effects elsewhere is not called.
    let done = client.replay::<Sayings>().on_failure(OnFailure::Collect(1)).into(Sayings::router().said(with_effects));
    let done = done.await.unwrap();
    assert_eq!((done.handled, done.failed), (0, 201));
    assert!(["replay", "payload"].contains(&done.failures[0].code.as_str()), "{:?}", done.failures);
    // Nothing was published until it was asked for.
    let echoes = async || {
        let nothing = async |_: Echoed| Ok::<_, String>(());
        client.replay::<Echoes>().into(Echoes::router().echoed(nothing)).await
    };
    assert_eq!(echoes().await.unwrap_err().kind(), ErrorKind::UnknownTopic);
    let done = replay().on_failure(OnFailure::Skip).publishing().into(router()).await.unwrap();
    assert_eq!((done.handled, done.unpublished), (198, 0));
    assert_eq!(echoes().await.unwrap().handled, 20);
    sayings.close(PATIENCE).await.unwrap();
}

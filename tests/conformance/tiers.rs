//! Tiers of retries where an app has died between two steps, or a topic is not as it should be. The state that a crash leaves is made by hand.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rdkafka::Message as _;
use rdkafka::consumer::Consumer as _;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer as _};
use topika::client::NewTopic;
use topika::event::Keyed;
use topika::handler::{Batches, History, PastFailure};
use topika::types::Bytes;
use topika::{App, Client, Error, ErrorKind, Retry, RunningApp};

use crate::clients::{self, PATIENCE};
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};
use crate::retrying::{Desk, PARTITION, Seen, app, letters, say, store, tiers};

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

fn tier(cluster: &Cluster, app: &str, delay: &str) -> String {
    cluster.name(&format!("retry.{}.said.{delay}", cluster.name(app)))
}

/// What an app has written of a message into a tier.
struct Copied {
    offset: i64,
    attempts: u32,
    tier: u32,
    due: i64,
}

/// Writes that as the app would have, with a failure for each attempt; the tier is made where there is none.
async fn copy(cluster: &Cluster, client: &Client, tier: &str, copied: &Copied) {
    let kept = NewTopic::new(tier).partitions(7).config("retention.ms", "604800000");
    client.topics().create(&kept).await.unwrap();
    let reader = clients::consumer(cluster, "copies", &[]);
    reader.assign(&clients::at(&cluster.name("said"), PARTITION, copied.offset)).unwrap();
    let message = reader.poll(PATIENCE).unwrap().unwrap().detach();
    let mut history = History::default();
    for attempt in 1..=copied.attempts {
        let (group, code) = (cluster.name("kitchen"), "burnt".to_owned());
        history.push(PastFailure { attempt, time_ms: now(), group, code, ..PastFailure::default() });
    }
    let own = message.headers().cloned().unwrap_or_else(OwnedHeaders::new);
    let told = [
        ("topic", cluster.name("said")),
        ("partition", PARTITION.to_string()),
        ("offset", copied.offset.to_string()),
        ("timestamp", message.timestamp().to_millis().unwrap().to_string()),
        ("group", cluster.name("kitchen")),
        ("attempts", copied.attempts.to_string()),
        ("tier", copied.tier.to_string()),
        ("due", copied.due.to_string()),
        ("first-failure", now().to_string()),
        ("history", history.to_text()),
    ];
    let headers = told.iter().fold(own, |all, (name, value)| {
        all.insert(Header { key: &format!("topika.retry.{name}"), value: Some(value) })
    });
    let producer = clients::producer(cluster, &[]);
    let record = BaseRecord::to(tier).partition(PARTITION).headers(headers);
    producer.send(record.key(message.key().unwrap()).payload(message.payload().unwrap())).unwrap();
    producer.flush(PATIENCE).unwrap();
}

pub(crate) async fn what_stands_in_a_tier_and_in_its_topic_is_tried_on_from_where_it_was_and_its_letter_tells_all(
    cluster: &Cluster,
) {
    let client = client(cluster).build().unwrap();
    let desk = Desk::failing([(0, 99)]);
    say(&client, &[(7, 0), (7, 1)]).await;
    let copied = Copied { offset: 0, attempts: 2, tier: 1, due: now() };
    copy(cluster, &client, &tier(cluster, "kitchen", "300ms"), &copied).await;
    let retry = Retry::never().then_tiers(tiers([300, 100]));
    let running = app(cluster, &desk, retry).dead_letters().spawn(client);
    desk.until(|desk| desk.done().len() == 1).await;
    running.shutdown().await.unwrap();
    assert_eq!(desk.of(0).iter().map(|call| call.metadata.attempt).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(desk.done(), [(7, 1)], "behind it");
    let letters = letters(cluster, 1).await;
    assert_eq!(letters[0]["__dlq.errors.delivery.count"], "4");
    let history = History::from_text(&letters[0]["topika.dlq.history"]);
    assert_eq!(history.iter().map(|failure| failure.attempt).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

pub(crate) async fn what_is_tried_one_by_one_behind_a_crash_goes_on_with_its_tries_in_an_app_with_batches(
    cluster: &Cluster,
) {
    let client = client(cluster).build().unwrap();
    say(&client, &[(7, 2), (7, 3), (7, 4)]).await;
    // The fifth try is good.
    let copied = Copied { offset: 1, attempts: 4, tier: 1, due: now() };
    copy(cluster, &client, &tier(cluster, "kitchen", "50ms"), &copied).await;
    let seen = Seen::default();
    let running = App::new(cluster.name("kitchen"))
        .with_state(Arc::clone(&seen))
        // No more may wait than stands there: the topic gives it all the same.
        .retry(Retry::never().then_tiers(tiers([50, 100])).max_waiting(1))
        .batches(Batches::up_to(10).within(Duration::from_millis(100)), store)
        .spawn(client);
    let until = tokio::time::Instant::now() + PATIENCE;
    let all = || seen.lock().unwrap().iter().flatten().copied().collect::<Vec<_>>();
    while all().len() < 3 {
        assert!(tokio::time::Instant::now() < until, "{:?}", all());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    running.shutdown().await.unwrap();
    assert_eq!(all(), [(2, 1), (3, 5), (4, 1)]);
}

pub(crate) async fn what_was_copied_before_a_crash_is_not_handled_twice_over_when_the_app_stops_again(
    cluster: &Cluster,
) {
    let client = client(cluster).build().unwrap();
    let desk = Desk::failing([]);
    let (said, topic) = (cluster.name("said"), tier(cluster, "kitchen", "10s"));
    say(&client, &[(7, 0), (9, 100), (7, 1)]).await;
    // One that is not due stands before the copy, so that it is not read before the app stops.
    let waits = now() + 8000;
    copy(cluster, &client, &topic, &Copied { offset: 1, attempts: 1, tier: 1, due: waits }).await;
    copy(cluster, &client, &topic, &Copied { offset: 0, attempts: 1, tier: 1, due: now() }).await;
    let start = || app(cluster, &desk, Retry::never().then_tiers(tiers([10_000]))).spawn(client.clone());
    let running = start();
    let group = clients::config(cluster, &[("group.id", &cluster.name("kitchen"))]);
    let group: rdkafka::consumer::BaseConsumer = group.create().unwrap();
    let until = tokio::time::Instant::now() + PATIENCE;
    while clients::committed(&group, &said, PARTITION) != rdkafka::Offset::Offset(3) {
        assert!(tokio::time::Instant::now() < until, "{:?}", desk.done());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    running.shutdown().await.unwrap();
    assert!(now() < waits, "this machine is too slow for that");
    say(&client, &[(7, 2)]).await;
    let running = start();
    desk.until(|desk| desk.done().contains(&(7, 2)) && desk.done().contains(&(9, 100))).await;
    running.shutdown().await.unwrap();
    let of_key: Vec<_> = desk.done().into_iter().filter(|(key, _)| *key == 7).map(|(_, number)| number).collect();
    assert_eq!(of_key, [0, 1, 2]);
}

/// A message with that many bytes that no codec makes less of.
async fn say_long(client: &Client, key: u8, number: i32, bytes: usize) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let noise: Vec<u8> = (0..bytes)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[0]
        })
        .collect();
    let sayings = client.producer::<Sayings>().await.unwrap();
    let (key, said) = (Bytes(vec![key]), Said { number });
    let message = Keyed { key: &key, event: &said };
    sayings.message(&message).partition(PARTITION).header("noise", noise).send().await.unwrap();
    sayings.close(PATIENCE).await.unwrap();
}

/// Why it ends by itself.
async fn end_of(running: RunningApp) -> Error {
    tokio::time::timeout(PATIENCE, running.ended()).await.unwrap().unwrap_err()
}

async fn set_largest(client: &Client, topic: &str, bytes: usize) {
    let settings = [("max.message.bytes".to_owned(), Some(bytes.to_string()))];
    client.topics().configure(topic, &settings).await.unwrap();
}

pub(crate) async fn a_message_that_no_tier_takes_goes_to_the_dead_letters_and_the_others_wait(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let desk = Desk::failing([(0, 2), (1, 99), (2, 1)]);
    // As large as a topic of somebody else's may well be: its messages take no header more.
    say(&client, &[(9, 50)]).await;
    set_largest(&client, &cluster.name("said"), 20_000).await;
    let topic = tier(cluster, "kitchen", "200ms");
    let same = NewTopic::new(&topic).partitions(7).config("retention.ms", "604800000");
    client.topics().create(&same.config("max.message.bytes", "20000")).await.unwrap();
    // Not with the history of its tries; not at all; and one that waits and does not fit either.
    say_long(&client, 7, 0, 19_000).await;
    say_long(&client, 8, 1, 19_700).await;
    say(&client, &[(6, 2)]).await;
    say_long(&client, 6, 3, 19_700).await;
    say(&client, &[(6, 4), (8, 5)]).await;
    let retry = Retry::in_place(4).then_tiers(tiers([200]));
    let desk_of_many = Desk::failing([(0, 5), (1, 99), (2, 5)]);
    let running = app(cluster, &desk_of_many, retry.clone()).dead_letters().spawn(client.clone());
    desk_of_many.until(|desk| desk.done().len() == 5).await;
    let mut given_up = letters(cluster, 2).await;
    running.shutdown().await.unwrap();
    given_up.sort_by_key(|letter| letter["__dlq.errors.offset"].clone());
    let told = |letter: &std::collections::BTreeMap<String, String>| {
        (letter["__dlq.errors.offset"].clone(), letter["topika.dlq.reason"].clone())
    };
    assert_eq!(told(&given_up[0]), ("2".to_owned(), "burnt".to_owned()));
    assert_eq!(told(&given_up[1]), ("4".to_owned(), "too-large-to-wait".to_owned()));
    assert!(given_up[1]["__dlq.errors.message"].contains(&topic), "{:?}", given_up[1]["__dlq.errors.message"]);
    let mut done = desk_of_many.done();
    done.sort_unstable();
    assert_eq!(done, [(6, 2), (6, 4), (7, 0), (8, 5), (9, 50)]);
    // Without dead letters it ends, and says what is to be set.
    say_long(&client, 8, 1, 19_700).await;
    let error = end_of(app(cluster, &desk, retry).spawn(client)).await;
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    assert!(error.to_string().contains(&format!("set max.message.bytes of \"{topic}\"")), "{error}");
}

pub(crate) async fn topics_that_take_less_than_their_source_are_refused_with_what_to_set(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let desk = Desk::failing([]);
    let topic = tier(cluster, "kitchen", "1s");
    let small = |name: &str| NewTopic::new(name).partitions(7).config("max.message.bytes", "100000");
    client.topics().create(&small(&topic).config("retention.ms", "604800000")).await.unwrap();
    let retry = Retry::never().then_tiers(tiers([1000]));
    let error = end_of(app(cluster, &desk, retry).spawn(client.clone())).await;
    assert_eq!(error.kind(), ErrorKind::TopicDiffers, "{error}");
    let wanted = format!("set max.message.bytes=1114124 on \"{topic}\"");
    assert!(error.to_string().contains(&wanted), "{error}");
    let letters = cluster.name("dlq.said");
    client.topics().create(&small(&letters)).await.unwrap();
    let error = end_of(app(cluster, &desk, Retry::never()).dead_letters().spawn(client.clone())).await;
    assert_eq!(error.kind(), ErrorKind::TopicDiffers, "{error}");
    assert!(error.to_string().contains(&format!("set max.message.bytes=1114124 on \"{letters}\"")), "{error}");
    set_largest(&client, &letters, 1_114_124).await;
    let running = app(cluster, &desk, Retry::never()).dead_letters().spawn(client);
    assert!(running.joined().await);
    running.shutdown().await.unwrap();
}

pub(crate) async fn while_as_many_wait_as_may_no_more_are_begun_with(cluster: &Cluster) {
    const ALL: usize = 30;
    const MOST: usize = 5;
    let client = client(cluster).build().unwrap();
    let failing: [(i32, u32); ALL] = std::array::from_fn(|number| (i32::try_from(number).unwrap(), 1));
    let desk = Desk::failing(failing);
    let said: Vec<(u8, i32)> = failing.iter().map(|(number, _)| (u8::try_from(*number).unwrap(), *number)).collect();
    say(&client, &said).await;
    let retry = Retry::never().then_tiers(tiers([500])).max_waiting(MOST);
    let running = app(cluster, &desk, retry).lanes(2).in_flight(2).spawn(client);
    desk.until(|desk| desk.done().len() == ALL).await;
    running.shutdown().await.unwrap();
    let (mut waiting, mut most) = (0_usize, 0);
    for call in desk.calls() {
        waiting = if call.failed { waiting + 1 } else { waiting - 1 };
        most = most.max(waiting);
    }
    // What is done counts until that is committed.
    assert!((MOST..=MOST + 2).contains(&most), "{most} waited");
    assert_eq!(desk.calls().len(), 2 * ALL);
}

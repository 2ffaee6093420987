//! What is promised of messages whose handlers go on failing, whichever broker it is; kills are in `history`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rdkafka::Message as _;
use rdkafka::message::Headers as _;
use topika::app::ExactlyOnce;
use topika::client::NewTopic;
use topika::event::Keyed;
use topika::handler::{Batch, Batches, HandlerError, Headers, Key, Metadata, State};
use topika::types::Bytes;
use topika::{App, Client, ErrorKind, Provision, Retry, RunningApp};

use crate::clients::{self, PATIENCE};
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};

pub(crate) const PARTITION: i32 = 3;

/// One call of a handler.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) key: u8,
    pub(crate) number: i32,
    pub(crate) metadata: Metadata,
    headers: Headers,
    at: u128,
    pub(crate) failed: bool,
}

/// What the handler saw, and how often it fails with each number.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    calls: Mutex<Vec<Call>>,
    failing: BTreeMap<i32, u32>,
}

#[derive(Debug)]
struct Burnt {
    is_fatal: bool,
}

impl fmt::Display for Burnt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is burnt")
    }
}

impl HandlerError for Burnt {
    fn code(&self) -> &str {
        "burnt"
    }

    fn is_fatal(&self) -> bool {
        self.is_fatal
    }
}

/// A number that no try mends.
pub(crate) const FATAL: i32 = 99;

fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()
}

async fn cook(
    State(desk): State<Arc<Desk>>,
    Key(key): Key<Bytes>,
    headers: Headers,
    metadata: Metadata,
    said: Said,
) -> Result<(), Burnt> {
    let (number, at) = (said.number, now());
    let failed = number == FATAL || desk.failing.get(&number).is_some_and(|times| metadata.attempt <= *times);
    desk.calls.lock().unwrap().push(Call { key: key.0[0], number, metadata, headers, at, failed });
    if failed { Err(Burnt { is_fatal: number == FATAL }) } else { Ok(()) }
}

impl Desk {
    pub(crate) fn failing<const N: usize>(failing: [(i32, u32); N]) -> Arc<Self> {
        Arc::new(Self { failing: BTreeMap::from(failing), ..Self::default() })
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// Key and number of what was handled, in that order.
    pub(crate) fn done(&self) -> Vec<(u8, i32)> {
        self.calls().into_iter().filter(|call| !call.failed).map(|call| (call.key, call.number)).collect()
    }

    /// Which of the numbers of a key are not done yet.
    fn missing(&self, key: u8) -> Vec<i32> {
        let done = self.done();
        (0..12).filter(|number| !done.contains(&(key, *number))).collect()
    }

    pub(crate) fn of(&self, number: i32) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.number == number).collect()
    }

    pub(crate) async fn until(&self, is_so: impl Fn(&Self) -> bool) {
        let until = tokio::time::Instant::now() + PATIENCE;
        while !is_so(self) {
            assert!(tokio::time::Instant::now() < until, "{:#?}", self.calls());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

pub(crate) fn app(cluster: &Cluster, desk: &Arc<Desk>, retry: Retry) -> App<Arc<Desk>> {
    let short = Duration::from_millis(1);
    App::new(cluster.name("kitchen"))
        .with_state(Arc::clone(desk))
        .retry(retry.waits(short, short))
        .topic(Sayings::router().said(cook))
}

pub(crate) fn tiers<const N: usize>(millis: [u64; N]) -> [Duration; N] {
    millis.map(Duration::from_millis)
}

pub(crate) async fn say(client: &Client, said: &[(u8, i32)]) {
    let sayings = client.producer::<Sayings>().await.unwrap();
    for (key, number) in said {
        let (key, said) = (Bytes(vec![*key]), Said { number: *number });
        let message = Keyed { key: &key, event: &said };
        sayings.message(&message).partition(PARTITION).header("trace", "abc").send().await.unwrap();
    }
    sayings.close(PATIENCE).await.unwrap();
}

/// Headers of the dead letters of the partition, those of ours.
pub(crate) async fn letters(cluster: &Cluster, count: usize) -> Vec<BTreeMap<String, String>> {
    use rdkafka::consumer::Consumer as _;
    let reader = clients::consumer(cluster, "letters", &[]);
    reader.assign(&clients::at(&cluster.name("dlq.said"), PARTITION, 0)).unwrap();
    let until = tokio::time::Instant::now() + PATIENCE;
    let mut letters = Vec::new();
    while letters.len() < count {
        assert!(tokio::time::Instant::now() < until, "{letters:?}");
        let Some(Ok(letter)) = reader.poll(Duration::ZERO) else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let headers = letter.headers().unwrap().iter();
        let text = |value: Option<&[u8]>| String::from_utf8_lossy(value.unwrap_or_default()).into_owned();
        letters.push(headers.map(|header| (header.key.to_owned(), text(header.value))).collect());
    }
    letters
}

pub(crate) async fn what_goes_on_failing_is_tried_in_place_then_in_tiers_and_its_attempts_count_on(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let desk = Desk::failing([(1, 3)]);
    let retry = || Retry::in_place(1).then_tiers(tiers([100, 200, 60_000]));
    say(&client, &[(7, 0), (7, 1), (8, 2)]).await;
    let running = app(cluster, &desk, retry()).spawn(client.clone());
    desk.until(|desk| desk.done().len() == 3).await;
    let calls = desk.of(1);
    assert_eq!(calls.iter().map(|call| call.metadata.attempt).collect::<Vec<_>>(), [1, 2, 3, 4]);
    let first = &calls[0];
    assert_eq!((&*first.metadata.topic, first.metadata.partition), (&*cluster.name("said"), PARTITION));
    assert_eq!(first.metadata.offset, 1);
    for call in &calls {
        let metadata = Metadata { attempt: 1, ..call.metadata.clone() };
        assert_eq!((&metadata, &call.headers), (&first.metadata, &first.headers), "wherever it was read");
    }
    assert_eq!(first.headers.text("trace"), Some("abc"));
    let waited = |nth: usize| calls[nth].at - calls[nth - 1].at;
    assert!(waited(2) >= 100 && waited(3) >= 200, "{} {}", waited(2), waited(3));
    // It is done: whoever comes next has nothing to do.
    running.shutdown().await.unwrap();
    let again = Desk::failing([]);
    let running = app(cluster, &again, retry()).spawn(client.clone());
    say(&client, &[(7, 3)]).await;
    again.until(|desk| !desk.calls().is_empty()).await;
    running.shutdown().await.unwrap();
    assert_eq!(again.done(), [(7, 3)]);
    // The topics are as they are to be.
    let name = cluster.name(&format!("retry.{}.said.200ms", cluster.name("kitchen")));
    let there = client.topics().describe(&[&name]).await.unwrap();
    assert_eq!(there[&name].partitions, 7);
    assert_eq!(there[&name].configs["retention.ms"].value, (7_u64 * 86_400_000 + 200).to_string());
}

pub(crate) async fn behind_the_last_tier_a_message_goes_to_the_dead_letters_as_from_where_it_stood_first(
    cluster: &Cluster,
) {
    let client = client(cluster).build().unwrap();
    let desk = Desk::failing([(1, 9)]);
    say(&client, &[(7, 0), (7, 1), (8, FATAL), (7, 2)]).await;
    let retry = Retry::in_place(1).then_tiers(tiers([100, 100]));
    let running = app(cluster, &desk, retry).dead_letters().spawn(client.clone());
    desk.until(|desk| desk.done().len() == 2).await;
    running.shutdown().await.unwrap();
    assert_eq!(desk.done(), [(7, 0), (7, 2)]);
    assert_eq!((desk.of(1).len(), desk.of(FATAL).len()), (4, 1));
    let mut letters = letters(cluster, 2).await;
    letters.sort_by_key(|letter| letter["__dlq.errors.offset"].clone());
    for (letter, offset, tries) in [(&letters[0], "1", "4"), (&letters[1], "2", "1")] {
        assert_eq!(letter["__dlq.errors.topic"], cluster.name("said"));
        assert_eq!((&*letter["__dlq.errors.partition"], &*letter["__dlq.errors.offset"]), ("3", offset));
        assert_eq!(letter["__dlq.errors.delivery.count"], tries);
        assert_eq!(
            letter["topika.dlq.history"].matches("\"attempt\":").count().to_string(),
            tries,
            "each try, wherever it was made"
        );
        assert_eq!((&*letter["topika.dlq.reason"], &*letter["trace"]), ("burnt", "abc"));
        assert!(!letter.keys().any(|name| name.starts_with("topika.retry.")), "{letter:?}");
    }
}

pub(crate) async fn without_dead_letters_the_app_ends_behind_the_last_tier(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let desk = Desk::failing([(1, 9)]);
    say(&client, &[(7, 0), (7, 1)]).await;
    let error = app(cluster, &desk, Retry::never().then_tiers(tiers([50]))).spawn(client).ended().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Handler, "{error}");
    assert!(error.message().contains("partition 3 offset 1 failed 2 times"), "{error}");
}

pub(crate) async fn a_message_that_is_too_old_is_not_tried_again(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let desk = Desk::failing([(1, 99)]);
    say(&client, &[(7, 1)]).await;
    let retry = Retry::never().then_tiers(tiers([100; 20])).max_age(Duration::from_millis(250));
    let running = app(cluster, &desk, retry).dead_letters().spawn(client);
    let letters = letters(cluster, 1).await;
    running.shutdown().await.unwrap();
    let tries = desk.of(1).len();
    assert!((2..=4).contains(&tries), "{tries}");
    assert_eq!(letters[0]["__dlq.errors.delivery.count"], tries.to_string());
}

pub(crate) async fn later_messages_of_a_key_wait_behind_one_that_waits_and_others_pass(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let desk = Desk::failing([(0, 3), (2, 1)]);
    let retry = Retry::never().then_tiers(tiers([300, 3000, 100]));
    let running = app(cluster, &desk, retry).dead_letters().spawn(client.clone());
    say(&client, &[(7, 0), (7, 1), (8, 10), (7, 2), (8, 11)]).await;
    desk.until(|desk| desk.of(0).len() == 2).await;
    // It has gone on to the second tier, and others stand in the first or follow it.
    say(&client, &[(7, 3), (8, 12)]).await;
    desk.until(|desk| desk.done().len() == 7).await;
    running.shutdown().await.unwrap();
    let of = |key| desk.done().into_iter().filter(move |(k, _)| *k == key).map(|(_, number)| number);
    assert_eq!(of(7).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(of(8).collect::<Vec<_>>(), [10, 11, 12]);
    let done_at = |number| desk.of(number).last().unwrap().at;
    assert!(done_at(12) < done_at(1), "the other key passes");
    // Nothing is tried out of its turn, and what only waited is tried for the first time.
    let tried: Vec<_> =
        desk.calls().into_iter().filter(|c| c.key == 7).map(|c| (c.number, c.metadata.attempt)).collect();
    assert_eq!(tried, [(0, 1), (0, 2), (0, 3), (0, 4), (1, 1), (2, 1), (2, 2), (3, 1)]);
}

pub(crate) async fn where_the_order_means_nothing_later_messages_pass(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let desk = Desk::failing([(0, 1)]);
    let retry = Retry::never().then_tiers(tiers([1000])).unordered();
    let running = app(cluster, &desk, retry).spawn(client.clone());
    say(&client, &[(7, 0), (7, 1), (7, 2)]).await;
    desk.until(|desk| desk.done().len() == 3).await;
    running.shutdown().await.unwrap();
    assert_eq!(desk.done(), [(7, 1), (7, 2), (7, 0)]);
}

/// Milliseconds within which an app starts anew, also where a machine has other work.
const WAITS: u64 = 6000;

pub(crate) async fn what_waits_keeps_its_time_and_its_place_when_the_app_starts_anew(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let desk = Desk::failing([(0, 1)]);
    let retry = || Retry::never().then_tiers(tiers([WAITS]));
    let running = app(cluster, &desk, retry()).spawn(client.clone());
    say(&client, &[(7, 0), (7, 1)]).await;
    desk.until(|desk| !desk.calls().is_empty()).await;
    running.shutdown().await.unwrap();
    let failed_at = desk.calls()[0].at;
    say(&client, &[(7, 2), (8, 3)]).await;
    let running = app(cluster, &desk, retry()).spawn(client.clone());
    desk.until(|desk| desk.done().len() == 4).await;
    running.shutdown().await.unwrap();
    assert_eq!(desk.done(), [(8, 3), (7, 0), (7, 1), (7, 2)]);
    let (again, due) = (&desk.of(0)[1], failed_at + u128::from(WAITS));
    assert_eq!(again.metadata.attempt, 2);
    assert!(again.at >= due, "{} ms before it was due", due - again.at);
}

/// Each of the keys from its first number on, in turn.
async fn all_keys(client: &Client, numbers: std::ops::Range<i32>) {
    let sayings = client.producer::<Sayings>().await.unwrap();
    for number in numbers {
        for key in 0..20 {
            let (key, said) = (Bytes(vec![key]), Said { number });
            sayings.send(&Keyed { key: &key, event: &said }).await.unwrap();
        }
    }
    sayings.close(PATIENCE).await.unwrap();
}

pub(crate) async fn each_key_keeps_its_order_while_members_come_and_go(cluster: &Cluster) {
    order_while_members_come_and_go(cluster, client(cluster).build().unwrap()).await;
}

pub(crate) async fn each_key_keeps_its_order_where_members_give_all_up_at_each_change(cluster: &Cluster) {
    let eager = client(cluster).kafka_property("partition.assignment.strategy", "range");
    order_while_members_come_and_go(cluster, eager.build().unwrap()).await;
}

pub(crate) async fn order_while_members_come_and_go(cluster: &Cluster, client: Client) {
    let desk = Desk::failing([(1, 2), (4, 1), (5, 3), (9, 2)]);
    let start = || -> RunningApp {
        app(cluster, &desk, Retry::in_place(1).then_tiers(tiers([150, 100, 150]))).spawn(client.clone())
    };
    let first = start();
    all_keys(&client, 0..4).await;
    desk.until(|desk| desk.done().len() >= 40).await;
    let second = start();
    assert!(second.joined().await);
    all_keys(&client, 4..8).await;
    let third = start();
    desk.until(|desk| desk.done().len() >= 80).await;
    first.shutdown().await.unwrap();
    all_keys(&client, 8..12).await;
    second.shutdown().await.unwrap();
    desk.until(|desk| (0..20).all(|key| desk.missing(key).is_empty())).await;
    third.shutdown().await.unwrap();
    // What was done behind a message that nobody had begun with is repeated by the next owner, as everywhere at least once; never out of order.
    for key in 0..20 {
        let numbers: Vec<_> = desk.done().into_iter().filter(|(k, _)| *k == key).map(|(_, number)| number).collect();
        assert!(numbers.windows(2).all(|pair| pair[1] <= pair[0] + 1), "of key {key}: {numbers:?}");
        assert_eq!(
            (numbers[0], numbers.last(), desk.missing(key)),
            (0, Some(&11), Vec::new()),
            "of key {key}: {numbers:?}"
        );
    }
}

/// The batches that a handler was called with: number and attempt of each message.
pub(crate) type Seen = Arc<Mutex<Vec<Vec<(i32, u32)>>>>;

/// Cannot bear the number 3 the first four times.
pub(crate) async fn store(State(seen): State<Seen>, batch: Batch<Sayings>) -> Result<(), String> {
    let of = |message: &topika::handler::BatchMessage<Sayings>| {
        let Sayings::Said(said) = &message.event;
        (said.number, message.metadata.attempt)
    };
    let messages: Vec<_> = batch.iter().map(of).collect();
    let is_bad = messages.iter().any(|(number, attempt)| *number == 3 && *attempt < 5);
    seen.lock().unwrap().push(messages);
    if is_bad { Err("no three".to_owned()) } else { Ok(()) }
}

pub(crate) async fn of_a_batch_what_fails_alone_waits_in_tiers_and_what_is_behind_it_too(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let said: Vec<_> = (0..8).map(|number| (7, number)).collect();
    say(&client, &said).await;
    let seen = Seen::default();
    let short = Duration::from_millis(1);
    let running = App::new(cluster.name("store"))
        .with_state(Arc::clone(&seen))
        .retry(Retry::never().waits(short, short).then_tiers(tiers([50, 100, 50])))
        .batches(Batches::up_to(10).within(Duration::from_millis(300)), store)
        .spawn(client);
    let until = tokio::time::Instant::now() + PATIENCE;
    let good = |batches: &[Vec<(i32, u32)>]| -> Vec<i32> {
        let is_good = |batch: &&Vec<(i32, u32)>| !batch.iter().any(|(number, attempt)| *number == 3 && *attempt < 5);
        batches.iter().filter(is_good).flatten().map(|(number, _)| *number).collect()
    };
    while good(&seen.lock().unwrap()).len() < 8 {
        assert!(tokio::time::Instant::now() < until, "{seen:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    running.shutdown().await.unwrap();
    assert_eq!(good(&seen.lock().unwrap()), [0, 1, 2, 3, 4, 5, 6, 7]);
}

pub(crate) async fn tiers_are_made_as_large_as_their_source_and_refused_where_they_would_lose_something(
    cluster: &Cluster,
) {
    let client = client(cluster).build().unwrap();
    let desk = Desk::failing([]);
    let name = |delay: &str| cluster.name(&format!("retry.{}.said.{delay}", cluster.name("kitchen")));
    // Made with fewer partitions than the source has by now.
    client.topics().create(&NewTopic::new(name("1s")).partitions(2)).await.unwrap();
    let running = app(cluster, &desk, Retry::never().then_tiers(tiers([1000]))).spawn(client.clone());
    assert!(running.joined().await);
    assert_eq!(client.topics().describe(&[&name("1s")]).await.unwrap()[&name("1s")].partitions, 7);
    assert!(running.topics().contains(&name("1s")));
    running.shutdown().await.unwrap();
    let short = NewTopic::new(name("2s")).partitions(7).config("retention.ms", "2000");
    client.topics().create(&short).await.unwrap();
    let refused =
        async |client: Client, retry: Retry| app(cluster, &desk, retry).spawn(client).ended().await.unwrap_err();
    let error = refused(client.clone(), Retry::never().then_tiers(tiers([2000]))).await;
    assert_eq!(error.kind(), ErrorKind::TopicDiffers, "{error}");
    assert!(error.message().contains(&name("2s")), "{error}");
    let existing = crate::producing::client(cluster).provision(Provision::Exists).build().unwrap();
    let error = refused(existing, Retry::never().then_tiers(tiers([3000]))).await;
    assert_eq!(error.kind(), ErrorKind::UnknownTopic, "{error}");
    assert!(error.message().contains(&name("3s")), "{error}");
    let exactly_once = app(cluster, &desk, Retry::never().then_tiers(tiers([1000])));
    let error = exactly_once.exactly_once_with(ExactlyOnce::new()).spawn(client).ended().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert!(error.to_string().contains("leave out `Retry::then_tiers`"), "{error}");
}

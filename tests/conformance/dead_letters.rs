//! What becomes of messages that are given up, whichever broker it is: they are kept with all that happened, and sent again once.

use std::fmt;
use std::future::IntoFuture as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer as _};
use topika::dead_letters::{DeadLetter, DeadLetters, Filter, Summary, Verdict, Writer};
use topika::event::Keyed;
use topika::handler::State;
use topika::types::Bytes;
use topika::{App, Client, ErrorKind, HandlerError, Retry};

use crate::clients::{self, PATIENCE};
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};

/// Whether the oven works, and how often it baked.
#[derive(Clone, Default)]
struct Oven {
    works: Arc<AtomicBool>,
    baked: Arc<AtomicU32>,
}

#[derive(Debug)]
struct NoGas;

#[derive(Debug, HandlerError)]
enum BakeError {
    OvenBroken(NoGas),
    #[handler(code = "burnt-for-good", fatal)]
    Burnt,
}

impl fmt::Display for NoGas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no gas")
    }
}

impl std::error::Error for NoGas {}

impl fmt::Display for BakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OvenBroken(_) => "the oven is cold",
            Self::Burnt => "it is burnt",
        })
    }
}

impl std::error::Error for BakeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::OvenBroken(gas) => Some(gas),
            Self::Burnt => None,
        }
    }
}

/// Bakes 3 only where the oven works, and burns 4.
async fn bake(State(oven): State<Oven>, said: Said) -> Result<(), BakeError> {
    match said.number {
        3 if !oven.works.load(Ordering::SeqCst) => Err(BakeError::OvenBroken(NoGas)),
        4 => Err(BakeError::Burnt),
        _ => {
            oven.baked.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
    }
}

fn app(cluster: &Cluster, oven: &Oven) -> App<Oven> {
    App::new(cluster.name("bakery"))
        .with_state(oven.clone())
        .retry(Retry::in_place(1).waits(Duration::from_millis(1), Duration::from_millis(1)))
        .topic(Sayings::router().said(bake))
        .dead_letters()
}

async fn say(client: &Client, numbers: impl IntoIterator<Item = i32>) {
    let sayings = client.producer::<Sayings>().await.unwrap();
    for number in numbers {
        sayings.send(&Keyed { key: &Bytes(vec![7]), event: &Said { number } }).await.unwrap();
    }
    sayings.close(PATIENCE).await.unwrap();
}

pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let end = tokio::time::Instant::now() + PATIENCE;
    while !is_so().await {
        assert!(tokio::time::Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The summary, where the topic is there by now.
pub(crate) async fn summary(letters: &DeadLetters) -> Summary {
    match letters.summary().await {
        Err(error) if error.kind() == ErrorKind::UnknownTopic => Summary::default(),
        summary => summary.unwrap(),
    }
}

pub(crate) async fn all(letters: &DeadLetters, filter: Filter) -> Vec<DeadLetter> {
    let mut reading = letters.read(filter).await.unwrap();
    let mut all = Vec::new();
    while let Some(letter) = reading.next().await {
        all.push(letter.unwrap());
    }
    all
}

pub(crate) async fn a_letter_tells_each_try_and_is_sent_again_once(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 0..4).await;
    let oven = Oven::default();
    let running = app(cluster, &oven).spawn(client.clone());
    let letters = DeadLetters::of::<Sayings>(&client);
    until("one letter", async || summary(&letters).await.waiting == 1).await;
    let found = all(&letters, Filter::all().reason("oven-broken")).await;
    let [letter] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((letter.writer, letter.original_topic.as_deref()), (Writer::Topika, Some(&*cluster.name("said"))));
    assert_eq!((letter.original_offset, letter.attempts, letter.redrives), (Some(3), Some(2), 0));
    assert_eq!(letter.original_partition, Some(letter.partition));
    assert!(letter.original_timestamp_ms.is_some_and(|time| time > 1_700_000_000_000));
    assert_eq!(
        (letter.group.as_deref(), letter.message.as_deref()),
        (Some(&*cluster.name("bakery")), Some("the oven is cold"))
    );
    assert_eq!((letter.key.as_deref(), letter.payload.as_deref()), (Some(&[7][..]), Some(&[6][..])));
    let tries: Vec<_> = letter.history.iter().map(|failure| (failure.attempt, failure.code.as_str())).collect();
    assert_eq!(tries, [(1, "oven-broken"), (2, "oven-broken")]);
    assert!(letter.history.iter().all(|failure| failure.causes == ["no gas"]));
    assert!(all(&letters, Filter::all().reason("other")).await.is_empty());

    let would = letters.redrive(Filter::all()).dry_run().await.unwrap();
    assert_eq!((would.sent, would.before, summary(&letters).await.waiting), (1, 0, 1));

    oven.works.store(true, Ordering::SeqCst);
    let done = letters.redrive(Filter::all().reason("oven-broken")).await.unwrap();
    assert_eq!((done.sent, done.before), (1, 0));
    until("all four baked", async || oven.baked.load(Ordering::SeqCst) == 4).await;
    let again = letters.redrive(Filter::all()).await.unwrap();
    assert_eq!((again.sent, again.before), (0, 1));
    let left = summary(&letters).await;
    assert_eq!((left.waiting, left.redriven), (0, 1));
    running.shutdown().await.unwrap();
    assert_eq!(oven.baked.load(Ordering::SeqCst), 4);
}

pub(crate) async fn what_dies_again_keeps_its_history_and_is_held_back_in_the_end(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, [4]).await;
    let running = app(cluster, &Oven::default()).spawn(client.clone());
    let letters = DeadLetters::of::<Sayings>(&client);
    for times in 0..2 {
        until("a letter", async || summary(&letters).await.waiting == 1).await;
        let found = all(&letters, Filter::all()).await;
        assert_eq!((found[0].redrives, found[0].history.iter().count()), (times, times as usize + 1));
        let done = letters.redrive(Filter::all()).most_redrives(2).await.unwrap();
        assert_eq!((done.sent, done.looping), (1, 0));
    }
    until("the last letter", async || summary(&letters).await.waiting == 1).await;
    let held = letters.redrive(Filter::all()).most_redrives(2).await.unwrap();
    assert_eq!((held.sent, held.looping, held.before), (0, 1, 2));
    let found = all(&letters, Filter::all()).await;
    let codes: Vec<&str> = found[0].history.iter().map(|failure| failure.code.as_str()).collect();
    assert_eq!((found[0].redrives, codes), (2, vec!["burnt-for-good"; 3]));
    running.shutdown().await.unwrap();
}

/// A payload and its headers.
pub(crate) type Written<'a> = (&'a str, Vec<(&'a str, Vec<u8>)>);

/// Writes them as others do.
pub(crate) fn write(cluster: &Cluster, topic: &str, letters: &[Written<'_>]) {
    let producer = clients::producer(cluster, &[]);
    for (payload, headers) in letters {
        let empty = OwnedHeaders::new();
        let headers = headers.iter().fold(empty, |all, (key, value)| all.insert(Header { key, value: Some(value) }));
        let record = BaseRecord::<str, str>::to(topic).partition(0).key("k").payload(payload).headers(headers);
        producer.send(record).unwrap();
    }
    producer.flush(PATIENCE).unwrap();
}

pub(crate) fn text(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

pub(crate) async fn letters_of_others_are_read_and_sent_to_where_they_came_from(cluster: &Cluster) {
    let orders = clients::topic(cluster, "orders", 2, &[]).await;
    let dead = clients::topic(cluster, "orders-dlt", 1, &[]).await;
    let springs = vec![
        ("trace", text("1")),
        ("kafka_dlt-original-topic", text(&orders)),
        ("kafka_dlt-original-partition", 1_i32.to_be_bytes().to_vec()),
        ("kafka_dlt-original-offset", 7_i64.to_be_bytes().to_vec()),
        ("kafka_dlt-exception-fqcn", text("a.Broken")),
    ];
    let connects = vec![
        ("__connect.errors.topic", text(&orders)),
        ("__connect.errors.partition", text("0")),
        ("__connect.errors.connector.name", text("sink")),
    ];
    let gone = vec![("__dlq.errors.topic", text(&cluster.name("gone"))), ("__dlq.errors.group", text("g"))];
    write(cluster, &dead, &[("spring", springs), ("connect", connects), ("gone", gone), ("nothing", vec![])]);
    let client = client(cluster).build().unwrap();
    let letters = DeadLetters::on(&client, &dead);
    let found = all(&letters, Filter::all()).await;
    let writers: Vec<Writer> = found.iter().map(|letter| letter.writer).collect();
    assert_eq!(writers, [Writer::Spring, Writer::Connect, Writer::ShareGroup, Writer::Unknown]);
    let (tell, told) = std::sync::mpsc::channel();
    let done = letters
        .redrive(Filter::all())
        .on_letter(move |letter, verdict| tell.send((letter.offset, verdict.clone())).unwrap())
        .await
        .unwrap();
    assert_eq!((done.sent, done.homeless, done.looping), (2, 2, 0));
    let told: Vec<_> = told.iter().collect();
    assert_eq!(told[0], (0, Verdict::Send { topic: orders.clone(), partition: Some(1) }));
    assert_eq!(told[2..], [(2, Verdict::TopicGone(cluster.name("gone"))), (3, Verdict::NoTopic)]);
    assert_eq!(clients::read(cluster, &orders, 1, "read_committed"), ["spring"]);
    assert_eq!(clients::read(cluster, &orders, 0, "read_committed"), ["connect"]);
    // Those that were held back wait, and go where they are told to.
    let elsewhere = letters.redrive(Filter::all()).to(&orders).await.unwrap();
    assert_eq!((elsewhere.sent, elsewhere.before), (2, 2));
    let all = (0..2).flat_map(|partition| clients::read(cluster, &orders, partition, "read_committed"));
    assert_eq!(all.count(), 4);
}

pub(crate) async fn of_two_runs_the_earlier_is_shut_out_and_nothing_is_sent_twice(cluster: &Cluster) {
    let orders = clients::topic(cluster, "orders", 1, &[]).await;
    let dead = clients::topic(cluster, "dlq.orders", 1, &[]).await;
    let numbers = ["0", "1", "2", "3", "4", "5"];
    let letter = |number| (number, vec![("__dlq.errors.topic", text(&orders)), ("__dlq.errors.partition", text("0"))]);
    write(cluster, &dead, &numbers.map(letter));
    let client = client(cluster).build().unwrap();
    let letters = DeadLetters::on(&client, &dead);
    let (begun, mut has_begun) = tokio::sync::mpsc::unbounded_channel();
    let slow = letters.redrive(Filter::all()).per_second(1).on_progress(move |_| begun.send(()).unwrap());
    let slow = tokio::spawn(slow.into_future());
    has_begun.recv().await.unwrap();
    let quick = letters.redrive(Filter::all()).await.unwrap();
    let error = slow.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fenced, "{error}");
    assert!((1..=5).contains(&quick.sent) && quick.sent + quick.before == 6, "{quick:?}");
    assert_eq!(clients::read(cluster, &orders, 0, "read_committed"), numbers);
    // A run that takes the next one only, and one that is told a place.
    let one = letters.redrive(Filter::all().at(0, 3)).await.unwrap();
    assert_eq!((one.sent, one.before), (0, 1));
}

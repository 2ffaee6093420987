//! The cases of one database: what stands above says which.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::AssertSqlSafe;
use tokio::sync::watch;
use tokio::time::Instant;
use topika::event::Keyed;
use topika::projection::{self, Change, Projection, RunningProjection, Tables};
use topika::types::Bytes;
use topika::{Client, Error, ErrorKind, Producer};
use topika_testkit::{ApiKey, Broker, Fault};

use super::{Db, Held, database, open};
use crate::clients::{self, PATIENCE};
use crate::cluster::Cluster;
use crate::history::{Worker, rounds};
use crate::producing::{Said, Sayings, client};

type Pool = sqlx::Pool<Db>;

/// Which database it is, as a part of names.
const HERE: &str = module_path!();

fn here() -> &'static str {
    if HERE.contains("sqlite") { "sqlite" } else { "postgres" }
}

async fn ready(test: &str) -> Option<Held> {
    let held = database(test).await?;
    for _ in 0..2 {
        projection::migrate(&held.0).await.unwrap();
    }
    Some(held)
}

/// A client whose topics are this case's and database's own.
fn client_of(cluster: &Cluster) -> Client {
    client(cluster).topic_prefix(format!("{}.{}.", cluster.name("p"), here())).build().unwrap()
}

async fn say(producer: &Producer<Sayings>, numbers: std::ops::Range<i32>) {
    let mut pending = Vec::new();
    for number in numbers {
        let (key, said) = (Bytes(vec![u8::try_from(number % 10).unwrap()]), Said { number });
        pending.push(producer.enqueue(&Keyed { key: &key, event: &said }).await.unwrap());
    }
    for delivery in pending {
        delivery.await.unwrap();
    }
}

fn tables(tables: Tables) -> String {
    let place = if here() == "sqlite" { "INTEGER" } else { "bigserial" };
    format!("CREATE TABLE {} (place {place} PRIMARY KEY, of_key integer, number integer)", tables.name("said"))
}

async fn keep(mut change: Change<Db, Sayings>, times: i32) -> Result<Change<Db, Sayings>, Error> {
    let Sayings::Said(Said { number }) = change.event;
    let key = i32::from(change.key().map_err(Error::wrap_key)?.unwrap().0[0]);
    let keep = format!("INSERT INTO {} (of_key, number) VALUES ($1, $2)", change.tables().name("said"));
    let keep = sqlx::query(AssertSqlSafe(keep)).bind(key).bind(number * times);
    keep.execute(change.tx()).await.map_err(Error::wrap)?;
    Ok(change)
}

/// A key that cannot be read is the test's own fault.
trait WrapKey {
    fn wrap_key(error: &topika::event::KeyError) -> Error;
}

impl WrapKey for Error {
    fn wrap_key(error: &topika::event::KeyError) -> Error {
        Self::wrap(error.clone())
    }
}

async fn numbers(pool: &Pool, version: u32) -> Vec<i32> {
    let numbers = format!("SELECT number FROM said_v{version} ORDER BY place");
    // It may not be there yet.
    sqlx::query_scalar(AssertSqlSafe(numbers)).fetch_all(pool).await.unwrap_or_default()
}

async fn until(what: &str, mut reached: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + PATIENCE * 2;
    while !reached().await {
        assert!(Instant::now() < end, "{what} did not come about");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn live(pool: &Pool) -> Option<u32> {
    projection::live(pool, "said").await.unwrap().map(|tables| tables.version())
}

async fn has(pool: &Pool, version: u32, all: std::ops::Range<i32>, times: i32) -> bool {
    let mut numbers = numbers(pool, version).await;
    numbers.sort_unstable();
    assert!(numbers.windows(2).all(|pair| pair[0] != pair[1]), "twice: {numbers:?}");
    numbers == all.map(|number| number * times).collect::<Vec<_>>()
}

pub(crate) async fn built_beside(cluster: &Cluster) {
    let Some(held) = ready("a_new_version_is_built_beside_the_live_one").await else { return };
    let (pool, client) = (&held.0, client_of(cluster));
    let producer = client.producer::<Sayings>().await.unwrap();
    let start = |version: u32, times: i32| -> RunningProjection {
        let projection = Projection::new("said", version, pool, &client).tables(tables).batch(7);
        projection.apply(move |change| keep(change, times)).spawn()
    };
    assert_eq!(live(pool).await, None);
    say(&producer, 0..200).await;
    let first = start(1, 1);
    until("a live version", async || live(pool).await == Some(1)).await;
    assert!(has(pool, 1, 0..200, 1).await, "a version is live when it is whole");
    say(&producer, 200..230).await;
    until("what comes later", async || has(pool, 1, 0..230, 1).await).await;
    // The next one stops for a while in the middle.
    let (gate, opened) = watch::channel(false);
    let second = Projection::new("said", 2, pool, &client).tables(tables).batch(10).apply(move |change| {
        let mut opened = opened.clone();
        async move {
            let Sayings::Said(Said { number }) = change.event;
            // Not with a transaction that others wait for: on SQLite there is one writer.
            if number > 100 && here() == "postgres" {
                opened.wait_for(|opened| *opened).await.unwrap();
            }
            if number > 100 && !*opened.borrow() {
                return Err(Error::wrap("not yet"));
            }
            keep(change, 10).await
        }
    });
    let second = second.spawn();
    until("a version that is being built", async || !numbers(pool, 2).await.is_empty()).await;
    say(&producer, 230..260).await;
    until("the live one goes on", async || has(pool, 1, 0..260, 1).await).await;
    assert_eq!(live(pool).await, Some(1));
    gate.send_replace(true);
    until("the other version", async || live(pool).await == Some(2)).await;
    assert!(has(pool, 2, 0..260, 10).await);
    tokio::time::timeout(PATIENCE, first.ended()).await.unwrap().unwrap();
    say(&producer, 260..270).await;
    until("what comes later", async || has(pool, 2, 0..270, 10).await).await;
    assert!(has(pool, 1, 0..260, 1).await, "what is retired is left as it is");
    // What is retired does not come back, and may be dropped.
    let error = start(1, 1).ended().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    let drop = |tables: Tables| format!("DROP TABLE {}", tables.name("said"));
    assert_eq!(projection::drop_retired(pool, "said", drop).await.unwrap(), 1);
    assert_eq!(projection::drop_retired(pool, "said", drop).await.unwrap(), 0);
    assert!(numbers(pool, 1).await.is_empty());
    for version in [0, 1] {
        let error = start(version, 1).ended().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    }
    // Another process goes on behind it.
    second.shutdown(PATIENCE).await.unwrap();
    say(&producer, 270..280).await;
    let other = start(2, 10);
    until("what comes later", async || has(pool, 2, 0..280, 10).await).await;
    other.shutdown(PATIENCE).await.unwrap();
    producer.close(PATIENCE).await.unwrap();
}

pub(crate) async fn held_up(cluster: &Cluster) {
    let Some(held) = ready("an_event_that_cannot_be_taken").await else { return };
    let (pool, client) = (&held.0, client_of(cluster));
    let producer = client.producer::<Sayings>().await.unwrap();
    say(&producer, 0..60).await;
    let broken = Arc::new(AtomicBool::new(true));
    let told = Arc::clone(&broken);
    let running = Projection::new("said", 1, pool, &client).tables(tables).batch(10).apply(move |change| {
        let broken = Arc::clone(&told);
        async move {
            let Sayings::Said(Said { number }) = change.event;
            match number {
                30 if broken.load(Ordering::Relaxed) => panic!("the thirtieth"),
                _ => keep(change, 1).await,
            }
        }
    });
    let running = running.spawn();
    until("trouble", async || running.trouble().is_some_and(|trouble| trouble.contains("the thirtieth"))).await;
    assert!(running.is_running() && live(pool).await.is_none());
    assert!(!numbers(pool, 1).await.contains(&30));
    broken.store(false, Ordering::Relaxed);
    until("a live version", async || live(pool).await == Some(1)).await;
    assert!(has(pool, 1, 0..60, 1).await);
    assert_eq!(running.trouble(), None);
    running.shutdown(PATIENCE).await.unwrap();
    producer.close(PATIENCE).await.unwrap();
}

pub(crate) async fn standby(cluster: &Cluster) {
    let Some(held) = ready("who_waits_for_its_turn_ends").await else { return };
    let (pool, client) = (&held.0, client_of(cluster));
    let producer = client.producer::<Sayings>().await.unwrap();
    say(&producer, 0..20).await;
    // Those of two processes: one is at work, and the other looks often whether it still is.
    let start = |version: u32| -> RunningProjection {
        let projection = Projection::new("said", version, pool, &client).tables(tables);
        projection.lease(Duration::from_secs(2)).apply(|change| keep(change, 1)).spawn()
    };
    let (first, standby) = (start(1), start(1));
    until("a live version", async || live(pool).await == Some(1)).await;
    let second = start(2);
    until("the other version", async || live(pool).await == Some(2)).await;
    for ended in [first, standby] {
        tokio::time::timeout(PATIENCE, ended.ended()).await.unwrap().unwrap();
    }
    second.shutdown(PATIENCE).await.unwrap();
    producer.close(PATIENCE).await.unwrap();
}

pub(crate) async fn gone(cluster: &Cluster) {
    let Some(held) = ready("events_that_are_gone").await else { return };
    let (pool, client) = (&held.0, client_of(cluster));
    let producer = client.producer::<Sayings>().await.unwrap();
    let topic = producer.topic().to_owned();
    let start = |version: u32, accepts: bool| -> RunningProjection {
        let projection = Projection::new("said", version, pool, &client).tables(tables);
        let projection = if accepts { projection.accept_lost_events() } else { projection };
        projection.apply(|change| keep(change, 1)).spawn()
    };
    // What the first version does not find was never its own.
    say(&producer, 0..30).await;
    let key = |number: i32| u8::try_from(number % 10).unwrap();
    let first = start(1, false);
    until("a live version", async || live(pool).await == Some(1)).await;
    first.shutdown(PATIENCE).await.unwrap();
    // It is stopped for longer than its events are kept.
    let mut of_key = BTreeMap::new();
    let mut offset = 0;
    for number in 30..60 {
        let sent = producer.send(&Keyed { key: &Bytes(vec![key(number)]), event: &Said { number } }).await.unwrap();
        of_key.insert(key(number), sent.partition);
        if number == 53 {
            offset = sent.offset;
        }
    }
    let partition = of_key[&3];
    let is_there = |number: &i32| of_key[&key(*number)] != partition || *number >= 53;
    let admin = clients::admin(cluster);
    let options = rdkafka::admin::AdminOptions::new();
    admin.delete_records(&clients::at(&topic, partition, offset), &options).await.unwrap();
    let first = start(1, false);
    until("trouble", async || first.trouble().is_some()).await;
    let trouble = first.trouble().unwrap();
    assert!(trouble.contains(&format!("partition {partition} of topic \"{topic}\"")), "{trouble}");
    assert!(trouble.contains(&format!("begins at offset {offset}")), "{trouble}");
    assert!(has(pool, 1, 0..30, 1).await, "nothing is taken in behind a gap");
    // A new version would have less than the one that is read.
    let error = start(2, false).ended().await.unwrap_err();
    assert!(error.kind() == ErrorKind::Config && error.to_string().contains("accept_lost_events"), "{error}");
    assert_eq!(live(pool).await, Some(1));
    first.shutdown(PATIENCE).await.unwrap();
    // Told so, both go on with what is there.
    let first = start(1, true);
    let all = async |version| {
        let mut numbers = numbers(pool, version).await;
        numbers.sort_unstable();
        numbers
    };
    let kept: Vec<i32> = (0..60).filter(|number| *number < 30 || is_there(number)).collect();
    until("what is there", async || all(1).await == kept).await;
    let second = start(2, true);
    until("the other version", async || live(pool).await == Some(2)).await;
    let left: Vec<i32> = (0..60).filter(is_there).collect();
    assert_eq!(all(2).await, left);
    tokio::time::timeout(PATIENCE, first.ended()).await.unwrap().unwrap();
    second.shutdown(PATIENCE).await.unwrap();
    // A topic that was made anew has offsets that were never reached.
    sqlx::query("UPDATE topika_projection_offsets SET next_offset = 1000").execute(pool).await.unwrap();
    let second = start(2, false);
    until("trouble", async || second.trouble().is_some_and(|trouble| trouble.contains("which ends at offset"))).await;
    second.shutdown(PATIENCE).await.unwrap();
    let second = start(2, true);
    until("its ends", async || {
        let beyond = "SELECT count(*) FROM topika_projection_offsets WHERE version = 2 AND next_offset = 1000";
        sqlx::query_scalar::<_, i64>(beyond).fetch_one(pool).await.unwrap() == 0
    })
    .await;
    say(&producer, 60..70).await;
    until("what comes later", async || all(2).await.ends_with(&(60..70).collect::<Vec<_>>())).await;
    assert_eq!(all(2).await.len(), left.len() + 10, "nothing is taken in twice");
    second.shutdown(PATIENCE).await.unwrap();
    producer.close(PATIENCE).await.unwrap();
}

#[tokio::test]
async fn others_write_while_a_switch_waits_for_kafka() {
    let Some(held) = ready("others_write_while_a_switch_waits").await else { return };
    let broker = Arc::new(Broker::start().unwrap());
    let cluster = Cluster::at(broker.bootstrap());
    let (pool, client) = (&held.0, client_of(&cluster));
    let producer = client.producer::<Sayings>().await.unwrap();
    say(&producer, 0..60).await;
    let first = Projection::new("said", 1, pool, &client).tables(tables).apply(|change| keep(change, 1)).spawn();
    until("a live version", async || live(pool).await == Some(1)).await;
    first.shutdown(PATIENCE).await.unwrap();
    // It has what the next one has not.
    sqlx::query("UPDATE topika_projection_offsets SET next_offset = next_offset + 1").execute(pool).await.unwrap();
    let (slow, taken) = (Arc::clone(&broker), Arc::new(AtomicBool::new(false)));
    let second = Projection::new("said", 2, pool, &client).tables(tables).apply(move |change| {
        // Where it reads is known by now; asked once more, the brokers take their time.
        if !taken.swap(true, Ordering::Relaxed) {
            slow.inject(Fault::delay(ApiKey::ListOffsets, Duration::from_secs(20)).always());
        }
        keep(change, 10)
    });
    let second = second.spawn();
    // Ten seconds is longer than a switch holds others up, and shorter than the brokers take.
    let end = Instant::now() + PATIENCE;
    while second.trouble().is_none_or(|trouble| !trouble.contains("is not live yet")) {
        let write = sqlx::query("CREATE TABLE IF NOT EXISTS others (number integer)").execute(pool);
        tokio::time::timeout(Duration::from_secs(10), write).await.expect("others write").unwrap();
        let write = sqlx::query("INSERT INTO others VALUES (1)").execute(pool);
        tokio::time::timeout(Duration::from_secs(10), write).await.expect("others write").unwrap();
        assert!(Instant::now() < end, "{:?}", second.trouble());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(live(pool).await, Some(1));
    broker.heal();
    until("the other version", async || live(pool).await == Some(2)).await;
    assert!(has(pool, 2, 0..60, 10).await);
    second.shutdown(PATIENCE).await.unwrap();
    producer.close(PATIENCE).await.unwrap();
}

/// Where a worker is told what to do; without it there is none.
const WORKER: &str = "TOPIKA_PROJECTION_WORKER";

/// The process that is killed: this test binary, told so by its environment.
#[tokio::test]
async fn a_worker() {
    let Ok(told) = std::env::var(WORKER) else { return };
    let [bootstrap, prefix, place] = told.split(' ').collect::<Vec<_>>()[..] else { panic!("{told}") };
    let client = Client::builder().bootstrap(bootstrap).without_registry().topic_prefix(prefix).build().unwrap();
    let projection = Projection::new("said", 1, &open(place).await, &client).tables(tables).batch(5);
    let _running = projection.lease(Duration::from_secs(2)).apply(|change| keep(change, 1)).spawn();
    std::future::pending::<()>().await;
}

pub(crate) async fn killed(cluster: &Cluster) {
    let Some(held) = ready("each_event_has_its_effects_once").await else { return };
    let (pool, client) = (open(&held.place()).await, client_of(cluster));
    let producer = client.producer::<Sayings>().await.unwrap();
    let told = format!("{} {} {}", cluster.bootstrap(), client.topic_prefix(), held.place());
    let test: &'static str = format!("projections::{}::cases::a_worker", here()).leak();
    let mut workers: Vec<Worker> = (0..2).map(|_| Worker::start(test, WORKER, told.clone())).collect();
    let (rounds, mut written) = (rounds(2), 0);
    for _ in 0..rounds {
        let before = numbers(&pool, 1).await.len();
        say(&producer, written..written + 300).await;
        written += 300;
        until("something of the round", async || numbers(&pool, 1).await.len() > before + 20).await;
        // Both: one of them is at work.
        workers.iter_mut().for_each(Worker::kill);
    }
    until("all of it", async || has(&pool, 1, 0..written, 1).await).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let all = numbers(&pool, 1).await;
    assert_eq!(all.len(), usize::try_from(written).unwrap());
    for key in 0..10 {
        let own: Vec<i32> = all.iter().copied().filter(|number| number % 10 == key).collect();
        assert!(own.is_sorted(), "of key {key}: {own:?}");
    }
    println!("{written} events, {} kills: each has its effects once", rounds * 2);
    producer.close(PATIENCE).await.unwrap();
}

//! What an outbox and its relays promise, whichever broker it is.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sqlx::{Pool, Postgres};
use topika::client::NewTopic;
use topika::event::Keyed;
use topika::outbox::{Outbox, OutboxDatabase, RunningRelay};
use topika::types::Bytes;
use topika::{Client, Consumer};

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::databases::{Database, sqlite};
use crate::observing::sum;
use crate::producing::{Said, Sayings, client};
use crate::transactional::reader;

pub(crate) fn key(key: u8) -> Bytes {
    Bytes(vec![key])
}

pub(crate) async fn publish<DB: OutboxDatabase>(outbox: &Outbox<DB>, tx: &mut DB::Connection, of: u8, number: i32) {
    let (key, said) = (key(of), Said { number });
    outbox.publish::<Sayings>(tx, &Keyed { key: &key, event: &said }).await.unwrap();
}

/// Key and number of that many messages, in the order in which they are read; no more may come.
pub(crate) async fn read(sayings: &mut Consumer<Sayings>, count: usize) -> Vec<(u8, i32)> {
    let mut all = Vec::new();
    while all.len() < count {
        let message = tokio::time::timeout(PATIENCE, sayings.next()).await;
        let message = message.unwrap_or_else(|_| panic!("of {count} came {all:?}")).unwrap().unwrap();
        let Sayings::Said(Said { number }) = message.event;
        all.push((message.key().unwrap().unwrap().0[0], number));
        message.ack();
    }
    let more = tokio::time::timeout(Duration::from_millis(300), sayings.next()).await;
    assert!(more.is_err(), "more than {all:?}");
    all
}

pub(crate) fn of_key(all: &[(u8, i32)], key: u8) -> Vec<i32> {
    all.iter().filter(|(of, _)| *of == key).map(|(_, number)| *number).collect()
}

pub(crate) async fn until(what: &str, mut reached: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !reached().await {
        assert!(start.elapsed() < PATIENCE, "{what} did not come about");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(crate) async fn end(relays: impl IntoIterator<Item = RunningRelay>, sayings: Consumer<Sayings>) {
    for relay in relays {
        relay.shutdown(PATIENCE).await.unwrap();
    }
    sayings.close(PATIENCE).await.unwrap();
}

pub(crate) async fn what_is_committed_is_sent_as_a_producer_would_and_what_is_rolled_back_is_not(cluster: &Cluster) {
    let Some(database) = Database::postgres("what_is_committed_is_sent_as_a_producer_would").await else { return };
    let client = client(cluster).build().unwrap();
    committed_and_rolled_back(cluster, &client, &database.pool).await;
}

pub(crate) async fn what_is_committed_in_sqlite_is_sent_and_what_is_rolled_back_is_not(cluster: &Cluster) {
    let dir = tempfile::tempdir().unwrap();
    let client = client(cluster).build().unwrap();
    committed_and_rolled_back(cluster, &client, &sqlite(&dir).await).await;
}

async fn committed_and_rolled_back<DB: OutboxDatabase>(cluster: &Cluster, client: &Client, pool: &Pool<DB>) {
    let outbox = Outbox::new(pool, client);
    outbox.ready::<Sayings>().await.unwrap();
    let mut gone = pool.begin().await.unwrap();
    publish(&outbox, &mut gone, 1, 1).await;
    gone.rollback().await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    let (key, said) = (key(1), Said { number: 2 });
    let message = Keyed { key: &key, event: &said };
    let stored = outbox
        .message::<Sayings, _>(&message)
        .header("trace", [0_u8, 255])
        .timestamp_ms(1_767_225_600_000)
        .partition(6)
        .publish(&mut tx)
        .await
        .unwrap();
    let own = outbox.message::<Sayings, _>(&message).id("mine").publish(&mut tx).await.unwrap();
    assert_eq!(own.message_id, "mine");
    assert!(own.row > stored.row);
    tx.commit().await.unwrap();
    assert_eq!(outbox.lag().await.unwrap().rows, 2);
    let relay = Outbox::relay(pool, client).keep_sent(Duration::from_secs(3600)).spawn();
    let mut sayings = reader::<Sayings>(client, cluster).await;
    let mut seen = BTreeMap::new();
    for _ in 0..2 {
        let read = tokio::time::timeout(PATIENCE, sayings.next()).await.unwrap().unwrap().unwrap();
        assert_eq!((&read.event, read.key().unwrap()), (&Sayings::Said(said.clone()), Some(&key)));
        let place = (read.partition(), read.timestamp_ms(), read.header("trace").map(<[u8]>::to_vec));
        seen.insert(String::from_utf8(read.header("ce_id").unwrap().to_vec()).unwrap(), place);
        read.ack();
    }
    assert_eq!(seen[&stored.message_id], (6, Some(1_767_225_600_000), Some(vec![0, 255])));
    assert_eq!(stored.message_id.len(), 36, "a UUID: {stored:?}");
    assert!(seen["mine"].1.is_some_and(|at| at > 1_767_225_600_000));
    until("an empty outbox", async || outbox.lag().await.unwrap().rows == 0).await;
    until("a relay that is ready", async || relay.health().is_ready).await;
    end([relay], sayings).await;
}

pub(crate) async fn rows_that_are_committed_late_are_sent_in_their_order_and_none_is_passed_over(cluster: &Cluster) {
    let Some(database) = Database::postgres("rows_that_are_committed_late").await else { return };
    let client = client(cluster).build().unwrap();
    let outbox = Outbox::new(&database.pool, &client);
    outbox.ready::<Sayings>().await.unwrap();
    let relay = Outbox::relay(&database.pool, &client).poll(Duration::from_millis(50)).spawn();
    let mut early = database.pool.begin().await.unwrap();
    publish(&outbox, &mut early, 1, 1).await;
    publish(&outbox, &mut early, 2, 1).await;
    let mut late = database.pool.begin().await.unwrap();
    publish(&outbox, &mut late, 1, 2).await;
    publish(&outbox, &mut late, 2, 2).await;
    late.commit().await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    // They are there, and wait for what began before them.
    assert_eq!(outbox.lag().await.unwrap().rows, 2);
    early.commit().await.unwrap();
    let mut sayings = reader::<Sayings>(&client, cluster).await;
    let all = read(&mut sayings, 4).await;
    assert_eq!((of_key(&all, 1), of_key(&all, 2)), (vec![1, 2], vec![1, 2]));
    end([relay], sayings).await;
}

pub(crate) async fn a_row_that_is_refused_holds_up_its_key_and_no_other(cluster: &Cluster) {
    let Some(database) = Database::postgres("a_row_that_is_refused_holds_up_its_key").await else { return };
    refused(cluster, &database.pool, "UPDATE topika_outbox SET topic = $1 WHERE held_at IS NULL").await;
}

pub(crate) async fn a_row_in_sqlite_that_is_refused_holds_up_its_key_and_no_other(cluster: &Cluster) {
    let dir = tempfile::tempdir().unwrap();
    refused(cluster, &sqlite(&dir).await, "UPDATE topika_outbox SET topic = $1 WHERE held_ms IS NULL").await;
}

async fn refused<DB: OutboxDatabase>(cluster: &Cluster, pool: &Pool<DB>, elsewhere: &'static str)
where
    for<'q> <DB as sqlx::Database>::Arguments: sqlx::IntoArguments<DB>,
    for<'c> &'c mut <DB as sqlx::Database>::Connection: sqlx::Executor<'c, Database = DB>,
    for<'q> &'q str: sqlx::Encode<'q, DB> + sqlx::Type<DB>,
{
    sum("", &[]);
    // The broker is to refuse it.
    let client = client(cluster).kafka_property("compression.type", "none").build().unwrap();
    let outbox = Outbox::new(pool, &client);
    outbox.ready::<Sayings>().await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    for number in 1..=4 {
        for of in 0..5 {
            let (key, said) = (key(of), Said { number });
            let event = Keyed { key: &key, event: &said };
            let message = outbox.message::<Sayings, _>(&event);
            let large = of == 3 && number == 2;
            let message = if large { message.header("large", vec![7; 3_000_000]) } else { message };
            message.publish(&mut tx).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    let relay = Outbox::relay(pool, &client).poll(Duration::from_millis(50)).spawn();
    let mut sayings = reader::<Sayings>(&client, cluster).await;
    let all = read(&mut sayings, 17).await;
    for of in [0, 1, 2, 4] {
        assert_eq!(of_key(&all, of), [1, 2, 3, 4], "of key {of}");
    }
    assert_eq!(of_key(&all, 3), [1]);
    until("a row that is held", async || outbox.lag().await.unwrap().held == 1).await;
    assert_eq!(outbox.lag().await.unwrap().rows, 3);
    let held = outbox.held(10).await.unwrap();
    let [row] = &held[..] else { panic!("{held:?}") };
    assert!(!row.is_retried && row.attempts == 1 && row.error.contains("message size too large"), "{row:?}");
    let refused = [("topic", row.topic.as_str()), ("kind", "too-large")];
    assert_eq!(sum("topika_outbox_refused_total", &refused), 1.0);
    assert_eq!((row.key.as_deref(), &row.topic), (Some(&[3_u8][..]), &cluster.name(".said").replace("..", ".")));
    // It is tried again, and is as large as before.
    assert!(outbox.release(row.id).await.unwrap());
    until("a row that is held again", async || outbox.lag().await.unwrap().held == 1).await;
    assert_eq!(read(&mut sayings, 0).await, []);
    // Without it the others go on; these are for a topic that is not there yet.
    let topic = cluster.name("later");
    sqlx::query(elsewhere).bind(topic.as_str()).execute(&mut *pool.acquire().await.unwrap()).await.unwrap();
    assert!(outbox.discard(row.id).await.unwrap());
    assert!(!outbox.discard(row.id).await.unwrap() && !outbox.release(row.id).await.unwrap());
    until("a row without a topic that is held", async || outbox.lag().await.unwrap().held == 1).await;
    assert_eq!(outbox.lag().await.unwrap().rows, 2);
    client.topics().create(&NewTopic::new(topic).partitions(1)).await.unwrap();
    assert_eq!(outbox.release_all().await.unwrap(), 1);
    until("an empty outbox", async || outbox.lag().await.unwrap().rows == 0).await;
    end([relay], sayings).await;
}

pub(crate) async fn relays_share_the_rows_and_another_takes_over_what_one_loses(cluster: &Cluster) {
    let Some(database) = Database::postgres("relays_share_the_rows").await else { return };
    let client = client(cluster).build().unwrap();
    let outbox = Outbox::new(&database.pool, &client);
    outbox.ready::<Sayings>().await.unwrap();
    let poll = Duration::from_millis(50);
    let pool = database.another_pool();
    let first = Outbox::relay(&pool, &client).poll(poll).batch(7).spawn();
    until("a relay with all shards", async || first.health().shards == 64).await;
    let second = Outbox::relay(&database.pool, &client).poll(poll).batch(7).spawn();
    until("two relays with equal shares", async || first.health().shards == 32 && second.health().shards == 32).await;
    let mut last = 0;
    let mut fill = async |count: i32| {
        for number in last..last + count {
            let mut tx = database.pool.begin().await.unwrap();
            for of in 0..20 {
                publish(&outbox, &mut tx, of, number).await;
            }
            tx.commit().await.unwrap();
        }
        last += count;
    };
    fill(10).await;
    // The first loses its connections while it is at work, and gets no new ones.
    let options = pool.connect_options();
    pool.set_connect_options((*options).clone().database("not_there"));
    let killed = sqlx::query(
        "SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objid = 64 AND l.granted \
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY l.pid LIMIT 1",
    );
    assert_eq!(killed.fetch_all(&database.pool).await.unwrap().len(), 1);
    fill(10).await;
    until("a relay that has all", async || {
        first.health().shards + second.health().shards == 64 || second.health().shards == 64
    })
    .await;
    until("an empty outbox", async || outbox.lag().await.unwrap().rows == 0).await;
    let mut sayings = reader::<Sayings>(&client, cluster).await;
    let mut came: BTreeMap<u8, Vec<i32>> = BTreeMap::new();
    while came.len() < 20 || came.values().any(|numbers| numbers.last() != Some(&19)) {
        let message = tokio::time::timeout(PATIENCE, sayings.next()).await.unwrap_or_else(|_| panic!("{came:?}"));
        let message = message.unwrap().unwrap();
        let Sayings::Said(Said { number }) = message.event;
        let numbers = came.entry(message.key().unwrap().unwrap().0[0]).or_default();
        // What is sent again is known by its id; the first of each come in order.
        if !numbers.contains(&number) {
            numbers.push(number);
        }
        message.ack();
    }
    for (of, numbers) in came {
        assert_eq!(numbers, (0..20).collect::<Vec<_>>(), "of key {of}");
    }
    end([first, second], sayings).await;
}

pub(crate) async fn of_two_relays_of_sqlite_one_works_and_the_other_takes_over_and_what_was_kept_is_swept(
    cluster: &Cluster,
) {
    let dir = tempfile::tempdir().unwrap();
    let (pool, client) = (sqlite(&dir).await, client(cluster).build().unwrap());
    let outbox = Outbox::new(&pool, &client);
    outbox.ready::<Sayings>().await.unwrap();
    let relay = || Outbox::relay(&pool, &client).keep_sent(Duration::from_secs(3600)).spawn();
    let (first, second) = (relay(), relay());
    until("one relay that works", async || first.health().shards + second.health().shards == 1).await;
    let (works, waits) = if first.health().shards == 1 { (first, second) } else { (second, first) };
    let mut sayings = reader::<Sayings>(&client, cluster).await;
    for number in 0..2 {
        let mut tx = pool.begin().await.unwrap();
        publish(&outbox, &mut tx, 1, number).await;
        tx.commit().await.unwrap();
    }
    assert_eq!(read(&mut sayings, 2).await, [(1, 0), (1, 1)]);
    works.shutdown(PATIENCE).await.unwrap();
    until("the other at work", async || waits.health().shards == 1).await;
    let mut tx = pool.begin().await.unwrap();
    publish(&outbox, &mut tx, 1, 2).await;
    tx.commit().await.unwrap();
    assert_eq!(read(&mut sayings, 1).await, [(1, 2)]);
    waits.shutdown(PATIENCE).await.unwrap();
    let kept =
        async || -> i64 { sqlx::query_scalar("SELECT count(*) FROM topika_outbox").fetch_one(&pool).await.unwrap() };
    assert_eq!((kept().await, outbox.lag().await.unwrap().rows), (3, 0), "what was sent is kept");
    // A relay sweeps when it begins, and each minute.
    let relay = Outbox::relay(&pool, &client).keep_sent(Duration::from_millis(1)).spawn();
    until("a swept outbox", async || kept().await == 0).await;
    end([relay], sayings).await;
}

pub(crate) async fn a_commit_wakes_the_relay(cluster: &Cluster) {
    let Some(database) = Database::postgres("a_commit_wakes_the_relay").await else { return };
    let client = client(cluster).build().unwrap();
    let outbox = Outbox::<Postgres>::new(&database.pool, &client);
    outbox.ready::<Sayings>().await.unwrap();
    let relay = Outbox::relay(&database.pool, &client).poll(Duration::from_secs(120)).spawn();
    until("a relay that is ready", async || relay.health().is_ready).await;
    let mut sayings = reader::<Sayings>(&client, cluster).await;
    let mut took = Vec::new();
    for number in 0..10 {
        let mut tx = database.pool.begin().await.unwrap();
        publish(&outbox, &mut tx, 1, number).await;
        let start = Instant::now();
        tx.commit().await.unwrap();
        let message = tokio::time::timeout(PATIENCE, sayings.next()).await.unwrap().unwrap().unwrap();
        took.push(start.elapsed());
        message.ack();
    }
    took.sort();
    println!("from commit to reader: {:?} in the middle, {:?} at most", took[5], took[9]);
    assert!(took[9] < Duration::from_secs(20), "the relay looks every two minutes: {took:?}");
    end([relay], sayings).await;
}

pub(crate) async fn brokers_that_are_away_hold_up_a_relay_and_nothing_is_marked_and_what_was_restored_is_sent(
    cluster: &Cluster,
) {
    let Some(database) = Database::postgres("brokers_that_are_away_hold_up_a_relay").await else { return };
    let nowhere = Client::builder()
        .bootstrap("127.0.0.1:1")
        .without_registry()
        .topic_prefix(cluster.name(""))
        .connect_deadline(Duration::from_millis(300))
        .kafka_property("delivery.timeout.ms", "1000")
        .build()
        .unwrap();
    let outbox = Outbox::new(&database.pool, &nowhere);
    // The brokers are not needed to store.
    outbox.ready::<Sayings>().await.unwrap();
    let mut tx = database.pool.begin().await.unwrap();
    publish(&outbox, &mut tx, 1, 1).await;
    publish(&outbox, &mut tx, 1, 2).await;
    tx.commit().await.unwrap();
    let relay = Outbox::relay(&database.pool, &nowhere).poll(Duration::from_millis(50)).spawn();
    until("trouble", async || relay.health().trouble.is_some()).await;
    let health = relay.health();
    assert!(health.is_live && !health.is_ready, "{health:?}");
    assert_eq!((outbox.lag().await.unwrap().rows, outbox.held(10).await.unwrap()), (2, vec![]));
    let asked = Instant::now();
    relay.shutdown(Duration::from_millis(500)).await.unwrap();
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    // As a dump of another server leaves them: with numbers of transactions that are still to come here.
    let restored = "UPDATE topika_outbox SET transaction_id = '9000000000'::xid8";
    sqlx::query(restored).execute(&database.pool).await.unwrap();
    let client = client(cluster).build().unwrap();
    Outbox::new(&database.pool, &client).ready::<Sayings>().await.unwrap();
    let relay = Outbox::relay(&database.pool, &client).spawn();
    let mut sayings = reader::<Sayings>(&client, cluster).await;
    assert_eq!(read(&mut sayings, 2).await, [(1, 1), (1, 2)]);
    end([relay], sayings).await;
}

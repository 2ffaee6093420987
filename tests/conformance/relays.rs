//! What a relay does where a part of the cluster is sick, and where its share of the outbox is another's by now: on the embedded broker, which can be made so.

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::SqlitePool;
use topika::client::NewTopic;
use topika::event::Keyed;
use topika::outbox::{Outbox, OutboxDatabase, RunningRelay};
use topika::{Client, Consumer};
use topika_testkit::{ApiKey, Broker, ErrorCode, Fault};

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::databases::{Database, sqlite};
use crate::outboxes::{end, key, of_key, publish, read, until};
use crate::producing::{Said, Sayings, client};
use crate::transactional::reader;

/// Three nodes, one of which leads partition 0 and takes nothing.
struct Sick {
    broker: Broker,
    cluster: Cluster,
    /// A partition that is well.
    well: i32,
}

impl Sick {
    async fn start() -> Self {
        let broker = Broker::builder().nodes(3).start().unwrap();
        let cluster = Cluster::at(broker.bootstrap());
        let client = client(&cluster).build().unwrap();
        let topic = cluster.name("said");
        client.topics().create(&NewTopic::new(topic.clone()).partitions(7)).await.unwrap();
        let leader = |partition| broker.leader(&topic, partition).unwrap().0;
        let sick = leader(0);
        let well = (1..7).find(|partition| leader(*partition) != sick).unwrap();
        broker.inject(Fault::error(ApiKey::Produce, ErrorCode::NOT_ENOUGH_REPLICAS).always().at_node(sick));
        Self { broker, cluster, well }
    }
}

/// One message of that key, on that partition.
async fn put(outbox: &Outbox<sqlx::Sqlite>, pool: &SqlitePool, of: u8, number: i32, partition: i32) {
    let mut tx = pool.begin().await.unwrap();
    let (key, said) = (key(of), Said { number });
    let event = Keyed { key: &key, event: &said };
    outbox.message::<Sayings, _>(&event).partition(partition).publish(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_partition_that_does_not_answer_holds_up_its_own_keys_and_no_other() {
    let Sick { broker, cluster, well } = Sick::start().await;
    // For two minutes, which is longer than this test waits, the brokers have not said no.
    let client = client(&cluster).build().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let pool = sqlite(&dir).await;
    let outbox = Outbox::new(&pool, &client);
    outbox.ready::<Sayings>().await.unwrap();
    let relay = Outbox::relay(&pool, &client).poll(Duration::from_millis(50)).spawn();
    let mut sayings = reader::<Sayings>(&client, &cluster).await;
    for number in 1..=3 {
        put(&outbox, &pool, 1, number, 0).await;
        put(&outbox, &pool, 2, number, well).await;
    }
    assert_eq!(read(&mut sayings, 3).await, [(2, 1), (2, 2), (2, 3)]);
    for number in 4..=6 {
        put(&outbox, &pool, 1, number, 0).await;
        put(&outbox, &pool, 2, number, well).await;
        put(&outbox, &pool, 3, number, well).await;
    }
    let all = read(&mut sayings, 6).await;
    assert_eq!((of_key(&all, 2), of_key(&all, 3)), (vec![4, 5, 6], vec![4, 5, 6]));
    assert_eq!(outbox.lag().await.unwrap().rows, 6);
    broker.heal();
    assert_eq!(of_key(&read(&mut sayings, 6).await, 1), [1, 2, 3, 4, 5, 6]);
    until("an empty outbox", async || outbox.lag().await.unwrap().rows == 0).await;
    end([relay], sayings).await;
}

#[tokio::test]
async fn what_a_sick_partition_did_not_take_in_time_is_tried_again_in_its_order_and_is_no_outage() {
    let Sick { broker, cluster, well } = Sick::start().await;
    let client = client(&cluster).kafka_property("delivery.timeout.ms", "2000").build().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let pool = sqlite(&dir).await;
    let outbox = Outbox::new(&pool, &client);
    outbox.ready::<Sayings>().await.unwrap();
    for number in 1..=3 {
        put(&outbox, &pool, 1, number, 0).await;
        put(&outbox, &pool, 2, number, well).await;
    }
    let relay = Outbox::relay(&pool, &client).poll(Duration::from_millis(50)).spawn();
    let mut sayings = reader::<Sayings>(&client, &cluster).await;
    assert_eq!(read(&mut sayings, 3).await, [(2, 1), (2, 2), (2, 3)]);
    until("a row that is tried again", async || !outbox.held(10).await.unwrap().is_empty()).await;
    let held = outbox.held(10).await.unwrap();
    assert!(held.len() == 1 && held[0].is_retried && held[0].error.contains("timed out"), "{held:?}");
    assert_eq!(relay.health().trouble, None);
    put(&outbox, &pool, 2, 4, well).await;
    assert_eq!(read(&mut sayings, 1).await, [(2, 4)]);
    broker.heal();
    assert_eq!(of_key(&read(&mut sayings, 3).await, 1), [1, 2, 3]);
    until("an empty outbox", async || outbox.lag().await.unwrap().rows == 0).await;
    end([relay], sayings).await;
}

/// So many of one key take the brokers a while, one after the other.
const MANY: i32 = 60;

/// A relay at work on [`MANY`] rows of one key, of which some are sent.
async fn at_work<DB: OutboxDatabase>(
    broker: &Broker,
    outbox: &Outbox<DB>,
    pool: &sqlx::Pool<DB>,
    relay: impl FnOnce() -> RunningRelay,
    sayings: &mut Consumer<Sayings>,
) -> RunningRelay {
    let mut tx = pool.begin().await.unwrap();
    for number in 0..MANY {
        publish(outbox, &mut tx, 1, number).await;
    }
    tx.commit().await.unwrap();
    broker.inject(Fault::delay(ApiKey::Produce, Duration::from_millis(200)).always());
    let relay = relay();
    for number in 0..3 {
        let message = tokio::time::timeout(PATIENCE, sayings.next()).await.unwrap().unwrap().unwrap();
        assert_eq!(message.event, Sayings::Said(Said { number }));
        message.ack();
    }
    relay
}

/// What the relay sends still: it knows within a second that it has no share, and one of the key is on its way then.
async fn sends_no_more(sayings: &mut Consumer<Sayings>) -> i32 {
    let mut last = 2;
    while let Ok(message) = tokio::time::timeout(Duration::from_secs(3), sayings.next()).await {
        let message = message.unwrap().unwrap();
        let Sayings::Said(Said { number }) = message.event;
        last = number;
        message.ack();
    }
    assert!(last < MANY - 1, "all was sent by a relay that had no share any more");
    last
}

/// All of it comes, what was on its way at the takeover perhaps twice.
async fn is_taken_over(last: i32, broker: &Broker, sayings: &mut Consumer<Sayings>) {
    broker.heal();
    let mut seen: BTreeSet<i32> = (0..=last).collect();
    while seen.len() < usize::try_from(MANY).unwrap() {
        let message = tokio::time::timeout(PATIENCE, sayings.next()).await.unwrap().unwrap().unwrap();
        let Sayings::Said(Said { number }) = message.event;
        assert!(number <= last || seen.insert(number), "{number} came twice, of {last} that had been sent");
        message.ack();
    }
}

fn on_one_node() -> (Broker, Cluster, Client) {
    let broker = Broker::start().unwrap();
    let cluster = Cluster::at(broker.bootstrap());
    let client = client(&cluster).build().unwrap();
    (broker, cluster, client)
}

#[tokio::test]
async fn a_relay_whose_session_was_cut_sends_no_more_of_its_round() {
    let Some(database) = Database::postgres("a_relay_whose_session_was_cut").await else { return };
    let (broker, cluster, client) = on_one_node();
    let outbox = Outbox::new(&database.pool, &client);
    outbox.ready::<Sayings>().await.unwrap();
    let mut sayings = reader::<Sayings>(&client, &cluster).await;
    let pool = database.another_pool();
    let first = at_work(&broker, &outbox, &database.pool, || Outbox::relay(&pool, &client).spawn(), &mut sayings).await;
    let options = pool.connect_options();
    pool.set_connect_options((*options).clone().database("not_there"));
    let cut = sqlx::query(
        "SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objid = 64 AND l.granted \
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    assert_eq!(cut.fetch_all(&database.pool).await.unwrap().len(), 1);
    let last = sends_no_more(&mut sayings).await;
    assert_eq!(first.health().shards, 0);
    let second = Outbox::relay(&database.pool, &client).spawn();
    is_taken_over(last, &broker, &mut sayings).await;
    until("an empty outbox", async || outbox.lag().await.unwrap().rows == 0).await;
    end([first, second], sayings).await;
}

#[tokio::test]
async fn a_relay_of_sqlite_that_another_has_taken_over_from_sends_no_more_of_its_round() {
    let (broker, cluster, client) = on_one_node();
    let dir = tempfile::tempdir().unwrap();
    let pool = sqlite(&dir).await;
    let outbox = Outbox::new(&pool, &client);
    outbox.ready::<Sayings>().await.unwrap();
    let mut sayings = reader::<Sayings>(&client, &cluster).await;
    let first = at_work(&broker, &outbox, &pool, || Outbox::relay(&pool, &client).spawn(), &mut sayings).await;
    // As a relay does that has not heard of it for 10 s, since it stood still.
    let owner = async |owner: &str| {
        let taken = "UPDATE topika_outbox_relay SET owner = $1, until_ms = 9000000000000";
        assert_eq!(sqlx::query(taken).bind(owner).execute(&pool).await.unwrap().rows_affected(), 1);
    };
    owner("another").await;
    let last = sends_no_more(&mut sayings).await;
    assert_eq!(first.health().shards, 0);
    sqlx::query("DELETE FROM topika_outbox_relay").execute(&pool).await.unwrap();
    is_taken_over(last, &broker, &mut sayings).await;
    until("an empty outbox", async || outbox.lag().await.unwrap().rows == 0).await;
    end([first], sayings).await;
}

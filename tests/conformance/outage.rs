//! What sagas and projections come to while their PostgreSQL is away: killed at work, and back a moment later.

use std::time::{Duration, Instant};

use sqlx::postgres::PgPoolOptions;
use sqlx::{PgPool, Postgres};
use topika::event::Keyed;
use topika::projection::{self, Change, Projection};
use topika::saga::{self, Next, Saga, Step, Turn};
use topika::types::Bytes;
use topika::{Error, Producer, Retry};

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::postgres::PostgreSql;
use crate::producing::{Said, Sayings, client};

const DATABASE: &str = "outage";
const SAGAS: u32 = 40;
const EVENTS: i32 = 300;

async fn act(mut turn: Turn<Postgres, u32>) -> Result<Next<Postgres, u32>, Error> {
    let row = sqlx::query("INSERT INTO journal (id, step) VALUES ($1, $2)").bind(turn.id().to_owned());
    row.bind(turn.step().to_owned()).execute(turn.tx().await?).await.map_err(Error::wrap)?;
    tokio::time::sleep(Duration::from_millis(20)).await;
    turn.data += 1;
    Ok(turn.done())
}

async fn keep(mut change: Change<Postgres, Sayings>) -> Result<Change<Postgres, Sayings>, Error> {
    let Sayings::Said(Said { number }) = change.event;
    let row = sqlx::query("INSERT INTO said_v1 (number) VALUES ($1)").bind(number);
    row.execute(change.tx()).await.map_err(Error::wrap)?;
    tokio::time::sleep(Duration::from_millis(2)).await;
    Ok(change)
}

/// None while the database is away.
async fn count(pool: &PgPool, query: &'static str) -> Option<i64> {
    sqlx::query_scalar(query).fetch_one(pool).await.ok()
}

async fn until(pool: &PgPool, query: &'static str, least: i64) {
    let end = Instant::now() + PATIENCE * 2;
    loop {
        let count = count(pool, query).await;
        if count.is_some_and(|count| count >= least) {
            return;
        }
        assert!(Instant::now() < end, "{query}: {count:?}, not {least}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn say(producer: &Producer<Sayings>, numbers: std::ops::Range<i32>) {
    for number in numbers {
        let key = Bytes(vec![number.to_be_bytes()[3]]);
        producer.send(&Keyed { key: &key, event: &Said { number } }).await.unwrap();
    }
}

#[tokio::test]
async fn sagas_and_projections_go_on_where_they_were_when_postgresql_was_killed_and_is_back() {
    let Some(mut server) = PostgreSql::start("sagas_and_projections_go_on").await else { return };
    drop(server.database(DATABASE).await);
    let pool = PgPoolOptions::new().max_connections(8).acquire_timeout(Duration::from_secs(5));
    let pool = pool.connect_lazy_with(server.options(DATABASE));
    saga::migrate(&pool).await.unwrap();
    projection::migrate(&pool).await.unwrap();
    let journal = "CREATE TABLE journal (id text NOT NULL, step text NOT NULL)";
    sqlx::raw_sql(journal).execute(&pool).await.unwrap();
    let cluster = Cluster::embedded();
    let client = client(&cluster).build().unwrap();
    let producer = client.producer::<Sayings>().await.unwrap();
    say(&producer, 0..EVENTS / 2).await;
    let step = |name| {
        let retry = Retry::in_place(1000).waits(Duration::from_millis(20), Duration::from_millis(500));
        Step::new(name, act).retry(retry)
    };
    let sagas = Saga::new("plan", &pool).step(step("one")).step(step("two")).step(step("three"));
    let sagas = sagas.poll(Duration::from_millis(20)).lease(Duration::from_secs(5)).workers(4).build().unwrap();
    for number in 0..SAGAS {
        assert!(sagas.start(format!("saga {number}"), &0).await.unwrap());
    }
    let working = sagas.spawn();
    let reading = Projection::new("said", 1, &pool, &client).batch(10).lease(Duration::from_secs(5));
    let reading = reading.tables(|tables| format!("CREATE TABLE {} (number integer)", tables.name("said")));
    let reading = reading.apply(keep).spawn();
    // Both are in the middle of it.
    until(&pool, "SELECT count(*) FROM journal", 10).await;
    until(&pool, "SELECT count(*) FROM said_v1", 10).await;
    server.kill_and_restart().await;
    say(&producer, EVENTS / 2..EVENTS).await;
    until(&pool, "SELECT count(*) FROM topika_sagas WHERE phase = 'completed'", i64::from(SAGAS)).await;
    until(&pool, "SELECT count(DISTINCT number) FROM said_v1", i64::from(EVENTS)).await;
    assert_eq!(count(&pool, "SELECT count(*) FROM said_v1").await, Some(i64::from(EVENTS)));
    assert_eq!(count(&pool, "SELECT count(*) FROM journal").await, Some(i64::from(SAGAS * 3)));
    assert_eq!(count(&pool, "SELECT count(*) FROM (SELECT DISTINCT id, step FROM journal) AS e").await, Some(120));
    assert_eq!(count(&pool, "SELECT count(*) FROM topika_sagas WHERE data = '3'").await, Some(i64::from(SAGAS)));
    working.shutdown(PATIENCE).await.unwrap();
    reading.shutdown(PATIENCE).await.unwrap();
    producer.close(PATIENCE).await.unwrap();
}

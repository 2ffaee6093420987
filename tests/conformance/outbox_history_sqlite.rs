//! As `outbox_history`, with SQLite: one file, which the service, two relays and the reader share, and of which any may be killed while it writes.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use topika::event::Keyed;
use topika::handler::State;
use topika::inbox::{self, Inbox, MessageId};
use topika::outbox::{self, Outbox};
use topika::types::Bytes;
use topika::{App, Client, Error, Provision, Retry};

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::history::{Worker, rounds};
use crate::producing::{Said, Sayings};

/// Where a worker is told what to do; without it there is none.
const WORKER: &str = "TOPIKA_SQLITE_OUTBOX_WORKER";
const KEYS: i32 = 20;
/// A relay that is killed is missed for the 10 s of its lease.
const LONG: Duration = Duration::from_secs(120);

#[derive(Clone)]
struct Effects {
    inbox: Inbox<sqlx::Sqlite>,
}

async fn note(State(effects): State<Effects>, id: MessageId, said: Said) -> Result<(), Error> {
    let Some(mut tx) = effects.inbox.begin(&id).await? else { return Ok(()) };
    let effect = sqlx::query("INSERT INTO effects (number) VALUES ($1)").bind(said.number);
    effect.execute(&mut *tx).await.map_err(Error::wrap)?;
    tx.commit().await.map_err(Error::wrap)
}

/// Places an order in one transaction with its event.
async fn place(pool: &SqlitePool, outbox: &Outbox<sqlx::Sqlite>) -> Result<(), Error> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.map_err(Error::wrap)?;
    let order = sqlx::query_scalar("INSERT INTO orders DEFAULT VALUES RETURNING number").fetch_one(&mut *tx);
    let number: i32 = order.await.map_err(Error::wrap)?;
    let key = Bytes((number % KEYS).to_be_bytes().to_vec());
    outbox.publish::<Sayings>(&mut tx, &Keyed { key: &key, event: &Said { number } }).await?;
    tx.commit().await.map_err(Error::wrap)
}

fn pool(file: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let options = options.journal_mode(SqliteJournalMode::Wal).busy_timeout(Duration::from_secs(30));
    SqlitePoolOptions::new().max_connections(4).connect_lazy_with(options)
}

/// The processes that are killed: this test binary, told so by its environment.
#[tokio::test]
async fn a_worker() {
    let Ok(told) = std::env::var(WORKER) else { return };
    let [role, bootstrap, prefix, file] = told.split(' ').collect::<Vec<_>>()[..] else { panic!("{told}") };
    let pool = pool(Path::new(file));
    let client = Client::builder()
        .bootstrap(bootstrap)
        .without_registry()
        .topic_prefix(prefix)
        .provision(Provision::Create)
        .build()
        .unwrap();
    match role {
        "service" => {
            let outbox = Outbox::new(&pool, &client);
            outbox.ready::<Sayings>().await.unwrap();
            loop {
                place(&pool, &outbox).await.unwrap();
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        "relay" => {
            let _relay = Outbox::relay(&pool, &client).batch(50).spawn();
            std::future::pending::<()>().await;
        }
        _ => {
            let retry = Retry::in_place(10_000).waits(Duration::from_millis(50), Duration::from_millis(500));
            let app = App::new(format!("{prefix}effects")).with_state(Effects { inbox: Inbox::new(&pool) });
            let app = app.topic(Sayings::router().said(note)).retry(retry).instance("effects");
            app.run(client).await.unwrap();
        }
    }
}

async fn count(pool: &SqlitePool, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(pool).await.unwrap()
}

/// Waits for so many effects more.
async fn more(pool: &SqlitePool, effects: i64) {
    const COUNT: &str = "SELECT count(*) FROM effects";
    let (start, from) = (Instant::now(), count(pool, COUNT).await);
    while count(pool, COUNT).await < from + effects {
        assert!(start.elapsed() < LONG, "{from} effects, and no {effects} more");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(crate) async fn nothing_is_lost_and_nothing_done_twice_while_service_relays_and_reader_are_killed(
    cluster: &Cluster,
) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("orders.db");
    let pool = pool(&file);
    outbox::migrate(&pool).await.unwrap();
    inbox::migrate(&pool).await.unwrap();
    let tables = "CREATE TABLE orders (number INTEGER PRIMARY KEY AUTOINCREMENT); \
                  CREATE TABLE effects (place INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER)";
    sqlx::raw_sql(tables).execute(&pool).await.unwrap();
    let told = |role| format!("{role} {} {} {}", cluster.bootstrap(), cluster.name(""), file.display());
    let start = |role| Worker::start("outbox_history_sqlite::a_worker", WORKER, told(role));
    let [mut service, mut first, mut second, mut reader] = ["service", "relay", "relay", "effects"].map(start);
    let rounds = rounds(1);
    for round in 0..rounds {
        more(&pool, 50).await;
        service.kill();
        more(&pool, 20).await;
        // Whichever of them is at work, or the one that waits.
        if round % 2 == 0 { &mut first } else { &mut second }.kill();
        more(&pool, 20).await;
        reader.kill();
        more(&pool, 20).await;
    }
    service.kill_for_good();
    let start = Instant::now();
    let left = async || count(&pool, "SELECT count(*) FROM topika_outbox").await;
    const MISSING: &str = "SELECT count(*) FROM orders WHERE number NOT IN (SELECT number FROM effects)";
    while left().await + count(&pool, MISSING).await > 0 {
        assert!(start.elapsed() < PATIENCE, "{} rows left, {} lost", left().await, count(&pool, MISSING).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // What comes twice would come now.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let orders = count(&pool, "SELECT count(*) FROM orders").await;
    let effects = count(&pool, "SELECT count(*) FROM effects").await;
    let invented = "SELECT count(*) FROM effects WHERE number NOT IN (SELECT number FROM orders)";
    let turned = "SELECT count(*) FROM (SELECT number, lag(number) OVER (PARTITION BY number % 20 ORDER BY place) AS before FROM effects) \
                  WHERE before >= number";
    println!("{rounds} rounds of three kills: {orders} orders, {effects} effects");
    assert_eq!((effects, count(&pool, invented).await, count(&pool, turned).await), (orders, 0, 0));
}

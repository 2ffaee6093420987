//! What an inbox promises, whichever broker it is.

use std::time::Duration;

use sqlx::{PgPool, Pool, Postgres};
use topika::App;
use topika::event::Keyed;
use topika::handler::State;
use topika::inbox::{Inbox, InboxDatabase, MessageId};
use topika::types::Bytes;

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::databases::{Database, sqlite};
use crate::producing::{Said, Sayings, client};

#[derive(Clone)]
struct Effects {
    inbox: Inbox<Postgres>,
    pool: PgPool,
}

async fn note(State(to): State<Effects>, id: MessageId, said: Said) -> Result<(), topika::Error> {
    let Some(mut tx) = to.inbox.begin(&id).await? else { return Ok(()) };
    let effect = sqlx::query("INSERT INTO effects (number) VALUES ($1)").bind(said.number);
    effect.execute(&mut *tx).await.map_err(topika::Error::wrap)?;
    // The first time, what was done is taken back.
    let first = sqlx::query("INSERT INTO failed (number) VALUES ($1) ON CONFLICT DO NOTHING").bind(said.number);
    if first.execute(&to.pool).await.map_err(topika::Error::wrap)?.rows_affected() > 0 {
        return Err(topika::Error::wrap("the first time"));
    }
    tx.commit().await.map_err(topika::Error::wrap)
}

pub(crate) async fn a_message_that_comes_again_has_its_effects_once(cluster: &Cluster) {
    let Some(database) = Database::postgres("a_message_that_comes_again_has_its_effects_once").await else { return };
    let pool = &database.pool;
    sqlx::raw_sql("CREATE TABLE effects (number integer); CREATE TABLE failed (number integer PRIMARY KEY)")
        .execute(pool)
        .await
        .unwrap();
    let client = client(cluster).build().unwrap();
    let producer = client.producer::<Sayings>().await.unwrap();
    // Each is written three times, on all partitions; two more have ids of their own.
    for number in 0..50 {
        for again in 0..3_i32 {
            let (key, said) = (Bytes(vec![0]), Said { number });
            let event = Keyed { key: &key, event: &said };
            let message = producer.message(&event).partition((number + again) % 7);
            message.header("ce_id", number.to_string()).send().await.unwrap();
        }
    }
    for _ in 0..2 {
        let (key, said) = (Bytes(vec![0]), Said { number: 50 });
        producer.send(&Keyed { key: &key, event: &said }).await.unwrap();
    }
    let effects = Effects { inbox: Inbox::new(pool), pool: pool.clone() };
    let app = App::new(cluster.name("effects")).with_state(effects).topic(Sayings::router().said(note));
    let running = app.spawn(client.clone());
    let until = tokio::time::Instant::now() + PATIENCE;
    let done = async || running.joined().await && running.lag().values().sum::<i64>() == 0;
    let count = async || sqlx::query_scalar::<_, i64>("SELECT count(*) FROM effects").fetch_one(pool).await.unwrap();
    while !(count().await >= 52 && done().await) {
        assert!(tokio::time::Instant::now() < until, "{} effects", count().await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    running.shutdown().await.unwrap();
    let once: i64 = sqlx::query_scalar("SELECT count(DISTINCT number) FROM effects").fetch_one(pool).await.unwrap();
    assert_eq!((once, count().await), (51, 52));
    producer.close(PATIENCE).await.unwrap();
}

pub(crate) async fn of_two_that_have_the_same_message_at_once_the_second_waits_and_sees_it_done(_: &Cluster) {
    let dir = tempfile::tempdir().unwrap();
    at_once(&sqlite(&dir).await).await;
    let Some(database) = Database::postgres("of_two_that_have_the_same_message_at_once").await else { return };
    at_once(&database.pool).await;
}

async fn at_once<DB: InboxDatabase>(pool: &Pool<DB>)
where
    <DB as sqlx::Database>::Connection: Sync,
{
    let inbox = Inbox::new(pool);
    for (name, commits) in [("committed", true), ("dropped", false)] {
        let id = MessageId::new("billing", name);
        let first = inbox.begin(&id).await.unwrap().expect("it is new");
        let second = tokio::spawn({
            let (inbox, id) = (inbox.clone(), id.clone());
            async move {
                match inbox.begin(&id).await.unwrap() {
                    Some(tx) => {
                        tx.commit().await.unwrap();
                        true
                    }
                    None => false,
                }
            }
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!second.is_finished(), "the second waits: {name}");
        if commits {
            first.commit().await.unwrap();
        } else {
            first.rollback().await.unwrap();
        }
        assert_eq!(second.await.unwrap(), !commits, "{name}");
        assert!(inbox.begin(&id).await.unwrap().is_none(), "{name}");
        // Another group has effects of its own.
        let other = inbox.begin(&MessageId::new("kitchen", name)).await.unwrap();
        other.expect("it is new there").commit().await.unwrap();
    }
    assert_eq!(inbox.forget(Duration::from_secs(3600)).await.unwrap(), 0);
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(inbox.forget(Duration::ZERO).await.unwrap(), 4);
    assert!(inbox.begin(&MessageId::new("billing", "committed")).await.unwrap().is_some());
}

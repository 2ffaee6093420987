//! What event-sourced aggregates promise, on both databases; and with their events on a topic, whichever broker it is.

mod postgres;
mod sqlite;

use topika::aggregate::{Aggregate, EventStore, Snapshot, migrate};
use topika::event::Keyed;
use topika::outbox::Outbox;
use topika::serde::{Deserialize, Serialize};
use topika::types::Bytes;

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::databases;
use crate::producing::{Said, Sayings, client};

/// What was said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(crate = "topika::serde")]
struct Talk {
    numbers: Vec<i32>,
}

impl Aggregate for Talk {
    type Events = Sayings;
    const NAME: &'static str = "talk";

    fn apply(&mut self, event: &Sayings) {
        let Sayings::Said(Said { number }) = event;
        self.numbers.push(*number);
    }
}

impl Snapshot for Talk {
    const SHAPE: u32 = 1;
}

pub(crate) async fn what_is_appended_is_published_in_its_transaction_and_a_topic_folds_to_the_same(cluster: &Cluster) {
    let dir = tempfile::tempdir().unwrap();
    let pool = databases::sqlite(&dir).await;
    migrate(&pool).await.unwrap();
    let client = client(cluster).build().unwrap();
    let outbox = Outbox::new(&pool, &client);
    let talks = EventStore::<_, Talk>::new(&pool).publishing(&outbox);
    outbox.ready::<Sayings>().await.unwrap();
    for round in 0..4 {
        for of in 0..3_u8 {
            let mut talk = talks.load(format!("talk {of}")).await.unwrap();
            let (key, first, second) = (Bytes(vec![of]), Said { number: round * 2 }, Said { number: round * 2 + 1 });
            let mut tx = pool.begin().await.unwrap();
            let (first, second) = (Keyed { key: &key, event: &first }, Keyed { key: &key, event: &second });
            talks.append(&mut tx, &mut talk, &[&first, &second]).await.unwrap();
            // One of them comes to nothing, and is neither stored nor said.
            if (round, of) == (3, 2) { tx.rollback().await.unwrap() } else { tx.commit().await.unwrap() }
        }
    }
    let relay = Outbox::relay(&pool, &client).spawn();
    let until = tokio::time::Instant::now() + PATIENCE;
    while outbox.lag().await.unwrap().rows > 0 {
        assert!(tokio::time::Instant::now() < until);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    relay.shutdown(PATIENCE).await.unwrap();
    let mut folded = client.replay::<Sayings>().fold_by_key::<Talk>().await.unwrap();
    folded.sort_by_key(|(key, _)| key.0.clone());
    let mut stored = Vec::new();
    for of in 0..3_u8 {
        let talk = talks.load(format!("talk {of}")).await.unwrap();
        assert_eq!(talk.version(), if of == 2 { 6 } else { 8 });
        stored.push((Bytes(vec![of]), talk.state));
    }
    assert_eq!(folded, stored);
    let one = client.replay::<Sayings>().only_keys([Bytes(vec![2])]).fold::<Talk>().await.unwrap();
    assert_eq!(one.numbers, (0..6).collect::<Vec<_>>());
    // Readers are told whose event it is.
    let mut reader = client.consumer::<Sayings>(cluster.name("reader")).from_start().await.unwrap();
    let message = tokio::time::timeout(PATIENCE, reader.next()).await.unwrap().unwrap().unwrap();
    let of = message.key().unwrap().unwrap().0[0];
    assert_eq!(message.header("ce_aggregatetype"), Some(&b"talk"[..]));
    assert_eq!(message.header("ce_subject"), Some(format!("talk {of}").as_bytes()));
    let id = String::from_utf8(message.header("ce_id").unwrap().to_vec()).unwrap();
    let noted = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM topika_events WHERE message_id = $1").bind(id);
    assert_eq!(noted.fetch_one(&pool).await.unwrap(), 1);
    message.ack();
    reader.close(PATIENCE).await.unwrap();
}

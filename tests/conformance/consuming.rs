//! What a consumer promises, whichever broker it is; kills are in `history`.

use std::ops::Range;

use rdkafka::Offset;
use topika::client::Message;
use topika::event::Keyed;
use topika::types::Bytes;
use topika::{Client, Consumer, ErrorKind};

use crate::clients::{self, PATIENCE};
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};

/// Where all that is said here lands.
const PARTITION: i32 = 3;

async fn say(client: &Client, numbers: Range<i32>) {
    let sayings = client.producer::<Sayings>().await.unwrap();
    let key = Bytes(vec![7]);
    for number in numbers {
        sayings.message(&Keyed { key: &key, event: &Said { number } }).partition(PARTITION).send().await.unwrap();
    }
    sayings.close(PATIENCE).await.unwrap();
}

async fn next(consumer: &mut Consumer<Sayings>) -> Message<Sayings> {
    tokio::time::timeout(PATIENCE, consumer.next()).await.unwrap().unwrap().unwrap()
}

fn number(message: &Message<Sayings>) -> i32 {
    let Sayings::Said(said) = &message.event;
    said.number
}

/// What a group has committed of the partition.
fn committed(cluster: &Cluster, group: &str) -> Offset {
    let asker = clients::consumer(cluster, group, &[]);
    clients::committed(&asker, &cluster.name("said"), PARTITION)
}

pub(crate) async fn a_message_is_committed_on_request_and_what_was_dropped_before_it_is_told(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 0..6).await;
    // No other commit comes before those that are asked for.
    let reader = client.consumer::<Sayings>(cluster.name("reader")).commit_interval(PATIENCE);
    let mut reader = reader.await.unwrap();
    let first = next(&mut reader).await;
    assert_eq!(number(&first), 0);
    first.commit().await.unwrap();
    assert_eq!(committed(cluster, "reader"), Offset::Offset(1));
    // One that waits for the one before it, which another task has.
    let (second, third) = (next(&mut reader).await, next(&mut reader).await);
    let waiting = tokio::spawn(third.commit());
    second.ack();
    tokio::time::timeout(PATIENCE, waiting).await.unwrap().unwrap().unwrap();
    assert_eq!(committed(cluster, "reader"), Offset::Offset(3));
    let (dropped, fifth) = (next(&mut reader).await, next(&mut reader).await);
    let waiting = tokio::spawn(fifth.commit());
    drop(dropped);
    let error = tokio::time::timeout(PATIENCE, waiting).await.unwrap().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotCommitted, "{error}");
    assert!(error.message().contains("partition 3 offset 4"), "{error}");
    next(&mut reader).await.ack();
    reader.close(PATIENCE).await.unwrap();
    // Neither at the end nor by dropping is anything committed that stands behind one that was not acknowledged.
    assert_eq!(committed(cluster, "reader"), Offset::Offset(3));
}

//! What topika's transactions promise, whichever broker it is.

use std::time::Duration;

use topika::event::Keyed;
use topika::types::Bytes;
use topika::{Client, Consumer, ErrorKind, Event, Start, Topic};

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "cases.echoed", project = "tests/conformance")]
pub(crate) struct Echoed {
    pub(crate) number: i32,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "echoed", key_type = Bytes, partitions = 2, framing = "none")]
pub(crate) enum Echoes {
    Echoed(Echoed),
}

const KEY: Bytes = Bytes(Vec::new());

fn said(number: i32) -> Said {
    Said { number }
}

/// Reads until that many have come, and a little longer: nothing more may come.
pub(crate) async fn read<T: Topic + Clone>(consumer: &mut Consumer<T>, count: usize) -> Vec<T> {
    let mut all = Vec::new();
    while all.len() < count {
        all.push(tokio::time::timeout(PATIENCE, consumer.next()).await.unwrap().unwrap().unwrap().event.clone());
    }
    let more = tokio::time::timeout(Duration::from_millis(300), consumer.next()).await;
    assert!(more.is_err(), "more than {count}");
    all
}

pub(crate) async fn reader<T: Topic>(client: &Client, cluster: &Cluster) -> Consumer<T> {
    client.consumer::<T>(cluster.name("readers")).start(Start::Earliest).await.unwrap()
}

pub(crate) async fn what_is_committed_is_read_on_every_topic_and_what_is_aborted_or_dropped_on_none(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let mut transactions = client.transactions("writer").await.unwrap();
    assert_eq!(transactions.id(), cluster.name("writer"));
    let sayings = transactions.producer::<Sayings>().await.unwrap();
    let echoes = transactions.producer::<Echoes>().await.unwrap();
    for number in 0..6 {
        let transaction = transactions.begin().await.unwrap();
        let (said, echoed) = (said(number), Echoed { number });
        sayings.enqueue(&Keyed { key: &KEY, event: &said }).await.unwrap().await.unwrap();
        let _unawaited = echoes.enqueue(&Keyed { key: &KEY, event: &echoed }).await.unwrap();
        match number % 3 {
            0 => transaction.commit().await.unwrap(),
            1 => transaction.abort().await.unwrap(),
            _ => drop(transaction),
        }
    }
    // The last one was dropped: what begins next waits for its end.
    transactions.begin().await.unwrap().commit().await.unwrap();
    let (mut says, mut answers) = (reader::<Sayings>(&client, cluster).await, reader::<Echoes>(&client, cluster).await);
    assert_eq!(read(&mut says, 2).await, [0, 3].map(|number| Sayings::Said(said(number))));
    assert_eq!(read(&mut answers, 2).await, [0, 3].map(|number| Echoes::Echoed(Echoed { number })));
    says.close(PATIENCE).await.unwrap();
    answers.close(PATIENCE).await.unwrap();
}

pub(crate) async fn a_process_that_takes_over_an_id_shuts_out_the_one_before(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let mut before = client.transactions("writer").await.unwrap();
    let old = before.producer::<Sayings>().await.unwrap();
    let open = before.begin().await.unwrap();
    old.enqueue(&Keyed { key: &KEY, event: &said(1) }).await.unwrap().await.unwrap();
    let mut after = client.transactions("writer").await.unwrap();
    let new = after.producer::<Sayings>().await.unwrap();
    let transaction = after.begin().await.unwrap();
    new.enqueue(&Keyed { key: &KEY, event: &said(2) }).await.unwrap().await.unwrap();
    transaction.commit().await.unwrap();
    let error = open.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Fenced, false), "{error}");
    assert!(error.message().contains(&cluster.name("writer")), "{error}");
    assert_eq!(before.begin().await.unwrap_err().kind(), ErrorKind::Fenced);
    let mut says = reader::<Sayings>(&client, cluster).await;
    assert_eq!(read(&mut says, 1).await, [Sayings::Said(said(2))]);
    says.close(PATIENCE).await.unwrap();
}

pub(crate) async fn a_message_that_is_refused_voids_its_transaction_and_the_next_is_good(cluster: &Cluster) {
    // The broker is to refuse it, and not the client.
    let client = client(cluster)
        .kafka_property("message.max.bytes", "20000000")
        .kafka_property("compression.type", "none")
        .build()
        .unwrap();
    let mut transactions = client.transactions("writer").await.unwrap();
    let sayings = transactions.producer::<Sayings>().await.unwrap();
    let transaction = transactions.begin().await.unwrap();
    let _good = sayings.enqueue(&Keyed { key: &KEY, event: &said(1) }).await.unwrap();
    let _bad = sayings.enqueue(&Keyed { key: &Bytes(vec![7; 3_000_000]), event: &said(2) }).await.unwrap();
    drop((_good, _bad));
    let error = transaction.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Aborted, false), "{error}");
    assert!(error.message().contains("message size too large"), "{error}");
    let transaction = transactions.begin().await.unwrap();
    let _again = sayings.enqueue(&Keyed { key: &KEY, event: &said(3) }).await.unwrap();
    transaction.commit().await.unwrap();
    let mut says = reader::<Sayings>(&client, cluster).await;
    assert_eq!(read(&mut says, 1).await, [Sayings::Said(said(3))]);
    says.close(PATIENCE).await.unwrap();
}

pub(crate) async fn a_message_outside_of_a_transaction_is_refused(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let mut transactions = client.transactions("writer").await.unwrap();
    let sayings = transactions.producer::<Sayings>().await.unwrap();
    let error = sayings.send(&Keyed { key: &KEY, event: &said(1) }).await.unwrap_err();
    assert!(error.to_string().contains("call `begin` before"), "{error}");
    transactions.begin().await.unwrap().commit().await.unwrap();
    let error = sayings.send(&Keyed { key: &KEY, event: &said(1) }).await.unwrap_err();
    assert!(error.to_string().contains("call `begin` before"), "{error}");
    assert_eq!(client.transactions(" ").await.unwrap_err().kind(), ErrorKind::Config);
    // More than brokers allow.
    let error = client.transactions("long").timeout(Duration::from_secs(24 * 3600)).await.unwrap_err();
    assert!(error.to_string().contains("transaction.max.timeout.ms"), "{error}");
}

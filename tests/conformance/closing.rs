//! What a producer promises of its bounds and its end, whichever broker it is.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use topika::client::Undelivered;
use topika::event::{Keyed, Tombstone};
use topika::types::Bytes;
use topika::{Consumer, ErrorKind, Pending, Producer, Topic};

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};

static KEY: Bytes = Bytes(Vec::new());

/// All that stands on the topic.
async fn all<T: Topic>(cluster: &Cluster) -> Vec<topika::client::Message<T>> {
    let client = client(cluster).build().unwrap();
    let mut reader: Consumer<T> = client.consumer::<T>(cluster.name("reader")).from_start().until_end().await.unwrap();
    let mut all = Vec::new();
    while let Some(message) = tokio::time::timeout(PATIENCE, reader.next()).await.unwrap() {
        all.push(message.unwrap());
    }
    all
}

fn numbers(messages: &[topika::client::Message<Sayings>]) -> Vec<i32> {
    messages
        .iter()
        .map(|message| match &message.event {
            Sayings::Said(said) => said.number,
        })
        .collect()
}

/// Enqueues without a stop until it is told that the producer is closed.
fn talk(sayings: &Producer<Sayings>, begun: &AtomicUsize) -> Vec<Pending> {
    let mut pending = Vec::new();
    loop {
        match sayings.try_enqueue(&Keyed { key: &KEY, event: &Said { number: 0 } }) {
            Ok(one) => pending.push(one),
            Err(error) if error.kind() == ErrorKind::QueueFull => std::thread::yield_now(),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
                return pending;
            }
        }
        begun.fetch_add(1, Ordering::Relaxed);
    }
}

pub(crate) async fn what_is_enqueued_while_a_producer_closes_is_delivered_or_refused(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let mut taken = 0;
    for _ in 0..10 {
        let sayings = client.producer::<Sayings>().await.unwrap();
        let begun = Arc::new(AtomicUsize::new(0));
        let talkers: Vec<_> = (0..3)
            .map(|_| {
                let (sayings, begun) = (sayings.clone(), Arc::clone(&begun));
                std::thread::spawn(move || talk(&sayings, &begun))
            })
            .collect();
        while begun.load(Ordering::Relaxed) < 100 {
            tokio::task::yield_now().await;
        }
        sayings.close(PATIENCE).await.unwrap();
        // All is delivered, it says: nothing may be on its way any more, and nothing come behind.
        assert_eq!(sayings.in_flight(), 0);
        for pending in talkers.into_iter().flat_map(|talker| talker.join().unwrap()) {
            tokio::time::timeout(PATIENCE, pending).await.unwrap().unwrap();
            taken += 1;
        }
        assert_eq!(sayings.in_flight(), 0);
    }
    assert_eq!(all::<Sayings>(cluster).await.len(), taken);
}

pub(crate) async fn what_is_not_delivered_at_the_deadline_is_counted_and_each_future_and_the_hook_say_so(
    cluster: &Cluster,
) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&heard);
    let hooked = client(cluster).on_delivery(move |delivery| {
        hear.lock().unwrap().push(delivery.result().map(drop).map_err(topika::Error::kind));
        // A hook that panics hinders nothing.
        std::panic::resume_unwind(Box::new("the hook"));
    });
    let sayings = hooked.build().unwrap().producer::<Sayings>().await.unwrap();
    let mut pending = Vec::new();
    for number in 0..2000 {
        pending.push(sayings.enqueue(&Keyed { key: &KEY, event: &Said { number } }).await.unwrap());
    }
    let error = sayings.close(Duration::ZERO).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Timeout, false), "{error}");
    let undelivered = error.downcast::<Undelivered>().unwrap();
    let (mut delivered, mut given_up) = (0, 0);
    for pending in pending {
        match tokio::time::timeout(PATIENCE, pending).await.unwrap() {
            Ok(_) => delivered += 1,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
                given_up += 1;
            }
        }
    }
    // What the brokers confirmed between the count and the end is delivered all the same.
    assert!(undelivered.given_up > 0 && given_up <= undelivered.given_up, "{given_up} of {undelivered:?}");
    assert_eq!(undelivered.failed_unseen, 0);
    let heard = heard.lock().unwrap().clone();
    assert_eq!(heard.iter().filter(|result| result.is_ok()).count(), delivered);
    assert_eq!(heard.iter().filter(|result| **result == Err(ErrorKind::Closed)).count(), given_up);
    assert!(all::<Sayings>(cluster).await.len() >= delivered);
}

pub(crate) async fn a_full_queue_is_waited_for_and_what_a_dropped_producer_took_is_written(cluster: &Cluster) {
    let client = client(cluster).queue(16, 1 << 20).build().unwrap();
    let sayings = client.producer::<Sayings>().await.unwrap();
    let mut most = 0;
    for number in 0..2000 {
        let event = Said { number };
        // Nobody awaits it.
        drop(sayings.enqueue(&Keyed { key: &KEY, event: &event }).await.unwrap());
        most = most.max(sayings.in_flight());
    }
    assert!((2..=16).contains(&most), "{most} were on their way");
    // Once more as much as there is room for, which nobody waits for but the end.
    let full = std::iter::repeat_with(|| sayings.try_enqueue(&Keyed { key: &KEY, event: &Said { number: 2000 } }));
    let more = full.take_while(|one| one.as_ref().map_err(topika::Error::kind).err() != Some(ErrorKind::QueueFull));
    let more = more.take(100).map(|one| drop(one.unwrap())).count();
    drop(sayings);
    let all = numbers(&all::<Sayings>(cluster).await);
    assert_eq!(all.len(), 2000 + more);
    assert!(all.is_sorted(), "in the order of the calls");
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "kept", key_type = Bytes, partitions = 1, framing = "none", compact)]
enum Kept {
    Said(Said),
    #[topic(tombstone)]
    Gone(Tombstone<Bytes>),
}

pub(crate) async fn a_tombstone_is_read_as_one_with_its_key_headers_and_time(cluster: &Cluster) {
    let producer = client(cluster).build().unwrap().producer::<Kept>().await.unwrap();
    producer.send(&Keyed { key: &Bytes(vec![7]), event: &Said { number: 1 } }).await.unwrap();
    let gone = Tombstone::<Bytes>::of(Bytes(vec![7]));
    let at = producer.message(&gone).header("by", "CUST-2").timestamp_ms(1_767_225_600_000).send().await.unwrap();
    assert_eq!((at.partition, at.offset), (0, 1));
    producer.close(PATIENCE).await.unwrap();
    let all = all::<Kept>(cluster).await;
    let last = all.last().unwrap();
    assert_eq!(last.event, Kept::Gone(gone));
    assert_eq!((last.header("by"), last.timestamp_ms()), (Some(&b"CUST-2"[..]), Some(1_767_225_600_000)));
    assert_eq!(last.key().unwrap(), Some(&Bytes(vec![7])));
}

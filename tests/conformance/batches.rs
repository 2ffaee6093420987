//! What handlers of batches are promised, whichever broker it is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use topika::app::{ExactlyOnce, Publish};
use topika::event::Keyed;
use topika::handler::{Batch, Batches, State};
use topika::types::Bytes;
use topika::{App, Client, ErrorKind, Retry};

use crate::clients::{self, PATIENCE};
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};
use crate::transactional::{Echoed, Echoes, read, reader};

const KEYS: u8 = 4;

/// The batches that a handler was called with: key and number of each message.
type Seen = Arc<Mutex<Vec<Vec<(u8, i32)>>>>;

/// So many messages, the keys in turn.
async fn say(client: &Client, count: i32) {
    let sayings = client.producer::<Sayings>().await.unwrap();
    for number in 0..count {
        let key = Bytes(vec![u8::try_from(number % i32::from(KEYS)).unwrap()]);
        sayings.send(&Keyed { key: &key, event: &Said { number } }).await.unwrap();
    }
    sayings.close(PATIENCE).await.unwrap();
}

fn of(batch: &Batch<Sayings>) -> Vec<(u8, i32)> {
    let message = |message: &topika::handler::BatchMessage<Sayings>| {
        let Sayings::Said(said) = &message.event;
        (message.key.as_ref().unwrap().as_ref().unwrap().0[0], said.number)
    };
    batch.iter().map(message).collect()
}

/// Cannot bear the number 3.
async fn store(State(seen): State<Seen>, batch: Batch<Sayings>) -> Result<(), String> {
    let numbers = of(&batch);
    let bad = numbers.iter().any(|(_, number)| *number == 3);
    seen.lock().unwrap().push(numbers);
    if bad { Err("no three".to_owned()) } else { Ok(()) }
}

fn app(cluster: &Cluster, seen: &Seen) -> App<Seen> {
    App::new(cluster.name("store"))
        .with_state(Arc::clone(seen))
        .lanes(2)
        .retry(Retry::in_place(1).waits(Duration::from_millis(1), Duration::from_millis(1)))
        .batches(Batches::up_to(10).within(Duration::from_millis(500)), store)
}

pub(crate) async fn of_a_batch_that_goes_on_failing_only_what_fails_alone_is_given_up(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 40).await;
    let seen = Seen::default();
    let running = app(cluster, &seen).dead_letters().spawn(client.clone());
    let until = tokio::time::Instant::now() + PATIENCE;
    let handled = |seen: &Seen| {
        let bad = |batch: &&Vec<(u8, i32)>| !batch.iter().any(|(_, number)| *number == 3);
        seen.lock().unwrap().iter().filter(bad).flatten().copied().collect::<Vec<_>>()
    };
    while handled(&seen).len() < 39 {
        assert!(tokio::time::Instant::now() < until, "{seen:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    running.shutdown().await.unwrap();
    let mut keys: BTreeMap<u8, Vec<i32>> = BTreeMap::new();
    for (key, number) in handled(&seen) {
        keys.entry(key).or_default().push(number);
    }
    for (key, numbers) in keys {
        let of_key = |number: &i32| number % i32::from(KEYS) == i32::from(key) && *number != 3;
        assert_eq!(numbers, (0..40).filter(of_key).collect::<Vec<_>>(), "each once and in order");
    }
    let seen = seen.lock().unwrap();
    assert!(seen.iter().all(|batch| batch.len() <= 10), "{seen:?}");
    assert!(seen.iter().any(|batch| batch.len() > 1), "{seen:?}");
    let with_three: Vec<_> = seen.iter().filter(|batch| batch.iter().any(|(_, number)| *number == 3)).collect();
    match with_three[..] {
        // It came in a batch, which was tried twice as a whole; then it was tried alone.
        [first, second, alone] => assert!(first == second && alone.len() == 1, "{seen:?}"),
        // It came alone.
        [first, second] => assert!(first == second && first.len() == 1, "{seen:?}"),
        _ => panic!("{seen:?}"),
    }
    let letters = cluster.name("dlq.said");
    let letters = (0..7).map(|partition| clients::read(cluster, &letters, partition, "read_committed").len());
    assert_eq!(letters.sum::<usize>(), 1);
}

pub(crate) async fn a_batch_that_fails_without_dead_letters_ends_the_app_and_is_handled_again(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 8).await;
    for _ in 0..2 {
        let seen = Seen::default();
        let error = tokio::time::timeout(PATIENCE, app(cluster, &seen).spawn(client.clone()).ended()).await.unwrap();
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Handler, "{error}");
        assert!(error.message().contains("no three"), "{error}");
        assert!(seen.lock().unwrap().iter().flatten().any(|(_, number)| *number == 3), "it comes again");
    }
}

async fn echo(batch: Batch<Sayings>) -> Result<Publish<Echoes>, String> {
    let mut answers = Publish::nothing();
    for (key, number) in of(&batch) {
        answers = answers.and_keyed(Bytes(vec![key]), Echoed { number });
    }
    Ok(answers)
}

pub(crate) async fn what_a_batch_publishes_is_a_part_of_the_transaction_of_its_messages(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 40).await;
    let mut answers = reader::<Echoes>(&client, cluster).await;
    let running = App::new(cluster.name("echo"))
        .exactly_once_with(ExactlyOnce::new().messages(15))
        .batches(Batches::up_to(10), echo)
        .spawn(client.clone());
    let mut numbers: Vec<i32> =
        read(&mut answers, 40).await.into_iter().map(|Echoes::Echoed(echoed)| echoed.number).collect();
    for key in 0..i32::from(KEYS) {
        let of_key: Vec<i32> = numbers.iter().copied().filter(|number| number % i32::from(KEYS) == key).collect();
        assert!(of_key.is_sorted(), "{of_key:?}");
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (0..40).collect::<Vec<_>>());
    running.shutdown().await.unwrap();
    answers.close(PATIENCE).await.unwrap();
}

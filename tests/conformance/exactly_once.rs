//! What an app that handles exactly once promises, whichever broker it is; kills are in `history`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use topika::app::{ExactlyOnce, Publish};
use topika::event::Keyed;
use topika::handler::State;
use topika::types::Bytes;
use topika::{App, Client, ErrorKind, Retry, RunningApp};

use crate::clients::{self, PATIENCE};
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};
use crate::transactional::{Echoed, Echoes, read, reader};

type Tries = Arc<AtomicU32>;

static KEY: Bytes = Bytes(Vec::new());

async fn say(client: &Client, numbers: std::ops::Range<i32>) {
    let sayings = client.producer::<Sayings>().await.unwrap();
    let said: Vec<Said> = numbers.map(|number| Said { number }).collect();
    let keyed: Vec<_> = said.iter().map(|event| Keyed { key: &KEY, event }).collect();
    sayings.send_all(&keyed).await.all().unwrap();
    sayings.close(PATIENCE).await.unwrap();
}

fn echoed(numbers: impl IntoIterator<Item = i32>) -> Vec<Echoes> {
    numbers.into_iter().map(|number| Echoes::Echoed(Echoed { number })).collect()
}

/// Cannot bear the number 3.
async fn echo(State(tries): State<Tries>, said: Said) -> Result<Publish<Echoes>, String> {
    tries.fetch_add(1, Ordering::Relaxed);
    match said.number {
        3 => Err("no three".to_owned()),
        number => Ok(Publish::nothing().and_keyed(KEY.clone(), Echoed { number })),
    }
}

fn app(cluster: &Cluster, transactions: ExactlyOnce) -> App<Tries> {
    App::new(cluster.name("echo"))
        .with_state(Tries::default())
        .retry(Retry::never())
        .exactly_once_with(transactions)
        .topic(Sayings::router().said(echo))
}

async fn settled(app: RunningApp) {
    app.shutdown().await.unwrap();
}

pub(crate) async fn a_dead_letter_is_a_part_of_the_transaction_of_its_message(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 0..6).await;
    let mut answers = reader::<Echoes>(&client, cluster).await;
    let running = app(cluster, ExactlyOnce::new()).dead_letters().spawn(client.clone());
    assert_eq!(read(&mut answers, 5).await, echoed([0, 1, 2, 4, 5]));
    settled(running).await;
    // The group's next member has nothing left to do.
    let running = app(cluster, ExactlyOnce::new()).dead_letters().spawn(client.clone());
    say(&client, 6..7).await;
    assert_eq!(read(&mut answers, 1).await, echoed([6]));
    settled(running).await;
    let letters = cluster.name("dlq.said");
    let letters = (0..7).map(|partition| clients::read(cluster, &letters, partition, "read_committed").len());
    assert_eq!(letters.sum::<usize>(), 1);
    answers.close(PATIENCE).await.unwrap();
}

pub(crate) async fn nothing_is_read_of_a_transaction_in_which_a_handler_ends_the_app(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 0..6).await;
    let mut answers = reader::<Echoes>(&client, cluster).await;
    let slow = ExactlyOnce::new().interval(Duration::from_secs(5));
    let error = app(cluster, slow).spawn(client.clone()).ended().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Handler, "{error}");
    assert!(error.message().contains("no three"), "{error}");
    assert!(read(&mut answers, 0).await.is_empty());
    // One message a transaction: those before the third are done, and stay done.
    let single = || ExactlyOnce::new().messages(1);
    let error = app(cluster, single()).spawn(client.clone()).ended().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Handler, "{error}");
    let error = app(cluster, single()).spawn(client.clone()).ended().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Handler, "{error}");
    assert_eq!(read(&mut answers, 3).await, echoed([0, 1, 2]));
    answers.close(PATIENCE).await.unwrap();
}

pub(crate) async fn of_two_processes_with_one_name_the_earlier_gives_way(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 0..1).await;
    let mut answers = reader::<Echoes>(&client, cluster).await;
    let named = || app(cluster, ExactlyOnce::new().instance("echo-0")).dead_letters();
    let before = named().spawn(client.clone());
    assert_eq!(read(&mut answers, 1).await, echoed([0]));
    let after = named().spawn(client.clone());
    assert!(after.joined().await);
    // Whichever of them is given the message: the earlier one cannot commit it.
    say(&client, 4..12).await;
    assert_eq!(read(&mut answers, 8).await, echoed(4..12));
    say(&client, 12..13).await;
    assert_eq!(read(&mut answers, 1).await, echoed([12]));
    settled(after).await;
    // It has ended, or had nothing to do since.
    match before.shutdown().await {
        Ok(()) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::Fenced, "{error}"),
    }
    answers.close(PATIENCE).await.unwrap();
}

/// Takes longer than a transaction may, the first time.
async fn dawdle(State(tries): State<Tries>, said: Said) -> Result<Publish<Echoes>, String> {
    if tries.fetch_add(1, Ordering::Relaxed) == 0 {
        tokio::time::sleep(Duration::from_secs(8)).await;
    }
    Ok(Publish::nothing().and_keyed(KEY.clone(), Echoed { number: said.number }))
}

pub(crate) async fn what_takes_longer_than_a_transaction_may_is_handled_again(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 0..3).await;
    let mut answers = reader::<Echoes>(&client, cluster).await;
    let tries = Tries::default();
    let running = App::new(cluster.name("echo"))
        .with_state(Arc::clone(&tries))
        .exactly_once_with(ExactlyOnce::new().timeout(Duration::from_secs(3)))
        .topic(Sayings::router().said(dawdle))
        .spawn(client.clone());
    assert_eq!(read(&mut answers, 3).await, echoed(0..3));
    assert!(tries.load(Ordering::Relaxed) > 3, "{tries:?}");
    settled(running).await;
    answers.close(PATIENCE).await.unwrap();
}

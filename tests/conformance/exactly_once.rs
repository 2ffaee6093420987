//! What an app that handles exactly once promises, whichever broker it is; kills are in `history`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rdkafka::producer::{BaseRecord, Producer as _};
use tokio::sync::Semaphore;
use topika::app::{ExactlyOnce, Publish};
use topika::event::Keyed;
use topika::handler::State;
use topika::types::Bytes;
use topika::{App, Client, ErrorKind, Retry, RunningApp, Start};

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

/// One message on each partition, with a key of its own.
async fn say_everywhere(client: &Client, from: i32) {
    let sayings = client.producer::<Sayings>().await.unwrap();
    for partition in 0..7 {
        let (key, said) = (Bytes(vec![u8::try_from(partition).unwrap()]), Said { number: from + partition });
        sayings.message(&Keyed { key: &key, event: &said }).partition(partition).send().await.unwrap();
    }
    sayings.close(PATIENCE).await.unwrap();
}

fn numbers(answers: Vec<Echoes>) -> Vec<i32> {
    let mut numbers: Vec<i32> = answers.into_iter().map(|Echoes::Echoed(echoed)| echoed.number).collect();
    numbers.sort_unstable();
    numbers
}

/// Its transactions are too young to have been ended by the brokers, however old the process is.
pub(crate) async fn the_later_of_two_processes_with_one_name_stays_however_old_the_earlier_is(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 0..1).await;
    let mut answers = reader::<Echoes>(&client, cluster).await;
    let timeout = Duration::from_secs(6);
    let named = || app(cluster, ExactlyOnce::new().instance("echo-0").timeout(timeout)).dead_letters();
    let before = named().spawn(client.clone());
    assert_eq!(read(&mut answers, 1).await, echoed([0]));
    tokio::time::sleep(timeout + Duration::from_secs(1)).await;
    let after = named().spawn(client.clone());
    assert!(after.joined().await);
    // Each has some of it.
    say_everywhere(&client, 4).await;
    let error = tokio::time::timeout(PATIENCE, before.ended()).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Fenced, "{error}");
    assert_eq!(numbers(read(&mut answers, 7).await), (4..11).collect::<Vec<_>>());
    settled(after).await;
    answers.close(PATIENCE).await.unwrap();
}

#[derive(Clone)]
struct Doors {
    begun: Arc<AtomicU32>,
    open: Arc<Semaphore>,
}

impl Doors {
    fn new(open: usize) -> Self {
        Self { begun: Arc::default(), open: Arc::new(Semaphore::new(open)) }
    }

    async fn have_begun(&self, count: u32) {
        let begun = async {
            while self.begun.load(Ordering::SeqCst) < count {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, begun).await.unwrap();
    }
}

/// Publishes when it is let.
async fn wait(State(doors): State<Doors>, said: Said) -> Result<Publish<Echoes>, String> {
    doors.begun.fetch_add(1, Ordering::SeqCst);
    let _through = doors.open.acquire().await;
    Ok(Publish::nothing().and_keyed(KEY.clone(), Echoed { number: said.number }))
}

fn waiting(cluster: &Cluster, doors: &Doors, transactions: ExactlyOnce) -> App<Doors> {
    App::new(cluster.name("echo"))
        .with_state(doors.clone())
        .exactly_once_with(transactions)
        .drain_deadline(Duration::from_millis(100))
        // So many that no key waits for another.
        .lanes(2048)
        .topic(Sayings::router().said(wait))
}

pub(crate) async fn what_outlasts_a_rebalance_is_published_by_its_new_owner_alone(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let long = || ExactlyOnce::new().timeout(Duration::from_secs(300));
    let mut answers = reader::<Echoes>(&client, cluster).await;
    let (shut, open) = (Doors::new(0), Doors::new(1000));
    let first = waiting(cluster, &shut, long().interval(Duration::from_secs(5))).spawn(client.clone());
    assert!(first.joined().await);
    say_everywhere(&client, 0).await;
    shut.have_begun(7).await;
    // It is given some of the partitions, whose messages are still at work in the first.
    let second = waiting(cluster, &open, long()).spawn(client.clone());
    let message = tokio::time::timeout(PATIENCE, answers.next()).await.unwrap().unwrap().unwrap();
    let mut all = vec![message.event];
    shut.open.add_permits(1000);
    all.extend(read(&mut answers, 6).await);
    assert_eq!(numbers(all), (0..7).collect::<Vec<_>>());
    settled(first).await;
    settled(second).await;
    assert!(read(&mut answers, 0).await.is_empty());
    answers.close(PATIENCE).await.unwrap();
}

pub(crate) async fn an_app_that_is_told_to_stop_waits_for_handlers_no_longer_than_it_says(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 0..2).await;
    let shut = Doors::new(0);
    let long = ExactlyOnce::new().timeout(Duration::from_secs(600));
    // There is no room for the second message, either.
    let running = waiting(cluster, &shut, long).in_flight(1).spawn(client.clone());
    shut.have_begun(1).await;
    tokio::time::timeout(PATIENCE, running.shutdown()).await.unwrap().unwrap();
    // What it had begun is handled by whoever comes next.
    let mut answers = reader::<Echoes>(&client, cluster).await;
    let running = waiting(cluster, &Doors::new(1000), ExactlyOnce::new()).spawn(client.clone());
    assert_eq!(read(&mut answers, 2).await, echoed([0, 1]));
    settled(running).await;
    answers.close(PATIENCE).await.unwrap();
}

/// The first time that it meets the last number, it takes longer than a transaction may.
async fn stumble(State(tries): State<Tries>, said: Said) -> Result<Publish<Echoes>, String> {
    if said.number == 5 && tries.fetch_add(1, Ordering::Relaxed) == 0 {
        std::future::pending::<()>().await;
    }
    Ok(Publish::nothing().and_keyed(KEY.clone(), Echoed { number: said.number }))
}

/// A transaction that comes to nothing is no new start: what was done stays done, and what was not is not passed over.
pub(crate) async fn an_app_that_begins_at_a_place_begins_there_once(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    say(&client, 0..4).await;
    let mut answers = reader::<Echoes>(&client, cluster).await;
    let stumbling = |group: &str, messages, start| {
        App::new(cluster.name(group))
            .with_state(Tries::default())
            .exactly_once_with(ExactlyOnce::new().timeout(Duration::from_secs(3)).messages(messages))
            .start(start)
            .topic(Sayings::router().said(stumble))
            .spawn(client.clone())
    };
    // Nothing is committed when its first transaction comes to nothing.
    let running = stumbling("latest", 1000, Start::Latest);
    assert!(running.joined().await);
    say(&client, 5..6).await;
    assert_eq!(read(&mut answers, 1).await, echoed([5]));
    settled(running).await;
    // Something is, and it is not handled again.
    let running = stumbling("earliest", 1, Start::Earliest);
    assert_eq!(read(&mut answers, 5).await, echoed([0, 1, 2, 3, 5]));
    settled(running).await;
    answers.close(PATIENCE).await.unwrap();
}

pub(crate) async fn a_dead_letter_that_is_refused_for_good_ends_the_app(cluster: &Cluster) {
    let client = client(cluster).kafka_property("message.max.bytes", "2000").build().unwrap();
    say(&client, 0..1).await;
    let foreign = clients::noticing(cluster, &[]);
    foreign.send(BaseRecord::<(), _>::to(&cluster.name("said")).payload(&"x".repeat(1900))).ok().unwrap();
    foreign.flush(PATIENCE).unwrap();
    let running = app(cluster, ExactlyOnce::new()).dead_letters().spawn(client);
    let error = tokio::time::timeout(PATIENCE, running.ended()).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
}

pub(crate) async fn what_is_committed_within_transactions_is_no_lag(cluster: &Cluster) {
    let client = client(cluster).kafka_property("statistics.interval.ms", "50").build().unwrap();
    say_everywhere(&client, 10).await;
    let mut answers = reader::<Echoes>(&client, cluster).await;
    let running = app(cluster, ExactlyOnce::new()).spawn(client.clone());
    assert_eq!(numbers(read(&mut answers, 7).await), (10..17).collect::<Vec<_>>());
    let up_to_date = async {
        loop {
            let lag: BTreeSet<i64> = running.lag().into_values().collect();
            if lag == BTreeSet::from([0]) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, up_to_date).await.is_ok(), "{:?}", running.lag());
    settled(running).await;
    answers.close(PATIENCE).await.unwrap();
}

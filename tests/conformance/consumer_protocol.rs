//! Groups of the consumer protocol (KIP-848), with librdkafka's clients, Java's, and an app.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rdkafka::Message as _;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use topika::app::Publish;
use topika::event::Keyed;
use topika::handler::State;
use topika::types::Bytes;
use topika::{App, Client};

use crate::clients::{PATIENCE, at, committed, consumer, producer, send, topic};
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};
use crate::support::outside;
use crate::transactional::{Echoed, Echoes, reader};

/// The oldest Apache Kafka that is promised has this protocol in preview alone, and its client no patterns; what is shown on the newest is not
/// shown again beside it.
fn is_too_old() -> bool {
    std::env::var_os("TOPIKA_KAFKA").is_some()
}

fn member(cluster: &Cluster, topic: &str, settings: &[(&str, &str)]) -> BaseConsumer {
    let settings: Vec<_> = [("group.protocol", "consumer")].into_iter().chain(settings.iter().copied()).collect();
    let consumer = consumer(cluster, "g", &settings);
    consumer.subscribe(&[topic]).unwrap();
    consumer
}

/// Not as librdkafka's list, which would keep its client from going.
fn partitions(consumer: &BaseConsumer) -> BTreeSet<i32> {
    consumer.assignment().unwrap().elements().iter().map(|of| of.partition()).collect()
}

/// Polls them until they have so many partitions; the values of what came meanwhile.
fn until_they_have(members: &[&BaseConsumer], counts: &[usize]) -> Vec<String> {
    let until = Instant::now() + PATIENCE;
    let mut values = Vec::new();
    loop {
        let mut has: Vec<usize> = members.iter().map(|one| partitions(one).len()).collect();
        has.sort_unstable();
        if has == counts {
            return values;
        }
        assert!(Instant::now() < until, "{has:?} in place of {counts:?}");
        for one in members {
            if let Some(message) = one.poll(Duration::from_millis(20)) {
                values.push(String::from_utf8(message.unwrap().payload().unwrap().to_vec()).unwrap());
            }
        }
    }
}

pub(crate) async fn partitions_are_shared_anew_as_members_come_and_leave(cluster: &Cluster) {
    if is_too_old() {
        return;
    }
    for assignor in ["uniform", "range"] {
        let topic = topic(cluster, assignor, 6, &[]).await;
        let joins = || member(cluster, &topic, &[("group.remote.assignor", assignor)]);
        let first = joins();
        until_they_have(&[&first], &[6]);
        let second = joins();
        until_they_have(&[&first, &second], &[3, 3]);
        let third = joins();
        until_they_have(&[&first, &second, &third], &[2, 2, 2]);
        let all: BTreeSet<i32> = [&first, &second, &third].into_iter().flat_map(partitions).collect();
        assert_eq!(all, (0..6).collect());
        drop(third);
        until_they_have(&[&first, &second], &[3, 3]);
        drop(second);
        until_they_have(&[&first], &[6]);
    }
}

pub(crate) async fn a_static_member_that_returns_has_what_it_had(cluster: &Cluster) {
    if is_too_old() {
        return;
    }
    let topic = topic(cluster, "t", 4, &[]).await;
    let named = |name| member(cluster, &topic, &[("group.instance.id", name)]);
    let (one, other) = (named("one"), named("other"));
    until_they_have(&[&one, &other], &[2, 2]);
    let had = partitions(&one);
    drop(one);
    let again = named("one");
    until_they_have(&[&again, &other], &[2, 2]);
    assert_eq!(partitions(&again), had);
    let twice = named("one");
    let until = Instant::now() + PATIENCE;
    let refused = loop {
        assert!(Instant::now() < until, "two members have one name");
        if let Some(Err(error)) = twice.poll(Duration::from_millis(50)) {
            break error;
        }
    };
    let code = match refused {
        KafkaError::MessageConsumptionFatal(code) | KafkaError::MessageConsumption(code) => code,
        other => panic!("{other}"),
    };
    assert!(matches!(code, RDKafkaErrorCode::Fatal | RDKafkaErrorCode::UnreleasedInstanceId), "{code:?}");
}

pub(crate) async fn a_member_that_was_silent_is_out_and_commits_nothing(cluster: &Cluster) {
    if is_too_old() {
        return;
    }
    let topic = topic(cluster, "t", 2, &[]).await;
    send(&producer(cluster, &[]), &topic, 0, &["a", "b"]);
    let slow = member(cluster, &topic, &[("max.poll.interval.ms", "3000")]);
    until_they_have(&[&slow], &[2]);
    let other = member(cluster, &topic, &[]);
    // The first one is not polled, so it leaves, and the second has it all.
    until_they_have(&[&other], &[2]);
    other.commit(&at(&topic, 0, 2), CommitMode::Sync).unwrap();
    let late = slow.commit(&at(&topic, 0, 1), CommitMode::Sync).unwrap_err();
    let code = late.rdkafka_error_code().unwrap();
    let known =
        [RDKafkaErrorCode::UnknownMemberId, RDKafkaErrorCode::StaleMemberEpoch, RDKafkaErrorCode::InvalidArgument];
    assert!(known.contains(&code), "{code:?}");
    assert_eq!(committed(&other, &topic, 0), rdkafka::Offset::Offset(2));
}

pub(crate) async fn a_group_without_members_goes_over_to_the_protocol_of_whoever_comes(cluster: &Cluster) {
    if is_too_old() {
        return;
    }
    let topic = topic(cluster, "t", 2, &[]).await;
    let modern = member(cluster, &topic, &[]);
    until_they_have(&[&modern], &[2]);
    modern.commit(&at(&topic, 0, 0), CommitMode::Sync).unwrap();
    drop(modern);
    let classic = consumer(cluster, "g", &[]);
    classic.subscribe(&[&topic]).unwrap();
    until_they_have(&[&classic], &[2]);
    assert_eq!(committed(&classic, &topic, 0), rdkafka::Offset::Offset(0));
    drop(classic);
    let modern = member(cluster, &topic, &[]);
    until_they_have(&[&modern], &[2]);
    assert_eq!(committed(&modern, &topic, 0), rdkafka::Offset::Offset(0));
}

type Seen = Arc<Mutex<Vec<i32>>>;

async fn echo(State(seen): State<Seen>, said: Said) -> Result<Publish<Echoes>, String> {
    seen.lock().unwrap().push(said.number);
    Ok(Publish::nothing().and_keyed(Bytes(Vec::new()), Echoed { number: said.number }))
}

fn app(cluster: &Cluster, client: &Client, seen: &Seen, is_exactly_once: bool) -> topika::RunningApp {
    let app = App::new(cluster.name("echo")).with_state(Arc::clone(seen));
    let app = if is_exactly_once { app.exactly_once() } else { app };
    app.topic(Sayings::router().said(echo)).spawn(client.clone())
}

pub(crate) async fn an_app_handles_each_message_while_workers_come_and_go(cluster: &Cluster) {
    if is_too_old() {
        return;
    }
    let (seen, answers) = handled(cluster, false).await;
    assert_eq!(BTreeSet::from_iter(seen), (0..30).collect());
    assert_eq!(BTreeSet::from_iter(answers), (0..30).collect());
}

pub(crate) async fn an_app_handles_each_message_exactly_once_while_workers_come_and_go(cluster: &Cluster) {
    if is_too_old() {
        return;
    }
    let (_, mut answers) = handled(cluster, true).await;
    answers.sort_unstable();
    assert!(answers.into_iter().eq(0..30));
}

/// The numbers that were handled, and those that were answered.
async fn handled(cluster: &Cluster, is_exactly_once: bool) -> (Vec<i32>, Vec<i32>) {
    let client = client(cluster).kafka_property("group.protocol", "consumer").build().unwrap();
    let sayings = client.producer::<Sayings>().await.unwrap();
    let mut answers = reader::<Echoes>(&client, cluster).await;
    let seen = Seen::default();
    let first = app(cluster, &client, &seen, is_exactly_once);
    assert!(first.joined().await);
    let mut second = None;
    for number in 0..30 {
        let key = Bytes(vec![u8::try_from(number).unwrap()]);
        sayings.send(&Keyed { key: &key, event: &Said { number } }).await.unwrap();
        match number {
            10 => second = Some(app(cluster, &client, &seen, is_exactly_once)),
            20 => assert!(second.as_ref().unwrap().joined().await),
            25 => second.take().unwrap().shutdown().await.unwrap(),
            _ => {}
        }
    }
    let mut numbers = Vec::new();
    while BTreeSet::from_iter(numbers.clone()).len() < 30 {
        let Echoes::Echoed(one) =
            tokio::time::timeout(PATIENCE, answers.next()).await.unwrap().unwrap().unwrap().event.clone();
        numbers.push(one.number);
    }
    first.shutdown().await.unwrap();
    sayings.close(PATIENCE).await.unwrap();
    answers.close(PATIENCE).await.unwrap();
    let seen = seen.lock().unwrap().clone();
    (seen, numbers)
}

pub(crate) async fn java_s_client_is_a_member_and_its_tools_describe_it(cluster: &Cluster) {
    if is_too_old() {
        return;
    }
    let Some(jars) = outside::kafka_jars("java_s_client_is_a_member_and_its_tools_describe_it") else { return };
    let topic = topic(cluster, "java.t", 2, &[]).await;
    let java = Command::new("java")
        .arg("-cp")
        .arg(jars.join("*"))
        .arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/java/Member.java"))
        .args([cluster.bootstrap(), &topic, &cluster.name("members"), &cluster.name("java.*")])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&java.stdout);
    assert!(java.status.success(), "{said}{}", String::from_utf8_lossy(&java.stderr));
    let expected = [
        "both read 6",
        "type Consumer state Stable members 2 with 1 and 1 partitions of the target 2",
        "listed Optional[Consumer]",
        "alone read 2",
        "pattern read 8",
        "deleted",
    ];
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
}

pub(crate) async fn an_app_keeps_the_order_of_keys_that_wait_for_their_retry(cluster: &Cluster) {
    if is_too_old() {
        return;
    }
    let client = client(cluster).kafka_property("group.protocol", "consumer").build().unwrap();
    crate::retrying::order_while_members_come_and_go(cluster, client).await;
}

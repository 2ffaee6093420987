//! Where messages go that are given up, and that they can be given up by hand, whichever broker it is.

use std::time::Duration;

use topika::client::UndecodableMessage;
use topika::dead_letters::{DeadLetter, DeadLetters, Filter, Verdict};
use topika::event::Keyed;
use topika::handler::{Failure, History};
use topika::types::Bytes;
use topika::{App, Client, ErrorKind, Event, HandlerError, Retry, Topic, Undecodable};

use crate::clients::{self, PATIENCE};
use crate::cluster::Cluster;
use crate::dead_letters::{all, summary, text, until, write};
use crate::producing::{Said, Sayings, client};

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "cases.bread", project = "tests/conformance")]
pub(crate) struct Bread {
    pub(crate) number: i32,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "breads", key_type = Bytes, partitions = 2, framing = "none", dead_letters = "baked.failed")]
pub(crate) enum Breads {
    Bread(Bread),
}

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "cases.cake", project = "tests/conformance")]
pub(crate) struct Cake {
    pub(crate) number: i32,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "cakes", key_type = Bytes, partitions = 2, framing = "none", dead_letters = "baked.failed")]
pub(crate) enum Cakes {
    Cake(Cake),
}

const KEY: Bytes = Bytes(Vec::new());

/// What goes wrong.
#[derive(Debug, HandlerError)]
#[handler(code = "burnt", fatal)]
struct Burnt(std::num::ParseIntError);

impl std::fmt::Display for Burnt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("it is burnt")
    }
}

impl std::error::Error for Burnt {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

fn burnt() -> Burnt {
    Burnt("x".parse::<i32>().unwrap_err())
}

async fn bread(_: Bread) -> Result<(), Burnt> {
    Err(burnt())
}

async fn cake(_: Cake) -> Result<(), Burnt> {
    Err(burnt())
}

async fn said(_: Said) -> Result<(), Burnt> {
    Err(burnt())
}

async fn bake(client: &Client, count: i32) {
    let (breads, cakes) = (client.producer::<Breads>().await.unwrap(), client.producer::<Cakes>().await.unwrap());
    for number in 0..count {
        breads.send(&Keyed { key: &KEY, event: &Bread { number } }).await.unwrap();
        cakes.send(&Keyed { key: &KEY, event: &Cake { number } }).await.unwrap();
    }
}

fn origins(letters: &[DeadLetter]) -> Vec<Option<&str>> {
    letters.iter().map(|letter| letter.original_topic.as_deref()).collect()
}

pub(crate) async fn topics_may_name_one_topic_for_their_dead_letters_and_each_finds_its_own(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    bake(&client, 2).await;
    let app = App::new(cluster.name("bakery"))
        .retry(Retry::never())
        .topic(Breads::router().bread(bread))
        .topic(Cakes::router().cake(cake))
        .dead_letters();
    let running = app.spawn(client.clone());
    let of_all = DeadLetters::named(&client, "baked.failed");
    until("four letters", async || summary(&of_all).await.waiting == 4).await;
    running.shutdown().await.unwrap();
    let (breads, cakes) = (DeadLetters::of::<Breads>(&client), DeadLetters::of::<Cakes>(&client));
    let shared = cluster.name("baked.failed");
    assert_eq!([breads.topic(), cakes.topic()], [&*shared; 2]);
    let found = all(&breads, Filter::all()).await;
    let name = cluster.name("breads");
    assert_eq!(origins(&found), [Some(&*name); 2]);
    // Another client has met no such topic until it is told.
    let other = crate::producing::client(cluster).build().unwrap();
    let names = async |client: &Client| -> Vec<String> {
        let mine = cluster.name("");
        let all = DeadLetters::all(client).await.unwrap();
        all.iter().map(|one| one.topic().to_owned()).filter(|name| name.starts_with(&mine)).collect()
    };
    assert_eq!(names(&client).await, [cluster.name("baked.failed")]);
    assert!(names(&other).await.is_empty());
    DeadLetters::of::<Cakes>(&other).summary().await.unwrap();
    assert_eq!(names(&other).await, [cluster.name("baked.failed")]);
    // Only those of the topic go, and to where they came from.
    let done = cakes.redrive(Filter::all()).await.unwrap();
    assert_eq!((done.sent, done.homeless, done.looping), (2, 0, 0));
    let count = |topic: &str| {
        let name = cluster.name(topic);
        (0..2).map(|partition| clients::read(cluster, &name, partition, "read_committed").len()).sum::<usize>()
    };
    assert_eq!((count("breads"), count("cakes")), (2, 4));
    assert_eq!((summary(&breads).await.waiting, summary(&cakes).await.waiting), (2, 0));
    // And by a filter.
    let left = of_all.redrive(Filter::all().original_topic(cluster.name("breads"))).await.unwrap();
    assert_eq!((left.sent, left.before), (2, 0));
    assert_eq!(summary(&of_all).await.waiting, 0);
}

pub(crate) async fn an_app_may_have_one_topic_for_all_that_it_gives_up(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    bake(&client, 1).await;
    let sayings = client.producer::<Sayings>().await.unwrap();
    sayings.send(&Keyed { key: &KEY, event: &Said { number: 3 } }).await.unwrap();
    write(cluster, &cluster.name("said"), &[("", vec![])]);
    let app = || {
        App::new(cluster.name("bakery"))
            .retry(Retry::never())
            .topic(Breads::router().bread(bread))
            .topic(Sayings::router().said(said))
    };
    for exactly_once in [false, true] {
        let name = if exactly_once { "bakery.once" } else { "bakery.failed" };
        let app = app().dead_letters_to(name);
        let app = if exactly_once { app.exactly_once() } else { app };
        let app = app.start(topika::Start::Earliest);
        let running = app.spawn(client.clone());
        let letters = DeadLetters::named(&client, name);
        until("three letters", async || summary(&letters).await.waiting == 3).await;
        running.shutdown().await.unwrap();
        let mut found = all(&letters, Filter::all()).await;
        found.sort_by_key(|letter| letter.reason.clone());
        let reasons: Vec<_> = found.iter().map(|letter| letter.reason.as_deref().unwrap_or_default()).collect();
        assert_eq!(reasons, ["burnt", "burnt", "payload"]);
        assert_eq!(found[0].topic, cluster.name(name));
    }
    let topics = client.topics().list().await.unwrap();
    assert!(!topics.contains_key(&cluster.name("baked.failed")) && !topics.contains_key(&cluster.name("dlq.said")));
    let error = app().dead_letters_to("said").spawn(client.clone()).ended().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert!(error.message().contains(&cluster.name("said")), "{error}");
}

pub(crate) async fn a_message_is_given_up_by_hand_and_then_acknowledged(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let sayings = client.producer::<Sayings>().await.unwrap();
    sayings.send(&Keyed { key: &Bytes(vec![7]), event: &Said { number: 3 } }).await.unwrap();
    write(cluster, &cluster.name("said"), &[("", vec![])]);
    let open = async || {
        let consumer = client.consumer::<Sayings>(cluster.name("by-hand")).undecodable(Undecodable::Yield);
        consumer.await.unwrap()
    };
    let mut consumer = open().await;
    for _ in 0..2 {
        match tokio::time::timeout(PATIENCE, consumer.next()).await.unwrap().unwrap() {
            Ok(message) => {
                let mut before = History::default();
                for attempt in 1..3 {
                    before.failed(consumer.group(), attempt, &Failure::fatal("oven-cold", &"no gas"));
                }
                message.dead_letter(&burnt()).after(before).await.unwrap();
            }
            Err(error) => UndecodableMessage::from_error(error).unwrap().dead_letter().await.unwrap(),
        }
    }
    consumer.close(PATIENCE).await.unwrap();
    let letters = DeadLetters::of::<Sayings>(&client);
    let mut found = all(&letters, Filter::all()).await;
    found.sort_by_key(|letter| letter.reason.clone());
    let [letter, unreadable] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        (letter.topic.as_str(), letter.original_topic.clone()),
        (&*cluster.name("dlq.said"), Some(cluster.name("said")))
    );
    assert_eq!((letter.reason.as_deref(), letter.message.as_deref()), (Some("burnt"), Some("it is burnt")));
    assert_eq!((letter.attempts, letter.group.clone()), (Some(3), Some(cluster.name("by-hand"))));
    assert_eq!((letter.key.as_deref(), letter.payload.as_deref()), (Some(&[7][..]), Some(&[6][..])));
    assert_eq!((letter.original_offset, letter.original_partition), (Some(0), Some(letter.partition)));
    let codes: Vec<_> = letter.history.iter().map(|failure| (failure.attempt, failure.code.as_str())).collect();
    assert_eq!(codes, [(1, "oven-cold"), (2, "oven-cold"), (3, "burnt")]);
    assert_eq!(letter.history.newest().unwrap().causes, ["invalid digit found in string"]);
    assert_eq!((unreadable.reason.as_deref(), unreadable.attempts), (Some("payload"), Some(1)));
    // Both are done with.
    let mut again = open().await;
    let more = tokio::time::timeout(Duration::from_millis(1500), again.next()).await;
    assert!(more.is_err(), "{more:?}");
    again.close(PATIENCE).await.unwrap();
}

pub(crate) async fn a_message_whose_letter_is_refused_is_not_acknowledged(cluster: &Cluster) {
    clients::topic(cluster, "failed", 1, &[("max.message.bytes", "200")]).await;
    let client = client(cluster).build().unwrap();
    bake(&client, 1).await;
    for round in 0..2 {
        let consumer = client.consumer::<Breads>(cluster.name("by-hand")).dead_letters_to("failed");
        let mut consumer = consumer.await.unwrap();
        let message = tokio::time::timeout(PATIENCE, consumer.next()).await.unwrap().unwrap().unwrap();
        assert_eq!(message.event, Breads::Bread(Bread { number: 0 }), "{round}");
        let error = message.dead_letter(&burnt()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
        consumer.close(PATIENCE).await.unwrap();
    }
    let itself = client.consumer::<Breads>(cluster.name("by-hand")).dead_letters_to("breads").await.unwrap_err();
    assert_eq!(itself.kind(), ErrorKind::Config, "{itself}");
}

/// A text of that many letters that no compression makes short.
fn noise(letters: usize, seed: u64) -> String {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap())
    };
    std::iter::repeat_with(&mut next).filter(|letter| !matches!(letter, '"' | '\\')).take(letters).collect()
}

pub(crate) async fn a_letter_that_is_too_large_stops_no_other(cluster: &Cluster) {
    let orders = clients::topic(cluster, "small", 1, &[("max.message.bytes", "3000")]).await;
    let dead = clients::topic(cluster, "dlq.small", 1, &[]).await;
    let death = || vec![("__dlq.errors.topic", text(&orders)), ("__dlq.errors.partition", text("0"))];
    let mut history = History::default();
    for attempt in 1..=12 {
        history.failed("kitchen", attempt, &Failure::fatal("burnt", &noise(700, attempt.into())));
    }
    let with_history = [death(), vec![("topika.dlq.history", text(&history.to_text()))]].concat();
    let large = noise(6000, 99);
    write(
        cluster,
        &dead,
        &[("first", death()), ("second", with_history), (large.as_str(), death()), ("last", death())],
    );
    let client = client(cluster).build().unwrap();
    let letters = DeadLetters::on(&client, &dead);
    let (tell, told) = std::sync::mpsc::channel();
    let done = letters
        .redrive(Filter::all())
        .on_letter(move |letter, verdict| {
            if *verdict == Verdict::TooLarge {
                tell.send(letter.offset).unwrap();
            }
        })
        .await
        .unwrap();
    assert_eq!((done.sent, done.too_large, done.homeless), (3, 1, 0));
    assert_eq!(told.iter().collect::<Vec<_>>(), [2]);
    assert_eq!(clients::read(cluster, &orders, 0, "read_committed"), ["first", "second", "last"]);
    let sent = all(&DeadLetters::on(&client, &orders), Filter::all()).await;
    let second = &sent[1];
    assert_eq!((second.redrives, second.history.len(), second.history.iter().count()), (1, 12, 1));
    assert_eq!(second.history.newest().unwrap().attempt, 12);
    // It waits, whole, and goes where there is room for it.
    let waiting = all(&letters, Filter::all()).await;
    assert_eq!(waiting.iter().map(|letter| letter.offset).collect::<Vec<_>>(), [2]);
    let roomy = clients::topic(cluster, "roomy", 1, &[]).await;
    let again = letters.redrive(Filter::all()).to(&roomy).await.unwrap();
    assert_eq!((again.sent, again.before, again.too_large), (1, 3, 0));
    assert_eq!(clients::read(cluster, &roomy, 0, "read_committed"), [large]);
}

//! Topics whose messages name no schema, through librdkafka and the embedded broker, and the way from there to messages that name theirs.

#![cfg(feature = "kafka")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "what fails fails the test")]

#[path = "framing/dumps.rs"]
mod dumps;
#[path = "framing/steps.rs"]
mod steps;

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::message::{Header, Message as _, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use topika::client::{Message, Undecodable, UndecodableMessage, header};
use topika::event::Topic;
use topika::wire::{Framing, KEY_HEADER, VALUE_HEADER};
use topika::{App, ErrorKind, Tombstone};
use topika_testkit::Kit;

/// What the generator makes of the project `framing` of its own tests.
#[allow(missing_docs, dead_code, reason = "the generated module, as a user has it")]
pub mod framing {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../codegen/tests/golden/framing/expected.rs"));
}

use dumps::{BROKEN, DUMPS, MIXED, dump, menu};
use framing::topics::{Clicks, Leaves, Pages, Rooms, Searches, Visits};
use framing::web::{PageViewed, RoomChanged, RoomKey, Visited};

const SOON: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn a_program_of_plain_topics_needs_no_registry_and_of_others_it_is_told() {
    let kit = topika_testkit::start().await;
    let client = topika::Client::builder().bootstrap(kit.bootstrap()).without_registry();
    let client = client.provision(topika::client::Provision::Create).build().unwrap();
    let producer = client.producer::<Pages>().await.unwrap();
    producer.send(&menu()).await.unwrap();
    producer.close(SOON).await.unwrap();
    let mut consumer = client.consumer::<Pages>("reader").from_start().await.unwrap();
    next(&mut consumer).await.ack();
    consumer.close(SOON).await.unwrap();
    // Written plain, and read with a frame or without.
    client.producer::<Clicks>().await.unwrap().close(SOON).await.unwrap();
    let refused = [
        client.consumer::<Clicks>("reader").await.unwrap_err(),
        client.consumer::<Leaves>("reader").await.unwrap_err(),
        client.producer::<Leaves>().await.unwrap_err(),
        client.producer::<Searches>().await.unwrap_err(),
        App::new("app").topic(Leaves::router().left(topika::handler::skip)).run(client.clone()).await.unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind(), ErrorKind::Config);
        let said = error.to_string();
        assert!(
            said.contains("name their schemas, and the client has no Schema Registry") && said.contains("help:"),
            "{said}"
        );
    }
    assert!(client.registry().subjects().await.unwrap_err().to_string().contains("no registry is set"));
}

/// A client whose registry nobody can reach: whatever is asked of it is an error, or a wait.
fn without_registry(kit: &Kit) -> topika::Client {
    let builder = topika::Client::builder().bootstrap(kit.bootstrap()).registry("http://127.0.0.1:1");
    builder.provision(topika::client::Provision::Create).build().unwrap()
}

async fn next<T: Topic + Debug>(consumer: &mut topika::Consumer<T>) -> Message<T> {
    tokio::time::timeout(SOON, consumer.next()).await.expect("in time").expect("not the end").expect("no error")
}

async fn undecodable<T: Topic + Debug>(consumer: &mut topika::Consumer<T>) -> UndecodableMessage {
    let given = tokio::time::timeout(SOON, consumer.next()).await.expect("in time").expect("not the end");
    let error = given.expect_err("a message that cannot be read");
    assert_eq!(error.kind(), ErrorKind::Decode);
    UndecodableMessage::from_error(error).unwrap()
}

/// Writes as a program does that knows nothing of schemas.
async fn write(kit: &Kit, topic: &str, key: &[u8], payload: &[u8], headers: OwnedHeaders) {
    let producer: FutureProducer = ClientConfig::new().set("bootstrap.servers", kit.bootstrap()).create().unwrap();
    let record = FutureRecord::to(topic).key(key).payload(payload).headers(headers).partition(0);
    producer.send(record, SOON).await.unwrap();
}

/// The payload of the first message of a topic of one partition, as any program reads it.
async fn first(kit: &Kit, topic: &str) -> Vec<u8> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", kit.bootstrap()).set("group.id", "raw");
    let consumer: StreamConsumer = config.create().unwrap();
    let mut from = TopicPartitionList::new();
    from.add_partition_offset(topic, 0, Offset::Beginning).unwrap();
    consumer.assign(&from).unwrap();
    let message = tokio::time::timeout(SOON, consumer.recv()).await.expect("in time").unwrap();
    message.payload().unwrap().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_message_is_its_json_and_no_registry_is_asked() {
    let kit = topika_testkit::start().await;
    let client = without_registry(&kit);
    let producer = client.producer::<Pages>().await.unwrap();
    producer.send(&menu()).await.unwrap();
    producer.close(SOON).await.unwrap();
    // Whatever framing the client has for other topics.
    for framing in [Framing::GuidHeader, Framing::Guid] {
        let client =
            topika::Client::builder().bootstrap(kit.bootstrap()).registry("http://127.0.0.1:1").framing(framing);
        let producer = client.build().unwrap().producer::<Pages>().await.unwrap();
        producer.send(&menu()).await.unwrap();
        producer.close(SOON).await.unwrap();
    }
    let mut consumer = client.consumer::<Pages>("reader").from_start().await.unwrap();
    for _ in 0..3 {
        let message = next(&mut consumer).await;
        assert_eq!(message.event, Pages::from(menu()));
        let names: Vec<&str> = message.headers().iter().map(|(name, _)| name).collect();
        assert_eq!((message.key_bytes(), names), (Some("/menü/✓".as_bytes()), vec!["ce_id"]), "no schema is named");
        message.ack();
    }
    consumer.close(SOON).await.unwrap();
    // The bytes are the text alone: what reads them as they are is a topic of nothing but JSON.
    let raw = first(&kit, "pages").await;
    let value: serde_json::Value = serde_json::from_slice(&raw).unwrap();
    assert_eq!((value["page"].as_str(), raw[0]), (Some("/menü/✓"), b'{'));
    assert!(kit.client().registry().subjects().await.unwrap().is_empty(), "and nothing was registered");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_json_dumps_wrote_is_read_and_what_is_no_json_comes_as_its_bytes() {
    let kit = topika_testkit::start().await;
    let client = without_registry(&kit);
    let mut consumer = client.consumer::<Pages>("reader").from_start().undecodable(Undecodable::Yield).await.unwrap();
    for (name, bytes, expected) in DUMPS {
        write(&kit, "pages", b"/", bytes, OwnedHeaders::new()).await;
        let message = next(&mut consumer).await;
        assert_eq!(message.event, Pages::from(expected()), "{name}");
        message.ack();
    }
    for (name, bytes, said) in BROKEN {
        write(&kit, "pages", b"/", bytes, OwnedHeaders::new()).await;
        let bad = undecodable(&mut consumer).await;
        assert_eq!((bad.reason(), bad.payload()), ("payload", Some(*bytes)), "{name}");
        let message = bad.to_string();
        assert!(
            message.starts_with("the message is no plain `PageViewed`: ") && message.contains(said),
            "{name}: {message}"
        );
        bad.ack();
    }
    consumer.close(SOON).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_framed_message_on_a_plain_topic_is_a_dead_letter_that_says_so() {
    let kit = topika_testkit::start().await;
    let client = without_registry(&kit);
    let framed = [&[0, 0, 0, 0, 7][..], dump("default")].concat();
    let by_guid = [&[1; 17][..], dump("default")].concat();
    let in_header = || OwnedHeaders::new().insert(Header { key: VALUE_HEADER, value: Some(&[0, 0, 0, 0, 7]) });
    let _made = client.producer::<Pages>().await.unwrap();
    write(&kit, "pages", b"/", &framed, OwnedHeaders::new()).await;
    write(&kit, "pages", b"/", &by_guid, OwnedHeaders::new()).await;
    // The text is the same with a header that names its schema, and who reads JSON need not ask for it.
    write(&kit, "pages", b"/", dump("default"), in_header()).await;
    let mut consumer = client.consumer::<Pages>("reader").from_start().await.unwrap();
    let message = next(&mut consumer).await;
    assert_eq!((&message.event, message.offset()), (&Pages::from(menu()), 2));
    message.ack();
    consumer.close(SOON).await.unwrap();
    let letters = kit.dead_letters::<Pages>().await;
    let found: Vec<_> = letters.all().iter().map(|letter| (letter.payload.clone(), letter.reason())).collect();
    let label = Some("framed".to_owned());
    assert_eq!(found, [(Some(framed), label.clone()), (Some(by_guid), label)]);
    assert!(letters.all()[0].message().unwrap().contains("`mixed = true`"), "{letters:?}");
    assert_eq!(letters.all()[0].header(header::OFFSET).as_deref(), Some("0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn avro_without_a_frame_is_of_the_type_s_own_schema() {
    let kit = topika_testkit::start().await;
    let client = without_registry(&kit);
    // A visit of nowhere: its bytes begin with those of a frame, and are none.
    for page in ["", "/menu", "\u{1}"] {
        let producer = client.producer::<Visits>().await.unwrap();
        producer.send(&Visited { page: page.to_owned() }).await.unwrap();
        producer.close(SOON).await.unwrap();
    }
    let in_header = OwnedHeaders::new().insert(Header { key: VALUE_HEADER, value: Some(&[0, 0, 0, 0, 7]) });
    write(&kit, "visits", b"", &[0], in_header).await;
    write(&kit, "visits", b"", &[2], OwnedHeaders::new()).await;
    let mut consumer = client.consumer::<Visits>("reader").from_start().undecodable(Undecodable::Yield).await.unwrap();
    for page in ["", "/menu", "\u{1}"] {
        let message = next(&mut consumer).await;
        assert_eq!(message.event, Visits::from(Visited { page: page.to_owned() }));
        message.ack();
    }
    // What names another schema may be of it, and its bytes would be misread.
    let bad = undecodable(&mut consumer).await;
    assert_eq!((bad.reason(), bad.payload()), ("framed", Some(&[0][..])));
    bad.ack();
    let bad = undecodable(&mut consumer).await;
    assert_eq!((bad.reason(), bad.payload()), ("payload", Some(&[2][..])));
    bad.ack();
    consumer.close(SOON).await.unwrap();
    assert_eq!(first(&kit, "visits").await, [0], "the empty string, and nothing before it");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_plain_as_well_and_tombstones_need_no_schema() {
    let kit = topika_testkit::start().await;
    let client = without_registry(&kit);
    let key = RoomKey { house: "Ä".to_owned(), room: 7 };
    let changed = RoomChanged { house: "Ä".to_owned(), room: 7, name: "Küche".to_owned() };
    let producer = client.producer::<Rooms>().await.unwrap();
    producer.send(&changed).await.unwrap();
    producer.send(&Tombstone::of(key.clone())).await.unwrap();
    producer.close(SOON).await.unwrap();
    let mut consumer = client.consumer::<Rooms>("reader").from_start().await.unwrap();
    for expected in [Rooms::from(changed), Rooms::Tombstone(Tombstone::of(key.clone()))] {
        let message = next(&mut consumer).await;
        assert_eq!(message.event, expected);
        assert_eq!(message.key().unwrap(), Some(&key));
        assert_eq!(message.key_bytes(), Some(r#"{"house":"Ä","room":7}"#.as_bytes()));
        assert_eq!(message.header(KEY_HEADER), None);
        message.ack();
    }
    consumer.close(SOON).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_handler_gives_up_on_keeps_its_bytes() {
    let kit = topika_testkit::start().await;
    let client = without_registry(&kit);
    let _made = client.producer::<Pages>().await.unwrap();
    write(&kit, "pages", b"/", dump("indented"), OwnedHeaders::new()).await;
    let refuse = |_: PageViewed| std::future::ready(Err::<(), _>(topika::Error::wrap("not today")));
    let app =
        App::new("refusing").topic(Pages::router().page_viewed(refuse)).retry(topika::Retry::never()).dead_letters();
    let app = app.spawn(client);
    kit.settled(&app).await;
    app.shutdown().await.unwrap();
    let letters = kit.dead_letters::<Pages>().await;
    assert_eq!(letters.all()[0].payload.as_deref(), Some(dump("indented")));
}

/// Each step of the way: a producer and a consumer of that step, over one topic, beside a program in Python that writes plain text all along.
#[tokio::test(flavor = "multi_thread")]
async fn a_topic_moves_from_plain_to_framed_without_a_stop() {
    let kit = topika_testkit::start().await;
    let nobody = without_registry(&kit);
    let client = kit.client();
    let text = |visits: i64| MIXED.iter().find(|(_, of, _)| *of == visits).unwrap().2;
    macro_rules! send {
        ($step:ident, $client:expr, $visits:expr) => {{
            let producer = $client.producer::<steps::$step::PageViews>().await.unwrap();
            producer.send(&steps::$step::PageViewed { page: "/menü".to_owned(), visits: $visits }).await.unwrap();
            producer.close(SOON).await.unwrap();
        }};
    }
    macro_rules! reads {
        ($step:ident, $client:expr, $visits:expr) => {{
            let group = concat!("readers-", stringify!($step));
            let mut consumer = $client.consumer::<steps::$step::PageViews>(group).await.unwrap();
            for visits in $visits {
                let message = next(&mut consumer).await;
                let expected = steps::$step::PageViewed { page: "/menü".to_owned(), visits };
                assert_eq!(message.event, steps::$step::PageViews::from(expected));
                message.ack();
            }
            consumer.close(SOON).await.unwrap();
        }};
    }
    // Before: everything is plain, and nobody knows of a registry.
    send!(plain, nobody, 1);
    write(&kit, "page-views", b"/menu", text(2), OwnedHeaders::new()).await;
    reads!(plain, nobody, [1, 2]);
    // Consumers read both, producers write as before: the old consumers go on.
    send!(reading, client, 3);
    write(&kit, "page-views", b"/menu", text(4), OwnedHeaders::new()).await;
    reads!(reading, nobody, 1..=4);
    reads!(plain, nobody, [3, 4]);
    assert!(client.registry().subjects().await.unwrap().is_empty());
    // Producers name schemas, one after the other: some are still plain.
    send!(writing, client, 5);
    send!(reading, client, 6);
    write(&kit, "page-views", b"/menu", text(7), OwnedHeaders::new()).await;
    assert_eq!(client.registry().subjects().await.unwrap(), ["page-views-value"]);
    reads!(reading, client, [5, 6, 7]);
    reads!(writing, client, 1..=7);
    // Done: everything is framed. What is plain is a dead letter from here on.
    send!(framed, client, 8);
    reads!(writing, client, [8]);
    reads!(framed, client, [5, 8]);
    let letters = kit.dead_letters::<steps::framed::PageViews>().await;
    let reasons: Vec<_> = letters.all().iter().filter_map(|letter| letter.reason()).collect();
    assert_eq!(reasons, ["not-framed"; 6], "1, 2, 3, 4, 6 and 7");
}

/// A framing in headers leaves the text as it was, so that old readers of plain JSON go on through all steps.
#[tokio::test(flavor = "multi_thread")]
async fn with_headers_old_readers_never_notice_the_move() {
    let kit = topika_testkit::start().await;
    // The registry knows the schema, as where a push went before.
    let _registered = kit.client().producer::<steps::writing::PageViews>().await.unwrap();
    let client = topika::Client::builder().bootstrap(kit.bootstrap()).registry(kit.registry_url());
    let client = client.framing(Framing::IdHeader).build().unwrap();
    let producer = client.producer::<steps::writing::PageViews>().await.unwrap();
    producer.send(&steps::writing::PageViewed { page: "/menü".to_owned(), visits: 1 }).await.unwrap();
    producer.close(SOON).await.unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&heard);
    let handle = move |viewed: steps::plain::PageViewed| {
        hear.lock().unwrap().push(viewed.visits);
        std::future::ready(Ok::<(), topika::Error>(()))
    };
    let app =
        App::new("old").topic(steps::plain::PageViews::router().page_viewed(handle)).spawn(without_registry(&kit));
    kit.settled(&app).await;
    app.shutdown().await.unwrap();
    assert_eq!(*heard.lock().unwrap(), [1]);
    let mut consumer = client.consumer::<steps::writing::PageViews>("new").await.unwrap();
    let message = next(&mut consumer).await;
    assert!(message.header(VALUE_HEADER).is_some());
    message.ack();
    consumer.close(SOON).await.unwrap();
}

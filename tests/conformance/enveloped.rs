//! What stands beside an event on its way, whichever broker it is.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use food_orders::checkout::{Checkout, as_version_1};
use food_orders::events::orders::{OrderPlaced, v1};
use food_orders::events::topics::FoodOrders;
use topika::app::Publish;
use topika::envelope::{self, Envelope, EnvelopeHeaders, Kind, header};
use topika::event::{Event, Keyed};
use topika::handler::{Headers, State};
use topika::types::{Bytes, TimestampMillis};
use topika::{App, Client, Consumer, Provision, Topic};

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};
use crate::transactional::{Echoed, Echoes};

const KEY: Bytes = Bytes(Vec::new());

async fn say(client: &Client, number: i32, envelope: &Envelope) {
    let sayings = client.producer::<Sayings>().await.unwrap();
    let said = Said { number };
    sayings.message(&Keyed { key: &KEY, event: &said }).partition(0).envelope(envelope).send().await.unwrap();
    sayings.close(PATIENCE).await.unwrap();
}

async fn read<T: Topic>(client: &Client, group: &str, count: usize) -> Vec<Headers> {
    let mut consumer: Consumer<T> = client.consumer::<T>(group).from_start().await.unwrap();
    let mut all = Vec::new();
    while all.len() < count {
        let message = tokio::time::timeout(PATIENCE, consumer.next()).await.unwrap().unwrap().unwrap();
        all.push(message.headers().clone());
    }
    consumer.close(PATIENCE).await.unwrap();
    all
}

fn names(headers: &Headers) -> Vec<&str> {
    headers.iter().map(|(name, _)| name).collect()
}

type Seen = Arc<Mutex<Vec<Envelope>>>;

async fn answer(State(seen): State<Seen>, envelope: Envelope, said: Said) -> Result<Publish<Echoes>, String> {
    seen.lock().unwrap().push(envelope);
    Ok(Publish::nothing().and_keyed(KEY.clone(), Echoed { number: said.number }))
}

pub(crate) async fn what_a_handler_publishes_belongs_to_what_it_handled(cluster: &Cluster) {
    let client = client(cluster).envelope(EnvelopeHeaders::new().causation_id()).build().unwrap();
    say(&client, 1, &Envelope::new().with_id("first")).await;
    say(&client, 2, &Envelope::domain("order", "ORD-1").with_id("second").with_correlation_id("request")).await;
    let seen = Seen::default();
    let app = App::new(cluster.name("answering")).with_state(Arc::clone(&seen));
    let running = app.topic(Sayings::router().said(answer)).spawn(client.clone());
    let answers = read::<Echoes>(&client, &cluster.name("answers"), 2).await;
    running.shutdown().await.unwrap();
    let of = |headers: &Headers| {
        let envelope = Envelope::of(headers, None);
        assert_eq!(envelope.id().map(str::len), Some(36), "an id of its own: {headers:?}");
        let text = |text: Option<&str>| text.unwrap().to_owned();
        (text(envelope.correlation_id()), text(envelope.causation_id()))
    };
    let pair = |correlation: &str, cause: &str| (correlation.to_owned(), cause.to_owned());
    assert_eq!(answers.iter().map(of).collect::<Vec<_>>(), [pair("first", "first"), pair("request", "second")]);
    let seen = seen.lock().unwrap();
    assert_eq!((seen[0].kind(), seen[1].kind()), (Kind::Base, Kind::Domain));
    assert_eq!((seen[1].aggregate_type(), seen[1].aggregate_id()), (Some("order"), Some("ORD-1")));
    assert!(seen[0].time().is_some(), "the record's own");
}

pub(crate) async fn what_comes_of_a_message_that_is_handled_again_has_the_ids_of_the_first_time(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    // As it comes again where its acknowledgement was lost.
    for id in ["twice", "twice", "once"] {
        say(&client, 1, &Envelope::new().with_id(id)).await;
    }
    let name = cluster.name("answering");
    let app = App::new(name).with_state(Seen::default()).topic(Sayings::router().said(answer)).spawn(client.clone());
    let ids = |all: Vec<Headers>| all.iter().map(|headers| headers.text(header::ID).unwrap().to_owned()).collect();
    let first: Vec<String> = ids(read::<Echoes>(&client, &cluster.name("answers"), 3).await);
    app.shutdown().await.unwrap();
    assert!(first[0] == first[1] && first[1] != first[2], "{first:?}");
    assert_eq!(&first[0][14..15], "8", "a UUID whose bits something else decides");

    let app = App::new(cluster.name("another")).with_state(Seen::default()).topic(Sayings::router().said(answer));
    let app = app.spawn(client.clone());
    let both: Vec<String> = ids(read::<Echoes>(&client, &cluster.name("both"), 6).await);
    app.shutdown().await.unwrap();
    assert_eq!(both.iter().collect::<std::collections::BTreeSet<_>>().len(), 4, "another group's are others: {both:?}");
}

pub(crate) async fn the_locked_version_of_a_schema_travels_where_it_is_asked_for(cluster: &Cluster) {
    let kit = topika_testkit::start().await;
    let client = Client::builder().bootstrap(cluster.bootstrap()).registry(kit.registry_url()).auto_register(true);
    let client = client.topic_prefix(cluster.name("")).provision(Provision::Create);
    let client = client.envelope(EnvelopeHeaders::none().version()).build().unwrap();
    let order = Checkout::seeded(1, 1).next_order();
    let new = client.producer::<FoodOrders>().await.unwrap();
    new.send(&order).await.unwrap();
    new.close(PATIENCE).await.unwrap();
    let old = client.producer_of::<FoodOrders>(&[v1::OrderPlaced::DESCRIPTOR]).await.unwrap();
    old.send(&as_version_1(&order)).await.unwrap();
    old.close(PATIENCE).await.unwrap();
    let all = read::<FoodOrders>(&client, &cluster.name("reader"), 2).await;
    let versions: Vec<_> = all.iter().map(|headers| headers.text(header::DATA_VERSION)).collect();
    let current = OrderPlaced::DESCRIPTOR.file.and_then(|file| file.version).unwrap().to_string();
    assert_eq!(versions, [Some(current.as_str()), Some("1")]);
}

pub(crate) async fn a_message_has_at_most_the_headers_that_were_asked_for(cluster: &Cluster) {
    let plain = client(cluster).build().unwrap();
    say(&plain, 1, &Envelope::new()).await;
    envelope::within(&Envelope::integration("request"), say(&plain, 2, &Envelope::new())).await;
    say(&client(cluster).envelope(EnvelopeHeaders::none()).build().unwrap(), 3, &Envelope::new()).await;
    let whole = client(cluster).envelope(EnvelopeHeaders::cloud_events("orders").version()).build().unwrap();
    let command = Envelope::command("cook").with_reply_to("replies").with_timeout(Duration::from_millis(1500));
    let before = TimestampMillis::now();
    say(&whole, 4, &command.with_metadata("channel", "app")).await;

    let all = read::<Sayings>(&plain, &cluster.name("reader"), 4).await;
    assert_eq!(names(&all[0]), [header::ID]);
    assert_eq!(names(&all[1]), [header::ID, header::CORRELATION_ID]);
    assert_eq!(all[1].text(header::CORRELATION_ID), Some("request"));
    assert_eq!(names(&all[2]), [""; 0]);
    let mut last = names(&all[3]);
    last.sort_unstable();
    let said = ["commandname", "id", "replyto", "source", "specversion", "time", "timeoutms", "type"];
    let mut expected: Vec<String> = said.iter().map(|name| format!("ce_{name}")).collect();
    expected.push("meta.channel".to_owned());
    assert_eq!(last, expected);
    let envelope = Envelope::of(&all[3], None);
    assert_eq!((envelope.service(), envelope.event_type()), (Some("orders"), Some("cases.said")));
    let time = envelope.time().unwrap();
    assert!(before <= time && time <= TimestampMillis::now());
    assert!(envelope.is_expired_at(TimestampMillis::new(time.get() + 1500)) && !envelope.is_expired_at(time));
}

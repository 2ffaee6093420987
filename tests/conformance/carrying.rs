//! What an event carries of its envelope in its own fields, whichever broker it is.

use std::sync::{Arc, Mutex};

use topika::app::Publish;
use topika::envelope::{self, Envelope, EnvelopeHeaders, header};
use topika::handler::{Headers, State};
use topika::inbox::MessageId;
use topika::outbox::Outbox;
use topika::types::{TimestampMillis, Uuid, VecMap};
use topika::{App, Client, Event, Topic};
use topika_testkit::RecordingProducer;

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::databases::sqlite;
use crate::producing::client;

#[derive(Clone, Debug, Default, PartialEq, Event)]
#[event(name = "cases.charged", project = "tests/conformance")]
pub(crate) struct Charged {
    #[event(envelope = "event_id")]
    event_id: Uuid,
    #[event(envelope = "timestamp")]
    occurred_at: TimestampMillis,
    #[event(envelope = "service_name", default = "")]
    service: String,
    #[event(envelope = "aggregate_id", default)]
    order: Option<String>,
    #[event(envelope = "correlation_id", default)]
    correlation_id: Option<String>,
    #[event(envelope = "causation_id", default)]
    causation_id: Option<Uuid>,
    #[event(envelope = "timeout_ms", default)]
    timeout_ms: Option<i64>,
    #[event(envelope = "metadata", default = json("{}"))]
    metadata: VecMap<String, String>,
    number: i32,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "charged", partitions = 1, framing = "none")]
pub(crate) enum Charges {
    Charged(Charged),
}

/// The same bytes, to somebody who knows of no envelope.
#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "cases.charged-plainly", project = "tests/conformance")]
pub(crate) struct ChargedPlainly {
    event_id: Uuid,
    occurred_at: TimestampMillis,
    service: String,
    #[event(default)]
    order: Option<String>,
    #[event(default)]
    correlation_id: Option<String>,
    #[event(default)]
    causation_id: Option<Uuid>,
    #[event(default)]
    timeout_ms: Option<i64>,
    metadata: VecMap<String, String>,
    number: i32,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "charged", partitions = 1, framing = "none")]
pub(crate) enum PlainCharges {
    ChargedPlainly(ChargedPlainly),
}

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "cases.booked", project = "tests/conformance")]
pub(crate) struct Booked {
    number: i32,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "booked", partitions = 1, framing = "none")]
pub(crate) enum Bookings {
    Booked(Booked),
}

fn charged(number: i32) -> Charged {
    Charged { number, ..Charged::default() }
}

async fn as_written(client: &Client, group: String, count: usize) -> Vec<(ChargedPlainly, Headers)> {
    let mut consumer = client.consumer::<PlainCharges>(group).from_start().await.unwrap();
    let mut all = Vec::new();
    while all.len() < count {
        let message = tokio::time::timeout(PATIENCE, consumer.next()).await.unwrap().unwrap().unwrap();
        let headers = message.headers().clone();
        let PlainCharges::ChargedPlainly(event) = message.event;
        all.push((event, headers));
    }
    consumer.close(PATIENCE).await.unwrap();
    all
}

fn names(headers: &Headers) -> Vec<&str> {
    headers.iter().map(|(name, _)| name).collect()
}

pub(crate) async fn empty_fields_are_filled_as_headers_would_be_and_what_is_set_is_the_envelope_s(cluster: &Cluster) {
    let kept = EnvelopeHeaders::cloud_events("billing").causation_id();
    let client = client(cluster).envelope(kept).build().unwrap();
    let charges = client.producer::<Charges>().await.unwrap();
    let before = TimestampMillis::now();
    let cause: Uuid = "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap();
    let request = Envelope::integration("request").with_id(cause.to_string());
    envelope::within(&request, charges.send(&charged(1))).await.unwrap();
    // What is set stands; what does not fit a field, a cause that is no uuid, is a header.
    let own = Charged { event_id: Uuid::from_u128(7), correlation_id: Some("mine".to_owned()), ..charged(2) };
    let odd = Envelope::integration("request").with_id("no uuid");
    envelope::within(&odd, charges.send(&own)).await.unwrap();
    // What a message is given is written as headers too.
    let given = Envelope::domain("order", "ORD-1").with_metadata("channel", "app");
    charges.message(&charged(3)).envelope(&given).send().await.unwrap();
    charges.close(PATIENCE).await.unwrap();

    let all = as_written(&client, cluster.name("plain"), 3).await;
    let (first, headers) = &all[0];
    assert_eq!(headers.text(header::ID), Some(first.event_id.to_string().as_str()));
    let mut left = names(headers);
    left.sort_unstable();
    assert_eq!(left, [header::ID, header::SPEC_VERSION, header::TYPE], "the others stand inside");
    assert!(before <= first.occurred_at && first.occurred_at <= TimestampMillis::now(), "{first:?}");
    assert_eq!((first.service.as_str(), first.correlation_id.as_deref()), ("billing", Some("request")));
    assert_eq!((first.causation_id, first.order.as_deref()), (Some(cause), None));
    let (second, headers) = &all[1];
    assert_eq!((second.event_id, second.correlation_id.as_deref()), (Uuid::from_u128(7), Some("mine")));
    assert_eq!(headers.text(header::ID), Some(second.event_id.to_string().as_str()));
    assert_eq!((second.causation_id, headers.text(header::CAUSATION_ID)), (None, Some("no uuid")));
    assert_eq!(headers.text(header::CORRELATION_ID), None);
    let (third, headers) = &all[2];
    assert_eq!((third.order.as_deref(), headers.text(header::SUBJECT)), (Some("ORD-1"), Some("ORD-1")));
    assert_eq!(third.metadata.get("channel").map(String::as_str), Some("app"));
}

type Seen = Arc<Mutex<Vec<(Envelope, MessageId)>>>;

async fn book(
    State(seen): State<Seen>,
    envelope: Envelope,
    id: MessageId,
    charge: Charged,
) -> Result<Publish<Bookings>, String> {
    seen.lock().unwrap().push((envelope, id));
    Ok(Publish::one(Booked { number: charge.number }))
}

pub(crate) async fn where_headers_say_nothing_what_an_event_carries_is_its_envelope(cluster: &Cluster) {
    let silent = client(cluster).envelope(EnvelopeHeaders::none()).build().unwrap();
    let charges = silent.producer::<Charges>().await.unwrap();
    let (id, at) = (Uuid::from_u128(9), TimestampMillis::new(1_767_225_600_000));
    let metadata = VecMap::from_iter([("channel".to_owned(), "app".to_owned())]);
    let inside = Charged { event_id: id, occurred_at: at, timeout_ms: Some(1500), metadata, ..charged(1) };
    charges.send(&Charged { correlation_id: Some("request".to_owned()), ..inside }).await.unwrap();
    // Where both say something, the header counts.
    let other = Envelope::integration("of the header").with_id("header");
    let both = Charged { correlation_id: Some("of the field".to_owned()), event_id: id, ..charged(2) };
    charges.message(&both).envelope(&other).send().await.unwrap();
    charges.close(PATIENCE).await.unwrap();

    let client = client(cluster).envelope(EnvelopeHeaders::new().causation_id()).build().unwrap();
    let seen = Seen::default();
    let app = App::new(cluster.name("booking")).with_state(Arc::clone(&seen));
    let running = app.topic(Charges::router().charged(book)).spawn(client.clone());
    let mut bookings = client.consumer::<Bookings>(cluster.name("bookings")).from_start().await.unwrap();
    let mut came = Vec::new();
    for _ in 0..2 {
        let booked = tokio::time::timeout(PATIENCE, bookings.next()).await.unwrap().unwrap().unwrap();
        let text = |name| booked.headers().text(name).map(str::to_owned);
        came.push((text(header::CORRELATION_ID), text(header::CAUSATION_ID)));
    }
    running.shutdown().await.unwrap();
    bookings.close(PATIENCE).await.unwrap();
    let said = |correlation: &str, cause: &str| (Some(correlation.to_owned()), Some(cause.to_owned()));
    assert_eq!(came, [said("request", &id.to_string()), said("of the header", "header")]);
    let seen = seen.lock().unwrap();
    let (first, known) = &seen[0];
    assert_eq!(first.id(), Some(id.to_string().as_str()));
    assert_eq!(known.id(), format!("{}  {id}", cluster.name("charged")));
    assert_eq!((first.time(), first.timeout().map(|time| time.as_millis())), (Some(at), Some(1500)));
    assert_eq!((first.correlation_id(), first.metadata("channel")), (Some("request"), Some("app")));
    assert!(seen[1].1.id().ends_with("  header"), "{seen:?}");
}

pub(crate) async fn an_outbox_stores_what_an_event_carries_and_knows_it_by_its_id(cluster: &Cluster) {
    let client = client(cluster).build().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let pool = sqlite(&dir).await;
    let outbox = Outbox::new(&pool, &client);
    outbox.ready::<Charges>().await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    let drawn = outbox.publish::<Charges>(&mut tx, &charged(1)).await.unwrap();
    let own = Charged { event_id: Uuid::from_u128(7), ..charged(2) };
    let own = outbox.publish::<Charges>(&mut tx, &own).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(own.message_id, Uuid::from_u128(7).to_string());
    let relay = Outbox::relay(&pool, &client).spawn();
    let mut all = as_written(&client, cluster.name("plain"), 2).await;
    all.sort_by_key(|(event, _)| event.number);
    for ((event, headers), stored) in all.iter().zip([drawn, own]) {
        assert_eq!(event.event_id.to_string(), stored.message_id);
        assert_eq!(headers.text(header::ID), Some(stored.message_id.as_str()));
    }
    relay.shutdown(PATIENCE).await.unwrap();
}

#[tokio::test]
async fn a_recording_producer_fills_what_events_carry() {
    let recorded = RecordingProducer::<Charges>::new();
    recorded.producer().send(&charged(1)).await.unwrap();
    let sent = recorded.sent();
    let [seen] = sent.all() else { panic!("{sent:?}") };
    let Charges::Charged(event) = &seen.event;
    assert_eq!(Some(event.event_id.to_string().as_str()), seen.header(header::ID));
    assert_ne!(event.occurred_at, TimestampMillis::default());
}

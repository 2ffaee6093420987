//! The derives on hand-written types, bound to tables as the generator writes them, and written first.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)] // Helpers of tests are tests too.

mod fixture;

use fixture::events::orders::{Channel, Digest, Line, OrderPlaced, Payment};
use fixture::events::topics::{FoodOrders, KitchenTicketReady};
use topika::event::{Event, On, Topic};
use topika::types::{Bytes, Decimal, TimestampMicros};

pub(crate) fn order() -> OrderPlaced {
    OrderPlaced {
        order_id: "ORD-20261121-00001".into(),
        kind: 7,
        lines: vec![Line {
            name: "pizza".into(),
            price: Decimal::from_unscaled(1250).unwrap(),
            rest: Some(Box::new(Line::default())),
        }],
        payment: Payment::Line(Line::default()),
        note: None,
        channel: Channel::Phone,
        digest: Digest([1; 4]),
        raw: Bytes(vec![1, 2]),
        at: TimestampMicros::new(1),
        late: Some(3),
    }
}

/// The key of an event on a topic, without a frame.
fn key_of<T: Topic>(event: &impl On<T>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    event.write_key(&mut out).unwrap().then_some(out)
}

#[test]
fn an_event_comes_back_from_its_bytes() {
    let mut out = vec![9];
    Event::encode(&order(), &mut out).unwrap();
    assert_eq!(OrderPlaced::decode(&out[1..]).unwrap(), order());
    out.push(0);
    assert_eq!(
        OrderPlaced::decode(&out[1..]).unwrap_err().to_string(),
        format!("bytes follow the last value, at byte {}", out.len() - 2)
    );
}

#[test]
fn a_fault_names_the_fields_on_the_way_to_it() {
    let mut out = Vec::new();
    Event::encode(&order(), &mut out).unwrap();
    let error = OrderPlaced::decode(&out[..24]).unwrap_err();
    assert_eq!(error.path(), "orders.OrderPlaced.lines > orders.Line.name");
    assert_eq!(error.fault(), topika::codec::Fault::Length);
}

#[test]
fn the_descriptor_says_what_the_table_says() {
    let descriptor = OrderPlaced::DESCRIPTOR;
    assert_eq!(
        (descriptor.event, descriptor.record, descriptor.rust),
        ("orders.order-placed", "orders.OrderPlaced", "OrderPlaced")
    );
    assert_eq!((descriptor.text)(), descriptor.file.unwrap().text);
}

#[test]
fn a_topic_knows_its_events_and_their_key() {
    let topic = FoodOrders::TOPIC;
    assert_eq!(
        (topic.name, topic.key, topic.settings.partitions, topic.settings.retention_ms),
        ("food-orders", &["order_id"][..], Some(3), Some(604_800_000))
    );
    assert_eq!(topic.settings_in(Some("nowhere")), &topic.settings);
    let said = FoodOrders::from(order());
    assert_eq!(said.index(), 0);
    assert_eq!(key_of::<FoodOrders>(&said), Some(b"ORD-20261121-00001".to_vec()));
    let mut out = Vec::new();
    On::<FoodOrders>::payload(&said).unwrap().encode(&mut out).unwrap();
    assert_eq!(<FoodOrders as Topic>::decode_event(0, &out, None).unwrap(), said);
    let none = <FoodOrders as Topic>::decode_event(2, &out, None).unwrap_err();
    assert!(none.to_string().contains("the topic \"food-orders\" has 2 events, there is none at place 2"), "{none}");
}

#[test]
fn a_json_event_goes_through_serde() {
    let ready = fixture::events::kitchen::TicketReady { order_id: "a".into(), minutes: None };
    let mut out = Vec::new();
    Event::encode(&ready, &mut out).unwrap();
    assert_eq!(out, br#"{"orderId":"a"}"#);
    assert_eq!(Event::decode(&out).ok(), Some(ready.clone()));
    let error = <fixture::events::kitchen::TicketReady as Event>::decode(b"{\"orderId\":1}").unwrap_err();
    assert_eq!(error.fault(), topika::codec::Fault::Json);
    assert_eq!(error.offset(), 12);
    // The one event of a topic is the topic's type too.
    assert_eq!(<fixture::events::kitchen::TicketReady as Topic>::TOPIC.name, KitchenTicketReady::TOPIC.name);
    assert_eq!(key_of::<fixture::events::kitchen::TicketReady>(&ready), None);
    assert_eq!(<fixture::events::kitchen::TicketReady as Topic>::decode_event(0, &out, None).unwrap(), ready);
    assert!(<fixture::events::kitchen::TicketReady as Topic>::decode_event(1, &out, None).is_err());
    // An event that is a topic by itself has both traits, and whoever imports the derives by their short names has both in scope.
    assert_eq!(fixture::events::kitchen::TicketReady::decode(&out).unwrap(), ready);
}

#[test]
fn the_key_of_an_unsettled_topic_is_what_its_fields_are() {
    // The file, from which the generator has this type, is older than the struct.
    #[derive(Clone, Debug, PartialEq, topika::Topic)]
    #[topic(name = "numbers", key = "order_id", key_type = i64, unsettled)]
    enum Numbers {
        Now(OrderPlaced),
        Before(fixture::events::orders::v1::OrderPlaced),
    }
    assert_eq!(key_of::<Numbers>(&order()), Some(b"ORD-20261121-00001".to_vec()));
}

#[test]
fn a_frozen_version_says_its_topic_itself() {
    let old = fixture::events::orders::v1::OrderPlaced { order_id: "a".into() };
    assert_eq!(key_of::<FoodOrders>(&old), Some(b"a".to_vec()));
    assert_eq!(On::<FoodOrders>::payload(&old).unwrap().descriptor().file.unwrap().version, Some(1));
    let mut out = Vec::new();
    On::<FoodOrders>::payload(&old).unwrap().encode(&mut out).unwrap();
    assert_eq!(out, [2, b'a']);
}

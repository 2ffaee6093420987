//! The derives beside the codec: names of fields, hidden values, builders, twins that borrow.

#![allow(clippy::unwrap_used, reason = "an unwrap that fails fails the test")]

use std::collections::HashMap;

use topika::codec::Resolution;
use topika::types::{Bytes, Redacted, TimestampMicros, VecMap};
use topika::{Borrowed, Builder, Enum, Event, Fields, Fixed, Record, RedactedDebug, Union};
use topika_contract::avro::Schema;
use topika_contract::text::Source;

#[derive(Clone, PartialEq, Event, RedactedDebug, Fields, Builder, Borrowed)]
#[event(name = "orders.order-placed", project = "tests/looks")]
struct OrderPlaced {
    #[event(rename = "orderId")]
    order_id: String,
    #[event(personal)]
    customer: String,
    r#type: Kind,
    lines: Vec<Line>,
    #[event(default)]
    note: Option<String>,
    #[event(null_last)]
    coupon: Option<String>,
    #[event(default = 3)]
    rank: i32,
    #[event(default = "en")]
    language: String,
    labels: HashMap<String, String>,
    payment: Payment,
    picture: Bytes,
    seal: Seal,
    build: bool,
    at: TimestampMicros,
}

#[derive(Clone, Debug, PartialEq, Record, Borrowed, Fields)]
#[event(name = "orders.Line")]
struct Line {
    name: String,
    count: i64,
    next: Option<Box<Self2>>,
}

#[derive(Clone, Debug, PartialEq, Record, Borrowed)]
#[event(name = "orders.Numbers")]
struct Self2 {
    count: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Enum, Borrowed)]
#[event(name = "orders.Kind")]
enum Kind {
    Eat,
    Take,
}

#[derive(Clone, Debug, PartialEq, Union, Borrowed)]
enum Payment {
    Null,
    Text(String),
    Line(Line),
}

#[derive(Clone, Debug, PartialEq, Fixed, Borrowed)]
#[event(name = "orders.Seal")]
struct Seal([u8; 2]);

fn order() -> OrderPlaced {
    let line = Line { name: "soup".to_owned(), count: 2, next: Some(Box::new(Self2 { count: 1 })) };
    OrderPlaced::builder()
        .order_id("O-1")
        .customer("Ada")
        .r#type(Kind::Take)
        .lines([line.clone(), line.clone()])
        .coupon("C")
        .labels([("a".to_owned(), "b".to_owned())])
        .payment(Payment::Line(line))
        .picture(vec![1, 2])
        .seal(Seal([3, 4]))
        .build(true)
        .at(TimestampMicros::new(5))
        .build_()
}

#[test]
fn a_builder_takes_defaults_for_what_is_not_set() {
    let order = order();
    assert_eq!((order.note.as_deref(), order.rank, order.language.as_str()), (None, 3, "en"));
    assert_eq!((order.order_id.as_str(), order.coupon.as_deref(), order.build), ("O-1", Some("C"), true));
}

#[derive(Clone, Debug, PartialEq, Record, Builder)]
#[event(name = "orders.Quoted")]
struct Quoted {
    #[event(default = "a \"b\" \\ ü\n")]
    said: String,
    #[event(default = json(r#""\ud83d\ude00\/""#))]
    face: String,
}

#[test]
fn a_default_of_a_text_is_known_whatever_is_escaped_in_it() {
    let expected = Quoted { said: "a \"b\" \\ ü\n".to_owned(), face: "😀/".to_owned() };
    assert_eq!(Quoted::builder().build(), expected);
}

#[test]
fn the_names_of_fields_are_those_of_the_schema() {
    assert_eq!(OrderPlaced::FIELDS.order_id, "orderId");
    assert_eq!(OrderPlaced::FIELDS.r#type, "type");
    assert_eq!(Line::FIELDS.count, "count");
}

#[test]
fn what_is_personal_is_not_shown() {
    let shown = format!("{:?}", order());
    assert!(shown.starts_with("OrderPlaced { order_id: \"O-1\", customer: [redacted], type: Take,"), "{shown}");
    assert!(!shown.contains("Ada"));
    let mut bytes = Vec::new();
    order().encode(&mut bytes).unwrap();
    let shown = format!("{:?}", OrderPlacedRef::decode(&bytes).unwrap());
    assert!(shown.starts_with("OrderPlacedRef { order_id: \"O-1\", customer: [redacted]"), "{shown}");
}

#[test]
fn a_borrowed_twin_points_into_the_payload_and_is_the_same_value() {
    let mut bytes = Vec::new();
    order().encode(&mut bytes).unwrap();
    let borrowed = OrderPlacedRef::decode(&bytes).unwrap();
    assert!(bytes.as_ptr_range().contains(&borrowed.customer.as_ptr()));
    assert_eq!((borrowed.lines[1].name, borrowed.lines[1].count), ("soup", 2));
    assert_eq!((borrowed.labels.as_slice(), borrowed.coupon), (&[("a", "b")][..], Some("C")));
    assert_eq!((borrowed.picture, borrowed.note), (&[1, 2][..], None));
    assert!(matches!(&borrowed.payment, PaymentRef::Line(line) if line.name == "soup"));
    assert_eq!(borrowed.to_owned(), order());
    assert_eq!(OrderPlaced::from(borrowed), order());
}

#[test]
fn what_is_no_value_is_refused_with_its_path() {
    let mut bytes = Vec::new();
    order().encode(&mut bytes).unwrap();
    for length in 0..bytes.len() {
        let owned = OrderPlaced::decode(&bytes[..length]).unwrap_err();
        let borrowed = OrderPlacedRef::decode(&bytes[..length]).unwrap_err();
        assert_eq!((owned.fault(), owned.offset()), (borrowed.fault(), borrowed.offset()), "{length}");
    }
    bytes.push(0);
    assert!(OrderPlacedRef::decode(&bytes).is_err());
}

#[derive(Clone, Debug, PartialEq, Record, Borrowed)]
#[event(name = "orders.Labels")]
struct Labels {
    by_name: VecMap<String, VecMap<String, Line>>,
}

#[test]
fn the_twin_of_a_map_that_is_a_list_keeps_the_order_of_the_message() {
    let line = |count| Line { name: "soup".to_owned(), count, next: None };
    let inner = |count| VecMap::from([("z".to_owned(), line(count)), ("a".to_owned(), line(1))]);
    let labels = Labels { by_name: [("b".to_owned(), inner(1)), ("a".to_owned(), inner(2))].into() };
    let mut bytes = Vec::new();
    topika::codec::encode(&labels, &mut bytes).unwrap();
    let borrowed = topika::codec::decode_ref::<Labels>(&bytes).unwrap();
    let names: Vec<&str> = borrowed.by_name.iter().map(|(name, _)| *name).collect();
    assert_eq!((names, borrowed.by_name[0].1[0].0), (vec!["b", "a"], "z"));
    assert_eq!(Labels::from(borrowed), labels);
}

/// An older order: without what has a default, and with a field that is gone.
#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "old.order-placed", namespace = "old", project = "tests/looks")]
struct Old {
    gone: String,
    name: String,
    count: i32,
}

#[derive(Clone, Debug, PartialEq, Event, Borrowed)]
#[event(name = "new.order-placed", namespace = "old", project = "tests/looks")]
struct New {
    name: String,
    count: i64,
    #[event(default = "none")]
    remark: String,
}

fn schema(text: &str) -> Schema {
    Schema::from_texts(&Source::new("a.avsc", text), &[]).unwrap()
}

#[test]
fn an_older_schema_is_read_into_the_twin() {
    let writer = (Old::DESCRIPTOR.text)().replace("old.Old", "old.New").replace("\"Old\"", "\"New\"");
    let writer = schema(&writer);
    let reader = (New::DESCRIPTOR.text)();
    let reader = schema(reader);
    let resolution = Resolution::compile(&writer, &reader).unwrap();
    let mut bytes = Vec::new();
    Old { gone: "x".to_owned(), name: "n".to_owned(), count: 7 }.encode(&mut bytes).unwrap();
    let new = NewRef::decode_resolved(&bytes, &resolution).unwrap();
    assert_eq!((new.name, new.count, new.remark), ("n", 7, "none"));
    assert_eq!(new.to_owned(), New::decode_resolved(&bytes, &resolution).unwrap());
}

#[test]
fn a_redacted_value_travels_as_it_is() {
    let email = Redacted::from("ada@example.com");
    assert_eq!(serde_json::to_string(&email).unwrap(), "\"ada@example.com\"");
    assert_eq!(serde_json::from_str::<Redacted<String>>("\"ada@example.com\"").unwrap(), email);
    let mut bytes = Vec::new();
    topika::codec::encode(&email, &mut bytes).unwrap();
    assert_eq!(topika::codec::decode::<Redacted<String>>(&bytes).unwrap(), email);
    assert_eq!(format!("{email} {email:?} {:?}", Some(&email)), "[redacted] [redacted] Some([redacted])");
    assert_eq!(email.into_exposed(), "ada@example.com");
}

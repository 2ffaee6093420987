//! Events with some of the fields of their schema: what another implementation writes is read, and the rest passed over.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, dead_code)] // Helpers of tests are tests too.
#![allow(deprecated)] // The old functions of apache-avro say in one line what its builders say in five.

mod fixture;

use apache_avro::types::Value;
use fixture::events::orders::{Channel, Line, OrderPlaced, Payment};
use proptest::prelude::*;
use topika::codec::{DecodeError, Resolution};
use topika::types::{Bytes, Decimal, TimestampMicros};
use topika::{Event, Topic};
use topika_contract::avro::Schema;
use topika_contract::text::Source;

/// In the order of the schema.
#[derive(Clone, Debug, PartialEq, Event)]
#[event(schema = "orders/order-placed.avsc", tables = crate::fixture::events, partial)]
struct Summary {
    order_id: String,
    #[event(rename = "type")]
    kind: i32,
    channel: Channel,
    #[event(null_last)]
    late: Option<i64>,
}

/// In another one.
#[derive(Clone, Debug, PartialEq, Event)]
#[event(schema = "orders/order-placed.avsc", tables = crate::fixture::events, partial)]
struct Bill {
    at: TimestampMicros,
    lines: Vec<Line>,
    order_id: String,
}

#[derive(Clone, Debug, PartialEq, Event)]
#[event(schema = "orders/order-placed.avsc", tables = crate::fixture::events, partial)]
struct Nothing {}

#[derive(Clone, Debug, PartialEq, topika::serde::Deserialize, Event)]
#[serde(crate = "::topika::serde", rename_all = "camelCase")]
#[event(schema = "kitchen/ticket-ready.schema.json", tables = crate::fixture::events, partial)]
struct Ticket {
    minutes: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "food-orders", key_type = String)]
enum Read {
    Summary(Summary),
}

const TEXT: &str = include_str!("fixture/order-placed.avsc");

/// An order as the other implementation has it, and as it stands in the fixture.
fn order(id: &str, kind: i32, names: &[String], late: Option<i64>) -> (Value, OrderPlaced) {
    let line = |name: &String| Line { name: name.clone(), price: Decimal::from_unscaled(1250).unwrap(), rest: None };
    let written = |name: &String| {
        Value::Record(vec![
            ("name".into(), Value::String(name.clone())),
            ("price".into(), Value::Decimal(apache_avro::Decimal::from([4, 226]))),
            ("rest".into(), Value::Union(0, Box::new(Value::Null))),
        ])
    };
    let value = Value::Record(vec![
        ("order_id".into(), Value::String(id.to_owned())),
        ("type".into(), Value::Int(kind)),
        ("lines".into(), Value::Array(names.iter().map(written).collect())),
        ("payment".into(), Value::Union(2, Box::new(Value::String("cash".to_owned())))),
        ("note".into(), Value::Union(1, Box::new(Value::String("no onions".to_owned())))),
        ("channel".into(), Value::Enum(1, "PHONE".to_owned())),
        ("digest".into(), Value::Fixed(4, vec![1; 4])),
        ("raw".into(), Value::Bytes(vec![7; 300])),
        ("at".into(), Value::TimestampMicros(17)),
        (
            "late".into(),
            match late {
                Some(late) => Value::Union(0, Box::new(Value::Long(late))),
                None => Value::Union(1, Box::new(Value::Null)),
            },
        ),
    ]);
    let own = OrderPlaced {
        order_id: id.to_owned(),
        kind,
        lines: names.iter().map(line).collect(),
        payment: Payment::String("cash".to_owned()),
        note: Some("no onions".to_owned()),
        channel: Channel::Phone,
        digest: fixture::events::orders::Digest([1; 4]),
        raw: Bytes(vec![7; 300]),
        at: TimestampMicros::new(17),
        late,
    };
    (value, own)
}

fn schema(text: &str) -> Schema {
    Schema::from_texts(&Source::new("a.avsc", text), &[]).unwrap_or_else(|_| panic!("no schema: {text}"))
}

/// Reads what was written with the event's own schema.
fn whole_schema<E: Event>(bytes: &[u8]) -> Result<E, DecodeError> {
    E::decode(bytes)
}

/// Reads what `writer` wrote.
fn read<E: Event>(writer: &str, bytes: &[u8]) -> Result<E, String> {
    let fields = E::DESCRIPTOR.fields.unwrap();
    let way = Resolution::compile_fields(&schema(writer), &schema(TEXT), fields).map_err(|error| error.to_string())?;
    E::decode_resolved(bytes, &way).map_err(|error| error.to_string())
}

proptest! {
    #[test]
    fn the_fields_that_are_named_are_those_that_were_written(
        id in ".{0,8}", kind in any::<i32>(), names in proptest::collection::vec("[a-z]{0,5}", 0..4), late in any::<Option<i64>>(),
    ) {
        let (value, whole) = order(&id, kind, &names, late);
        let bytes = apache_avro::to_avro_datum(&apache_avro::Schema::parse_str(TEXT).unwrap(), value).unwrap();
        let mut own = Vec::new();
        whole.encode(&mut own).unwrap();
        prop_assert_eq!(&own, &bytes);
        let summary = Summary { order_id: id.clone(), kind, channel: Channel::Phone, late };
        prop_assert_eq!(whole_schema::<Summary>(&bytes).unwrap(), summary.clone());
        prop_assert_eq!(read::<Summary>(TEXT, &bytes).unwrap(), summary);
        prop_assert_eq!(Bill::decode(&bytes).unwrap(), Bill { at: whole.at, lines: whole.lines, order_id: id });
        prop_assert_eq!(Nothing::decode(&bytes).unwrap(), Nothing {});
        // What is passed over must be there all the same.
        prop_assert!(whole_schema::<Summary>(&bytes[..bytes.len() - 1]).is_err());
        prop_assert!(Nothing::decode(&bytes[..bytes.len() - 1]).is_err());
    }
}

#[test]
fn bytes_behind_the_last_field_are_an_error() {
    let mut bytes = Vec::new();
    order("1", 1, &[], None).1.encode(&mut bytes).unwrap();
    bytes.push(0);
    assert!(whole_schema::<Summary>(&bytes).unwrap_err().to_string().starts_with("bytes follow the last value"));
}

#[test]
fn another_writer_may_have_more_and_less_and_other_names() {
    // No channel, which has a default; a field more in front; a number that becomes a longer one.
    let writer = r#"{"type":"record","name":"Old","fields":[
        {"name":"trace","type":{"type":"map","values":["null","double"]}},
        {"name":"late","type":"int"},
        {"name":"order_id","type":"string"},
        {"name":"type","type":"int"}]}"#;
    let value = Value::Record(vec![
        (
            "trace".into(),
            Value::Map([("a".to_owned(), Value::Union(1, Box::new(Value::Double(1.5))))].into_iter().collect()),
        ),
        ("late".into(), Value::Int(-4)),
        ("order_id".into(), Value::String("O-1".to_owned())),
        ("type".into(), Value::Int(2)),
    ]);
    let bytes = apache_avro::to_avro_datum(&apache_avro::Schema::parse_str(writer).unwrap(), value).unwrap();
    let wanted = Summary { order_id: "O-1".to_owned(), kind: 2, channel: Channel::Web, late: Some(-4) };
    assert_eq!(read::<Summary>(writer, &bytes).unwrap(), wanted);
    // The whole event has fields that this writer does not know; the part does not care.
    assert!(Resolution::compile(&schema(writer), &schema(TEXT)).is_err());
    let without = r#"{"type":"record","name":"Old","fields":[{"name":"order_id","type":"string"}]}"#;
    let error = read::<Summary>(without, &[0]).unwrap_err();
    assert_eq!(error, "orders.OrderPlaced.type: the writer has no such field, and it has no default");
}

#[test]
fn an_alias_that_is_the_name_of_a_field_left_out_stays_that_fields() {
    let reader = r#"{"type":"record","name":"R","fields":[
        {"name":"a","type":"int","default":7,"aliases":["b","c"]},
        {"name":"b","type":"int","default":8}]}"#;
    let way = |writer: &str| Resolution::compile_fields(&schema(writer), &schema(reader), &["a"]).unwrap();
    let b = r#"{"type":"record","name":"R","fields":[{"name":"b","type":"int"}]}"#;
    assert!(format!("{:?}", way(b)).contains("Default"));
    let c = r#"{"type":"record","name":"R","fields":[{"name":"c","type":"int"}]}"#;
    assert!(!format!("{:?}", way(c)).contains("Default"));
    let wrong = Resolution::compile_fields(&schema(c), &schema(reader), &["z"]).unwrap_err();
    assert_eq!(wrong.to_string(), "record R has no field `z`");
}

#[test]
fn properties_of_json_without_a_field_are_passed_over() {
    let read = Ticket::decode(br#"{"orderId":"O-1","minutes":3,"more":{"a":[1]}}"#).unwrap();
    assert_eq!(read, Ticket { minutes: Some(3) });
    assert_eq!(Ticket::DESCRIPTOR.fields, Some(&["minutes"][..]));
}

#[test]
fn a_part_says_what_it_reads_and_is_not_written() {
    assert_eq!(Summary::DESCRIPTOR.fields, Some(&["order_id", "type", "channel", "late"][..]));
    assert_eq!(OrderPlaced::DESCRIPTOR.fields, None);
    let mut out = vec![1];
    let error = Nothing {}.encode(&mut out).unwrap_err();
    assert_eq!(error.to_string(), "`Nothing` has some of the fields of orders.order-placed, and can only be read");
    assert_eq!(out, [1]);
}

#[test]
fn a_topic_may_be_read_in_parts() {
    let mut bytes = Vec::new();
    order("O-2", 4, &[], Some(1)).1.encode(&mut bytes).unwrap();
    let Read::Summary(summary) = Read::decode_event(0, &bytes, None).unwrap();
    assert_eq!(summary.order_id, "O-2");
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "bills", framing = "none")]
enum Bills {
    Bill(Bill),
}

#[cfg(feature = "registry")]
#[test]
fn a_part_is_read_from_messages_that_name_no_schema() {
    let client = topika_registry::client::Client::builder().nowhere().build().unwrap();
    let deserializer = topika::wire::TopicDeserializer::<Bills>::new(&client, &topika::wire::SerdeConfig::default());
    let whole = order("O-2", 4, &["bread".to_owned()], Some(1)).1;
    let mut bytes = Vec::new();
    whole.encode(&mut bytes).unwrap();
    let Bills::Bill(bill) = deserializer.try_deserialize(&bytes).unwrap().unwrap();
    assert_eq!((bill.order_id, bill.at, bill.lines), (whole.order_id, whole.at, whole.lines));
}

/// A record that holds itself: the part of it holds the whole.
mod tree {
    use topika::schema::{FieldTable, Format, SchemaFile, Shape, Table, Ty};

    use super::*;

    const TEXT: &str = r#"{"type":"record","name":"t.Tree","fields":[
        {"name":"label","type":"string"},
        {"name":"weight","type":"double"},
        {"name":"below","type":{"type":"array","items":"t.Tree"}}]}"#;

    pub(crate) mod events {
        pub(crate) mod __topika {
            pub(crate) const T__TREE__AVSC: super::super::SchemaFile = super::super::FILE;
        }
    }

    const FILE: SchemaFile = SchemaFile {
        path: "schemas/t/tree.avsc",
        format: Format::Avro,
        event: "t.tree",
        record: "t.Tree",
        text: TEXT,
        references: &[],
        version: None,
        topic: "t.tree",
        subject: "t.tree-value",
        types: &[Table {
            name: "t.Tree",
            shape: Shape::Record(&[
                FieldTable { name: "label", ty: Ty::String, optional: false, line: 1, column: 1 },
                FieldTable { name: "weight", ty: Ty::Double, optional: false, line: 1, column: 1 },
                FieldTable { name: "below", ty: Ty::Array(&Ty::Named("t.Tree")), optional: false, line: 1, column: 1 },
            ]),
            line: 1,
            column: 1,
        }],
    };

    #[derive(Clone, Debug, PartialEq, Event)]
    #[event(schema = "t/tree.avsc", tables = crate::tree::events)]
    struct Tree {
        label: String,
        weight: f64,
        below: Vec<Tree>,
    }

    #[derive(Clone, Debug, PartialEq, Event)]
    #[event(schema = "t/tree.avsc", tables = crate::tree::events, partial)]
    struct Below {
        below: Vec<Tree>,
    }

    #[test]
    fn what_a_part_holds_is_whole() {
        let leaf = |label: &str| Tree { label: label.to_owned(), weight: 0.5, below: Vec::new() };
        let tree = Tree { below: vec![leaf("a"), Tree { below: vec![leaf("c")], ..leaf("b") }], ..leaf("root") };
        let mut bytes = Vec::new();
        tree.encode(&mut bytes).unwrap();
        assert_eq!(Below::decode(&bytes).unwrap().below, tree.below);
        let way = Resolution::compile_fields(&schema(TEXT), &schema(TEXT), &["below"]).unwrap();
        assert_eq!(Below::decode_resolved(&bytes, &way).unwrap().below, tree.below);
    }
}

#[cfg(feature = "kafka")]
mod on_kafka {
    use std::time::Duration;

    use super::*;

    #[derive(Clone, Debug, PartialEq, Event)]
    #[event(name = "orders.order-placed", namespace = "orders", project = "tests/partial")]
    struct OrderPlaced {
        order_id: String,
        #[event(rename = "type")]
        kind: i32,
        #[event(default = json("\"none\""))]
        new: String,
        #[event(null_last)]
        late: Option<i64>,
    }

    #[derive(Clone, Debug, PartialEq, Topic)]
    #[topic(name = "food-orders", key = "order_id")]
    enum Written {
        OrderPlaced(OrderPlaced),
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_consumer_reads_the_part_of_what_another_schema_wrote() {
        let kit = topika_testkit::start().await;
        let new = "new".repeat(50);
        kit.given::<Written>([OrderPlaced { order_id: "O-3".into(), kind: 5, new, late: None }]).await;
        let mut consumer = kit.client().consumer::<Read>("parts").from_start().await.unwrap();
        let message = tokio::time::timeout(Duration::from_secs(20), consumer.next()).await.unwrap().unwrap().unwrap();
        assert_eq!(message.key().unwrap().unwrap(), "O-3");
        let wanted = Summary { order_id: "O-3".to_owned(), kind: 5, channel: Channel::Web, late: None };
        assert_eq!(message.event, Read::Summary(wanted));
        message.ack();
        consumer.close(Duration::from_secs(20)).await.unwrap();
    }
}

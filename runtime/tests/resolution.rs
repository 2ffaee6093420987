//! Resolution of another schema's bytes, each rule of the specification once, and the same bytes as another implementation.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // Helpers of tests are tests too.
#![allow(deprecated)] // The old functions of apache-avro say in one line what its builders say in five.

mod fixture;

use std::collections::{BTreeMap, HashMap};

use apache_avro::types::Value;
use fixture::events::orders::{Channel, Digest, Line, OrderPlaced, Payment};
use proptest::prelude::*;
use topika::codec::{self, AvroValue, Fault, Resolution, ResolveError};
use topika::event::Event;
use topika::types::{Bytes, Decimal, TimestampMicros, TimestampMillis};
use topika_contract::avro::Schema;
use topika_contract::text::Source;

fn schema(text: &str) -> Schema {
    Schema::from_texts(&Source::new("a.avsc", text), &[]).unwrap_or_else(|_| panic!("no schema: {text}"))
}

fn resolution(writer: &str, reader: &str) -> Result<Resolution, ResolveError> {
    Resolution::compile(&schema(writer), &schema(reader))
}

/// Reads what `writer` wrote as a `T`, whose schema is `reader`.
fn read<T: AvroValue>(writer: &str, reader: &str, bytes: &[u8]) -> Result<T, codec::DecodeError> {
    codec::decode_resolved(bytes, &resolution(writer, reader).unwrap())
}

fn bytes<T: AvroValue>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    codec::encode(value, &mut out).unwrap();
    out
}

#[test]
fn numbers_and_text_are_promoted() {
    let (i, l, f) = (bytes(&-3_i32), bytes(&-3_i64), bytes(&1.5_f32));
    assert_eq!(read::<i64>(r#""int""#, r#""long""#, &i).unwrap(), -3);
    assert_eq!(read::<f32>(r#""int""#, r#""float""#, &i).unwrap(), -3.0);
    assert_eq!(read::<f64>(r#""int""#, r#""double""#, &i).unwrap(), -3.0);
    assert_eq!(read::<f32>(r#""long""#, r#""float""#, &l).unwrap(), -3.0);
    assert_eq!(read::<f64>(r#""long""#, r#""double""#, &l).unwrap(), -3.0);
    assert_eq!(read::<f64>(r#""float""#, r#""double""#, &f).unwrap(), 1.5);
    assert_eq!(read::<String>(r#""bytes""#, r#""string""#, &[2, b'a']).unwrap(), "a");
    assert_eq!(read::<Bytes>(r#""string""#, r#""bytes""#, &[2, b'a']).unwrap(), Bytes(vec![b'a']));
    assert!(read::<String>(r#""bytes""#, r#""string""#, &[2, 0xff]).is_err());
}

#[test]
fn what_cannot_be_read_is_said_with_both_types() {
    let said = |writer: &str, reader: &str| resolution(writer, reader).unwrap_err().to_string();
    assert_eq!(said(r#""long""#, r#""int""#), "the writer has long, which cannot be read as int");
    assert_eq!(
        said(r#"{"type":"array","items":"boolean"}"#, r#"{"type":"array","items":{"type":"map","values":"int"}}"#),
        "[]: the writer has boolean, which cannot be read as map"
    );
    let decimal = |scale| format!(r#"{{"type":"bytes","logicalType":"decimal","precision":9,"scale":{scale}}}"#);
    assert!(said(&decimal(2), &decimal(1)).contains("decimal(9,2) on bytes, which cannot be read as decimal(9,1)"));
    let millis = r#"{"type":"long","logicalType":"timestamp-millis"}"#;
    let micros = r#"{"type":"long","logicalType":"timestamp-micros"}"#;
    assert!(said(millis, micros).contains("timestamp-millis on long, which cannot be read as timestamp-micros"));
    assert_eq!(read::<TimestampMillis>(r#""int""#, millis, &[2]).unwrap(), TimestampMillis::new(1));
    let record = |field: &str| format!(r#"{{"type":"record","name":"a.R","fields":[{field}]}}"#);
    assert_eq!(
        said(&record(""), &record(r#"{"name":"x","type":"int"}"#)),
        "a.R.x: the writer has no such field, and it has no default"
    );
    assert_eq!(
        said(&record(r#"{"name":"x","type":"string"}"#), &record(r#"{"name":"x","type":"int"}"#)),
        "a.R.x: the writer has string, which cannot be read as int"
    );
    let fixed = |size: usize| format!(r#"{{"type":"fixed","name":"F","size":{size}}}"#);
    assert!(said(&fixed(2), &fixed(3)).contains("fixed F of 2 bytes, which cannot be read as fixed F of 3 bytes"));
    let both = record(r#"{"name":"a","type":"int"},{"name":"b","type":"int"}"#);
    let twice = record(r#"{"name":"c","type":"int","aliases":["a","b"]}"#);
    assert!(said(&both, &twice).contains("two fields of the writer"));
}

#[test]
fn unions_are_read_in_every_combination() {
    // Into a union, out of one, and between two.
    assert_eq!(read::<Option<i64>>(r#""int""#, r#"["null","long"]"#, &[2]).unwrap(), Some(1));
    assert_eq!(read::<Option<i64>>(r#""null""#, r#"["null","long"]"#, &[]).unwrap(), None);
    assert_eq!(read::<i64>(r#"["int","long"]"#, r#""long""#, &[0, 2]).unwrap(), 1);
    assert_eq!(read::<Option<i64>>(r#"["long","null"]"#, r#"["null","long"]"#, &[0, 2]).unwrap(), Some(1));
    assert_eq!(read::<Option<i64>>(r#"["long","null"]"#, r#"["null","long"]"#, &[2]).unwrap(), None);
    // A branch that nobody can read is an error only where it is met.
    let error = read::<i64>(r#"["string","long"]"#, r#""long""#, &[0, 2, b'a']).unwrap_err();
    assert_eq!(error.fault(), Fault::Unresolved);
    assert!(error.to_string().contains("the writer has string, which cannot be read as long"), "{error}");
    assert_eq!(read::<i64>(r#"["string","long"]"#, r#""long""#, &[2, 2]).unwrap(), 1);
    assert_eq!(read::<i64>(r#"["string","long"]"#, r#""long""#, &[4]).unwrap_err().fault(), Fault::Branch);
    assert!(resolution(r#"["string","null"]"#, r#""long""#).is_err());
    // With null at the end.
    let last = resolution(r#"["null","int"]"#, r#"["long","null"]"#).unwrap();
    let decode = |bytes: &[u8]| {
        let mut reader = codec::Reader::new(bytes);
        codec::null_last::Field::<Option<i64>>::decode_with(&mut reader, &last, last.root()).unwrap().0
    };
    assert_eq!((decode(&[0]), decode(&[2, 4])), (None, Some(2)));
}

#[test]
fn containers_go_item_by_item() {
    let array = |of: &str| format!(r#"{{"type":"array","items":"{of}"}}"#);
    let map = |of: &str| format!(r#"{{"type":"map","values":"{of}"}}"#);
    let ints = bytes(&vec![1_i32, 2]);
    assert_eq!(read::<Vec<f64>>(&array("int"), &array("double"), &ints).unwrap(), [1.0, 2.0]);
    let one: BTreeMap<String, i32> = BTreeMap::from([("a".into(), 1)]);
    assert_eq!(read::<HashMap<String, i64>>(&map("int"), &map("long"), &bytes(&one)).unwrap()["a"], 1);
    assert_eq!(read::<BTreeMap<String, i64>>(&map("int"), &map("long"), &bytes(&one)).unwrap()["a"], 1);
}

fn order() -> OrderPlaced {
    let line = Line { name: "pizza".into(), price: Decimal::from_unscaled(-1250).unwrap(), rest: None };
    OrderPlaced {
        order_id: "o".into(),
        kind: 7,
        lines: vec![Line { rest: Some(Box::new(line.clone())), ..line.clone() }],
        payment: Payment::Line(line),
        note: None,
        channel: Channel::Web,
        digest: Digest([1; 4]),
        raw: Bytes(vec![1, 2]),
        at: TimestampMicros::new(1),
        late: Some(3),
    }
}

const READER: &str = include_str!("fixture/order-placed.avsc");

#[test]
fn the_same_schema_takes_the_straight_path() {
    let resolution = resolution(READER, READER).unwrap();
    assert!(resolution.is_same());
    assert_eq!(OrderPlaced::decode_resolved(&bytes(&order()), &resolution).unwrap(), order());
}

#[test]
fn an_older_writer_is_read_with_defaults_and_skips() {
    // Other order, an alias-free rename of nothing, fields that are gone in every kind of type, and a symbol that nobody knows.
    let writer = r#"{"type":"record","name":"OrderPlaced","namespace":"orders","fields":[
        {"name":"gone","type":{"type":"record","name":"Gone","fields":[
            {"name":"n","type":"null"},{"name":"b","type":"boolean"},{"name":"i","type":"int"},{"name":"f","type":"float"},
            {"name":"d","type":"double"},{"name":"s","type":"string"},{"name":"a","type":{"type":"array","items":"long"}},
            {"name":"m","type":{"type":"map","values":"bytes"}},{"name":"u","type":["null","Gone"]},
            {"name":"e","type":{"type":"enum","name":"E","symbols":["X"]}},{"name":"x","type":{"type":"fixed","name":"F","size":2}}]}},
        {"name":"late","type":["null","int"]},
        {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
        {"name":"raw","type":"bytes"},
        {"name":"digest","type":{"type":"fixed","name":"Digest","size":4}},
        {"name":"channel","type":{"type":"enum","name":"Channel","symbols":["FAX","PHONE"]}},
        {"name":"payment","type":"string"},
        {"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[
            {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":8,"scale":2}},
            {"name":"name","type":"bytes"}]}}},
        {"name":"type","type":"int"},
        {"name":"order_id","type":"string"}]}"#;
    let mut out = Vec::new();
    let mut sink = codec::Sink::new(&mut out);
    let gone = |sink: &mut codec::Sink<'_>, last: bool| {
        sink.boolean(true);
        sink.int(1);
        sink.float(1.0);
        sink.double(1.0);
        sink.string("s");
        vec![1_i64, 2].encode(sink);
        // A map in the form with sizes: a block of one entry, "k" and a byte.
        sink.fixed(&[1, 8, 2, b'k', 2, 9, 0]);
        sink.long(i64::from(!last));
    };
    // One within the other: the inner one's enum and fixed stand before the outer one's.
    gone(&mut sink, false);
    gone(&mut sink, true);
    sink.fixed(&[0, 8, 8]);
    sink.fixed(&[0, 8, 8]);
    Some(5_i32).encode(&mut sink);
    sink.long(1);
    sink.bytes(&[1, 2]);
    sink.fixed(&[1; 4]);
    sink.long(0);
    sink.string("cash");
    sink.fixed(&[2, 4, 4, 0xe2, 2, b'a', 0]);
    sink.int(7);
    sink.string("o");
    let read = OrderPlaced::decode_resolved(&out, &resolution(writer, READER).unwrap());
    // The price above is two bytes long: 04 e2.
    let expected = OrderPlaced {
        lines: vec![Line { name: "a".into(), price: Decimal::from_unscaled(1250).unwrap(), rest: None }],
        payment: Payment::String("cash".into()),
        late: Some(5),
        channel: Channel::Web,
        ..order()
    };
    assert_eq!(read.unwrap(), expected);
}

fn avro(line: &Line) -> Value {
    let rest = match &line.rest {
        None => Value::Union(0, Box::new(Value::Null)),
        Some(rest) => Value::Union(1, Box::new(avro(rest))),
    };
    // The other implementation writes a decimal with the bytes it was made of; after the length ours are the fewest.
    let price = apache_avro::Decimal::from(&bytes(&line.price)[1..]);
    Value::Record(vec![
        ("name".into(), Value::String(line.name.clone())),
        ("price".into(), Value::Decimal(price)),
        ("rest".into(), rest),
    ])
}

fn value(order: &OrderPlaced) -> Value {
    let payment = match &order.payment {
        Payment::Null => Value::Union(0, Box::new(Value::Null)),
        Payment::Line(line) => Value::Union(1, Box::new(avro(line))),
        Payment::String(text) => Value::Union(2, Box::new(Value::String(text.clone()))),
    };
    let note = match &order.note {
        None => Value::Union(0, Box::new(Value::Null)),
        Some(note) => Value::Union(1, Box::new(Value::String(note.clone()))),
    };
    let late = match order.late {
        Some(late) => Value::Union(0, Box::new(Value::Long(late))),
        None => Value::Union(1, Box::new(Value::Null)),
    };
    let channel = match order.channel {
        Channel::Web => Value::Enum(0, "WEB".into()),
        Channel::Phone => Value::Enum(1, "PHONE".into()),
    };
    Value::Record(vec![
        ("order_id".into(), Value::String(order.order_id.clone())),
        ("type".into(), Value::Int(order.kind)),
        ("lines".into(), Value::Array(order.lines.iter().map(avro).collect())),
        ("payment".into(), payment),
        ("note".into(), note),
        ("channel".into(), channel),
        ("digest".into(), Value::Fixed(4, order.digest.0.to_vec())),
        ("raw".into(), Value::Bytes(order.raw.0.clone())),
        ("at".into(), Value::TimestampMicros(order.at.get())),
        ("late".into(), late),
    ])
}

fn lines() -> impl Strategy<Value = Line> {
    let leaf = (".{0,9}", -9_999_999_999_i128..=9_999_999_999).prop_map(|(name, price)| Line {
        name,
        price: Decimal::from_unscaled(price).unwrap(),
        rest: None,
    });
    leaf.prop_recursive(4, 8, 1, |inner| {
        (inner.clone(), proptest::option::of(inner)).prop_map(|(line, rest)| Line { rest: rest.map(Box::new), ..line })
    })
}

fn orders() -> impl Strategy<Value = OrderPlaced> {
    let payment = prop_oneof![Just(Payment::Null), lines().prop_map(Payment::Line), ".{0,9}".prop_map(Payment::String)];
    let channel = prop_oneof![Just(Channel::Web), Just(Channel::Phone)];
    let first =
        (".{0,40}", any::<i32>(), proptest::collection::vec(lines(), 0..4), payment, proptest::option::of(".{0,9}"));
    let second = (channel, any::<[u8; 4]>(), any::<Vec<u8>>(), any::<i64>(), any::<Option<i64>>());
    (first, second).prop_map(|((order_id, kind, lines, payment, note), (channel, digest, raw, at, late))| OrderPlaced {
        order_id,
        kind,
        lines,
        payment,
        note,
        channel,
        digest: Digest(digest),
        raw: Bytes(raw),
        at: TimestampMicros::new(at),
        late,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_bytes_are_those_of_the_other_implementation(order in orders()) {
        let schema = apache_avro::Schema::parse_str(READER).unwrap();
        let ours = bytes(&order);
        let theirs = apache_avro::to_avro_datum(&schema, value(&order)).unwrap();
        prop_assert_eq!(&ours, &theirs);
        prop_assert_eq!(<OrderPlaced as Event>::decode(&theirs).unwrap(), order);
    }

    #[test]
    fn hostile_bytes_are_an_error_and_nothing_worse(order in orders(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut out = bytes(&order);
        let place = at.index(out.len());
        out[place] = byte;
        let _ = <OrderPlaced as Event>::decode(&out);
        let _ = <OrderPlaced as Event>::decode(&out[..cut.index(out.len())]);
    }

    #[test]
    fn random_bytes_are_an_error_and_nothing_worse(noise in any::<Vec<u8>>()) {
        let older = READER.replace(r#"{ "name": "order_id", "type": "string" },"#, r#"{ "name": "z", "type": ["int", "string"] }, { "name": "order_id", "type": "bytes" },"#);
        let resolution = resolution(&older, READER).unwrap();
        let _ = <OrderPlaced as Event>::decode(&noise);
        let _ = OrderPlaced::decode_resolved(&noise, &resolution);
        let _ = codec::decode::<HashMap<String, Vec<Option<f64>>>>(&noise);
    }
}

#[test]
fn nesting_without_end_is_refused() {
    // A line within a line within a line...
    let mut out = Vec::new();
    for _ in 0..100_000 {
        out.extend([0, 2, 0, 2]);
    }
    assert_eq!(codec::decode::<Line>(&out).unwrap_err().fault(), Fault::Depth);
}

#[test]
fn many_items_in_few_bytes_take_no_memory() {
    // A billion nulls, and a claim of a billion strings.
    let claim = [0x80, 0xa8, 0xd6, 0xb9, 0x07, 0];
    assert_eq!(codec::decode::<Vec<()>>(&claim).unwrap_err().fault(), Fault::Count);
    assert_eq!(codec::decode::<Vec<String>>(&claim).unwrap_err().fault(), Fault::Count);
    // Items far larger in memory than on the wire.
    let mut nulls = bytes(&1_000_000_i64);
    nulls.resize(1_000_000 + nulls.len(), 0);
    assert_eq!(codec::decode::<Vec<Option<OrderPlaced>>>(&nulls).unwrap_err().fault(), Fault::Memory);
}

/// What a reader wants of a writer's larger record.
#[derive(Debug, PartialEq, topika::Record)]
#[event(name = "a.A")]
struct OnlyY {
    y: i32,
}

#[test]
fn records_without_bytes_cost_nothing_to_skip() {
    // One value of R36 is 2^36 records, and not a byte.
    let mut nested = r#"{"type":"record","name":"R0","fields":[{"name":"n","type":"null"}]}"#.to_owned();
    for level in 1..=36 {
        let before = format!("R{}", level - 1);
        nested = format!(
            r#"{{"type":"record","name":"R{level}","fields":[{{"name":"a","type":{nested}}},{{"name":"b","type":"{before}"}}]}}"#
        );
    }
    let writer = format!(
        r#"{{"type":"record","name":"A","fields":[{{"name":"x","type":{nested}}},{{"name":"y","type":"int"}}]}}"#
    );
    let reader = r#"{"type":"record","name":"A","fields":[{"name":"y","type":"int"}]}"#;
    assert_eq!(read::<OnlyY>(&writer, reader, &[6]).unwrap(), OnlyY { y: 3 });
}

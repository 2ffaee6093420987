//! The codec beside apache-avro, on the same order of five items: `cargo bench -p topika --bench codec`.
//! Results, with the command that gave them: `benches/README.md`.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark that fails stops")]
#![allow(deprecated, reason = "the one-call forms of apache-avro are what its users write")]

use apache_avro::Schema as ApacheSchema;
use apache_avro::types::Value;
use divan::{Bencher, black_box};
use topika::codec::Resolution;
use topika::event::Key as _;
use topika::types::{Decimal, TimestampMicros};
use topika::{Borrowed, Enum, Event, Key, Record};
use topika_contract::avro::Schema;
use topika_contract::text::Source;

#[derive(Clone, Debug, PartialEq, Event, Borrowed)]
#[event(name = "bench.order-placed", project = "benches")]
struct OrderPlaced {
    order_id: String,
    customer_id: String,
    customer_name: String,
    customer_email: String,
    items: Vec<OrderItem>,
    total_amount: Decimal<10, 2>,
    status: Status,
    #[event(default)]
    note: Option<String>,
    created_at: TimestampMicros,
}

#[derive(Clone, Debug, PartialEq, Record, Borrowed)]
#[event(name = "bench.OrderItem")]
struct OrderItem {
    item_id: String,
    name: String,
    quantity: i32,
    price: Decimal<10, 2>,
    subtotal: Decimal<10, 2>,
}

#[derive(Clone, Copy, Debug, PartialEq, Enum, Borrowed)]
#[event(name = "bench.Status")]
enum Status {
    #[event(default)]
    Pending,
    Ready,
}

#[derive(Clone, Debug, PartialEq, Record, Key)]
#[event(name = "bench.OrderKey")]
struct OrderKey {
    tenant: String,
    order: i64,
}

fn main() {
    divan::main();
}

fn order() -> OrderPlaced {
    let item = |n: i32| OrderItem {
        item_id: format!("ITEM-{n:03}"),
        name: format!("Dish number {n} of the menu"),
        quantity: n,
        price: Decimal::from_unscaled(1_250).unwrap(),
        subtotal: Decimal::from_unscaled(1_250 * i128::from(n)).unwrap(),
    };
    OrderPlaced {
        order_id: "ORD-20261121-00042".into(),
        customer_id: "CUST-00007".into(),
        customer_name: "Ada Berger".into(),
        customer_email: "ada.berger@example.com".into(),
        items: (1..=5).map(item).collect(),
        total_amount: Decimal::from_unscaled(18_750).unwrap(),
        status: Status::Ready,
        note: Some("no onions, please".into()),
        created_at: TimestampMicros::new(1_795_000_000_000_000),
    }
}

fn bytes() -> Vec<u8> {
    let mut bytes = Vec::new();
    order().encode(&mut bytes).unwrap();
    bytes
}

fn text() -> &'static str {
    (OrderPlaced::DESCRIPTOR.text)()
}

fn apache_value(schema: &ApacheSchema, bytes: &[u8]) -> Value {
    apache_avro::from_avro_datum(schema, &mut &bytes[..], None).unwrap()
}

#[divan::bench]
fn encode_0_memcpy_the_floor(bencher: Bencher<'_, '_>) {
    let (bytes, mut out) = (bytes(), Vec::with_capacity(1024));
    bencher.bench_local(|| {
        out.clear();
        out.extend_from_slice(black_box(&bytes));
        out.len()
    });
}

#[divan::bench]
fn encode_1_topika(bencher: Bencher<'_, '_>) {
    let (order, mut out) = (order(), Vec::with_capacity(1024));
    bencher.bench_local(|| {
        out.clear();
        black_box(&order).encode(&mut out).unwrap();
        out.len()
    });
}

#[divan::bench]
fn encode_2_apache_avro_value(bencher: Bencher<'_, '_>) {
    let schema = ApacheSchema::parse_str(text()).unwrap();
    let value = apache_value(&schema, &bytes());
    bencher
        .with_inputs(|| value.clone())
        .bench_local_values(|value| apache_avro::to_avro_datum(&schema, black_box(value)).unwrap().len());
}

#[divan::bench]
fn decode_0_clone_the_floor(bencher: Bencher<'_, '_>) {
    let order = order();
    bencher.bench_local(|| black_box(&order).clone());
}

#[divan::bench]
fn decode_1_topika(bencher: Bencher<'_, '_>) {
    let bytes = bytes();
    bencher.bench_local(|| OrderPlaced::decode(black_box(&bytes)).unwrap());
}

#[divan::bench]
fn decode_1_topika_borrowed(bencher: Bencher<'_, '_>) {
    let bytes = bytes();
    // Only its length leaves: the twin lives as long as the payload.
    bencher.bench_local(|| black_box(OrderPlacedRef::decode(black_box(&bytes)).unwrap()).items.len());
}

/// The writer had one field more, and no note.
#[divan::bench]
fn decode_2_topika_another_schema(bencher: Bencher<'_, '_>) {
    let mut writer: serde_json::Value = serde_json::from_str(text()).unwrap();
    let fields = writer.get_mut("fields").and_then(|f| f.as_array_mut()).unwrap();
    fields.retain(|field| field.get("name") != Some(&"note".into()));
    fields.push(serde_json::json!({ "name": "coupon", "type": "long" }));
    let schema = |text: &str| Schema::from_texts(&Source::new("bench.avsc", text), &[]).unwrap();
    let resolution = Resolution::compile(&schema(&writer.to_string()), &schema(text())).unwrap();
    let mut order = apache_value(&ApacheSchema::parse_str(text()).unwrap(), &bytes());
    if let Value::Record(fields) = &mut order {
        fields.retain(|(name, _)| name != "note");
        fields.push(("coupon".into(), Value::Long(7)));
    }
    let bytes = apache_avro::to_avro_datum(&ApacheSchema::parse_str(&writer.to_string()).unwrap(), order).unwrap();
    bencher.bench_local(|| OrderPlaced::decode_resolved(black_box(&bytes), &resolution).unwrap());
}

#[divan::bench]
fn decode_3_apache_avro_value(bencher: Bencher<'_, '_>) {
    let (schema, bytes) = (ApacheSchema::parse_str(text()).unwrap(), bytes());
    bencher.bench_local(|| apache_value(&schema, black_box(&bytes)));
}

/// What reading the key adds to each message.
#[divan::bench]
fn key_0_string(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| String::read_key(black_box(b"CUST-00007")).unwrap());
}

#[divan::bench]
fn key_1_long(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| i64::read_key(black_box(&[0, 0, 0, 0, 0, 0, 0, 7])).unwrap());
}

#[divan::bench]
fn key_2_record(bencher: Bencher<'_, '_>) {
    let mut bytes = Vec::new();
    OrderKey { tenant: "kitchen-west".into(), order: 42 }.write_key(&mut bytes).unwrap();
    bencher.bench_local(|| OrderKey::read_key(black_box(&bytes)).unwrap());
}

//! Avro values drawn at random from a schema, by the apache-avro crate: a second opinion on what stands on the wire.

use std::collections::HashMap;
use std::fmt::Debug;

use apache_avro::Decimal;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::schema::{InnerDecimalSchema, Name, Schema, UuidSchema};
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use topika::event::Event;

/// How many values are drawn for each type.
const VALUES: u64 = 200;

/// Draws values of the event's schema: what apache-avro writes, the type reads, and what it writes then, apache-avro reads as the
/// same value.
pub(crate) fn agree<E: Event + PartialEq + Debug>() {
    let file = E::DESCRIPTOR.file.unwrap();
    let references: Vec<&str> = file.references.iter().map(|reference| reference.text).collect();
    let (schema, others) = Schema::parse_str_with_list(file.text, references).unwrap();
    let mut names = HashMap::new();
    for one in others.iter().chain([&schema]) {
        collect(one, &mut names);
    }
    let all: Vec<&Schema> = others.iter().chain([&schema]).collect();
    // It calls some of its own values invalid, such as a fixed within a union.
    let writer = GenericDatumWriter::builder(&schema).schemata(all.clone()).unwrap().validate(false).build().unwrap();
    let reader = GenericDatumReader::builder(&schema).writer_schemata(all).unwrap().build().unwrap();
    for seed in 0..VALUES {
        let mut drawing = Drawing { state: seed * 2 + 1, names: &names };
        let value = drawing.value(&schema, 0);
        let written = writer.write_value_to_vec(value).unwrap();
        let what = || format!("{}, seed {seed}", E::DESCRIPTOR.record);
        let event = E::decode(&written).unwrap_or_else(|error| panic!("{}: {error}", what()));
        let mut again = Vec::new();
        event.encode(&mut again).unwrap();
        assert_eq!(again.len(), written.len(), "{}", what());
        assert_eq!(E::decode(&again).unwrap(), event, "{}", what());
        let read = |mut bytes: &[u8]| reader.read_value(&mut bytes).unwrap();
        assert_eq!(read(&again), read(&written), "{}", what());
        // What a hostile writer may send: nothing of it is a panic.
        for at in 0..written.len().min(64) {
            let mut broken = written.clone();
            broken[at] ^= 1 << drawing.below(8);
            let _ = E::decode(&broken);
            let _ = E::decode(&written[..at]);
        }
    }
}

fn collect<'s>(schema: &'s Schema, names: &mut HashMap<Name, &'s Schema>) {
    if let Some(name) = schema.name()
        && (matches!(schema, Schema::Ref { .. }) || names.insert(name.clone(), schema).is_some())
    {
        return;
    }
    match schema {
        Schema::Array(array) => collect(&array.items, names),
        Schema::Map(map) => collect(&map.types, names),
        Schema::Union(union) => union.variants().iter().for_each(|branch| collect(branch, names)),
        Schema::Record(record) => record.fields.iter().for_each(|field| collect(&field.schema, names)),
        _ => (),
    }
}

struct Drawing<'s> {
    state: u64,
    names: &'s HashMap<Name, &'s Schema>,
}

impl Drawing<'_> {
    fn next(&mut self) -> u64 {
        // splitmix64
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(most.max(1)).unwrap()).unwrap()
    }

    /// A number whose size is drawn too, so that small and extreme ones are as likely.
    fn long(&mut self) -> i64 {
        let shift = self.below(64);
        self.next().cast_signed() >> shift
    }

    fn int(&mut self) -> i32 {
        let shift = self.below(32);
        i32::try_from(self.next().cast_signed() >> 32).unwrap() >> shift
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    fn text(&mut self) -> String {
        let length = self.below(6);
        (0..length).map(|_| ['a', 'Z', '0', 'ä', '€', '\u{1f355}', '"', '\0'][self.below(8)]).collect()
    }

    /// The shortest two's complement of a number that surely has no more digits than the precision.
    fn decimal(&mut self, precision: usize, size: usize) -> Vec<u8> {
        let most = ((precision * 3321 / 1000) / 8).min(size);
        let length = self.below(most + 1);
        let mut bytes = self.bytes(length);
        while let [first, second, ..] = bytes.as_slice()
            && ((*first == 0 && *second < 0x80) || (*first == 0xff && *second >= 0x80))
        {
            bytes.remove(0);
        }
        if bytes.is_empty() { vec![0] } else { bytes }
    }

    fn value(&mut self, schema: &Schema, depth: usize) -> Value {
        match schema {
            Schema::Null => Value::Null,
            Schema::Boolean => Value::Boolean(self.below(2) == 0),
            Schema::Int => Value::Int(self.int()),
            Schema::Long => Value::Long(self.long()),
            Schema::Float => Value::Float(f32::from(i16::try_from(self.below(10_000)).unwrap()) / 7.0),
            Schema::Double => Value::Double(f64::from(self.int()) / 7.0),
            Schema::Bytes => {
                let length = self.below(9);
                Value::Bytes(self.bytes(length))
            }
            Schema::String => Value::String(self.text()),
            Schema::Array(array) => {
                let length = if depth > 4 { 0 } else { self.below(4) };
                Value::Array((0..length).map(|_| self.value(&array.items, depth + 1)).collect())
            }
            Schema::Map(map) => {
                let length = if depth > 4 { 0 } else { self.below(4) };
                Value::Map((0..length).map(|at| (format!("k{at}"), self.value(&map.types, depth + 1))).collect())
            }
            Schema::Union(union) => {
                let branches = union.variants();
                let null = branches.iter().position(|branch| matches!(branch, Schema::Null));
                let at = if depth > 4 { null.unwrap_or(0) } else { self.below(branches.len()) };
                Value::Union(u32::try_from(at).unwrap(), Box::new(self.value(&branches[at], depth + 1)))
            }
            Schema::Record(record) => {
                let fields = record.fields.iter();
                Value::Record(fields.map(|field| (field.name.clone(), self.value(&field.schema, depth + 1))).collect())
            }
            Schema::Enum(of) => {
                let at = self.below(of.symbols.len());
                Value::Enum(u32::try_from(at).unwrap(), of.symbols[at].clone())
            }
            Schema::Fixed(fixed) | Schema::Duration(fixed) | Schema::Uuid(UuidSchema::Fixed(fixed)) => {
                Value::Fixed(fixed.size, self.bytes(fixed.size))
            }
            Schema::Decimal(decimal) => match &decimal.inner {
                InnerDecimalSchema::Bytes => Value::Decimal(Decimal::from(self.decimal(decimal.precision, 1000))),
                InnerDecimalSchema::Fixed(fixed) => {
                    Value::Decimal(Decimal::from(self.decimal(decimal.precision, fixed.size)))
                }
            },
            Schema::Uuid(_) => {
                let (high, low) = (self.next(), self.next());
                let hex = format!("{high:016x}{low:016x}");
                let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
                Value::String(parts.join("-"))
            }
            Schema::Date => Value::Date(self.int()),
            Schema::TimeMillis => Value::TimeMillis(self.int()),
            Schema::TimeMicros => Value::TimeMicros(self.long()),
            Schema::TimestampMillis => Value::TimestampMillis(self.long()),
            Schema::TimestampMicros => Value::TimestampMicros(self.long()),
            Schema::TimestampNanos => Value::TimestampNanos(self.long()),
            Schema::LocalTimestampMillis => Value::LocalTimestampMillis(self.long()),
            Schema::LocalTimestampMicros => Value::LocalTimestampMicros(self.long()),
            Schema::LocalTimestampNanos => Value::LocalTimestampNanos(self.long()),
            Schema::BigDecimal => panic!("no golden case has one"),
            Schema::Ref { name } => self.value(self.names[name], depth),
        }
    }
}

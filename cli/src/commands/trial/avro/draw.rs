use std::collections::HashMap;

use apache_avro::schema::{InnerDecimalSchema, NamespaceRef, UuidSchema};
use apache_avro::types::Value;
use apache_avro::{Decimal, Schema};
use fastrand::Rng;

use super::super::random::{between, finite, once_in, one_of, text};

/// From this depth on everything is as short as it can be.
const DEEP: usize = 6;

/// What nests deeper than this has no end that could be found.
const DEEPEST: usize = 40;

const DAY_MILLIS: i64 = 86_400_000;

/// A value of a schema.
///
/// # Errors
/// Why there is none.
pub(super) fn value(schema: &Schema, named: &HashMap<String, Schema>, rng: &mut Rng) -> Result<Value, String> {
    Draw { named, rng }.value(schema, None, 0)
}

struct Draw<'d> {
    named: &'d HashMap<String, Schema>,
    rng: &'d mut Rng,
}

impl Draw<'_> {
    fn value(&mut self, schema: &Schema, namespace: NamespaceRef<'_>, depth: usize) -> Result<Value, String> {
        if depth > DEEPEST {
            return Err("no value of the type comes to an end".to_owned());
        }
        Ok(match schema {
            Schema::Null => Value::Null,
            Schema::Boolean => Value::Boolean(self.rng.bool()),
            Schema::Int => Value::Int(self.int(i32::MIN, i32::MAX)),
            Schema::Long => Value::Long(between(self.rng, i64::MIN, i64::MAX)),
            Schema::Float => Value::Float(self.float()),
            Schema::Double => Value::Double(self.double()),
            Schema::Bytes => Value::Bytes(self.bytes()),
            Schema::String => Value::String(text(self.rng)),
            Schema::Array(array) => {
                let count = self.count(depth);
                Value::Array(
                    (0..count).map(|_| self.value(&array.items, namespace, depth + 1)).collect::<Result<_, _>>()?,
                )
            }
            Schema::Map(map) => {
                let count = self.count(depth);
                let entry = |draw: &mut Self| Ok((text(draw.rng), draw.value(&map.types, namespace, depth + 1)?));
                Value::Map((0..count).map(|_| entry(self)).collect::<Result<_, String>>()?)
            }
            Schema::Union(union) => self.union(union.variants(), namespace, depth)?,
            Schema::Record(record) => {
                let inner = record.name.namespace().or(namespace);
                let field = |field: &apache_avro::schema::RecordField| {
                    Ok((field.name.clone(), self.value(&field.schema, inner, depth + 1)?))
                };
                Value::Record(record.fields.iter().map(field).collect::<Result<_, String>>()?)
            }
            Schema::Enum(symbols) => {
                let index = self.rng.usize(0..symbols.symbols.len().max(1));
                let symbol = symbols.symbols.get(index).cloned().ok_or("an enum without symbols has no value")?;
                Value::Enum(u32::try_from(index).unwrap_or_default(), symbol)
            }
            Schema::Fixed(fixed) | Schema::Duration(fixed) => Value::Fixed(fixed.size, self.raw(fixed.size)),
            Schema::Decimal(decimal) => self.decimal(decimal.precision, &decimal.inner),
            Schema::BigDecimal => return Err("no values of `big-decimal` are drawn".to_owned()),
            Schema::Uuid(uuid) => {
                let bits = self.rng.u128(..);
                match uuid {
                    UuidSchema::String => Value::Uuid(apache_avro::Uuid::from_u128(bits)),
                    UuidSchema::Bytes => Value::Bytes(bits.to_be_bytes().to_vec()),
                    UuidSchema::Fixed(fixed) => Value::Fixed(fixed.size, self.raw(fixed.size)),
                }
            }
            Schema::Date => Value::Int(self.int(i32::MIN, i32::MAX)),
            Schema::TimeMillis => Value::Int(self.int(0, i32::try_from(DAY_MILLIS - 1).unwrap_or(i32::MAX))),
            Schema::TimeMicros => Value::Long(between(self.rng, 0, DAY_MILLIS * 1_000 - 1)),
            Schema::TimestampMillis
            | Schema::TimestampMicros
            | Schema::TimestampNanos
            | Schema::LocalTimestampMillis
            | Schema::LocalTimestampMicros
            | Schema::LocalTimestampNanos => Value::Long(self.moment()),
            Schema::Ref { name } => {
                let full = name.fullname(namespace);
                let schema = self.named.get(&full).ok_or_else(|| format!("apache-avro knows no type `{full}`"))?;
                self.value(schema, name.namespace().or(namespace), depth + 1)?
            }
        })
    }

    fn union(&mut self, branches: &[Schema], namespace: NamespaceRef<'_>, depth: usize) -> Result<Value, String> {
        let all: Vec<(usize, &Schema)> = branches.iter().enumerate().collect();
        let flat: Vec<(usize, &Schema)> = all.iter().copied().filter(|(_, branch)| is_flat(branch)).collect();
        let from = if depth >= DEEP && !flat.is_empty() { &flat } else { &all };
        let (index, branch) = *one_of(self.rng, from).ok_or("a union without branches has no value")?;
        let value = self.value(branch, namespace, depth + 1)?;
        Ok(Value::Union(u32::try_from(index).unwrap_or_default(), Box::new(value)))
    }

    fn count(&mut self, depth: usize) -> usize {
        if depth >= DEEP { 0 } else { self.rng.usize(0..4) }
    }

    fn int(&mut self, least: i32, most: i32) -> i32 {
        i32::try_from(between(self.rng, least.into(), most.into())).unwrap_or_default()
    }

    fn moment(&mut self) -> i64 {
        // Mostly of our days, in any unit, and sometimes of none.
        match self.rng.usize(0..3) {
            0 => between(self.rng, i64::MIN, i64::MAX),
            _ => self.rng.i64(0..2_000_000_000_000_000),
        }
    }

    fn float(&mut self) -> f32 {
        const ODD: [f32; 8] =
            [0.0, -0.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN_POSITIVE, 1e-45];
        if once_in(self.rng, 2) {
            one_of(self.rng, &ODD).copied().unwrap_or_default()
        } else {
            f32::from_bits(self.rng.u32(..))
        }
    }

    fn double(&mut self) -> f64 {
        const ODD: [f64; 3] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        match self.rng.usize(0..6) {
            0 => one_of(self.rng, &ODD).copied().unwrap_or_default(),
            1 => f64::from_bits(self.rng.u64(..)),
            _ => finite(self.rng),
        }
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = if once_in(self.rng, 20) { 5_000 } else { self.rng.usize(0..20) };
        self.raw(length)
    }

    fn raw(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| if once_in(self.rng, 3) { 0xff } else { self.rng.u8(..) }).collect()
    }

    /// The unscaled number, in as few bytes as hold it, or in those of the fixed.
    fn decimal(&mut self, precision: usize, inner: &InnerDecimalSchema) -> Value {
        // 38 nines fit into 16 bytes; of longer decimals only such are drawn.
        let digits = self.rng.usize(0..=precision.min(38));
        let most = 10_i128.pow(u32::try_from(digits).unwrap_or_default()) - 1;
        let unscaled = match self.rng.usize(0..3) {
            0 => most,
            1 => -most,
            _ => self.rng.i128(-most..=most),
        };
        let bytes = unscaled.to_be_bytes();
        match inner {
            InnerDecimalSchema::Bytes => Value::Decimal(Decimal::from(shortest(&bytes))),
            InnerDecimalSchema::Fixed(fixed) => {
                let sign = if unscaled < 0 { 0xff } else { 0 };
                let mut long = vec![sign; fixed.size.saturating_sub(bytes.len())];
                long.extend(bytes.iter().skip(bytes.len().saturating_sub(fixed.size)));
                Value::Fixed(fixed.size, long)
            }
        }
    }
}

/// Two's complement without bytes that only repeat the sign.
fn shortest(bytes: &[u8]) -> &[u8] {
    let mut bytes = bytes;
    while let [first, rest @ ..] = bytes
        && let [second, ..] = rest
        && ((*first == 0 && *second < 0x80) || (*first == 0xff && *second >= 0x80))
    {
        bytes = rest;
    }
    bytes
}

/// Whether values of a schema hold no others.
fn is_flat(schema: &Schema) -> bool {
    !matches!(schema, Schema::Record(_) | Schema::Ref { .. } | Schema::Union(_))
}

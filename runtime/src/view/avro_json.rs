//! An Avro payload as JSON, by a schema that is known at run time only. For people who look at messages: no way that events take.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Number, Value, json};
use topika_contract::avro::{Definition, Kind, Logical, Schema, Type};

use crate::codec::{Fault, Reader};
use crate::error::{Error, ErrorKind};
use crate::types::{
    Date, LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros,
    TimestampMillis, TimestampNanos, Uuid,
};

/// What one value takes in memory, at least.
const VALUE: usize = 64;

/// Which branch stands where a union does: by the JSON pointer of the value.
pub(crate) type Branches = BTreeMap<String, usize>;

/// Remembers the branches on the way, where they are asked for.
#[derive(Default)]
struct Trace {
    found: Option<Branches>,
    at: String,
}

impl Trace {
    /// Goes to a value within this one, and back.
    fn within<T>(&mut self, step: impl FnOnce() -> String, read: impl FnOnce(&mut Self) -> T) -> T {
        if self.found.is_none() {
            return read(self);
        }
        let before = self.at.len();
        self.at.push('/');
        self.at.push_str(&step().replace('~', "~0").replace('/', "~1"));
        let value = read(self);
        self.at.truncate(before);
        value
    }

    fn chose(&mut self, index: usize) {
        if let Some(found) = &mut self.found {
            found.insert(self.at.clone(), index);
        }
    }
}

/// The value of a payload without its frame.
pub(crate) fn to_json(schema: &Schema, payload: &[u8]) -> Result<Value, Error> {
    traced(schema, payload, &mut Trace::default())
}

/// The branches of the unions in a payload without its frame.
#[cfg(feature = "kafka")]
pub(crate) fn branches(schema: &Schema, payload: &[u8]) -> Result<Branches, Error> {
    let mut trace = Trace { found: Some(Branches::new()), ..Trace::default() };
    traced(schema, payload, &mut trace)?;
    Ok(trace.found.unwrap_or_default())
}

fn traced(schema: &Schema, payload: &[u8], trace: &mut Trace) -> Result<Value, Error> {
    let mut reader = Reader::new(payload);
    let value = read(schema, schema.root(), &mut reader, trace).and_then(|value| reader.finish().map(|()| value));
    value.map_err(|fault| {
        let at = reader.offset();
        Error::new(
            ErrorKind::Decode,
            format!("its bytes are not of the schema that it names: {} (byte {at})", fault.message()),
        )
    })
}

fn read(schema: &Schema, ty: &Type, reader: &mut Reader<'_>, trace: &mut Trace) -> Result<Value, Fault> {
    let logical = ty.logical.as_ref();
    Ok(match &ty.kind {
        Kind::Null => Value::Null,
        Kind::Boolean => Value::Bool(reader.boolean()?),
        Kind::Int => int(reader.int()?, logical),
        Kind::Long => long(reader.long()?, logical),
        Kind::Float => float(f64::from(reader.float()?)),
        Kind::Double => float(reader.double()?),
        Kind::Bytes => bytes(reader.bytes()?, logical),
        Kind::String => Value::String(reader.string()?.to_owned()),
        Kind::Union(branches) => {
            let index = reader.index(branches.len(), Fault::Branch)?;
            let branch = branches.get(index).ok_or(Fault::Branch)?;
            // A branch that holds itself is a record, which is counted there.
            trace.chose(index);
            read(schema, branch, reader, trace)?
        }
        Kind::Array(items) => {
            let mut all = Vec::new();
            each(schema, items, reader, trace, |value, _| all.push(value), false)?;
            Value::Array(all)
        }
        Kind::Map(values) => {
            let mut all = Map::new();
            each(
                schema,
                values,
                reader,
                trace,
                |value, key| {
                    all.insert(key, value);
                },
                true,
            )?;
            Value::Object(all)
        }
        Kind::Named(name) => {
            let named = schema.named(name).ok_or(Fault::Unresolved)?;
            match &named.definition {
                Definition::Record(fields) => {
                    reader.enter()?;
                    let mut all = Map::new();
                    for field in fields {
                        reader.charge(VALUE)?;
                        let value =
                            trace.within(|| field.name.clone(), |trace| read(schema, &field.ty, reader, trace))?;
                        all.insert(field.name.clone(), value);
                    }
                    reader.leave();
                    Value::Object(all)
                }
                Definition::Enum { symbols, .. } => {
                    let index = reader.index(symbols.len(), Fault::Symbol)?;
                    Value::String(symbols.get(index).ok_or(Fault::Symbol)?.name.clone())
                }
                Definition::Fixed(size) => bytes(reader.take(*size)?, named.logical.as_ref()),
            }
        }
    })
}

fn each(
    schema: &Schema,
    ty: &Type,
    reader: &mut Reader<'_>,
    trace: &mut Trace,
    mut take: impl FnMut(Value, String),
    is_keyed: bool,
) -> Result<(), Fault> {
    // Lists may hold lists without a record between them.
    reader.enter()?;
    let mut index: usize = 0;
    while let Some(block) = reader.block(usize::from(is_keyed || !may_be_empty(schema, ty)))? {
        for _ in 0..block.count {
            reader.charge(VALUE)?;
            let key = if is_keyed { reader.string()?.to_owned() } else { String::new() };
            let step = || if is_keyed { key.clone() } else { index.to_string() };
            let value = trace.within(step, |trace| read(schema, ty, reader, trace))?;
            index = index.saturating_add(1);
            take(value, key);
        }
        reader.block_done(block)?;
    }
    reader.leave();
    Ok(())
}

/// Whether a value may take no byte. A record of a record counts as one that may: it costs a budget, and no value.
fn may_be_empty(schema: &Schema, ty: &Type) -> bool {
    match &ty.kind {
        Kind::Null => true,
        Kind::Named(name) => schema.named(name).is_some_and(|named| match &named.definition {
            Definition::Record(fields) => {
                fields.iter().all(|field| matches!(field.ty.kind, Kind::Null | Kind::Named(_)))
            }
            Definition::Fixed(size) => *size == 0,
            Definition::Enum { .. } => false,
        }),
        _ => false,
    }
}

fn int(value: i32, logical: Option<&Logical>) -> Value {
    match logical {
        Some(Logical::Date) => said(Date::new(value)),
        Some(Logical::TimeMillis) => said(TimeMillis::new(value)),
        _ => json!(value),
    }
}

fn long(value: i64, logical: Option<&Logical>) -> Value {
    match logical {
        Some(Logical::TimeMicros) => said(TimeMicros::new(value)),
        Some(Logical::TimestampMillis) => said(TimestampMillis::new(value)),
        Some(Logical::TimestampMicros) => said(TimestampMicros::new(value)),
        Some(Logical::TimestampNanos) => said(TimestampNanos::new(value)),
        Some(Logical::LocalTimestampMillis) => said(LocalTimestampMillis::new(value)),
        Some(Logical::LocalTimestampMicros) => said(LocalTimestampMicros::new(value)),
        Some(Logical::LocalTimestampNanos) => said(LocalTimestampNanos::new(value)),
        _ => json!(value),
    }
}

fn said(value: impl ToString) -> Value {
    Value::String(value.to_string())
}

fn float(value: f64) -> Value {
    Number::from_f64(value).map_or_else(|| said(value), Value::Number)
}

fn bytes(value: &[u8], logical: Option<&Logical>) -> Value {
    match logical {
        Some(Logical::Decimal { scale, .. }) => match decimal(value, *scale) {
            Some(text) => Value::String(text),
            None => json!({ "hex": hex(value) }),
        },
        Some(Logical::Uuid) => match <[u8; 16]>::try_from(value) {
            Ok(uuid) => said(Uuid::from_bytes(uuid)),
            Err(_) => json!({ "hex": hex(value) }),
        },
        _ => json!({ "hex": hex(value) }),
    }
}

/// Two's complement, big-endian, with so many digits behind the point; `None` for what is beyond any amount that people read.
fn decimal(bytes: &[u8], scale: u32) -> Option<String> {
    if bytes.len() > 16 || bytes.is_empty() {
        return None;
    }
    let sign = if bytes.first().is_some_and(|first| *first >= 0x80) { 0xff } else { 0 };
    let mut wide = [sign; 16];
    wide.get_mut(16 - bytes.len()..)?.copy_from_slice(bytes);
    let value = i128::from_be_bytes(wide);
    let digits = value.unsigned_abs().to_string();
    let scale = usize::try_from(scale).ok()?;
    let digits = format!("{digits:0>width$}", width = scale.checked_add(1)?);
    let (whole, part) = digits.split_at_checked(digits.len() - scale)?;
    let minus = if value < 0 { "-" } else { "" };
    let point = if part.is_empty() { "" } else { "." };
    Some(format!("{minus}{whole}{point}{part}"))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use topika_contract::text::Source;

    use super::*;

    fn value(schema: &str, payload: &[u8]) -> Result<Value, String> {
        let schema = Schema::from_texts(&Source::new("s.avsc", schema), &[]).unwrap();
        to_json(&schema, payload).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_record_is_read_by_a_schema_that_no_type_was_made_of() {
        let schema = r#"{"type":"record","name":"Order","fields":[
            {"name":"id","type":"string"},
            {"name":"note","type":["null","string"]},
            {"name":"items","type":{"type":"array","items":{"type":"record","name":"Item","fields":[{"name":"dish","type":"string"},{"name":"count","type":"int"}]}}},
            {"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":10,"scale":2}},
            {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
            {"name":"status","type":{"type":"enum","name":"Status","symbols":["NEW","PAID"]}},
            {"name":"tags","type":{"type":"map","values":"boolean"}},
            {"name":"raw","type":{"type":"fixed","name":"Raw","size":2}}]}"#;
        let mut payload = vec![2, b'a', 2, 2, b'x'];
        payload.extend([1, 6, 2, b'p', 4, 0]);
        payload.extend([4, 0xff, 0x38]);
        payload.extend([0x80, 0xa0, 0x8e, 0xe1, 0xf9, 0x62]);
        payload.extend([2, 2, 2, b't', 1, 0, 0, 255]);
        let expected = json!({
            "id": "a", "note": "x", "items": [{"dish": "p", "count": 2}], "total": "-2.00",
            "at": value(r#"{"type":"long","logicalType":"timestamp-millis"}"#, &[0x80, 0xa0, 0x8e, 0xe1, 0xf9, 0x62]).unwrap(),
            "status": "PAID", "tags": {"t": true}, "raw": {"hex": "00ff"}
        });
        assert_eq!(value(schema, &payload), Ok(expected));
        payload.push(0);
        assert!(value(schema, &payload).unwrap_err().contains("bytes follow the last value"));
    }

    #[test]
    fn what_is_hostile_ends_in_an_error() {
        let list = r#"{"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]}]}"#;
        assert!(value(list, &[2; 5000]).unwrap_err().contains("nested too deep"));
        assert!(
            value(r#"{"type":"array","items":"null"}"#, &[0xfe, 0xff, 0xff, 0xff, 0x0f]).unwrap_err().contains("count")
        );
        assert!(value("\"string\"", &[0x80]).unwrap_err().contains("byte"));
        let lists = format!("{}\"int\"{}", r#"{"type":"array","items":"#.repeat(90), "}".repeat(90));
        assert!(value(&lists, &[2; 500]).unwrap_err().contains("nested too deep"));
    }

    #[test]
    fn amounts_have_their_digits() {
        let texts = [(&[0_u8][..], 2), (&[5], 2), (&[0x80], 0), (&[0xff], 3), (&[1, 0], 1)]
            .map(|(b, s)| decimal(b, s).unwrap());
        assert_eq!(texts, ["0.00", "0.05", "-128", "-0.001", "25.6"]);
        assert_eq!((decimal(&[], 2), decimal(&[1; 17], 2)), (None, None));
    }

    #[test]
    fn floats_that_json_has_no_number_for_are_texts() {
        assert_eq!(value("\"double\"", &f64::NAN.to_le_bytes()), Ok(json!("NaN")));
        assert_eq!(value("\"float\"", &1.5_f32.to_le_bytes()), Ok(json!(1.5)));
    }
}

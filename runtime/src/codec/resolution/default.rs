//! A default of a reader's field, as bytes of the reader's own schema: what the writer would have written.

use topika_contract::avro::{Definition, Kind};
use topika_contract::text::json::{Json, Value};

use super::matching::At;
use crate::codec::Sink;

/// Writes `default` as a value of `at`; `None` where it is no such value.
pub(super) fn encode(default: &Json, at: At<'_>, depth: u32) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    write(default, at, &mut out, &mut Left { depth, values: 100_000 })?;
    Some(out)
}

/// How much further a default may go: records whose defaults hold records can be endless.
struct Left {
    depth: u32,
    values: u32,
}

fn write(json: &Json, at: At<'_>, out: &mut Vec<u8>, left: &mut Left) -> Option<()> {
    left.depth = left.depth.checked_sub(1)?;
    left.values = left.values.checked_sub(1)?;
    let depth = left.depth;
    value(json, at, out, left)?;
    left.depth = depth + 1;
    Some(())
}

fn value(json: &Json, at: At<'_>, out: &mut Vec<u8>, left: &mut Left) -> Option<()> {
    match (&at.ty.kind, &json.value) {
        (Kind::Null, Value::Null) => (),
        (Kind::Boolean, Value::Bool(value)) => Sink::new(out).boolean(*value),
        (Kind::Int, Value::Number(text)) => Sink::new(out).int(integer(text)?.try_into().ok()?),
        (Kind::Long, Value::Number(text)) => Sink::new(out).long(integer(text)?),
        (Kind::Float, Value::Number(text)) => Sink::new(out).float(text.parse().ok()?),
        (Kind::Double, Value::Number(text)) => Sink::new(out).double(text.parse().ok()?),
        (Kind::Float, Value::String(text)) => Sink::new(out).float(not_finite(text)?.0),
        (Kind::Double, Value::String(text)) => Sink::new(out).double(not_finite(text)?.1),
        (Kind::Bytes, Value::String(text)) => Sink::new(out).bytes(&latin1(text)?),
        (Kind::String, Value::String(text)) => Sink::new(out).string(text),
        (Kind::Array(items), Value::Array(values)) => {
            if !values.is_empty() {
                Sink::new(out).length(values.len());
            }
            values.iter().try_for_each(|value| write(value, at.with(items), out, left))?;
            Sink::new(out).length(0);
        }
        (Kind::Map(of), Value::Object(members)) => {
            if !members.is_empty() {
                Sink::new(out).length(members.len());
            }
            for member in members {
                Sink::new(out).string(&member.name);
                write(&member.value, at.with(of), out, left)?;
            }
            Sink::new(out).length(0);
        }
        // Avro 1.12: a default must be of one branch; the first that takes it is the one.
        (Kind::Union(branches), _) => {
            let (index, bytes) = branches.iter().enumerate().find_map(|(index, ty)| {
                let mut bytes = Vec::new();
                // A branch that does not take it may leave from any depth.
                let depth = left.depth;
                let taken = write(json, at.with(ty), &mut bytes, left);
                left.depth = depth;
                taken.map(|()| (index, bytes))
            })?;
            Sink::new(out).length(index);
            Sink::new(out).fixed(&bytes);
        }
        (Kind::Named(_), _) => named(json, at, out, left)?,
        _ => return None,
    }
    Some(())
}

fn named(json: &Json, at: At<'_>, out: &mut Vec<u8>, left: &mut Left) -> Option<()> {
    match (&at.named()?.definition, &json.value) {
        (Definition::Enum { symbols, .. }, Value::String(text)) => {
            Sink::new(out).length(symbols.iter().position(|symbol| symbol.name == *text)?);
        }
        (Definition::Fixed(size), Value::String(text)) => {
            let bytes = latin1(text).filter(|bytes| bytes.len() == *size)?;
            Sink::new(out).fixed(&bytes);
        }
        (Definition::Record(fields), Value::Object(members)) => {
            for field in fields {
                let given = members.iter().find(|member| member.name == field.name).map(|member| &member.value);
                write(given.or(field.default.as_ref())?, at.with(&field.ty), out, left)?;
            }
        }
        _ => return None,
    }
    Some(())
}

/// An integer, also where it is written as `1.0` or `1e3`.
fn integer(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let value: f64 = text.parse().ok()?;
        #[allow(clippy::cast_possible_truncation)] // Checked: whole, and within what a double says exactly.
        (value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0).then_some(value as i64)
    })
}

fn not_finite(text: &str) -> Option<(f32, f64)> {
    match text {
        "NaN" => Some((f32::NAN, f64::NAN)),
        "INF" | "Infinity" => Some((f32::INFINITY, f64::INFINITY)),
        "-INF" | "-Infinity" => Some((f32::NEG_INFINITY, f64::NEG_INFINITY)),
        _ => None,
    }
}

/// Bytes as a schema spells them: one character each, U+0000 to U+00FF.
fn latin1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

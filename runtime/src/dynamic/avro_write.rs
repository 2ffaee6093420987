//! The way back of `view::avro_json`: JSON as it shows an Avro value, written by a schema that is known at run time only.

use serde_json::{Map, Value};
use topika_contract::avro::{Definition, Kind, Logical, Named, Schema, Type};

use super::texts::{Text, fixed_decimal, shortest_decimal, unhex};
use crate::codec::Sink;
use crate::types::{
    Date, LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros,
    TimestampMillis, TimestampNanos, Uuid,
};
use crate::validate::Place;
use crate::view::avro_json::Branches;

/// How many values are looked at: unions in unions would try all ways through all of them.
const MOST_STEPS: u32 = 1_000_000;
/// How deep values may stand in each other.
const DEEPEST: u32 = 128;

/// Why a value is none of its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// A JSON pointer.
    pub(crate) at: String,
    pub(crate) why: String,
}

/// Writes the value. `before` says which branches of unions stood where: one that several branches could hold stays what it was.
pub(crate) fn write(schema: &Schema, value: &Value, before: &Branches) -> Result<Vec<u8>, Misfit> {
    let mut out = Vec::new();
    let mut writing = Writing { schema, before, steps: 0, depth: 0 };
    writing.value(schema.root(), value, &Place::ROOT, &mut out)?;
    Ok(out)
}

struct Writing<'s> {
    schema: &'s Schema,
    before: &'s Branches,
    steps: u32,
    depth: u32,
}

fn misfit(at: &Place<'_>, why: impl Into<String>) -> Misfit {
    Misfit { at: at.pointer(), why: why.into() }
}

/// `wanted`: what would be right there.
fn not(wanted: &str, value: &Value, at: &Place<'_>) -> Misfit {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth",
        Value::Number(_) => "another number",
        Value::String(_) => "another text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    misfit(at, format!("{wanted} is wanted, and {found} stands there"))
}

impl Writing<'_> {
    fn value(&mut self, ty: &Type, value: &Value, at: &Place<'_>, out: &mut Vec<u8>) -> Result<(), Misfit> {
        self.steps = self.steps.saturating_add(1);
        if self.steps > MOST_STEPS || self.depth >= DEEPEST {
            return Err(misfit(at, "it is too large or too deep to check"));
        }
        self.depth += 1;
        let written = self.of_kind(ty, value, at, out);
        self.depth -= 1;
        written
    }

    fn of_kind(&mut self, ty: &Type, value: &Value, at: &Place<'_>, out: &mut Vec<u8>) -> Result<(), Misfit> {
        let logical = ty.logical.as_ref();
        match &ty.kind {
            Kind::Null => return value.as_null().ok_or_else(|| not("null", value, at)),
            Kind::Boolean => {
                Sink::new(out).boolean(value.as_bool().ok_or_else(|| not("true or false", value, at))?);
            }
            Kind::Int => Sink::new(out).int(int(value, logical, at)?),
            Kind::Long => Sink::new(out).long(long(value, logical, at)?),
            Kind::Float => Sink::new(out).float(float::<f32>(value, f32::is_finite, at)?),
            Kind::Double => Sink::new(out).double(float::<f64>(value, f64::is_finite, at)?),
            Kind::Bytes => Sink::new(out).bytes(&bytes(value, logical, None, at)?),
            Kind::String => {
                Sink::new(out).string(value.as_str().ok_or_else(|| not("a text", value, at))?);
            }
            Kind::Array(items) => {
                let all = value.as_array().ok_or_else(|| not("a list", value, at))?;
                if !all.is_empty() {
                    Sink::new(out).length(all.len());
                    for (index, item) in all.iter().enumerate() {
                        self.value(items, item, &at.index(index), out)?;
                    }
                }
                Sink::new(out).long(0);
            }
            Kind::Map(values) => {
                let all = value.as_object().ok_or_else(|| not("an object", value, at))?;
                if !all.is_empty() {
                    Sink::new(out).length(all.len());
                    for (key, item) in all {
                        Sink::new(out).string(key);
                        self.value(values, item, &at.key(key), out)?;
                    }
                }
                Sink::new(out).long(0);
            }
            Kind::Union(branches) => return self.union(branches, value, at, out),
            Kind::Named(name) => {
                let named = self.schema.named(name).cloned();
                let named =
                    named.ok_or_else(|| misfit(at, format!("the schema does not say what `{}` is", name.as_str())))?;
                return self.named(&named, value, at, out);
            }
        }
        Ok(())
    }

    fn named(&mut self, named: &Named, value: &Value, at: &Place<'_>, out: &mut Vec<u8>) -> Result<(), Misfit> {
        match &named.definition {
            Definition::Record(fields) => {
                let wanted = || format!("an object, the record `{}`,", named.name.as_str());
                let members = value.as_object().ok_or_else(|| not(&wanted(), value, at))?;
                if let Some(stranger) = members.keys().find(|name| !fields.iter().any(|field| field.name == **name)) {
                    let why = format!("the record `{}` has no such field", named.name.as_str());
                    return Err(misfit(&at.key(stranger), why));
                }
                for field in fields {
                    let here = at.key(&field.name);
                    let missing =
                        || misfit(&here, format!("the field of the record `{}` is missing", named.name.as_str()));
                    self.value(&field.ty, members.get(&field.name).ok_or_else(missing)?, &here, out)?;
                }
            }
            Definition::Enum { symbols, .. } => {
                let at_index = value.as_str().and_then(|said| symbols.iter().position(|symbol| symbol.name == said));
                let index = at_index.and_then(|index| i64::try_from(index).ok()).ok_or_else(|| {
                    let known: Vec<&str> = symbols.iter().take(20).map(|symbol| symbol.name.as_str()).collect();
                    not(&format!("a symbol of the enum `{}` ({})", named.name.as_str(), known.join(", ")), value, at)
                })?;
                Sink::new(out).long(index);
            }
            Definition::Fixed(size) => {
                Sink::new(out).fixed(&bytes(value, named.logical.as_ref(), Some(*size), at)?);
            }
        }
        Ok(())
    }

    fn union(&mut self, branches: &[Type], value: &Value, at: &Place<'_>, out: &mut Vec<u8>) -> Result<(), Misfit> {
        let mut fitting = Vec::new();
        let mut first = None;
        for (index, branch) in branches.iter().enumerate() {
            let mut alone = Vec::new();
            match self.value(branch, value, at, &mut alone) {
                Ok(()) => fitting.push((index, alone)),
                // The one that comes furthest tells most.
                Err(misfit) => {
                    first = first.filter(|known: &Misfit| known.at.len() >= misfit.at.len()).or(Some(misfit))
                }
            }
        }
        let was = self.before.get(&at.pointer());
        let chosen = match fitting.len() {
            0 | 1 => fitting.pop(),
            _ => fitting.iter().position(|(index, _)| Some(index) == was).map(|position| fitting.swap_remove(position)),
        };
        if let Some((index, alone)) = chosen {
            Sink::new(out).length(index);
            out.extend_from_slice(&alone);
            return Ok(());
        }
        let names: Vec<&str> = branches.iter().map(name).collect();
        // Who names the branch, as Avro's own JSON does, leaves no question.
        if let Some((index, branch, inner)) = tagged(value, branches) {
            Sink::new(out).length(index);
            return self.value(branch, inner, at, out);
        }
        if fitting.is_empty() {
            let deeper = first.filter(|misfit| misfit.at.len() > at.pointer().len());
            return Err(deeper.unwrap_or_else(|| not(&format!("one of {}", names.join(", ")), value, at)));
        }
        let several: Vec<&str> = fitting.iter().filter_map(|(index, _)| names.get(*index).copied()).collect();
        let example = several.first().copied().unwrap_or_default();
        let why = format!("it could be each of {}: name the one, {{\"{example}\": ...}}", several.join(", "));
        Err(misfit(at, why))
    }
}

/// How a branch is called.
fn name(branch: &Type) -> &str {
    match &branch.kind {
        Kind::Null => "null",
        Kind::Boolean => "boolean",
        Kind::Int => "int",
        Kind::Long => "long",
        Kind::Float => "float",
        Kind::Double => "double",
        Kind::Bytes => "bytes",
        Kind::String => "string",
        Kind::Array(_) => "array",
        Kind::Map(_) => "map",
        Kind::Union(_) => "union",
        Kind::Named(name) => name.as_str(),
    }
}

fn tagged<'b, 'v>(value: &'v Value, branches: &'b [Type]) -> Option<(usize, &'b Type, &'v Value)> {
    let members: &Map<String, Value> = value.as_object().filter(|members| members.len() == 1)?;
    let (tag, inner) = members.iter().next()?;
    branches.iter().enumerate().find(|(_, branch)| name(branch) == tag).map(|(index, branch)| (index, branch, inner))
}

fn int(value: &Value, logical: Option<&Logical>, at: &Place<'_>) -> Result<i32, Misfit> {
    let whole = || value.as_i64().and_then(|number| i32::try_from(number).ok());
    match logical {
        Some(Logical::Date) => {
            Text::<Date>::of(value).map(|date| date.get()).ok_or_else(|| not("a date such as 2026-11-24", value, at))
        }
        Some(Logical::TimeMillis) => Text::<TimeMillis>::of(value)
            .map(|time| time.get())
            .ok_or_else(|| not("a time such as 09:30:00.250", value, at)),
        _ => whole().ok_or_else(|| not("a whole number of 32 bits", value, at)),
    }
}

fn long(value: &Value, logical: Option<&Logical>, at: &Place<'_>) -> Result<i64, Misfit> {
    let (found, wanted) = match logical {
        Some(Logical::TimeMicros) => {
            (Text::<TimeMicros>::of(value).map(|one| one.get()), "a time such as 09:30:00.250")
        }
        Some(Logical::TimestampMillis) => (Text::<TimestampMillis>::of(value).map(|one| one.get()), INSTANT),
        Some(Logical::TimestampMicros) => (Text::<TimestampMicros>::of(value).map(|one| one.get()), INSTANT),
        Some(Logical::TimestampNanos) => (Text::<TimestampNanos>::of(value).map(|one| one.get()), INSTANT),
        Some(Logical::LocalTimestampMillis) => (Text::<LocalTimestampMillis>::of(value).map(|one| one.get()), LOCAL),
        Some(Logical::LocalTimestampMicros) => (Text::<LocalTimestampMicros>::of(value).map(|one| one.get()), LOCAL),
        Some(Logical::LocalTimestampNanos) => (Text::<LocalTimestampNanos>::of(value).map(|one| one.get()), LOCAL),
        _ => (value.as_i64(), "a whole number of 64 bits"),
    };
    found.ok_or_else(|| not(wanted, value, at))
}

const INSTANT: &str = "a moment such as 2026-11-24T09:30:00.250Z";
const LOCAL: &str = "a local moment such as 2026-11-24T09:30:00.250";

/// What JSON has no number for is a text.
fn float<F: std::str::FromStr + Copy>(
    value: &Value,
    is_finite: impl Fn(F) -> bool,
    at: &Place<'_>,
) -> Result<F, Misfit> {
    let found = match value {
        Value::Number(number) => number.to_string().parse::<F>().ok().filter(|float| is_finite(*float)),
        Value::String(text) if matches!(text.as_str(), "NaN" | "inf" | "-inf") => text.parse::<F>().ok(),
        _ => None,
    };
    found.ok_or_else(|| not("a number, \"NaN\", \"inf\" or \"-inf\"", value, at))
}

/// `size`: of a fixed.
fn bytes(value: &Value, logical: Option<&Logical>, size: Option<usize>, at: &Place<'_>) -> Result<Vec<u8>, Misfit> {
    let is_of_size = |bytes: &Vec<u8>| size.is_none_or(|size| bytes.len() == size);
    if let Some(bytes) = unhex(value) {
        return Some(bytes)
            .filter(is_of_size)
            .ok_or_else(|| misfit(at, format!("{} bytes are wanted", size.unwrap_or_default())));
    }
    let (found, wanted) = match logical {
        Some(Logical::Decimal { precision, scale }) => {
            let number = match size {
                Some(size) => fixed_decimal(value, *precision, *scale, size),
                None => shortest_decimal(value, *precision, *scale),
            };
            (number, format!("a number with at most {precision} digits, {scale} of them behind the point,"))
        }
        Some(Logical::Uuid) => (Text::<Uuid>::of(value).map(|uuid| uuid.into_bytes().to_vec()), "a UUID".to_owned()),
        _ => (None, "bytes, {\"hex\": \"00ff\"},".to_owned()),
    };
    found.filter(is_of_size).ok_or_else(|| not(&wanted, value, at))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use topika_contract::text::Source;

    use super::*;
    use crate::view::avro_json::{branches, to_json};

    fn schema(text: &str) -> Schema {
        Schema::from_texts(&Source::new("s.avsc", text), &[]).unwrap()
    }

    const ORDER: &str = r#"{"type":"record","name":"a.Order","fields":[
        {"name":"id","type":"string"},
        {"name":"note","type":["null","string"]},
        {"name":"size","type":["int","long","null"]},
        {"name":"items","type":{"type":"array","items":{"type":"record","name":"Item","fields":[{"name":"dish","type":"string"},{"name":"count","type":"int"}]}}},
        {"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":10,"scale":2}},
        {"name":"paid","type":{"type":"fixed","name":"Paid","size":4,"logicalType":"decimal","precision":8,"scale":2}},
        {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
        {"name":"day","type":{"type":"int","logicalType":"date"}},
        {"name":"status","type":{"type":"enum","name":"Status","symbols":["NEW","PAID"]}},
        {"name":"tags","type":{"type":"map","values":"boolean"}},
        {"name":"raw","type":{"type":"fixed","name":"Raw","size":2}},
        {"name":"ratio","type":"float"},
        {"name":"weight","type":"double"}]}"#;

    fn order() -> Value {
        json!({
            "id": "a", "note": null, "size": 5, "items": [{"dish": "p", "count": 2}], "total": "-2.00", "paid": "0.01",
            "at": "2026-11-24T09:30:00.250Z", "day": "2026-11-24", "status": "PAID", "tags": {"t": true}, "raw": {"hex": "00ff"},
            "ratio": 0.5, "weight": "NaN"
        })
    }

    #[test]
    fn what_is_shown_is_written_back() {
        let schema = schema(ORDER);
        let before = Branches::from([("/size".to_owned(), 1)]);
        let written = write(&schema, &order(), &before).unwrap();
        assert_eq!(to_json(&schema, &written).unwrap(), order());
        let found = branches(&schema, &written).unwrap();
        assert_eq!(found, Branches::from([("/note".to_owned(), 0), ("/size".to_owned(), 1)]));
        // A branch of its own name needs no memory.
        let mut tagged = order();
        tagged["size"] = json!({ "int": 5 });
        tagged["note"] = json!("x");
        let again = write(&schema, &tagged, &before).unwrap();
        let found = branches(&schema, &again).unwrap();
        assert_eq!(found, Branches::from([("/note".to_owned(), 1), ("/size".to_owned(), 0)]));
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        let schema = schema(ORDER);
        let before = Branches::from([("/size".to_owned(), 1)]);
        for (at, wrong, why) in [
            ("/items/0/count", json!("2"), "a whole number of 32 bits"),
            ("/items/0/count", json!(2_147_483_648_i64), "a whole number of 32 bits"),
            ("/note", json!(3), "one of null, string"),
            ("/total", json!("1.005"), "at most 10 digits, 2 of them"),
            ("/paid", json!("999999999.00"), "at most 8 digits"),
            ("/at", json!("yesterday"), "a moment such as"),
            ("/day", json!(3), "a date such as"),
            ("/status", json!("OLD"), "(NEW, PAID)"),
            ("/tags/t", json!(null), "true or false"),
            ("/raw", json!({ "hex": "00" }), "2 bytes"),
            ("/raw", json!("00ff"), "bytes, {\"hex\""),
            ("/ratio", json!(1e300), "a number"),
            ("/items", json!({}), "a list"),
        ] {
            let mut value = order();
            *value.pointer_mut(at).unwrap() = wrong;
            let misfit = write(&schema, &value, &before).unwrap_err();
            assert_eq!(misfit.at, at);
            assert!(misfit.why.contains(why), "{misfit:?}");
        }
        let mut value = order();
        value["colour"] = json!(1);
        assert_eq!(write(&schema, &value, &before).unwrap_err().at, "/colour");
        value.as_object_mut().unwrap().remove("colour");
        value.as_object_mut().unwrap().remove("day");
        let missing = write(&schema, &value, &before).unwrap_err();
        assert!(missing.at == "/day" && missing.why.contains("is missing"), "{missing:?}");
        let unclear = write(&schema, &order(), &Branches::new()).unwrap_err();
        assert_eq!(
            (unclear.at.as_str(), unclear.why.as_str()),
            ("/size", "it could be each of int, long: name the one, {\"int\": ...}")
        );
    }

    #[test]
    fn what_is_endless_ends() {
        let list = schema(r#"{"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]}]}"#);
        let deep = (0..500).fold(Value::Null, |next, _| json!({ "next": next }));
        assert!(write(&list, &deep, &Branches::new()).is_err());
    }
}

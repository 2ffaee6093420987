//! The default of a field as an expression of Rust: what a builder takes where nobody sets the field.

use topika_contract::text::json::{Comments, Json, Member, Value, read};

use super::constants::{array, bytes, on_bytes, uuid_of, whole};
use super::enums::IN_A_BOX;
use super::literal::{float, literal};
use super::path::{collection, named, ty as written, word};
use crate::ir::{Body, Default, Field, Ir, Struct, Ty, TypeDef, TypeId};
use crate::names::Ident;

/// Records whose defaults hold records can be endless.
const DEEPEST: u32 = 8;

/// What `unset = ...` says of a field; none where there is no default, where the derive knows it from its JSON, or where no expression is
/// the value.
pub(super) fn unset(ir: &Ir, def: &TypeDef, field: &Field) -> Option<String> {
    if !def.look.builder {
        return None;
    }
    let Default::Json(text) = &field.default else { return None };
    if is_known(&field.ty, text) {
        return None;
    }
    Values { ir, module: &def.module }.default(&field.ty, text, DEEPEST)
}

/// Whether the derive sees by itself what a default is in Rust.
fn is_known(ty: &Ty, json: &str) -> bool {
    match ty {
        Ty::Bool => true,
        Ty::I32 | Ty::I64 => json.parse::<i64>().is_ok(),
        Ty::F32 | Ty::F64 => !json.starts_with('"'),
        Ty::String => true,
        Ty::Option(_) => json == "null",
        Ty::Vec(_) => json == "[]",
        Ty::HashMap(_) | Ty::BTreeMap(_) | Ty::VecMap(_) => json == "{}",
        _ => false,
    }
}

/// What fits on a line behind `unset = `.
const LONGEST: usize = 70;

/// Expressions that are written in a module.
struct Values<'a> {
    ir: &'a Ir,
    module: &'a [Ident],
}

impl Values<'_> {
    fn default(&self, ty: &Ty, text: &str, left: u32) -> Option<String> {
        self.of(ty, &read(text, Comments::Refused).0?, left)
    }

    fn of(&self, ty: &Ty, json: &Json, left: u32) -> Option<String> {
        let left = left.checked_sub(1)?;
        Some(match (ty, &json.value) {
            (Ty::Unit, Value::Null) => "()".to_owned(),
            (Ty::Bool, Value::Bool(value)) => value.to_string(),
            (Ty::I32, Value::Number(text)) => i32::try_from(whole(text)?).ok()?.to_string(),
            (Ty::I64, Value::Number(text)) => whole(text)?.to_string(),
            // rustc refuses a literal beyond the type.
            (Ty::F32, Value::Number(text)) if !text.parse::<f32>().is_ok_and(f32::is_finite) => return None,
            (Ty::F32 | Ty::F64, Value::Number(text)) => {
                float(text.parse().ok().filter(|value: &f64| value.is_finite())?)
            }
            (Ty::F32 | Ty::F64, Value::String(text)) => format!("{}::{}", word(ty), not_finite(text)?),
            (Ty::String, Value::String(text)) => string(text),
            (Ty::Uuid, Value::String(text)) => uuid_of(text)?,
            (Ty::Decimal { .. } | Ty::BigDecimal { .. }, Value::String(text)) => on_bytes(ty, &bytes(text)?)?,
            (Ty::Bytes, Value::String(text)) if text.is_empty() => "::topika::types::Bytes(Vec::new())".to_owned(),
            (Ty::Bytes, Value::String(text)) => {
                format!("::topika::types::Bytes(Vec::from({}))", array(&bytes(text)?))
            }
            (Ty::Date | Ty::TimeMillis, Value::Number(text)) => moment(ty, i32::try_from(whole(text)?).ok()?.into()),
            (
                Ty::TimeMicros
                | Ty::TimestampMillis
                | Ty::TimestampMicros
                | Ty::TimestampNanos
                | Ty::LocalTimestampMillis
                | Ty::LocalTimestampMicros
                | Ty::LocalTimestampNanos,
                Value::Number(text),
            ) => moment(ty, whole(text)?),
            (Ty::Option(_) | Ty::NullLast(_), Value::Null) => "None".to_owned(),
            (Ty::Option(of) | Ty::NullLast(of), _) => format!("Some({})", self.of(of, json, left)?),
            (Ty::Vec(_), Value::Array(items)) if items.is_empty() => "Vec::new()".to_owned(),
            (Ty::HashMap(_) | Ty::BTreeMap(_) | Ty::VecMap(_), Value::Object(members)) if members.is_empty() => {
                "::core::default::Default::default()".to_owned()
            }
            (Ty::Vec(_) | Ty::HashMap(_) | Ty::BTreeMap(_) | Ty::VecMap(_), _) => {
                self.collected(collection(ty), ty, json, left)?
            }
            (Ty::Named(id), _) => self.named(*id, json, left)?,
            (Ty::Boxed(id), _) => format!("Box::new({})", self.named(*id, json, left)?),
            _ => return None,
        })
    }

    /// A list or a map of its items, made by the type `head`.
    fn collected(&self, head: &str, ty: &Ty, json: &Json, left: u32) -> Option<String> {
        let items: Option<Vec<String>> = match (ty, &json.value) {
            (Ty::Vec(of), Value::Array(items)) => items.iter().map(|item| self.of(of, item, left)).collect(),
            (Ty::HashMap(of) | Ty::BTreeMap(of) | Ty::VecMap(of), Value::Object(members)) => {
                let entry = |member: &Member| {
                    Some(format!("({}, {})", string(&member.name), self.of(of, &member.value, left)?))
                };
                members.iter().map(entry).collect()
            }
            _ => return None,
        };
        let items = items?;
        Some(if items.is_empty() {
            format!("{head}::default()")
        } else {
            format!("{head}::from([{}])", items.join(", "))
        })
    }

    /// Whether a default may be a value of a type, as far as its kind tells.
    fn may_be(&self, ty: &Ty, json: &Json) -> bool {
        match (ty, &json.value) {
            (Ty::Option(_) | Ty::NullLast(_), Value::Null) => true,
            (Ty::Option(of) | Ty::NullLast(of), _) => self.may_be(of, json),
            (Ty::Named(id) | Ty::Boxed(id), value) => match self.ir.types.get(id.0).map(|def| &def.body) {
                Some(Body::Enum(body)) => {
                    json.as_str().is_some_and(|said| body.variants.iter().any(|one| one.symbol == said))
                }
                Some(Body::Fixed(size, _)) => json.as_str().and_then(bytes).is_some_and(|bytes| bytes.len() == *size),
                Some(Body::Struct(_)) => matches!(value, Value::Object(_)),
                // What is not ours may be anything.
                _ => true,
            },
            (Ty::Foreign(_), _) => true,
            (ty, Value::Null) => *ty == Ty::Unit,
            (ty, Value::Bool(_)) => *ty == Ty::Bool,
            (Ty::F32 | Ty::F64, Value::Number(_)) => true,
            (Ty::F32 | Ty::F64, Value::String(text)) => not_finite(text).is_some(),
            (Ty::I32 | Ty::Date | Ty::TimeMillis, Value::Number(text)) => is_whole(text, f64::from(i32::MAX)),
            (ty, Value::Number(text)) => {
                !is_text(ty) && !is_list(ty) && !is_map(ty) && *ty != Ty::Bool && is_whole(text, f64::MAX)
            }
            (Ty::Bytes | Ty::Decimal { .. } | Ty::BigDecimal { .. }, Value::String(text)) => bytes(text).is_some(),
            (ty, Value::String(_)) => is_text(ty),
            (ty, Value::Array(_)) => is_list(ty),
            (ty, Value::Object(_)) => is_map(ty),
        }
    }

    /// Whether the builder of a record knows what a field is that nobody sets.
    fn starts(&self, def: &TypeDef, field: &Field, left: u32) -> bool {
        match &field.default {
            Default::Null => true,
            Default::Json(text) => {
                let there = Values { ir: self.ir, module: &def.module };
                is_known(&field.ty, text) || there.default(&field.ty, text, left).is_some()
            }
            Default::None | Default::Absent => false,
        }
    }

    fn named(&self, id: TypeId, json: &Json, left: u32) -> Option<String> {
        let def = self.ir.types.get(id.0)?;
        let path = named(self.ir, self.module, id);
        match &def.body {
            Body::Enum(body) => {
                let symbol = json.as_str()?;
                let variant = body.variants.iter().find(|variant| variant.symbol == symbol)?;
                Some(format!("{path}::{}", variant.name))
            }
            // The first branch that may take it is the one, as where a record of an older writer is read, also where it is no expression: a
            // later one would be another value.
            Body::Union(body) => {
                let may_be = |ty: &Option<Ty>| ty.as_ref().map_or(json.is_null(), |of| self.may_be(of, json));
                let variant = body.variants.iter().find(|variant| may_be(&variant.ty))?;
                match &variant.ty {
                    None => Some(format!("{path}::{}", variant.name)),
                    Some(of) => Some(format!("{path}::{}({})", variant.name, self.of(of, json, left)?)),
                }
            }
            Body::Fixed(size, of) => {
                let bytes = bytes(json.as_str()?).filter(|bytes| bytes.len() == *size)?;
                let value = match of {
                    Some(of) => on_bytes(of, &bytes)?,
                    None if *size > IN_A_BOX => format!("Box::new({})", array(&bytes)),
                    None => array(&bytes),
                };
                Some(format!("{path}({value})"))
            }
            Body::Struct(body) if def.look.builder => self.record(&path, def, body, json, left),
            _ => None,
        }
    }

    /// A record by its own builder.
    fn record(&self, path: &str, def: &TypeDef, body: &Struct, json: &Json, left: u32) -> Option<String> {
        json.as_object()?;
        let mut out = format!("{path}::builder()");
        for field in &body.fields {
            let Some(given) = json.get(&field.schema_name) else {
                if !self.starts(def, field, left) {
                    return None;
                }
                continue;
            };
            // The builder takes what turns into these, so what they hold has to be said; of the others that is longer than a line.
            let set = match &field.ty {
                Ty::Decimal { .. } | Ty::BigDecimal { .. } => return None,
                ty if is_map(ty) => return None,
                ty if is_list(ty) => {
                    let head = format!("<{}>", written(self.ir, self.module, ty));
                    self.collected(&head, ty, given, left.checked_sub(1)?)?
                }
                ty => self.of(ty, given, left)?,
            };
            let maybe = format!("maybe_{}", field.name.text());
            if !matches!(field.ty, Ty::Option(_)) {
                out.push_str(&format!(".{}({set})", field.name));
            } else if body.fields.iter().any(|field| field.name.text() == maybe) {
                return None;
            } else {
                out.push_str(&format!(".{maybe}({set})"));
            }
        }
        let mut build = "build".to_owned();
        while body.fields.iter().any(|field| field.name.text() == build) {
            build.push('_');
        }
        out.push_str(&format!(".{build}()"));
        // Calls in a row are never broken into lines: what is longer is set by whoever builds.
        (out.len() <= LONGEST).then_some(out)
    }
}

/// Numbers that JSON has no digits for, by how defaults are written.
fn not_finite(text: &str) -> Option<&'static str> {
    match text {
        "NaN" => Some("NAN"),
        "INF" | "Infinity" => Some("INFINITY"),
        "-INF" | "-Infinity" => Some("NEG_INFINITY"),
        _ => None,
    }
}

/// Whether a number is whole, also where it is written as `1.0`, and about as small as that.
fn is_whole(text: &str, most: f64) -> bool {
    text.parse().is_ok_and(|number: f64| number.fract() == 0.0 && number.abs() <= most + 1.0)
}

/// Whether the default of a type is a text: that of bytes and of what stands on them is one too.
fn is_text(ty: &Ty) -> bool {
    matches!(
        ty,
        Ty::String | Ty::Bytes | Ty::Uuid | Ty::Duration | Ty::Decimal { .. } | Ty::BigDecimal { .. } | Ty::Text(_)
    )
}

fn is_list(ty: &Ty) -> bool {
    matches!(ty, Ty::Vec(_) | Ty::Tuple(_))
}

fn is_map(ty: &Ty) -> bool {
    matches!(ty, Ty::HashMap(_) | Ty::BTreeMap(_) | Ty::VecMap(_))
}

fn string(text: &str) -> String {
    let mut out = String::from("String::from(");
    literal(&mut out, text);
    out + ")"
}

/// A date, a time or a moment by its number.
fn moment(ty: &Ty, number: i64) -> String {
    format!("{}::new({number})", word(ty))
}

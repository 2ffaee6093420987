//! A value of an Avro schema, as its bytes.

use topika_contract::avro::{Definition, FullName, Kind, Logical, Named, Schema, Type};

use super::binary::{Binary, shortest};
use super::error::Refusal;
use super::numbers;
use super::random::Random;
use super::words;

/// From this depth on a value goes the shortest way to its end.
const DEEP: usize = 4;
/// Beyond this depth there is none.
const DEEPEST: usize = 60;
const MOST_ITEMS: i128 = 3;
const DAY_MS: i128 = 86_400_000;
/// 2020-01-01 and 2030-01-01, in days since 1970.
const DAYS: (i128, i128) = (18_262, 21_915);

/// Draws the value, as Avro binary.
pub(super) fn draw(schema: &Schema, random: &mut Random) -> Result<Vec<u8>, Refusal> {
    let mut drawing = Drawing { schema, random, out: Binary::default() };
    drawing.value(schema.root(), "", "", 0)?;
    Ok(drawing.out.0)
}

struct Drawing<'s> {
    schema: &'s Schema,
    random: &'s mut Random,
    out: Binary,
}

impl Drawing<'_> {
    /// `name` is that of the field, for texts that look like one.
    fn value(&mut self, ty: &Type, name: &str, path: &str, depth: usize) -> Result<(), Refusal> {
        if depth > DEEPEST {
            return Err(Refusal::new(path, "recursion", "each value of its type holds another one"));
        }
        let logical = ty.logical.as_ref();
        match &ty.kind {
            Kind::Null => {}
            Kind::Boolean => self.out.0.push(u8::from(self.random.percent(50))),
            Kind::Int => {
                let value = self.number(logical, name);
                self.out.long(value);
            }
            Kind::Long => {
                let value = self.number(logical, name);
                self.out.long(value);
            }
            Kind::Float => {
                let value: f32 = format!("{:.1}", self.real()).parse().unwrap_or_default();
                self.out.0.extend(value.to_le_bytes());
            }
            Kind::Double => {
                let value = self.real();
                self.out.0.extend(value.to_le_bytes());
            }
            Kind::Bytes => {
                let bytes = match logical {
                    Some(Logical::Decimal { precision, scale }) => shortest(self.unscaled(*precision, *scale, 16)),
                    _ => {
                        let count = self.random.index(9);
                        self.random.bytes(count)
                    }
                };
                self.out.bytes(&bytes);
            }
            Kind::String => {
                let text = match logical {
                    Some(Logical::Uuid) => uuid(self.random),
                    _ => words::text(name, self.random),
                };
                self.out.bytes(text.as_bytes());
            }
            Kind::Union(branches) => {
                let index = self.branch(branches, depth);
                self.out.count(index);
                if let Some(branch) = branches.get(index) {
                    self.value(branch, name, path, depth + 1)?;
                }
            }
            Kind::Array(items) => {
                let count = self.items(depth);
                for index in 0..count {
                    if index == 0 {
                        self.out.count(count);
                    }
                    self.value(items, name, &format!("{path}[{index}]"), depth + 1)?;
                }
                self.out.long(0);
            }
            Kind::Map(values) => {
                let count = self.items(depth);
                for index in 0..count {
                    if index == 0 {
                        self.out.count(count);
                    }
                    let key = format!("{}-{index}", words::plain(self.random));
                    self.out.bytes(key.as_bytes());
                    self.value(values, name, &format!("{path}.{key}"), depth + 1)?;
                }
                self.out.long(0);
            }
            Kind::Named(named) => {
                let named = self.named(named, path)?;
                self.definition(&named, path, depth)?;
            }
        }
        Ok(())
    }

    fn named(&self, name: &FullName, path: &str) -> Result<std::sync::Arc<Named>, Refusal> {
        let found = self.schema.named(name).cloned();
        found.ok_or_else(|| Refusal::new(path, "type", format!("the schema has no type {name}")))
    }

    fn definition(&mut self, named: &Named, path: &str, depth: usize) -> Result<(), Refusal> {
        match &named.definition {
            Definition::Record(fields) => {
                for field in fields {
                    let path = if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
                    self.value(&field.ty, &field.name, &path, depth + 1)?;
                }
            }
            Definition::Enum { symbols, .. } => {
                let index = self.random.index(symbols.len());
                self.out.count(index);
            }
            Definition::Fixed(size) => {
                let bytes = match &named.logical {
                    Some(Logical::Decimal { precision, scale }) => {
                        let value = self.unscaled(*precision, *scale, *size);
                        let wide = value.to_be_bytes();
                        let sign = if value < 0 { 0xff } else { 0 };
                        let padded = vec![sign; size.saturating_sub(wide.len())];
                        let from = wide.len().saturating_sub(*size);
                        [padded.as_slice(), wide.get(from..).unwrap_or_default()].concat()
                    }
                    Some(Logical::Duration) => {
                        let parts = [(0, 24), (0, 30), (0, DAY_MS)];
                        let parts = parts.map(|(least, most)| self.random.between(least, most));
                        parts.iter().flat_map(|part| u32::try_from(*part).unwrap_or_default().to_le_bytes()).collect()
                    }
                    _ => self.random.bytes(*size),
                };
                self.out.0.extend(bytes);
            }
        }
        Ok(())
    }

    /// Deep down there are none: so what holds itself in lists ends.
    fn items(&mut self, depth: usize) -> usize {
        let most = if depth >= DEEP { 0 } else { MOST_ITEMS };
        usize::try_from(self.random.between(i128::from(depth < DEEP), most)).unwrap_or_default()
    }

    fn branch(&mut self, branches: &[Type], depth: usize) -> usize {
        if depth < DEEP {
            return self.random.index(branches.len());
        }
        let cost = |ty: &Type| self.cost(ty, &mut Vec::new()).unwrap_or(usize::MAX);
        branches.iter().enumerate().min_by_key(|(_, ty)| cost(ty)).map_or(0, |(index, _)| index)
    }

    /// How deep the shallowest value of the type is; `None` where there is none without the types that are being looked at.
    fn cost(&self, ty: &Type, around: &mut Vec<FullName>) -> Option<usize> {
        match &ty.kind {
            Kind::Named(name) => {
                if around.contains(name) {
                    return None;
                }
                let named = self.schema.named(name)?;
                let Definition::Record(fields) = &named.definition else { return Some(1) };
                around.push(name.clone());
                let costs: Option<Vec<usize>> = fields.iter().map(|field| self.cost(&field.ty, around)).collect();
                around.pop();
                Some(costs?.into_iter().max().unwrap_or_default() + 1)
            }
            Kind::Union(branches) => branches.iter().filter_map(|ty| self.cost(ty, around)).min(),
            Kind::Null => Some(0),
            _ => Some(1),
        }
    }

    fn number(&mut self, logical: Option<&Logical>, name: &str) -> i64 {
        let moment = |per_ms: i128, random: &mut Random| random.between(DAYS.0 * DAY_MS, DAYS.1 * DAY_MS) * per_ms;
        let value = match logical {
            Some(Logical::Date) => self.random.between(DAYS.0, DAYS.1),
            Some(Logical::TimeMillis) => self.random.between(0, DAY_MS - 1),
            Some(Logical::TimeMicros) => self.random.between(0, DAY_MS * 1000 - 1),
            Some(Logical::TimestampMillis | Logical::LocalTimestampMillis) => moment(1, self.random),
            Some(Logical::TimestampMicros | Logical::LocalTimestampMicros) => moment(1000, self.random),
            Some(Logical::TimestampNanos | Logical::LocalTimestampNanos) => moment(1_000_000, self.random),
            _ => numbers::whole(name, self.random),
        };
        i64::try_from(value).unwrap_or_default()
    }

    /// Up to 10,000, with two digits behind the point.
    fn real(&mut self) -> f64 {
        let cents = self.random.between(0, 1_000_000);
        format!("{}.{:02}", cents / 100, cents % 100).parse().unwrap_or_default()
    }

    /// Digits of a decimal: amounts up to 999 where that many fit.
    fn unscaled(&mut self, precision: u32, scale: u32, bytes: usize) -> i128 {
        let digits = precision.min(scale.saturating_add(3)).min(38);
        let most = 10_i128.checked_pow(digits).map_or(i128::MAX, |power| power - 1);
        let bits = u32::try_from(bytes.saturating_mul(8).saturating_sub(1)).unwrap_or(127).min(127);
        let fits = if bits >= 127 { i128::MAX } else { (1_i128 << bits) - 1 };
        self.random.between(0, most.min(fits))
    }
}

/// A random one (version 4).
pub(super) fn uuid(random: &mut Random) -> String {
    let wide = (u128::from(random.bits()) << 64) | u128::from(random.bits());
    let marked = (wide & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let text = format!("{marked:032x}");
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

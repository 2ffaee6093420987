use serde_json::{Map, Value};

use super::super::super::random::{between, finite, once_in};
use super::merge::DOUBLE;
use super::schemas::Draw;

/// Whole numbers beyond this are none that a double, and so not every language, holds.
pub(super) const SAFE: i64 = 9_007_199_254_740_991;

pub(super) fn integer(draw: &mut Draw<'_>, schema: &Map<String, Value>) -> Option<Value> {
    let (least, most) = bounds(schema, 1.0);
    let is_double = schema.contains_key(DOUBLE);
    let is_safe = is_double || !once_in(draw.rng, 4);
    let least = least.map_or(if is_safe { -SAFE } else { i64::MIN }, |bound| whole(bound.ceil()));
    let is_safe = is_double || !once_in(draw.rng, 4);
    let most = most.map_or(if is_safe { SAFE } else { i64::MAX }, |bound| whole(bound.floor()));
    let (least, most) = if is_double { safe(least, most) } else { (least, most) };
    let drawn = between(draw.rng, least, most);
    let step = schema.get("multipleOf").and_then(Value::as_f64).map_or(1, |step| whole(step).max(1));
    let rest = drawn.checked_rem(step)?;
    let stepped = drawn.checked_sub(rest)?;
    Some(Value::from(if stepped < least { stepped.checked_add(step)? } else { stepped }))
}

pub(super) fn number(draw: &mut Draw<'_>, schema: &Map<String, Value>) -> Option<Value> {
    let (least, most) = bounds(schema, f64::EPSILON);
    if let Some(step) = schema.get("multipleOf").and_then(Value::as_f64) {
        let (from, to) = (
            least.map_or(-1_000, |least| whole((least / step).ceil())),
            most.map_or(1_000, |most| whole((most / step).floor())),
        );
        let (from, to) = safe(from, to);
        let times = between(draw.rng, from, to);
        return decimal(times, step).or_else(|| Some(Value::from(float(times) * step)));
    }
    if draw.once_in(3) {
        let least = least.map_or(-SAFE, |least| whole(least.ceil()));
        let (least, most) = safe(least, most.map_or(SAFE, |most| whole(most.floor())));
        return Some(Value::from(between(draw.rng, least, most)));
    }
    let drawn = match (least, most) {
        (Some(least), Some(most)) => least + draw.rng.f64() * (most - least),
        (Some(least), None) => least + finite(draw.rng).abs().min(1e12),
        (None, Some(most)) => most - finite(draw.rng).abs().min(1e12),
        (None, None) => finite(draw.rng),
    };
    Some(Value::from(drawn))
}

/// As much of a range as doubles hold exactly, where they hold any of it.
fn safe(least: i64, most: i64) -> (i64, i64) {
    let held = (least.max(-SAFE), most.min(SAFE));
    if held.0 <= held.1 { held } else { (least, most) }
}

/// A multiple in digits: 3 times 0.1 is 0.3.
fn decimal(times: i64, step: f64) -> Option<Value> {
    let text = step.to_string();
    let digits = text.split_once('.').map_or(0, |(_, digits)| digits.len());
    let step: i64 = text.replace('.', "").parse().ok()?;
    let product = times.checked_mul(step)?;
    let scale = u32::try_from(digits).ok()?;
    let (whole, rest) = (product / 10_i64.checked_pow(scale)?, (product % 10_i64.checked_pow(scale)?).abs());
    let sign = if product < 0 && whole == 0 { "-" } else { "" };
    serde_json::from_str(&if digits == 0 { product.to_string() } else { format!("{sign}{whole}.{rest:0digits$}") }).ok()
}

/// The least and the greatest value; what is excluded lies `beside` it.
fn bounds(schema: &Map<String, Value>, beside: f64) -> (Option<f64>, Option<f64>) {
    let bound = |inclusive: &str, exclusive: &str, sign: f64| {
        let at = schema.get(inclusive).and_then(Value::as_f64);
        match schema.get(exclusive) {
            Some(Value::Bool(true)) => at.map(|at| at + sign * beside),
            Some(Value::Number(number)) => {
                let out = number.as_f64().map(|out| out + sign * beside);
                match (at, out) {
                    (Some(at), Some(out)) => Some(if sign > 0.0 { at.max(out) } else { at.min(out) }),
                    (at, out) => at.or(out),
                }
            }
            _ => at,
        }
    };
    (bound("minimum", "exclusiveMinimum", 1.0), bound("maximum", "exclusiveMaximum", -1.0))
}

#[expect(clippy::cast_possible_truncation, reason = "a bound beyond the i64s is the last of them")]
fn whole(number: f64) -> i64 {
    number as i64
}

#[expect(clippy::cast_precision_loss, reason = "the validator looks at what comes of it")]
fn float(number: i64) -> f64 {
    number as f64
}

//! Numbers as JSON has them, where `1.0` and `1` are one.

use serde_json::{Number, Value};

/// Up to here every whole number is one in a float too.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Whether two values say the same.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || whole(a).is_some_and(|whole_a| Some(whole_a) == whole(b)),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}

/// The whole number that a number is, where both say it exactly.
fn whole(number: &Number) -> Option<i64> {
    if let Some(whole) = number.as_i64() {
        return Some(whole);
    }
    let float = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT)?;
    // Rust writes a whole float without exponent and point, and so a cast that could lose something is not needed.
    format!("{float:.0}").parse().ok()
}

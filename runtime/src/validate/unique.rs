use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::Value;

/// The places of two items that JSON Schema calls equal: 1 and 1.0 are, and objects whatever the order of their properties.
pub(super) fn repeats<'v>(items: impl Iterator<Item = &'v Value>) -> Option<(usize, usize)> {
    let mut seen = HashMap::new();
    for (index, item) in items.enumerate() {
        if let Some(first) = seen.insert(canonical_text(item), index) {
            return Some((first, index));
        }
    }
    None
}

/// A text that equal values share and others do not.
pub(super) fn canonical_text(value: &Value) -> String {
    let mut text = String::new();
    canonical(value, &mut text);
    text
}

fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push('n'),
        Value::Bool(value) => out.push(if *value { 't' } else { 'f' }),
        Value::Number(number) => {
            let _ = match number.as_f64() {
                _ if number.is_i64() || number.is_u64() => write!(out, "{number}"),
                Some(0.0) => write!(out, "0"),
                // All digits of a whole number, as integers have them.
                Some(float) if float.fract() == 0.0 => write!(out, "{float:.0}"),
                Some(float) => write!(out, "{float:e}"),
                None => write!(out, "{number}"),
            };
        }
        Value::String(text) => {
            let _ = write!(out, "{text:?}");
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            out.push('{');
            for (name, value) in members {
                let _ = write!(out, "{name:?}:");
                canonical(value, out);
                out.push(',');
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_is_what_json_calls_equal() {
        let same = |a: Value, b: Value| repeats([&a, &b].into_iter()) == Some((0, 1));
        assert!(same(json!(1), json!(1.0)) && same(json!(0), json!(-0.0)) && same(json!(1e3), json!(1000)));
        assert!(same(json!({ "a": 1, "b": [2] }), json!({ "b": [2.0], "a": 1 })));
        assert!(!same(json!("1"), json!(1)) && !same(json!(true), json!(1)) && !same(json!([]), json!({})));
        assert!(!same(json!(9_007_199_254_740_993_u64), json!(9_007_199_254_740_992.0)));
        assert!(!same(json!(["a", "b"]), json!(["a,b"])) && !same(json!(null), json!("n")));
    }
}

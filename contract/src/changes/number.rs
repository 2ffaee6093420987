use crate::text::json::{Json, Value};

/// Whether two values are the same data: members in any order, numbers by what they are and not by how they are written.
pub(super) fn same(a: &Json, b: &Json) -> bool {
    match (&a.value, &b.value) {
        (Value::Number(a), Value::Number(b)) => a == b || plain(a) == plain(b),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && {
                let mut a: Vec<_> = a.iter().collect();
                let mut b: Vec<_> = b.iter().collect();
                a.sort_by(|x, y| x.name.cmp(&y.name));
                b.sort_by(|x, y| x.name.cmp(&y.name));
                a.iter().zip(&b).all(|(a, b)| a.name == b.name && same(&a.value, &b.value))
            }
        }
        (a, b) => a == b,
    }
}

/// A number in one spelling: sign, digits without zeros around them, and the power of ten of the last digit. `1`, `1.0` and `10e-1`
/// are the same. An exponent beyond 64 bits stays as it is written.
pub(super) fn plain(text: &str) -> String {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let Ok(exponent) = exponent.trim_start_matches('+').parse::<i64>() else { return format!("{sign}{text}") };
    let digits = format!("{whole}{fraction}");
    let trimmed = digits.trim_end_matches('0');
    let dropped = digits.len() - trimmed.len();
    let significant = trimmed.trim_start_matches('0');
    if significant.is_empty() {
        // Minus zero is zero.
        return "0".to_owned();
    }
    let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    let power = exponent.saturating_sub(count(fraction.len())).saturating_add(count(dropped));
    format!("{sign}{significant}e{power}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_what_it_is_and_not_how_it_is_written() {
        for (a, b) in
            [("1", "1.0"), ("10", "1e1"), ("-0.50", "-5E-1"), ("0", "-0.0e9"), ("100", "1E+2"), ("0.001", "1e-3")]
        {
            assert_eq!(plain(a), plain(b), "{a} {b}");
        }
        for (a, b) in [("1", "-1"), ("1", "10"), ("0.1", "0.01"), ("1e99999999999999999999", "1e99999999999999999998")]
        {
            assert_ne!(plain(a), plain(b), "{a} {b}");
        }
    }
}

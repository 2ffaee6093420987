use std::marker::PhantomData;
use std::str::FromStr;

use serde_json::Value;

/// A value that JSON has as a text.
pub(super) struct Text<T>(PhantomData<T>);

impl<T: FromStr> Text<T> {
    pub(super) fn of(value: &Value) -> Option<T> {
        value.as_str()?.parse().ok()
    }
}

/// `{"hex": "00ff"}`
pub(super) fn unhex(value: &Value) -> Option<Vec<u8>> {
    let members = value.as_object().filter(|members| members.len() == 1)?;
    let digits = members.get("hex")?.as_str()?;
    if !digits.len().is_multiple_of(2) || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.as_bytes().chunks(2).map(pair).collect()
}

/// The number without its point, where it has no more digits than are allowed.
fn unscaled(value: &Value, precision: u32, scale: u32) -> Option<i128> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let scale = usize::try_from(scale).ok()?;
    // What is too fine is not rounded: nobody asked for that.
    let part = if part.len() > scale { part.strip_suffix(&"0".repeat(part.len() - scale))? } else { part };
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let is_number = !digits.is_empty() && digits.bytes().chain(part.bytes()).all(|digit| digit.is_ascii_digit());
    if !is_number {
        return None;
    }
    let number: i128 = format!("{whole}{part:0<scale$}").parse().ok()?;
    // 10^39 is beyond 128 bits, so every number that is one has fewer digits.
    let bound = 10_u128.checked_pow(precision);
    bound.is_none_or(|bound| number.unsigned_abs() < bound).then_some(number)
}

/// In two's complement, big-endian, as short as it goes.
pub(super) fn shortest_decimal(value: &Value, precision: u32, scale: u32) -> Option<Vec<u8>> {
    let number = unscaled(value, precision, scale)?;
    let wide = number.to_be_bytes();
    let sign = if number < 0 { 0xff } else { 0 };
    let is_spare = |at: usize| {
        let (byte, next) = (wide.get(at).copied(), wide.get(at + 1).copied());
        byte == Some(sign) && next.is_some_and(|next| (next ^ sign) & 0x80 == 0)
    };
    let from = (0..wide.len()).find(|at| !is_spare(*at)).unwrap_or_default();
    wide.get(from..).map(<[u8]>::to_vec)
}

/// The same with so many bytes.
pub(super) fn fixed_decimal(value: &Value, precision: u32, scale: u32, size: usize) -> Option<Vec<u8>> {
    let short = shortest_decimal(value, precision, scale)?;
    let sign = if short.first().is_some_and(|first| *first >= 0x80) { 0xff } else { 0 };
    let missing = size.checked_sub(short.len())?;
    Some([vec![sign; missing], short].concat())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn decimals_are_as_short_as_they_can_be_and_never_rounded() {
        let short = |value: Value| shortest_decimal(&value, 5, 2);
        assert_eq!(short(json!("0.00")), Some(vec![0]));
        assert_eq!(short(json!("-1.28")), Some(vec![0x80]));
        assert_eq!(short(json!("1.28")), Some(vec![0, 0x80]));
        assert_eq!((short(json!(12.5)), short(json!("12.500"))), (short(json!("12.50")), short(json!("12.50"))));
        assert_eq!(short(json!("-0.05")), Some(vec![0xfb]));
        for wrong in [
            json!("1.005"),
            json!("1000.00"),
            json!("x"),
            json!(""),
            json!("-"),
            json!("1e3"),
            json!(true),
            json!(".5"),
        ] {
            assert_eq!(short(wrong.clone()), None, "{wrong}");
        }
        assert_eq!(fixed_decimal(&json!("-0.01"), 5, 2, 3), Some(vec![0xff; 3]));
        assert_eq!(fixed_decimal(&json!("100.00"), 5, 2, 1), None);
    }

    #[test]
    fn bytes_are_pairs_of_digits() {
        assert_eq!(unhex(&json!({ "hex": "00fF" })), Some(vec![0, 255]));
        for wrong in [json!({ "hex": "0" }), json!({ "hex": "+1" }), json!({ "hex": "00", "x": 1 }), json!("00")] {
            assert_eq!(unhex(&wrong), None, "{wrong}");
        }
    }
}

//! Values of types that have no literal in Rust, as expressions: from how a default of a schema spells them.

use crate::ir::Ty;

/// The bytes of a default: a letter is a byte, as Avro has it.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|letter| u8::try_from(letter).ok()).collect()
}

/// `*b"..."`
pub(super) fn array(bytes: &[u8]) -> String {
    format!("*b\"{}\"", bytes.escape_ascii())
}

/// A logical type that stands on bytes, or on a fixed; none where the bytes are no value of it.
pub(super) fn on_bytes(ty: &Ty, bytes: &[u8]) -> Option<String> {
    match ty {
        Ty::Decimal { precision, .. } => {
            let unscaled = number(bytes)?;
            let is_short = unscaled.unsigned_abs() < 10_u128.checked_pow(*precision)?;
            is_short.then(|| format!("::topika::types::Decimal::constant::<{unscaled}>()"))
        }
        // It has more digits than 128 bits can say.
        Ty::BigDecimal { .. } => Some(format!("::topika::types::BigDecimal::constant::<{}>()", number(bytes)?)),
        Ty::Uuid => Some(uuid(u128::from_be_bytes(bytes.try_into().ok()?))),
        Ty::Duration => {
            let (parts, []) = bytes.as_chunks::<4>() else { return None };
            let [months, days, millis] = parts else { return None };
            let [months, days, millis] = [months, days, millis].map(|part| u32::from_le_bytes(*part));
            Some(format!("::topika::types::Duration::new({months}, {days}, {millis})"))
        }
        _ => None,
    }
}

/// A uuid by its text, as a reader takes it.
pub(super) fn uuid_of(text: &str) -> Option<String> {
    let is_hyphen = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let fits = |(at, c): (usize, char)| if is_hyphen(at) { c == '-' } else { c.is_ascii_hexdigit() };
    if text.len() != 36 || !text.chars().enumerate().all(fits) {
        return None;
    }
    Some(uuid(u128::from_str_radix(&text.replace('-', ""), 16).ok()?))
}

fn uuid(number: u128) -> String {
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    let parts = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)];
    format!("::topika::types::Uuid::from_u128(0x{})", parts.join("_"))
}

/// Two's complement, the most significant byte first; none for what 128 bits do not hold.
fn number(bytes: &[u8]) -> Option<i128> {
    let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) { 0xff } else { 0 };
    let (idle, tail) = bytes.split_at(bytes.len().saturating_sub(16));
    let mut wide = [sign; 16];
    for (slot, byte) in wide.iter_mut().rev().zip(tail.iter().rev()) {
        *slot = *byte;
    }
    let number = i128::from_be_bytes(wide);
    (idle.iter().all(|byte| *byte == sign) && (number < 0) == (sign != 0)).then_some(number)
}

/// A whole number, also where it is written as `1.0`, as a reader takes it.
pub(super) fn whole(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let value: f64 = text.parse().ok()?;
        let is_exact = value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0;
        if is_exact { format!("{value:.0}").parse().ok() } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_the_value_that_a_reader_makes_of_them() {
        let money = Ty::Decimal { precision: 3, scale: 1 };
        let said = |ty: &Ty, bytes: &[u8]| on_bytes(ty, bytes);
        let of = |number: &str| Some(format!("::topika::types::Decimal::constant::<{number}>()"));
        assert_eq!(said(&money, &[]), of("0"));
        assert_eq!(said(&money, &[0x03, 0xe7]), of("999"));
        assert_eq!(said(&money, &[0xff, 0xff, 0x7f]), of("-129"));
        assert_eq!(said(&money, &[0x03, 0xe8]), None);
        assert_eq!(said(&money, &[0xfc, 0x18]), None);
        let big = Ty::BigDecimal { precision: 60, scale: 0 };
        assert!(said(&big, &[&[0xff; 4][..], &i128::MIN.to_be_bytes()].concat()).is_some());
        assert_eq!(said(&big, &[&[0; 4][..], &i128::MIN.to_be_bytes()].concat()), None);
        let span = said(&Ty::Duration, &[1, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 1]);
        assert_eq!(span.as_deref(), Some("::topika::types::Duration::new(1, 258, 16777216)"));
        assert_eq!(said(&Ty::Duration, &[0; 13]), None);
        assert_eq!(said(&Ty::Uuid, &[0; 15]), None);
    }

    #[test]
    fn a_text_is_a_uuid_or_it_is_none() {
        let written = uuid_of("67E55044-10b1-426f-9247-bb680e5fe0c8");
        let expected = "::topika::types::Uuid::from_u128(0x67e55044_10b1_426f_9247_bb680e5fe0c8)";
        assert_eq!(written.as_deref(), Some(expected));
        for bad in ["", "67e5504410b1426f9247bb680e5fe0c8", "+7e55044-10b1-426f-9247-bb680e5fe0c8"] {
            assert_eq!(uuid_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_whole_number_may_be_written_as_another() {
        assert_eq!(
            ["1", "1.0", "-0.0", "1e3", "1.5", "1e300"].map(whole),
            [Some(1), Some(1), Some(0), Some(1000), None, None]
        );
    }
}

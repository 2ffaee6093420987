//! Numbers without rounding.

use std::cmp::Ordering;

use crate::compat::json::loaded::JavaNumber;

/// The order of two numbers, digit by digit, however large they are.
pub(super) fn order(one: &JavaNumber, other: &JavaNumber) -> Ordering {
    let (one, other) = (Decimal::of(one), Decimal::of(other));
    match (one.sign(), other.sign()) {
        (a, b) if a != b => a.cmp(&b),
        (0, _) => Ordering::Equal,
        (sign, _) => {
            let order = one.size().cmp(&other.size()).then_with(|| one.digits().cmp(other.digits()));
            if sign < 0 { order.reverse() } else { order }
        }
    }
}

struct Decimal<'n> {
    unscaled: &'n str,
    scale: i64,
}

impl<'n> Decimal<'n> {
    fn of(number: &'n JavaNumber) -> Self {
        let (unscaled, scale) = number.big_decimal();
        Self { unscaled, scale }
    }

    fn sign(&self) -> i8 {
        match self.unscaled {
            "0" => 0,
            text if text.starts_with('-') => -1,
            _ => 1,
        }
    }

    /// Without sign and trailing zeros: what is left compares as text.
    fn digits(&self) -> &'n str {
        self.unscaled.trim_start_matches('-').trim_end_matches('0')
    }

    /// How many digits stand before the point.
    fn size(&self) -> i64 {
        let digits = self.unscaled.trim_start_matches('-').len();
        i64::try_from(digits).unwrap_or(i64::MAX).saturating_sub(self.scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_decide_where_doubles_do_not() {
        let number = |text: &str| JavaNumber::parse(text).expect(text);
        let sorted = [
            "-1e400",
            "-10",
            "-9.5",
            "-0.1",
            "0",
            "1e-400",
            "0.5",
            "1",
            "9007199254740992",
            "9007199254740993",
            "1e400",
        ];
        for (i, one) in sorted.iter().enumerate() {
            for (j, other) in sorted.iter().enumerate() {
                assert_eq!(order(&number(one), &number(other)), i.cmp(&j), "{one} {other}");
            }
        }
        assert_eq!(order(&number("1.0"), &number("1")), Ordering::Equal);
        assert_eq!(order(&number("100"), &number("1e2")), Ordering::Equal);
    }
}

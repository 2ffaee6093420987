//! Numbers, by the names of their fields and within bounds.

use serde_json::Number;

use super::random::Random;

/// A whole number for a field of that name.
pub(super) fn whole(field: &str, random: &mut Random) -> i128 {
    let name = field.to_ascii_lowercase();
    let has = |part: &str| name.contains(part);
    if has("quantity") || has("count") || has("amount_of") {
        random.between(1, 9)
    } else if name == "age" {
        random.between(18, 90)
    } else if has("year") {
        random.between(2000, 2030)
    } else if has("percent") {
        random.between(0, 100)
    } else {
        random.between(0, 9_999)
    }
}

/// A decimal number: so many of `10^-scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) digits: i128,
    pub(super) scale: u32,
}

impl Decimal {
    /// Reads a number of JSON; `None` where it has more digits than fit.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i32 = exponent.trim_start_matches('+').parse().ok()?;
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let part = part.trim_end_matches('0');
        let digits: i128 = format!("{whole}{part}").parse().ok()?;
        let scale = i32::try_from(part.len()).ok()?.checked_sub(exponent)?;
        match u32::try_from(scale) {
            Ok(scale) => Some(Self { digits, scale }),
            Err(_) => Some(Self { digits: digits.checked_mul(10_i128.checked_pow(scale.unsigned_abs())?)?, scale: 0 }),
        }
    }

    /// So many of `10^-scale`, if that is a whole number of them; else the next one below.
    pub(super) fn at(self, scale: u32) -> Option<i128> {
        if scale >= self.scale {
            self.digits.checked_mul(10_i128.checked_pow(scale - self.scale)?)
        } else {
            Some(self.digits.div_euclid(10_i128.checked_pow(self.scale - scale)?))
        }
    }

    pub(super) fn is_whole(self) -> bool {
        10_i128.checked_pow(self.scale).is_some_and(|one| self.digits % one == 0)
    }

    /// As JSON has it.
    pub(super) fn number(self) -> Option<Number> {
        if self.is_whole() {
            return serde_json::from_str(&self.at(0)?.to_string()).ok();
        }
        let one = 10_u128.checked_pow(self.scale)?;
        let (minus, size) = (if self.digits < 0 { "-" } else { "" }, self.digits.unsigned_abs());
        let width = usize::try_from(self.scale).ok()?;
        serde_json::from_str(&format!("{minus}{}.{:0width$}", size / one, size % one)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_json_are_read_to_the_digit() {
        let read = |text: &str| Decimal::read(text).map(|d| (d.digits, d.scale));
        assert_eq!(read("0.010"), Some((1, 2)));
        assert_eq!(read("-1.5e3"), Some((-1500, 0)));
        assert_eq!(read("2E-3"), Some((2, 3)));
        assert_eq!(read("1e400"), None);
        assert_eq!(Decimal { digits: -1505, scale: 2 }.number().unwrap().to_string(), "-15.05");
        assert_eq!(Decimal { digits: 1500, scale: 2 }.number().unwrap().to_string(), "15");
        assert_eq!(
            (Decimal { digits: -15, scale: 1 }.at(0), Decimal { digits: 15, scale: 1 }.at(2)),
            (Some(-2), Some(150))
        );
    }
}

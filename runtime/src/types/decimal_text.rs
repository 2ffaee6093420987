//! Decimals as text: plain digits with a point, no exponent, nothing rounded.

use std::fmt;
use std::str::FromStr;

use super::as_text::as_text;
use super::decimal::{Decimal, DecimalError, Reason};

/// The number with its point: in a log an amount of 1.00 must not read as 100.
impl<const P: u32, const S: u32> fmt::Debug for Decimal<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decimal({self})")
    }
}

impl<const P: u32, const S: u32> fmt::Display for Decimal<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.unscaled().unsigned_abs();
        let unit = 10_u128.pow(S);
        let sign = if self.unscaled() < 0 { "-" } else { "" };
        let text = match (magnitude / unit, magnitude % unit, usize::try_from(S)) {
            (whole, fraction, Ok(width)) if S > 0 => format!("{sign}{whole}.{fraction:0width$}"),
            (whole, _, _) => format!("{sign}{whole}"),
        };
        f.pad(&text)
    }
}

impl<const P: u32, const S: u32> FromStr for Decimal<P, S> {
    type Err = DecimalError;

    /// Reads `-12.5`; digits after the point that the type does not have must be zeros.
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return Err(Self::error(Reason::NoNumber)),
            Some(parts) => parts,
            None => (digits, ""),
        };
        if whole.is_empty() {
            return Err(Self::error(Reason::NoNumber));
        }
        let mut unscaled = 0_i128;
        let mut push = |byte: u8| {
            let digit = byte.checked_sub(b'0').filter(|d| *d < 10).ok_or(Self::error(Reason::NoNumber))?;
            let next = unscaled.checked_mul(10).and_then(|n| n.checked_add(i128::from(digit)));
            unscaled = next.ok_or(Self::error(Reason::Digits))?;
            Ok(())
        };
        whole.bytes().try_for_each(&mut push)?;
        let places = usize::try_from(S).unwrap_or(usize::MAX);
        for byte in fraction.bytes().chain(std::iter::repeat(b'0')).take(places) {
            push(byte)?;
        }
        for byte in fraction.bytes().skip(places) {
            match byte {
                b'0' => (),
                b'1'..=b'9' => return Err(Self::error(Reason::Scale)),
                _ => return Err(Self::error(Reason::NoNumber)),
            }
        }
        Self::from_unscaled(if negative { -unscaled } else { unscaled })
    }
}

as_text!([const P: u32, const S: u32] Decimal<P, S>, "decimal number as text", {
    "type": "string", "pattern": r"^[+-]?[0-9]+(\.[0-9]+)?$"
});

#[cfg(test)]
mod tests {
    use super::*;

    type Money = Decimal<10, 2>;

    #[test]
    fn text_comes_back() {
        for text in ["0.00", "12.50", "-12.50", "-0.01", "99999999.99"] {
            assert_eq!(text.parse::<Money>().unwrap().to_string(), text);
        }
        assert_eq!("7".parse::<Money>().unwrap().to_string(), "7.00");
        assert_eq!("+7.5".parse::<Money>().unwrap().to_string(), "7.50");
        assert_eq!("7.5000".parse::<Money>().unwrap().to_string(), "7.50");
        assert_eq!("-42".parse::<Decimal<3, 0>>().unwrap().to_string(), "-42");
        assert_eq!(format!("{:?}", "1.00".parse::<Money>().unwrap()), "Decimal(1.00)");
        assert_eq!(format!("{:>8}", "1.5".parse::<Money>().unwrap()), "    1.50");
    }

    #[test]
    fn nothing_is_rounded_and_nothing_else_is_a_number() {
        let error = |text: &str| text.parse::<Money>().unwrap_err().reason;
        assert_eq!(error("1.505"), Reason::Scale);
        assert_eq!(error("123456789.00"), Reason::Digits);
        assert_eq!(error(&"9".repeat(60)), Reason::Digits);
        for bad in ["", "-", ".5", "1.", "1e3", "1,5", "1.5.0", "1.00x", "--1"] {
            assert_eq!(error(bad), Reason::NoNumber, "{bad}");
        }
        assert!(Money::error(Reason::NoNumber).to_string().contains("-12.50"));
        assert!(Money::error(Reason::Scale).to_string().contains("more than 2 digits"));
    }

    #[test]
    fn json_is_the_text() {
        let price: Money = serde_json::from_str(r#""12.5""#).unwrap();
        assert_eq!(serde_json::to_string(&price).unwrap(), r#""12.50""#);
    }
}

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::as_text::as_text;
use super::decimal::{DecimalError, Reason};
use super::magnitude::{from_digits, is_below_power, negated, to_digits};

/// A decimal of more digits than an `i128` has: at most `P`, `S` of them after the point. Exact, as its unscaled number.
///
/// ```
/// use topika::types::BigDecimal;
/// let wei: BigDecimal<78, 18> = "123456789012345678901234567890123456789.5".parse()?;
/// assert_eq!(wei.to_string(), "123456789012345678901234567890123456789.500000000000000000");
/// # Ok::<(), topika::types::DecimalError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct BigDecimal<const P: u32, const S: u32> {
    /// Two's complement, big-endian, in as few bytes as hold it; none for zero.
    bytes: Vec<u8>,
}

impl<const P: u32, const S: u32> BigDecimal<P, S> {
    const SOUND: () = {
        assert!(P >= 1, "a decimal has a digit at least");
        assert!(S <= P, "a decimal has no more digits after the point than digits");
    };

    fn error(reason: Reason) -> DecimalError {
        DecimalError { precision: P, scale: S, reason }
    }

    /// The decimal `unscaled` / 10^S.
    ///
    /// # Errors
    /// When that has more than `P` digits.
    pub fn from_unscaled(unscaled: i128) -> Result<Self, DecimalError> {
        Self::from_be_bytes(&unscaled.to_be_bytes())
    }

    /// The decimal `UNSCALED` / 10^S, known while compiling: more than `P` digits do not compile.
    ///
    /// ```
    /// use topika::types::BigDecimal;
    /// assert_eq!(BigDecimal::<78, 18>::constant::<1_500_000_000_000_000_000>().to_string(), "1.500000000000000000");
    /// ```
    ///
    /// ```compile_fail
    /// let long = topika::types::BigDecimal::<3, 0>::constant::<-1000>();
    /// ```
    #[must_use]
    pub fn constant<const UNSCALED: i128>() -> Self {
        const {
            let () = Self::SOUND;
            // Every number of 128 bits has fewer digits than 40.
            assert!(P > 38 || UNSCALED.unsigned_abs() < 10_u128.pow(P), "the number has more digits than the decimal");
        }
        Self { bytes: shortest(&UNSCALED.to_be_bytes()).to_vec() }
    }

    /// The decimal whose unscaled number is these bytes: two's complement, the most significant first.
    ///
    /// # Errors
    /// When it has more than `P` digits.
    pub fn from_be_bytes(bytes: &[u8]) -> Result<Self, DecimalError> {
        let () = Self::SOUND;
        let bytes = shortest(bytes);
        if is_below_power(bytes, P) { Ok(Self { bytes: bytes.to_vec() }) } else { Err(Self::error(Reason::Digits)) }
    }

    /// The unscaled number: two's complement, the most significant byte first, no byte more than needed and none for zero.
    #[must_use]
    pub fn as_be_bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn is_negative(&self) -> bool {
        self.bytes.first().is_some_and(|first| first & 0x80 != 0)
    }
}

/// The number without leading bytes that say nothing.
fn shortest(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes {
        let next = rest.first().map_or(0, |next| next & 0x80);
        let idle = (*first == 0 && next == 0) || (*first == 0xff && next != 0);
        if !idle {
            break;
        }
        bytes = rest;
    }
    bytes
}

impl<const P: u32, const S: u32> PartialOrd for BigDecimal<P, S> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<const P: u32, const S: u32> Ord for BigDecimal<P, S> {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.bytes.len().cmp(&other.bytes.len());
        match (self.is_negative(), other.is_negative()) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => length.then_with(|| self.bytes.cmp(&other.bytes)),
            (true, true) => length.reverse().then_with(|| self.bytes.cmp(&other.bytes)),
        }
    }
}

impl<const P: u32, const S: u32> fmt::Debug for BigDecimal<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BigDecimal({self})")
    }
}

impl<const P: u32, const S: u32> fmt::Display for BigDecimal<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = usize::try_from(S).unwrap_or(usize::MAX);
        let sign = if self.is_negative() { "-" } else { "" };
        let digits = if self.is_negative() { to_digits(&negated(&self.bytes)) } else { to_digits(&self.bytes) };
        let digits = format!("{}{digits}", "0".repeat((places + 1).saturating_sub(digits.len())));
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let point = if places > 0 { "." } else { "" };
        f.pad(&format!("{sign}{whole}{point}{fraction}"))
    }
}

impl<const P: u32, const S: u32> FromStr for BigDecimal<P, S> {
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
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return Err(Self::error(Reason::NoNumber));
        }
        let places = usize::try_from(S).unwrap_or(usize::MAX);
        let (fraction, beyond) = fraction.split_at(fraction.len().min(places));
        if beyond.bytes().any(|byte| byte != b'0') {
            return Err(Self::error(Reason::Scale));
        }
        let digits = format!("{}{fraction:0<places$}", whole.trim_start_matches('0'));
        if digits.len() > usize::try_from(P).unwrap_or(usize::MAX) {
            return Err(Self::error(Reason::Digits));
        }
        let magnitude = from_digits(&digits);
        Self::from_be_bytes(&if negative { negated(&magnitude) } else { magnitude })
    }
}

as_text!([const P: u32, const S: u32] BigDecimal<P, S>, "decimal number as text", {
    "type": "string", "pattern": r"^[+-]?[0-9]+(\.[0-9]+)?$"
});

#[cfg(test)]
mod tests {
    use super::*;

    type Wide = BigDecimal<60, 10>;

    #[test]
    fn text_comes_back() {
        for text in [
            "0.0000000000",
            "-0.0000000001",
            "12.5000000000",
            "-99999999999999999999999999999999999999999999999999.9999999999",
            "340282366920938463463374607431768211456.0000000000",
            "-340282366920938463463374607431768211456.0000000000",
        ] {
            assert_eq!(text.parse::<Wide>().unwrap().to_string(), text);
        }
        assert_eq!("7".parse::<BigDecimal<40, 0>>().unwrap().to_string(), "7");
        assert_eq!(format!("{:>4}", "7".parse::<BigDecimal<40, 0>>().unwrap()), "   7");
        assert_eq!(serde_json::to_string(&"-1".parse::<BigDecimal<40, 1>>().unwrap()).unwrap(), "\"-1.0\"");
    }

    #[test]
    fn it_agrees_with_the_short_decimal() {
        for unscaled in [0, 1, -1, 127, 128, -128, -129, 255, 256, -256, i128::MAX, i128::MIN, 10_i128.pow(37)] {
            let big = BigDecimal::<39, 0>::from_unscaled(unscaled).unwrap();
            assert_eq!(big.to_string(), unscaled.to_string());
            assert_eq!(unscaled.to_string().parse(), Ok(big));
        }
        let mut all: Vec<i128> = vec![5, -5, 0, 300, -300, 70_000, -70_000, 128, -128];
        let mut big: Vec<_> = all.iter().map(|n| BigDecimal::<40, 0>::from_unscaled(*n).unwrap()).collect();
        all.sort_unstable();
        big.sort();
        assert_eq!(
            big.iter().map(ToString::to_string).collect::<Vec<_>>(),
            all.iter().map(ToString::to_string).collect::<Vec<_>>()
        );
    }

    #[test]
    fn more_digits_than_the_type_has_are_refused() {
        type Short = BigDecimal<3, 1>;
        assert_eq!(Short::from_unscaled(999).unwrap().to_string(), "99.9");
        assert_eq!(Short::from_unscaled(-999).unwrap().to_string(), "-99.9");
        for unscaled in [1_000, -1_000, 1_023, 100_000, i128::MAX] {
            assert_eq!(
                Short::from_unscaled(unscaled).unwrap_err().to_string(),
                "the number has more digits than a decimal(3,1)"
            );
        }
        assert_eq!("100".parse::<Short>().unwrap_err().reason, Reason::Digits);
        assert_eq!("1.25".parse::<Short>().unwrap_err().reason, Reason::Scale);
        for bad in ["", "-", ".5", "1.", "1e3", "1,5", "1.5.0", "--1"] {
            assert_eq!(bad.parse::<Short>().unwrap_err().reason, Reason::NoNumber, "{bad}");
        }
        assert!(Wide::from_be_bytes(&[0x7f; 40]).is_err());
        assert_eq!(Wide::from_be_bytes(&[0xff; 40]).unwrap().as_be_bytes(), [0xff]);
    }
}

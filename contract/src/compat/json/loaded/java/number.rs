/// A number as Java's parsers keep it: `Integer`, `Long`, `BigInteger`, or, where it is written with a point or an exponent,
/// `BigDecimal`. Two of different classes are never equal, and `1.0` is not `1.00`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::compat::json) struct JavaNumber {
    class: Class,
    /// Without leading zeros and point; `-` in front where it is below zero.
    unscaled: String,
    /// How many of the digits stand behind the point; below zero, how many zeros follow.
    scale: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Class {
    Integer,
    Long,
    BigInteger,
    BigDecimal,
}

impl JavaNumber {
    /// A number of JSON as written; `None` where its exponent is one that Java refuses too.
    pub(in crate::compat::json) fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent.parse::<i32>().ok()?)),
            None => (text, None),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |rest| ("-", rest));
        let digits = format!("{whole}{}", fraction.unwrap_or_default());
        let digits = digits.trim_start_matches('0');
        let unscaled = if digits.is_empty() { "0".to_owned() } else { format!("{sign}{digits}") };
        if fraction.is_none() && exponent.is_none() {
            let class = if unscaled.parse::<i32>().is_ok() {
                Class::Integer
            } else if unscaled.parse::<i64>().is_ok() {
                Class::Long
            } else {
                Class::BigInteger
            };
            return Some(Self { class, unscaled, scale: 0 });
        }
        let behind = i64::try_from(fraction.map_or(0, str::len)).ok()?;
        let scale = behind - i64::from(exponent.unwrap_or_default());
        // Java keeps the scale in an int.
        i32::try_from(scale).ok()?;
        Some(Self { class: Class::BigDecimal, unscaled, scale })
    }

    /// An `Integer`.
    pub(in crate::compat::json) fn integer(value: i32) -> Self {
        Self { class: Class::Integer, unscaled: value.to_string(), scale: 0 }
    }

    /// The value where the class is `Integer`.
    pub(in crate::compat::json) fn as_integer(&self) -> Option<i32> {
        if self.class == Class::Integer { self.unscaled.parse().ok() } else { None }
    }

    /// `doubleValue`
    pub(in crate::compat::json) fn double(&self) -> f64 {
        format!("{}e{}", self.unscaled, -self.scale).parse().unwrap_or(f64::NAN)
    }

    /// `intValue`: the lowest 32 bits of the whole part.
    pub(in crate::compat::json) fn int(&self) -> i32 {
        let (negative, digits) = match self.unscaled.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, self.unscaled.as_str()),
        };
        let cut = usize::try_from(self.scale.max(0)).unwrap_or(usize::MAX);
        let whole = digits.get(..digits.len().saturating_sub(cut)).unwrap_or_default();
        let value = whole
            .bytes()
            .fold(0_u32, |value, digit| value.wrapping_mul(10).wrapping_add(u32::from(digit.wrapping_sub(b'0'))));
        // Ten to the 32 has no bit below the 33rd.
        let zeros = (-self.scale).clamp(0, 32);
        let value = (0..zeros).fold(value, |value, _| value.wrapping_mul(10));
        let value = if negative { value.wrapping_neg() } else { value };
        i32::from_ne_bytes(value.to_ne_bytes())
    }

    /// `new BigDecimal(number.toString())`, as unscaled value and scale: equal where `BigDecimal.equals` is.
    pub(in crate::compat::json) fn big_decimal(&self) -> (&str, i64) {
        (&self.unscaled, self.scale)
    }

    /// `hashCode`
    pub(in crate::compat::json) fn hash(&self) -> u32 {
        let scale = u32::from_ne_bytes(i32::try_from(self.scale).unwrap_or_default().to_ne_bytes());
        let small = self.unscaled.parse::<i64>().ok();
        match (self.class, small) {
            (Class::Integer, Some(value)) => low(value.unsigned_abs(), value < 0),
            (Class::Long, Some(value)) => {
                let (high, low) = halves(u64::from_ne_bytes(value.to_ne_bytes()));
                high ^ low
            }
            (Class::BigDecimal, Some(value)) => {
                let (high, low) = halves(value.unsigned_abs());
                let hash = high.wrapping_mul(31).wrapping_add(low);
                let hash = if value < 0 { hash.wrapping_neg() } else { hash };
                hash.wrapping_mul(31).wrapping_add(scale)
            }
            (Class::BigDecimal, None) => self.big_integer_hash().wrapping_mul(31).wrapping_add(scale),
            _ => self.big_integer_hash(),
        }
    }

    /// `BigInteger.hashCode` of the unscaled value: over its 32-bit words from the highest.
    fn big_integer_hash(&self) -> u32 {
        let (negative, digits) = match self.unscaled.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, self.unscaled.as_str()),
        };
        // The work grows with the square of the digits, and nobody compares such numbers.
        if digits.len() > 2_000 {
            return 0;
        }
        let mut words: Vec<u32> = Vec::new();
        for digit in digits.bytes() {
            let mut carry = u64::from(digit.wrapping_sub(b'0'));
            for word in &mut words {
                let (high, low) = halves(u64::from(*word) * 10 + carry);
                (*word, carry) = (low, u64::from(high));
            }
            if carry > 0 {
                words.push(halves(carry).1);
            }
        }
        let hash = words.iter().rev().fold(0_u32, |hash, word| hash.wrapping_mul(31).wrapping_add(*word));
        if negative { hash.wrapping_neg() } else { hash }
    }

    /// `toString`
    pub(in crate::compat::json) fn text(&self) -> String {
        let (sign, digits) = self.unscaled.strip_prefix('-').map_or(("", self.unscaled.as_str()), |rest| ("-", rest));
        let count = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        let adjusted = count - 1 - self.scale;
        if self.scale == 0 {
            return self.unscaled.clone();
        }
        if self.scale > 0 && adjusted >= -6 {
            let point = usize::try_from(count - self.scale).unwrap_or_default();
            return match digits.get(..point).zip(digits.get(point..)) {
                Some((whole, fraction)) if point > 0 => format!("{sign}{whole}.{fraction}"),
                _ => format!("{sign}0.{}{digits}", "0".repeat(usize::try_from(self.scale - count).unwrap_or_default())),
            };
        }
        let (first, rest) = digits.split_at(digits.len().min(1));
        let point = if rest.is_empty() { "" } else { "." };
        format!("{sign}{first}{point}{rest}E{adjusted:+}")
    }
}

fn low(value: u64, negative: bool) -> u32 {
    let low = halves(value).1;
    if negative { low.wrapping_neg() } else { low }
}

/// The upper and the lower 32 bits.
fn halves(value: u64) -> (u32, u32) {
    let [a, b, c, d, e, f, g, h] = value.to_be_bytes();
    (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> JavaNumber {
        JavaNumber::parse(text).expect(text)
    }

    #[test]
    fn a_point_makes_another_number() {
        assert_ne!(number("1"), number("1.0"));
        assert_ne!(number("1.0"), number("1.00"));
        assert_eq!(number("1.0"), number("10e-1"));
        assert_ne!(number("1e2"), number("100"));
        assert_eq!(number("-0"), number("0"));
    }

    #[test]
    fn the_class_goes_by_the_size() {
        assert_eq!(number("2147483647").as_integer(), Some(i32::MAX));
        assert_eq!(number("2147483648").as_integer(), None);
        assert_eq!(number("3.0").as_integer(), None);
        assert_eq!(number("3.0").int(), 3);
        assert_eq!(number("4294967299").int(), 3);
        assert_eq!(number("-7.9").int(), -7);
        assert_eq!(number("1e400").int(), 0);
        assert!((number("2.5e3").double() - 2500.0).abs() < f64::EPSILON);
    }

    #[test]
    fn numbers_are_said_as_java_says_them() {
        for (written, said) in [
            ("12", "12"),
            ("1.50", "1.50"),
            ("0.05", "0.05"),
            ("1e3", "1E+3"),
            ("12e3", "1.2E+4"),
            ("0.0000001", "1E-7"),
            ("-0.000012", "-0.000012"),
            ("99999999999999999999", "99999999999999999999"),
        ] {
            assert_eq!(number(written).text(), said);
        }
    }

    // Each of these is what Java 17 gave.
    #[test]
    fn hashes_are_those_of_the_class() {
        for (written, hash) in [
            ("1", 1),
            ("-7", -7),
            ("3000000000", -1_294_967_296),
            ("-3000000000", -1_294_967_297),
            ("12345678901234567890", -1_436_577_082),
            ("-12345678901234567890123", 2_057_333_646),
            ("1.0", 311),
            ("1.50", 4652),
            ("-2.5", -774),
            ("1e3", 28),
            ("123456789012345678901.5", 494_185_875),
            ("0.0", 1),
        ] {
            assert_eq!(i32::from_ne_bytes(number(written).hash().to_ne_bytes()), hash, "{written}");
        }
    }

    #[test]
    fn an_exponent_beyond_an_int_is_no_number() {
        assert_eq!(JavaNumber::parse("1e99999999999"), None);
    }
}

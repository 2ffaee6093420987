//! Numbers as JSON has them: compared without loss, divided in decimals.

use std::cmp::Ordering;
use std::fmt;

/// A number of a schema or of a value: whole, or with a fraction (or too large to be exact).
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Number {
    Whole(i128),
    Float(f64),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
        }
    }
}

/// A length as the bounds of lengths are written.
pub(super) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// The order of two numbers; `None` where one is no number.
pub(super) fn compare(left: Number, right: Number) -> Option<Ordering> {
    match (left, right) {
        (Number::Whole(left), Number::Whole(right)) => Some(left.cmp(&right)),
        (Number::Float(left), Number::Float(right)) => left.partial_cmp(&right),
        (Number::Whole(left), Number::Float(right)) => compare_whole(left, right),
        (Number::Float(left), Number::Whole(right)) => compare_whole(right, left).map(Ordering::reverse),
    }
}

fn compare_whole(whole: i128, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    let Some((integral, fraction)) = split(float.abs()) else {
        // Beyond 2^126: only whole numbers of JSON are compared with it, and these are below 2^64.
        return Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater });
    };
    let negative = float < 0.0;
    let order = whole.cmp(&if negative { -integral } else { integral });
    Some(match order {
        Ordering::Equal if fraction && negative => Ordering::Greater,
        Ordering::Equal if fraction => Ordering::Less,
        order => order,
    })
}

/// A float that is not negative as its whole part and whether there is more; `None` from 2^126 on.
fn split(float: f64) -> Option<(i128, bool)> {
    let bits = float.to_bits();
    let mantissa = bits & ((1 << 52) - 1);
    let exponent = bits >> 52 & 0x7ff;
    let (mantissa, exponent) = if exponent == 0 { (mantissa, 1) } else { (mantissa | 1 << 52, exponent) };
    // The value is mantissa * 2^(exponent - 1075).
    if let Some(up) = exponent.checked_sub(1075) {
        let up = u32::try_from(up).ok().filter(|up| *up <= 73)?;
        return Some((i128::from(mantissa) << up, false));
    }
    let down = 1075 - exponent;
    match mantissa.checked_shr(u32::try_from(down).unwrap_or(u32::MAX)) {
        Some(whole) => Some((i128::from(whole), whole << down != mantissa)),
        None => Some((0, mantissa != 0)),
    }
}

/// Whole numbers up to here are exact as floats.
const EXACT: i128 = 1 << 53;

/// Whether `value` divided by `of` is whole. Floats are read as the decimals that they are written as: 0.3 is a multiple of 0.1.
pub(super) fn is_multiple(value: Number, of: Number) -> bool {
    let divisor = match of {
        Number::Whole(of) if of > 0 && of <= EXACT => {
            if let Number::Whole(value) = value {
                return value % of == 0;
            }
            float(Number::Whole(of))
        }
        of => float(of),
    };
    if divisor.fract() == 0.0 {
        if let (Number::Whole(value), true) = (value, divisor > 0.0 && divisor <= float(Number::Whole(EXACT)))
            && let Some((divisor, _)) = split(divisor)
        {
            return value % divisor == 0;
        }
        let value = float(value);
        return value.fract() == 0.0 && value % divisor == 0.0;
    }
    divides(value, divisor).unwrap_or(false)
}

fn float(number: Number) -> f64 {
    match number {
        // A validator reads it so, too.
        Number::Whole(number) => number as f64,
        Number::Float(number) => number,
    }
}

fn divides(value: Number, divisor: f64) -> Option<bool> {
    let (value, value_exponent) = match value {
        Number::Whole(value) => (value.unsigned_abs(), 0),
        Number::Float(value) => decimal(value)?,
    };
    let (divisor, divisor_exponent) = decimal(divisor)?;
    if divisor == 0 {
        return None;
    }
    if value == 0 {
        return Some(true);
    }
    let up = value_exponent - divisor_exponent;
    if up >= 0 {
        // value * 10^up mod divisor, a digit at a time: the rest is below the divisor, which is below 2^64, so nothing overflows.
        let mut rest = value % divisor;
        for _ in 0..up {
            rest = rest * 10 % divisor;
        }
        return Some(rest == 0);
    }
    // A float has 17 digits at most: the divisor is larger than the value then.
    let unit = u32::try_from(-up).ok().filter(|down| *down <= 18).map(|down| 10_u128.pow(down));
    Some(unit.is_some_and(|unit| value % (divisor * unit) == 0))
}

/// The digits that a float is written with, as a whole number, and the power of ten behind them.
fn decimal(float: f64) -> Option<(u128, i32)> {
    let text = format!("{:e}", float.abs());
    let (digits, exponent) = text.split_once('e')?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let number = format!("{whole}{fraction}").parse().ok()?;
    Some((number, exponent.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()?))
}

macro_rules! whole {
    ($($ty:ty),+) => { $(
        impl From<$ty> for Number {
            fn from(number: $ty) -> Self {
                Self::Whole(i128::from(number))
            }
        }
    )+ };
}
whole!(i8, i16, i32, i64, u8, u16, u32, u64);

impl From<f32> for Number {
    fn from(number: f32) -> Self {
        Self::Float(f64::from(number))
    }
}

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<&serde_json::Number> for Number {
    fn from(number: &serde_json::Number) -> Self {
        let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
        whole.map_or_else(|| Self::Float(number.as_f64().unwrap_or(f64::NAN)), Self::Whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_and_floats_are_compared_without_loss() {
        let order = |left: i128, right: f64| compare(Number::Whole(left), Number::Float(right)).unwrap();
        assert_eq!(order(9_007_199_254_740_993, 9_007_199_254_740_992.0), Ordering::Greater);
        assert_eq!(order(i128::from(u64::MAX), 18_446_744_073_709_551_616.0), Ordering::Less);
        assert_eq!(order(-1, -1.5), Ordering::Greater);
        assert_eq!(order(1, 1.5), Ordering::Less);
        assert_eq!(order(-2, -1.5), Ordering::Less);
        assert_eq!(order(0, -0.0), Ordering::Equal);
        assert_eq!(order(0, f64::MIN_POSITIVE), Ordering::Less);
        assert_eq!(order(0, -f64::MIN_POSITIVE), Ordering::Greater);
        assert_eq!(order(5, 1e300), Ordering::Less);
        assert_eq!(order(5, -1e300), Ordering::Greater);
        assert_eq!(order(1 << 60, 1_152_921_504_606_846_976.0), Ordering::Equal);
        assert_eq!(compare(Number::Whole(1), Number::Float(f64::NAN)), None);
    }

    #[test]
    fn multiples_are_those_of_decimals() {
        let is = |value: f64, of: f64| is_multiple(Number::Float(value), Number::Float(of));
        assert!(is(0.3, 0.1) && is(19.99, 0.01) && is(1e300, 0.01) && is(0.0, 0.7) && is(4.5, 1.5) && is(7.0, 0.5));
        assert!(!is(0.35, 0.1) && !is(1e-300, 0.01) && !is(1.005, 0.01) && !is(7.5, 2.0));
        assert!(is_multiple(Number::Whole(9_007_199_254_740_993), Number::Whole(3)));
        assert!(!is_multiple(Number::Whole(7), Number::Whole(2)));
        assert!(is_multiple(Number::Whole(6), Number::Float(1.5)));
        // 10^301 is 10 beyond a multiple of 45, and the double next to 10^300 is a multiple of 9.
        assert!(!is(1e300, 4.5));
        assert!(is_multiple(Number::Whole(18_446_744_073_709_551_615), Number::Float(1.5)));
        assert!(!is_multiple(Number::Whole(18_446_744_073_709_551_614), Number::Float(1.5)));
        assert!(is_multiple(Number::Whole(0), Number::Float(0.7)));
        assert!(is_multiple(Number::Float(6.0), Number::Whole(3)));
    }
}

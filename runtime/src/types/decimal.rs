use std::fmt;
use std::iter::Sum;

/// A decimal of at most `P` digits, `S` of them after the point: exact, as its unscaled number.
///
/// ```
/// use topika::types::Decimal;
/// let price: Decimal<10, 2> = "12.50".parse()?;
/// assert_eq!(price.unscaled(), 1250);
/// assert_eq!(price.checked_mul(3).unwrap().to_string(), "37.50");
/// assert!("12.505".parse::<Decimal<10, 2>>().is_err());
/// # Ok::<(), topika::types::DecimalError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Decimal<const P: u32, const S: u32>(i128);

/// Why a number is no decimal of the type that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecimalError {
    pub(super) precision: u32,
    pub(super) scale: u32,
    pub(super) reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Digits,
    Scale,
    NoNumber,
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { precision, scale, reason } = self;
        match reason {
            Reason::Digits => write!(f, "the number has more digits than a decimal({precision},{scale})"),
            Reason::Scale => write!(f, "the number has more than {scale} digits after the point"),
            Reason::NoNumber => f.write_str("the text is no decimal number such as -12.50"),
        }
    }
}

impl std::error::Error for DecimalError {}

impl<const P: u32, const S: u32> Decimal<P, S> {
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// The largest: `P` nines. Asking for more than 38 digits, or for more digits after the point than there are, does not compile.
    pub const MAX: Self = Self(Self::LIMIT - 1);

    const LIMIT: i128 = {
        assert!(P >= 1 && P <= 38, "a decimal has 1 to 38 digits");
        assert!(S <= P, "a decimal has no more digits after the point than digits");
        10_i128.pow(P)
    };

    /// The decimal `unscaled` / 10^S.
    ///
    /// # Errors
    /// When that has more than `P` digits.
    pub const fn from_unscaled(unscaled: i128) -> Result<Self, DecimalError> {
        if unscaled < Self::LIMIT && unscaled > -Self::LIMIT {
            Ok(Self(unscaled))
        } else {
            Err(Self::error(Reason::Digits))
        }
    }

    /// The decimal `UNSCALED` / 10^S, known while compiling: more than `P` digits do not compile.
    ///
    /// ```
    /// use topika::types::Decimal;
    /// const FEE: Decimal<10, 2> = Decimal::constant::<1250>();
    /// assert_eq!(FEE.to_string(), "12.50");
    /// ```
    ///
    /// ```compile_fail
    /// let fee = topika::types::Decimal::<3, 2>::constant::<1250>();
    /// ```
    #[must_use]
    pub const fn constant<const UNSCALED: i128>() -> Self {
        const {
            assert!(UNSCALED < Self::LIMIT && UNSCALED > -Self::LIMIT, "the number has more digits than the decimal");
        }
        Self(UNSCALED)
    }

    /// The number without its point: 1250 for 12.50.
    #[must_use]
    pub const fn unscaled(self) -> i128 {
        self.0
    }

    pub(super) const fn error(reason: Reason) -> DecimalError {
        DecimalError { precision: P, scale: S, reason }
    }

    const fn fitting(unscaled: Option<i128>) -> Option<Self> {
        match unscaled {
            Some(unscaled) if unscaled < Self::LIMIT && unscaled > -Self::LIMIT => Some(Self(unscaled)),
            _ => None,
        }
    }

    /// The sum; `None` where it has more than `P` digits.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        Self::fitting(self.0.checked_add(other.0))
    }

    /// The difference; `None` where it has more than `P` digits.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        Self::fitting(self.0.checked_sub(other.0))
    }

    /// The product with a whole number; `None` where it has more than `P` digits.
    #[must_use]
    pub const fn checked_mul(self, times: i128) -> Option<Self> {
        Self::fitting(self.0.checked_mul(times))
    }

    /// The sum of all; `None` where it, or a sum on the way, has more than `P` digits.
    #[must_use]
    pub fn checked_sum(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        all.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

/// The sum, `None` where it has too many digits: `let total: Option<Decimal<10, 2>> = prices.into_iter().sum();`
impl<const P: u32, const S: u32> Sum<Decimal<P, S>> for Option<Decimal<P, S>> {
    fn sum<I: Iterator<Item = Decimal<P, S>>>(all: I) -> Self {
        Decimal::checked_sum(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Money = Decimal<4, 2>;

    #[test]
    fn more_digits_than_the_type_has_are_refused() {
        assert_eq!(Money::from_unscaled(9_999), Ok(Money::MAX));
        let error = Money::from_unscaled(10_000).unwrap_err();
        assert_eq!(error.to_string(), "the number has more digits than a decimal(4,2)");
        assert!(Money::from_unscaled(-10_000).is_err());
        assert_eq!(Decimal::<38, 0>::MAX.unscaled(), 99_999_999_999_999_999_999_999_999_999_999_999_999);
    }

    #[test]
    fn arithmetic_is_exact_or_nothing() {
        let one = Money::from_unscaled(100).unwrap();
        assert_eq!(one.checked_add(one).unwrap().unscaled(), 200);
        assert_eq!(one.checked_sub(one), Some(Money::ZERO));
        assert_eq!(one.checked_mul(99).unwrap().to_string(), "99.00");
        assert_eq!(one.checked_mul(100), None);
        assert_eq!(Money::MAX.checked_add(one), None);
        assert_eq!([one, one].into_iter().sum::<Option<Money>>().unwrap().unscaled(), 200);
        assert_eq!(Decimal::<38, 0>::MAX.checked_mul(i128::MAX), None);
    }
}

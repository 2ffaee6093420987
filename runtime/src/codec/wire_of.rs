use std::borrow::Cow;
use std::fmt;

use super::AvroValue;

/// How a type that is not ours is written: `impl WireOf<Money> for Decimal<10, 2>` says that a `Money` is a decimal on the wire.
///
/// A field says which way it takes with `#[event(as = ...)]`, also within an option, a list or a map. The schema has the type that
/// is on the wire; the field has yours. For the types of chrono, jiff, time, uuid and `rust_decimal` the ways stand behind the
/// features of these names.
///
/// ```
/// use topika::types::{Decimal, WireError, WireOf};
///
/// #[derive(Clone, Debug, PartialEq)]
/// struct Money {
///     cents: i64,
/// }
///
/// impl WireOf<Money> for Decimal<10, 2> {
///     fn to_wire(money: &Money) -> Result<Self, WireError> {
///         Self::from_unscaled(money.cents.into()).map_err(WireError::new)
///     }
///
///     fn from_wire(wire: Self) -> Result<Money, WireError> {
///         let cents = wire.unscaled().try_into().map_err(WireError::new)?;
///         Ok(Money { cents })
///     }
/// }
///
/// #[derive(Clone, Debug, PartialEq, topika::Record)]
/// #[event(name = "shop.Bill")]
/// struct Bill {
///     #[event(as = Decimal<10, 2>)]
///     total: Money,
///     #[event(as = Vec<Decimal<10, 2>>)]
///     parts: Vec<Money>,
/// }
///
/// let bill = Bill { total: Money { cents: 1250 }, parts: vec![Money { cents: 1250 }] };
/// let mut bytes = Vec::new();
/// topika::codec::encode(&bill, &mut bytes)?;
/// assert_eq!(topika::codec::decode::<Bill>(&bytes)?, bill);
///
/// let dear = Bill { total: Money { cents: i64::MAX }, ..bill };
/// let error = topika::codec::encode(&dear, &mut bytes).unwrap_err();
/// assert!(error.to_string().contains("more digits than a decimal(10,2)"), "{error}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Where neither the type nor what is on the wire is yours, the way is a type of your own, which holds nothing:
///
/// ```
/// use std::time::Duration;
/// use topika::types::{OnWire, WireError, WireOf};
///
/// /// Seconds, as a long.
/// struct Seconds;
///
/// impl OnWire for Seconds {
///     type Wire = i64;
/// }
///
/// impl WireOf<Duration> for Seconds {
///     fn to_wire(value: &Duration) -> Result<i64, WireError> {
///         value.as_secs().try_into().map_err(WireError::new)
///     }
///
///     fn from_wire(wire: i64) -> Result<Duration, WireError> {
///         wire.try_into().map(Duration::from_secs).map_err(|_| WireError::new("a span below zero"))
///     }
/// }
///
/// #[derive(topika::Record)]
/// #[event(name = "shop.Lease")]
/// struct Lease {
///     #[event(as = Option<Seconds>)]
///     runs: Option<Duration>,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be written as `{Self}`",
    label = "is no way to write a `{T}`",
    note = "for a type of your own: `impl topika::types::WireOf<{T}> for {Self}`",
    note = "for types of chrono, jiff, time, uuid and rust_decimal the crate topika has features of these names"
)]
pub trait WireOf<T>: OnWire {
    /// The value as it is written.
    ///
    /// # Errors
    /// When the wire cannot hold it; the error names the field.
    fn to_wire(value: &T) -> Result<Self::Wire, WireError>;

    /// The value that was written.
    ///
    /// # Errors
    /// When the type cannot hold it; the error names the field.
    fn from_wire(wire: Self::Wire) -> Result<T, WireError>;
}

/// What a way of writing leads to: for a type that the wire has, itself. A way that is a type of its own says it; see [`WireOf`].
pub trait OnWire {
    /// What is on the wire.
    type Wire: AvroValue;
}

impl<W: AvroValue> OnWire for W {
    type Wire = Self;
}

/// Why a value cannot be on the wire, or not come from it: a part of a sentence, such as "the year 300000 is beyond the type".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireError(Cow<'static, str>);

impl WireError {
    /// An error that says this: a text, or another error.
    #[must_use]
    pub fn new(why: impl fmt::Display) -> Self {
        Self(Cow::Owned(why.to_string()))
    }

    /// The same of a text that is known while compiling.
    #[must_use]
    pub const fn of(why: &'static str) -> Self {
        Self(Cow::Borrowed(why))
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WireError {}

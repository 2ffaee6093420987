//! The decimal of `rust_decimal`: 96 bits and a scale of its own.

use rust_decimal::Decimal as Foreign;

use super::super::Decimal;
use crate::codec::{WireError, WireOf};

const SCALE: WireError = WireError::of("the number has more digits after the point than the decimal on the wire");
const DIGITS: WireError = WireError::of("the number has more digits than the decimal on the wire");
const BEYOND: WireError =
    WireError::of("the number is beyond the 96 bits, or the 28 digits after the point, of rust_decimal");

/// The number without its point, at a scale: only zeros go and come.
fn unscaled(value: &Foreign, scale: u32) -> Result<i128, WireError> {
    let number = value.mantissa();
    if number == 0 {
        return Ok(0);
    }
    match value.scale().checked_sub(scale) {
        None | Some(0) => {
            10_i128.checked_pow(scale - value.scale()).and_then(|times| number.checked_mul(times)).ok_or(DIGITS)
        }
        Some(less) => {
            let times = 10_i128.checked_pow(less).ok_or(SCALE)?;
            if number % times == 0 { Ok(number / times) } else { Err(SCALE) }
        }
    }
}

/// A number of any scale. One of more than 28 digits after the point can still be a number, where the last of them are zeros.
fn scaled(mut number: i128, mut scale: u32) -> Result<Foreign, WireError> {
    while scale > Foreign::MAX_SCALE && number % 10 == 0 {
        number /= 10;
        scale -= 1;
    }
    Foreign::try_from_i128_with_scale(number, scale).map_err(|_| BEYOND)
}

impl<const P: u32, const S: u32> WireOf<Foreign> for Decimal<P, S> {
    fn to_wire(value: &Foreign) -> Result<Self, WireError> {
        Self::from_unscaled(unscaled(value, S)?).map_err(WireError::new)
    }

    fn from_wire(wire: Self) -> Result<Foreign, WireError> {
        scaled(wire.unscaled(), S)
    }
}

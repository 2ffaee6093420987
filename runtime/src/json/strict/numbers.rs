use serde::de::Error;

/// What kind of number was asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// None, or any.
    Any,
    /// A whole one.
    Whole,
    /// A double.
    Double,
}

/// Up to here every whole number is a double.
const EXACT: i128 = 1 << 53;

/// The whole number that a double is; none from 2^64 on, where no integer of Rust's 64 bits is.
#[inline]
pub(super) fn whole(float: f64) -> Option<i128> {
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^64 is one of 128 bits")]
    let whole = (float.fract() == 0.0 && float.abs() < 18_446_744_073_709_551_616.0).then_some(float as i128);
    whole
}

/// That a double keeps all digits of a whole number: written again, it is the same. `1152921504606847000` is what JavaScript writes for
/// 2^60, and comes back so; `9007199254740993` would come back as another number.
#[inline]
pub(super) fn keeps<E: Error>(whole: i128) -> Result<(), E> {
    if (-EXACT..=EXACT).contains(&whole) { Ok(()) } else { keeps_large(whole) }
}

#[cold]
fn keeps_large<E: Error>(whole: i128) -> Result<(), E> {
    #[expect(clippy::cast_precision_loss, reason = "whether something is lost is the question")]
    let nearest = whole as f64;
    if nearest.to_string() == whole.to_string() {
        return Ok(());
    }
    Err(E::custom(format_args!("{whole} has more digits than a double keeps; it would become {nearest}")))
}

#[cfg(test)]
mod tests {
    use serde::de::value::Error;

    use super::*;

    #[test]
    fn a_double_is_whole_where_it_is_exactly() {
        assert_eq!(whole(-0.0), Some(0));
        assert_eq!(whole(1e18), Some(1_000_000_000_000_000_000));
        assert_eq!(whole(18_446_744_073_709_549_568.0), Some(18_446_744_073_709_549_568));
        assert_eq!((whole(0.5), whole(1e20), whole(f64::INFINITY), whole(f64::NAN)), (None, None, None, None));
    }

    #[test]
    fn a_double_keeps_what_it_is_written_as() {
        for kept in [0, EXACT, -EXACT, 1_152_921_504_606_847_000, 10_000_000_000_000_000_000] {
            assert!(keeps::<Error>(kept).is_ok(), "{kept}");
        }
        for lost in [EXACT + 1, -EXACT - 1, i128::from(i64::MAX), i128::from(u64::MAX)] {
            assert!(keeps::<Error>(lost).is_err(), "{lost}");
        }
    }
}

//! Numbers. Confluent compares bounds as doubles and `multipleOf` as `int`s.

use std::cmp::Ordering;

use super::change::Change;
use super::limits::{Names, compare as compare_limits};
use super::outcome::Gathered;
use crate::compat::json::loaded::{JavaNumber, Number};

pub(super) fn compare(original: &Number, update: &Number, out: &mut Gathered<'_>) {
    let doubles = |original: &JavaNumber, update: &JavaNumber| original.double().partial_cmp(&update.double());
    compare_limits(original.maximum.as_ref(), update.maximum.as_ref(), &MAXIMUM, doubles, out);
    compare_limits(original.minimum.as_ref(), update.minimum.as_ref(), &MINIMUM, doubles, out);
    // Confluent looks at the `maximum` of the update where it should look at the `exclusiveMaximum`, and fails where there is none.
    // It is followed where it comes to an answer.
    let upper = |original: &JavaNumber, update_limit: &JavaNumber| match doubles(original, update_limit)? {
        Ordering::Less => Some(Ordering::Less),
        order => match &update.maximum {
            Some(maximum) => doubles(original, maximum).filter(|order| *order == Ordering::Greater),
            None => Some(order),
        },
    };
    let limits = (original.exclusive_maximum_limit.as_ref(), update.exclusive_maximum_limit.as_ref());
    compare_limits(limits.0, limits.1, &EXCLUSIVE_MAXIMUM, upper, out);
    let limits = (original.exclusive_minimum_limit.as_ref(), update.exclusive_minimum_limit.as_ref());
    compare_limits(limits.0, limits.1, &EXCLUSIVE_MINIMUM, doubles, out);
    compare_multiples(original.multiple_of.as_ref(), update.multiple_of.as_ref(), out);
    if original.requires_integer != update.requires_integer {
        out.tell(if original.requires_integer { Change::TypeExtended } else { Change::TypeNarrowed });
    }
}

const MAXIMUM: Names = Names {
    keyword: "maximum",
    added: Change::MaximumAdded,
    removed: Change::MaximumRemoved,
    increased: Change::MaximumIncreased,
    decreased: Change::MaximumDecreased,
};

const MINIMUM: Names = Names {
    keyword: "minimum",
    added: Change::MinimumAdded,
    removed: Change::MinimumRemoved,
    increased: Change::MinimumIncreased,
    decreased: Change::MinimumDecreased,
};

const EXCLUSIVE_MAXIMUM: Names = Names {
    keyword: "exclusiveMaximum",
    added: Change::ExclusiveMaximumAdded,
    removed: Change::ExclusiveMaximumRemoved,
    increased: Change::ExclusiveMaximumIncreased,
    decreased: Change::ExclusiveMaximumDecreased,
};

const EXCLUSIVE_MINIMUM: Names = Names {
    keyword: "exclusiveMinimum",
    added: Change::ExclusiveMinimumAdded,
    removed: Change::ExclusiveMinimumRemoved,
    increased: Change::ExclusiveMinimumIncreased,
    decreased: Change::ExclusiveMinimumDecreased,
};

fn compare_multiples(original: Option<&JavaNumber>, update: Option<&JavaNumber>, out: &mut Gathered<'_>) {
    let change = match (original, update) {
        (None, None) => return,
        (None, Some(_)) => Change::MultipleOfAdded,
        (Some(_), None) => Change::MultipleOfRemoved,
        (Some(original), Some(update)) if original.big_decimal() == update.big_decimal() => return,
        (Some(original), Some(update)) => {
            if is_multiple(update, original) {
                Change::MultipleOfExpanded
            } else if is_multiple(original, update) {
                Change::MultipleOfReduced
            } else {
                Change::MultipleOfChanged
            }
        }
    };
    out.tell_keyword("multipleOf", change);
}

/// Whether one number is a multiple of another, by their whole parts. Java cannot divide by a whole part of zero; there the numbers
/// themselves are asked.
fn is_multiple(number: &JavaNumber, of: &JavaNumber) -> bool {
    match of.int() {
        0 => {
            let times = number.double() / of.double();
            // A tenth is no double, so a quotient may miss a whole number by its last digits.
            times.is_finite() && (times - times.round()).abs() <= times.abs() * 1e-9
        }
        // The least number through -1 has no result in 32 bits; Java's rest is 0.
        divisor => number.int().checked_rem(divisor).unwrap_or(0) == 0,
    }
}

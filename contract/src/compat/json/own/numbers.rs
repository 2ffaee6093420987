//! Bounds that the registry takes for equal: it compares them as doubles, and `multipleOf` by its whole part.

use std::cmp::Ordering;

use super::decimal::order;
use super::pairs::{Pair, Walk};
use crate::compat::json::loaded::{JavaNumber, Number};
use crate::rules::JSON_SCHEMA_BOUND_UNSEEN;

pub(super) fn look<'s>(walk: &mut Walk<'_, 's>, pair: &Pair<'s>, w: &Number, r: &Number) {
    let bounds = [
        ("minimum", &w.minimum, &r.minimum, Ordering::Less),
        ("maximum", &w.maximum, &r.maximum, Ordering::Greater),
        ("exclusiveMinimum", &w.exclusive_minimum_limit, &r.exclusive_minimum_limit, Ordering::Less),
        ("exclusiveMaximum", &w.exclusive_maximum_limit, &r.exclusive_maximum_limit, Ordering::Greater),
    ];
    for (keyword, written, wanted, wider) in bounds {
        let (Some(written), Some(wanted)) = (written, wanted) else { continue };
        if doubles(written, wanted) == Some(Ordering::Equal) && order(written, wanted) == wider {
            tell(walk, pair, keyword, "both are the same double");
        }
    }
    let same = |one: &Option<JavaNumber>, other: &Option<JavaNumber>| match (one, other) {
        (Some(one), Some(other)) => doubles(one, other) == Some(Ordering::Equal),
        _ => false,
    };
    if r.exclusive_minimum && !w.exclusive_minimum && same(&w.minimum, &r.minimum) {
        tell(walk, pair, "exclusiveMinimum", "the bound itself is out now");
    }
    if r.exclusive_maximum && !w.exclusive_maximum && same(&w.maximum, &r.maximum) {
        tell(walk, pair, "exclusiveMaximum", "the bound itself is out now");
    }
    if let (Some(written), Some(wanted)) = (&w.multiple_of, &r.multiple_of) {
        let by_whole_parts = wanted.int() != 0 && written.int().checked_rem(wanted.int()) == Some(0);
        let grew = written.int() != 0 && wanted.int().checked_rem(written.int()) == Some(0);
        let times = written.double() / wanted.double();
        let multiple = (times - times.round()).abs() <= times.abs() * 1e-9;
        if by_whole_parts && !grew && !multiple {
            tell(walk, pair, "multipleOf", "the registry divides whole parts");
        }
    }
}

fn doubles(one: &JavaNumber, other: &JavaNumber) -> Option<Ordering> {
    one.double().partial_cmp(&other.double())
}

fn tell<'s>(walk: &mut Walk<'_, 's>, pair: &Pair<'s>, keyword: &str, why: &str) {
    let (new, old) = walk.written(pair, keyword);
    let message = format!("{} was {old} and is now {new}: {why}", walk.named(pair, keyword));
    let help = "keep the bound, or let it allow what it allowed";
    walk.tell(&JSON_SCHEMA_BOUND_UNSEEN, pair, keyword, &message, help);
}

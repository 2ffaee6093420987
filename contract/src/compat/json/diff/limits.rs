//! A limit that is absent, higher or lower.

use std::cmp::Ordering;

use super::change::Change;
use super::outcome::Gathered;

/// What a change of a limit is called.
pub(super) struct Names {
    pub(super) keyword: &'static str,
    pub(super) added: Change,
    pub(super) removed: Change,
    pub(super) increased: Change,
    pub(super) decreased: Change,
}

/// Compares two limits. `order` is that of the older to the newer one; two that differ without an order, as `1` and `1.0`, are equal.
pub(super) fn compare<T: PartialEq>(
    original: Option<&T>,
    update: Option<&T>,
    names: &Names,
    order: impl FnOnce(&T, &T) -> Option<Ordering>,
    out: &mut Gathered<'_>,
) {
    let change = match (original, update) {
        (None, None) => return,
        (None, Some(_)) => names.added,
        (Some(_), None) => names.removed,
        (Some(original), Some(update)) if original == update => return,
        (Some(original), Some(update)) => match order(original, update) {
            Some(Ordering::Less) => names.increased,
            Some(Ordering::Greater) => names.decreased,
            Some(Ordering::Equal) | None => return,
        },
    };
    out.tell_keyword(names.keyword, change);
}

/// Compares two whole numbers.
pub(super) fn compare_counts(original: Option<i32>, update: Option<i32>, names: &Names, out: &mut Gathered<'_>) {
    compare(original.as_ref(), update.as_ref(), names, |original, update| Some(original.cmp(update)), out);
}

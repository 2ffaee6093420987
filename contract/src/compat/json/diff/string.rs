//! Strings.

use super::change::Change;
use super::limits::{Names, compare_counts};
use super::outcome::Gathered;
use crate::compat::json::loaded::Text;

pub(super) fn compare(original: &Text, update: &Text, out: &mut Gathered<'_>) {
    let max = Names {
        keyword: "maxLength",
        added: Change::MaxLengthAdded,
        removed: Change::MaxLengthRemoved,
        increased: Change::MaxLengthIncreased,
        decreased: Change::MaxLengthDecreased,
    };
    let min = Names {
        keyword: "minLength",
        added: Change::MinLengthAdded,
        removed: Change::MinLengthRemoved,
        increased: Change::MinLengthIncreased,
        decreased: Change::MinLengthDecreased,
    };
    compare_counts(original.max_length, update.max_length, &max, out);
    compare_counts(original.min_length, update.min_length, &min, out);
    match (&original.pattern, &update.pattern) {
        (None, Some(_)) => out.tell_keyword("pattern", Change::PatternAdded),
        (Some(_), None) => out.tell_keyword("pattern", Change::PatternRemoved),
        (Some(original), Some(update)) if original != update => out.tell_keyword("pattern", Change::PatternChanged),
        _ => {}
    }
}

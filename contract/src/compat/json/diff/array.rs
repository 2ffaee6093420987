//! Arrays.

use super::change::Change;
use super::found::At;
use super::items;
use super::limits::{Names, compare as compare_limits, compare_counts};
use super::object::{Rest, compare_additional, compare_hidden};
use super::outcome::{Gathered, Name};
use super::run::{GaveUp, Run};
use crate::compat::json::loaded::{JavaNumber, Kind};

pub(super) fn compare<'s>(run: &mut Run<'s>, original: At, update: At, out: &mut Gathered<'s>) -> Result<(), GaveUp> {
    let (older, newer) = (run.node(original), run.node(update));
    let hidden = (older.hidden("unevaluatedItems"), newer.hidden("unevaluatedItems"));
    let (Kind::Array(o), Kind::Array(u)) = (&older.kind, &newer.kind) else { return Ok(()) };
    out.at("items", Name::All);
    let all = (o.all_items.map(|node| At { node, ..original }), u.all_items.map(|node| At { node, ..update }));
    run.compare_optional(all.0, all.1, out)?;
    out.here();
    items::compare(run, (original, o), (update, u), out)?;
    out.at("additionalItems", Name::All);
    compare_additional(
        run,
        (original, (o.closed, o.additional)),
        (update, (u.closed, u.additional)),
        &ADDITIONAL,
        out,
    )?;
    out.here();
    if hidden != (None, None) {
        out.at("unevaluatedItems", Name::All);
        compare_hidden(run, (original, hidden.0), (update, hidden.1), &UNEVALUATED, out)?;
        out.here();
    }
    compare_counts(o.max_items, u.max_items, &MAX, out);
    compare_counts(o.min_items, u.min_items, &MIN, out);
    match (o.unique, u.unique) {
        (true, false) => out.tell_keyword("uniqueItems", Change::UniqueItemsRemoved),
        (false, true) => out.tell_keyword("uniqueItems", Change::UniqueItemsAdded),
        _ => {}
    }
    let ints = |original: &JavaNumber, update: &JavaNumber| Some(original.int().cmp(&update.int()));
    for names in [&MAX_CONTAINS, &MIN_CONTAINS] {
        let limits = (older.hidden_number(names.keyword), newer.hidden_number(names.keyword));
        compare_limits(limits.0, limits.1, names, ints, out);
    }
    Ok(())
}

const ADDITIONAL: Rest = Rest {
    added: Change::AdditionalItemsAdded,
    removed: Change::AdditionalItemsRemoved,
    extended: Change::AdditionalItemsExtended,
    narrowed: Change::AdditionalItemsNarrowed,
};

const UNEVALUATED: Rest = Rest {
    added: Change::UnevaluatedItemsAdded,
    removed: Change::UnevaluatedItemsRemoved,
    extended: Change::UnevaluatedItemsExtended,
    narrowed: Change::UnevaluatedItemsNarrowed,
};

const MAX: Names = Names {
    keyword: "maxItems",
    added: Change::MaxItemsAdded,
    removed: Change::MaxItemsRemoved,
    increased: Change::MaxItemsIncreased,
    decreased: Change::MaxItemsDecreased,
};

const MIN: Names = Names {
    keyword: "minItems",
    added: Change::MinItemsAdded,
    removed: Change::MinItemsRemoved,
    increased: Change::MinItemsIncreased,
    decreased: Change::MinItemsDecreased,
};

const MAX_CONTAINS: Names = Names {
    keyword: "maxContains",
    added: Change::MaxContainsAdded,
    removed: Change::MaxContainsRemoved,
    increased: Change::MaxContainsIncreased,
    decreased: Change::MaxContainsDecreased,
};

const MIN_CONTAINS: Names = Names {
    keyword: "minContains",
    added: Change::MinContainsAdded,
    removed: Change::MinContainsRemoved,
    increased: Change::MinContainsIncreased,
    decreased: Change::MinContainsDecreased,
};

//! Which change a finding of the judge is about. The judge and the walk over the differences know nothing of each other: they are
//! brought together by their places, and where several changes stand at one place, by what they are about.

use topika_contract::changes::{Change, ChangeKind, Spot};
use topika_contract::report::Finding;
use topika_contract::rules::{JSON_SCHEMA_COMPOSITION_CHANGED, JSON_SCHEMA_TYPE_CHANGED};

/// The number of the change that a finding is about; none where no change stands at its places, and where any of several within an
/// alternative may be to blame.
pub(super) fn owner<'c>(changes: impl Iterator<Item = &'c Change> + Clone, finding: &Finding) -> Option<usize> {
    let places: Vec<(&str, usize, usize)> = finding
        .at
        .iter()
        .chain(finding.related.iter().map(|related| &related.at))
        .map(|at| (at.source.path(), at.span.start, at.span.end))
        .collect();
    let names = quoted(&finding.message);
    let nearness = |(index, change): (usize, &Change)| {
        if change.kind.is_annotation() {
            return None;
        }
        let is_kin = is_kin(finding.rule.id, change.kind);
        let is_named = quoted(&change.message).iter().any(|name| names.iter().any(|other| is_same_name(name, other)));
        let distance =
            [&change.old, &change.new].into_iter().flatten().filter_map(|spot| distance(spot, &places)).min();
        // A name in `required` stands far from the property that the judge points at.
        let distance = distance.or((is_kin && is_named).then_some(usize::MAX))?;
        Some((!is_kin, !is_named, distance, index))
    };
    let (_, _, _, nearest) = changes.clone().enumerate().filter_map(nearness).min()?;
    let is_one_of_several = finding.rule.id == JSON_SCHEMA_COMPOSITION_CHANGED.id
        && !changes.clone().nth(nearest).is_some_and(|change| is_of_alternatives(change.kind))
        && changes.filter(|change| stops_above(std::slice::from_ref(finding), change)).count() > 1;
    (!is_one_of_several).then_some(nearest)
}

/// Whether a change is one of the list of alternatives itself, and not of what one of them takes.
fn is_of_alternatives(kind: ChangeKind) -> bool {
    matches!(kind, ChangeKind::TypeChanged | ChangeKind::BranchAdded | ChangeKind::BranchRemoved)
}

/// Whether the registry's comparison of JSON Schemas ended above a change: where types or alternatives do not match, it does not say
/// what within them is to blame, so that its silence about the change is no consent.
pub(super) fn stops_above(findings: &[Finding], change: &Change) -> bool {
    if change.kind.is_annotation() {
        return false;
    }
    let spots: Vec<&Spot> = [&change.old, &change.new].into_iter().flatten().collect();
    let mut stops = findings
        .iter()
        .filter(|finding| [JSON_SCHEMA_COMPOSITION_CHANGED.id, JSON_SCHEMA_TYPE_CHANGED.id].contains(&finding.rule.id));
    stops.any(|finding| spots.iter().any(|spot| holds(finding, spot)))
}

/// Whether a finding is about what holds a place, or may be: what stands behind a `$ref` is held by whatever refers to it.
fn holds(finding: &Finding, spot: &Spot) -> bool {
    let mut places = finding.at.iter().chain(finding.related.iter().map(|related| &related.at));
    let is_referred = ["/$defs/", "/definitions/"].iter().any(|part| spot.pointer.contains(part))
        || places.clone().all(|at| at.source.path() != spot.at.source.path());
    let is_below = finding.pointer.as_deref().map(|pointer| pointer.trim_start_matches('#')).is_some_and(|pointer| {
        spot.pointer
            .strip_prefix(pointer.trim_end_matches('/'))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    let is_within = places.any(|at| {
        at.source.path() == spot.at.source.path()
            && at.span.start <= spot.at.span.start
            && spot.at.span.end <= at.span.end
    });
    is_referred || is_below || is_within
}

/// Whether a rule and a kind of change have the same words: `json-schema/enum-value-added` and `value-added`.
fn is_kin(rule: &str, kind: ChangeKind) -> bool {
    let rule = rule.split_once('/').map_or(rule, |(_, name)| name);
    let kind = kind.as_str();
    rule.starts_with(kind) || rule.ends_with(kind)
}

/// The words that a message puts between backticks.
fn quoted(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

/// Whether two names mean the same, one of them perhaps with the way to it: `b` and `a.b`.
fn is_same_name(name: &str, other: &str) -> bool {
    let ends =
        |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    !name.is_empty() && !other.is_empty() && (ends(name, other) || ends(other, name))
}

/// How many bytes a place and the nearest of the others do not share, where one holds the other.
fn distance(spot: &Spot, others: &[(&str, usize, usize)]) -> Option<usize> {
    let (start, end) = (spot.at.span.start, spot.at.span.end);
    let of = |(path, from, to): &(&str, usize, usize)| {
        let holds = (*from <= start && end <= *to) || (start <= *from && *to <= end);
        (holds && *path == spot.at.source.path()).then(|| start.abs_diff(*from).saturating_add(end.abs_diff(*to)))
    };
    others.iter().filter_map(of).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_and_changes_are_kin_by_their_words() {
        assert!(is_kin("json-schema/required-added", ChangeKind::RequiredAdded));
        assert!(is_kin("json-schema/enum-value-added", ChangeKind::ValueAdded));
        assert!(is_kin("avro/field-added-without-default", ChangeKind::FieldAdded));
        assert!(!is_kin("json-schema/enum-value-added", ChangeKind::ValueRemoved));
        assert!(is_same_name("b", "a.b") && is_same_name("a.b", "b") && !is_same_name("b", "ab"));
        assert_eq!(quoted("the enum of `c` lost `d`"), ["c", "d"]);
    }
}

//! A rule as programs read it: the same in `rules --format json` and `explain --format json`.

use serde::Serialize;
use topika_contract::fix::FIXABLE;
use topika_contract::rules::Rule;

/// Fields are only added.
#[derive(Serialize)]
pub(crate) struct RuleEntry {
    id: &'static str,
    group: &'static str,
    default: &'static str,
    summary: &'static str,
    /// The registry's words for the formats whose schemas have findings of the rule.
    formats: &'static [&'static str],
    /// Whether `check --fix` mends some of its findings.
    fixable: bool,
    /// Whether a `[[waive]]` row may cover its findings.
    waivable: bool,
    /// Whether `[rules]` may give it less weight.
    lowerable: bool,
    /// Markdown: why, example, fix.
    page: &'static str,
}

impl RuleEntry {
    pub(crate) fn of(rule: &'static Rule) -> Self {
        Self {
            id: rule.id,
            group: rule.group(),
            default: rule.default.as_str(),
            summary: rule.summary,
            formats: match rule.group() {
                "avro" => &["AVRO"],
                "json-schema" => &["JSON"],
                _ => &["AVRO", "JSON"],
            },
            fixable: is_fixable(rule),
            waivable: rule.can_be_waived(),
            lowerable: !rule.guards_the_lock(),
            page: rule.page,
        }
    }
}

pub(crate) fn is_fixable(rule: &Rule) -> bool {
    FIXABLE.contains(&rule)
}

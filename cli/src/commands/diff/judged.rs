use topika_contract::changes::{Change, changes};
use topika_contract::compat::{Level, Terms, Verdict, compare, judge};
use topika_contract::report::Finding;
use topika_contract::rules::{HISTORY_FORMAT_CHANGED, Severity};

use super::owner::{owner, stops_above};
use super::side::Comparison;

/// The levels that a pair of schemas can keep, with the field's words.
pub(super) const LEVELS: [Level; 3] = [Level::Backward, Level::Forward, Level::Full];

/// The differences of a comparison, and what the judge says to them.
pub(super) struct Judged {
    pub(super) changes: Vec<JudgedChange>,
    /// The verdict by each of [`LEVELS`].
    pub(super) holds: [Verdict; 3],
    /// What the judge says that belongs to no single change.
    pub(super) others: Vec<Said>,
}

/// A change, and the directions that it breaks.
pub(super) struct JudgedChange {
    pub(super) change: Change,
    pub(super) said: Vec<Said>,
    /// The directions in which the registry refuses something around the change and looks no further: the change by itself may be
    /// harmless there or not.
    pub(super) unclear: Vec<Level>,
}

/// A finding of the judge.
#[derive(Clone)]
pub(super) struct Said {
    pub(super) level: Level,
    pub(super) rule: &'static str,
    pub(super) message: String,
    /// Whether the registry sees it too; what it does not see does not change the verdict.
    pub(super) is_registrys: bool,
}

impl Judged {
    pub(super) fn of(comparison: &Comparison) -> Self {
        let (old, new) = (&comparison.old.schema, &comparison.new.schema);
        let mut changes: Vec<JudgedChange> = changes(old, new)
            .into_iter()
            .map(|change| JudgedChange { change, said: Vec::new(), unclear: Vec::new() })
            .collect();
        let olds = [(1, old.clone())];
        let verdict = |level| compare(new, &olds, &Terms { level, ..Terms::default() }).verdict;
        let mut others = Vec::new();
        for level in [Level::Backward, Level::Forward] {
            // Every cause, as `check` tells it: the comparison says of a union's branch only that it cannot be read.
            let findings = judge(new, &olds, level);
            for finding in &findings {
                let said = said(level, finding);
                // What both directions see is told once.
                let seen =
                    |list: &[Said]| list.iter().any(|other| !other.is_registrys && other.message == said.message);
                match owner(changes.iter().map(|judged| &judged.change), finding)
                    .and_then(|index| changes.get_mut(index))
                {
                    Some(change) if !seen(&change.said) => change.said.push(said),
                    None if !seen(&others) => others.push(said),
                    _ => {}
                }
            }
            for judged in &mut changes {
                if !judged.breaks().contains(&level) && stops_above(&findings, &judged.change) {
                    judged.unclear.push(level);
                }
            }
        }
        Self { changes, holds: LEVELS.map(verdict), others }
    }
}

impl JudgedChange {
    /// The directions in which the registry refuses it.
    pub(super) fn breaks(&self) -> Vec<Level> {
        LEVELS
            .into_iter()
            .filter(|level| self.said.iter().any(|said| said.is_registrys && said.level == *level))
            .collect()
    }
}

fn said(level: Level, finding: &Finding) -> Said {
    // Our own findings about JSON Schema are warnings; and every registry refuses another format.
    let is_registrys = finding.reference.is_some()
        || finding.rule.id == HISTORY_FORMAT_CHANGED.id
        || (finding.rule.group().starts_with("json") && finding.severity == Severity::Deny);
    Said { level, rule: finding.rule.id, message: finding.message.clone(), is_registrys }
}

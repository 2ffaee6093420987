use crate::report::{Finding, Report};
use crate::rules::Severity;

/// How many findings of one pass are told, at deny and others each.
const MOST: usize = 1_000;

/// Takes the findings of one pass over one or many files. A text of some megabytes can hold a million faults; telling them all
/// would take many times its size and help nobody.
pub(crate) struct Sink<'r> {
    report: &'r mut Report,
    denied: usize,
    others: usize,
}

impl<'r> Sink<'r> {
    pub(crate) fn new(report: &'r mut Report) -> Self {
        Self { report, denied: 0, others: 0 }
    }

    /// Keeps a finding; the last one that is kept says that there are more.
    pub(crate) fn push(&mut self, finding: Finding) {
        // Counted apart, so that a thousand warnings never hide what must not pass.
        let count = if finding.severity == Severity::Deny { &mut self.denied } else { &mut self.others };
        *count += 1;
        if *count < MOST {
            self.report.push(finding);
        } else if *count == MOST {
            self.report.push(finding.note(format!("more findings after these {MOST} are not told")));
        }
    }

    /// How many findings there were so far.
    pub(crate) fn count(&self) -> usize {
        self.denied + self.others
    }
}

use crate::report::Finding;
use crate::rules::Rule;
use crate::schema::EventSchema;

/// How many findings one text gets: a text of some megabytes can hold a million faults, and telling all of them helps nobody.
const MOST: usize = 1_000;

/// A text of the working tree, with what the project knows about it.
#[derive(Clone, Copy, Debug)]
pub struct Text<'t> {
    /// The schema.
    pub schema: &'t EventSchema,
    /// The path below the schema folder.
    pub path: &'t str,
    /// The fields of the topic's key.
    pub key: &'t [String],
    /// Whether no version of it is locked yet: some choices are free only until then.
    pub is_new: bool,
}

/// What one walk over a text collects.
pub(super) struct Lint<'l> {
    pub(super) text: &'l Text<'l>,
    pub(super) wants: &'l dyn Fn(&'static Rule) -> bool,
    pub(super) findings: Vec<Finding>,
}

impl Lint<'_> {
    /// Whether a finding of this rule would be kept.
    pub(super) fn wants(&self, rule: &'static Rule) -> bool {
        self.findings.len() < MOST && (self.wants)(rule)
    }

    /// Keeps a finding, if its rule is wanted.
    pub(super) fn push(&mut self, finding: Finding) {
        if self.wants(finding.rule) {
            self.findings.push(finding);
        }
    }
}

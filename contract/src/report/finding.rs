use crate::rules::{Rule, Severity};
use crate::text::Location;

/// One thing the check has to say.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The kind.
    pub rule: &'static Rule,
    /// How much it weighs here; the manifest may have set it.
    pub severity: Severity,
    /// One line that names the thing: lower case, no full stop.
    pub message: String,
    /// The place in the working tree that caused it.
    pub at: Option<Location>,
    /// What is marked at that place (beside the excerpt).
    pub label: Option<String>,
    /// Other places that explain it, say in a frozen version.
    pub related: Vec<Related>,
    /// A JSON pointer into the schema, where the finding is about a part of one.
    pub pointer: Option<String>,
    /// The subject, where the finding is about one.
    pub subject: Option<String>,
    /// Further facts: the level and where it is set, who is hurt.
    pub notes: Vec<String>,
    /// The next step.
    pub help: Option<String>,
}

/// A second place of a finding.
#[derive(Clone, Debug)]
pub struct Related {
    /// The place.
    pub at: Location,
    /// What is there.
    pub label: String,
}

/// The findings of one run, in the order in which they were made.
#[derive(Clone, Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
}

impl Rule {
    /// A finding of this kind without a place.
    pub fn finding(&'static self, message: impl Into<String>) -> Finding {
        Finding {
            rule: self,
            severity: self.default,
            message: message.into(),
            at: None,
            label: None,
            related: Vec::new(),
            pointer: None,
            subject: None,
            notes: Vec::new(),
            help: None,
        }
    }

    /// A finding of this kind at a place.
    pub fn at(&'static self, at: Location, message: impl Into<String>) -> Finding {
        Finding { at: Some(at), ..self.finding(message) }
    }
}

impl Finding {
    /// Says what is marked at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn related(mut self, at: Location, label: impl Into<String>) -> Self {
        self.related.push(Related { at, label: label.into() });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says the next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says the part of the schema that is meant.
    #[must_use]
    pub fn pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Says whose finding it is.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }
}

impl Report {
    /// Keeps a finding.
    pub fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// All findings, in the order in which they were made.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Mutable access, for the stage that sets severities.
    pub fn findings_mut(&mut self) -> &mut [Finding] {
        &mut self.findings
    }

    /// How many findings are at `severity`.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity).count()
    }

    /// Whether a finding is at deny.
    #[must_use]
    pub fn denies(&self) -> bool {
        self.count(Severity::Deny) > 0
    }
}

impl Extend<Finding> for Report {
    fn extend<I: IntoIterator<Item = Finding>>(&mut self, findings: I) {
        self.findings.extend(findings);
    }
}

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
    /// The promise that is broken, where the finding is about a change.
    pub promise: Option<Promise>,
    /// Who is hurt: consumers or producers that the manifest names.
    pub hurts: Vec<String>,
    /// A sample that proves the finding, with what happens to it.
    pub witness: Option<String>,
    /// A change of the working tree that ends the finding, where a machine may make it.
    pub fix: Option<Fix>,
    /// What the reference implementation calls this; `None` for a finding of our own, on which it is silent.
    pub reference: Option<Reference>,
    /// The reason of the `[[waive]]` row that covers it; its severity is then [`Severity::Allow`], and it is shown as waived.
    pub waived: Option<String>,
}

/// The promise of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The level, as registries write it.
    pub level: String,
    /// Where it was set: `topika.toml:12`, or `default`.
    pub set_at: String,
}

/// A change that a machine may make.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What it does, as an order: "add `\"default\": null`".
    pub title: String,
    /// The edits, in the order of their places; they do not overlap.
    pub edits: Vec<Edit>,
}

/// A piece of text that takes the place of another; at an empty place it is put in.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// What is replaced.
    pub at: Location,
    /// What stands there afterwards.
    pub text: String,
}

/// A finding in the words of the reference implementation: Java's Avro or Confluent's JSON Schema comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The type: `READER_FIELD_MISSING_DEFAULT_VALUE`, `TYPE_NARROWED`.
    pub kind: &'static str,
    /// The place, as it writes places: `/fields/1`, `#/properties/id`.
    pub location: String,
    /// Its message; Confluent's comparison has none of its own.
    pub message: String,
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
            promise: None,
            hurts: Vec::new(),
            witness: None,
            fix: None,
            reference: None,
            waived: None,
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

    /// Shows a sample that proves it.
    #[must_use]
    pub fn witness(mut self, witness: impl Into<String>) -> Self {
        self.witness = Some(witness.into());
        self
    }

    /// Offers a change that ends it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Says what the reference implementation calls it.
    #[must_use]
    pub fn reference(mut self, reference: Reference) -> Self {
        self.reference = Some(reference);
        self
    }

    /// Says who is hurt; a name that is there already is not said twice.
    #[must_use]
    pub fn hurts<N: AsRef<str>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        for name in names {
            if !self.hurts.iter().any(|known| known == name.as_ref()) {
                self.hurts.push(name.as_ref().to_owned());
            }
        }
        self
    }

    /// Says which promise is broken, and where it was made.
    #[must_use]
    pub fn promise(mut self, level: impl ToString, set_at: impl Into<String>) -> Self {
        self.promise = Some(Promise { level: level.to_string(), set_at: set_at.into() });
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

    /// The same, for another report.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Mutable access, for the stage that sets severities.
    pub fn findings_mut(&mut self) -> &mut [Finding] {
        &mut self.findings
    }

    /// Keeps those findings of which `keep` says so.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&Finding) -> bool) {
        self.findings.retain(keep);
    }

    /// How many findings are at `severity`; those that a waiver accepts are not among them.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity && f.waived.is_none()).count()
    }

    /// How many findings are waived.
    #[must_use]
    pub fn waived(&self) -> usize {
        self.findings.iter().filter(|finding| finding.waived.is_some()).count()
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

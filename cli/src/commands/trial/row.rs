use serde::Serialize;

/// What came of a file. A member may be added; none is removed or changed.
#[derive(Default, Serialize)]
pub(super) struct Row {
    /// The path below the folder.
    pub(super) file: String,
    /// `avro` or `json`.
    pub(super) format: &'static str,
    /// How many types are the file's own.
    pub(super) types: usize,
    /// At how many places no closer type stands than "any value".
    pub(super) fallbacks: usize,
    /// How many findings there are, fallbacks among them.
    pub(super) findings: usize,
    /// Whether the module is there, and the compiler has nothing to say against it.
    pub(super) compiled: bool,
    pub(super) passed: usize,
    pub(super) failed: usize,
    /// How many documents that the validator refuses were refused.
    pub(super) refused: usize,
    /// The first thing that went wrong.
    pub(super) first_difference: Option<String>,
    /// All that there is to say, a line each.
    pub(super) said: Vec<Said>,
    /// What the compiler says of the module.
    pub(super) faults: Vec<String>,
    /// What could not be asked of the second implementation, and why.
    pub(super) unasked: Vec<String>,
    /// Every round trip that failed, up to a bound.
    pub(super) differences: Vec<Difference>,
}

/// A finding.
#[derive(Serialize)]
pub(super) struct Said {
    pub(super) rule: String,
    pub(super) at: String,
    pub(super) message: String,
}

/// A value that did not come back as it was sent.
#[derive(Clone, Serialize)]
pub(super) struct Difference {
    /// The Rust type, as a path within the module.
    pub(super) r#type: String,
    /// What is different.
    pub(super) message: String,
    /// The value, shortened.
    pub(super) value: String,
}

/// The sums.
#[derive(Default, Serialize)]
pub(super) struct Totals {
    pub(super) files: usize,
    pub(super) types: usize,
    pub(super) fallbacks: usize,
    pub(super) findings: usize,
    pub(super) compiled: usize,
    pub(super) passed: usize,
    pub(super) failed: usize,
}

/// How many failed round trips of a file are written down.
const MOST: usize = 20;

impl Row {
    pub(super) fn fail(&mut self, difference: Difference) {
        self.failed += 1;
        if self.first_difference.is_none() {
            self.first_difference = Some(format!("{}: {}", difference.r#type, difference.message));
        }
        if self.differences.len() < MOST {
            self.differences.push(difference);
        }
    }

    /// Whether nothing went wrong.
    pub(super) fn is_well(&self) -> bool {
        self.compiled && self.failed == 0
    }
}

impl Totals {
    pub(super) fn of(rows: &[Row]) -> Self {
        let sum = |of: fn(&Row) -> usize| rows.iter().map(of).sum();
        Self {
            files: rows.len(),
            types: sum(|row| row.types),
            fallbacks: sum(|row| row.fallbacks),
            findings: sum(|row| row.findings),
            compiled: sum(|row| usize::from(row.compiled)),
            passed: sum(|row| row.passed),
            failed: sum(|row| row.failed),
        }
    }
}

/// A text that is short enough for a line.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 400;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push_str(" ...");
    }
    short
}

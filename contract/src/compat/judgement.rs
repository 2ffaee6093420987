use crate::report::Finding;

/// What came of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// What must be read can be read.
    Compatible,
    /// Some of it cannot.
    Incompatible,
    /// Nobody knows: the schemas are beyond what the judge can follow.
    Undecided,
}

/// One step of the reference implementation's own comparison: Java's for Avro, Confluent's for JSON Schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its name there: `TYPE_MISMATCH`, `PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL`.
    pub kind: &'static str,
    /// Its place there: `/fields/0/type`, `#/properties/id`.
    pub location: String,
    /// Whether it is harmless.
    pub compatible: bool,
}

/// A verdict with everything that there is to say about it.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The verdict, by the mode that was asked for.
    pub verdict: Verdict,
    /// Why it is undecided.
    pub reason: Option<String>,
    /// Every difference that the reference implementation sees, harmless ones too, in its order: empty in mode `sound`.
    pub differences: Vec<Difference>,
    /// What is wrong: first what the reference implementation says, in its order, then what it does not see.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// `true`, `false`, or nothing where it is undecided.
    #[must_use]
    pub fn compatible(self) -> Option<bool> {
        match self {
            Self::Compatible => Some(true),
            Self::Incompatible => Some(false),
            Self::Undecided => None,
        }
    }

    /// The verdict of two judges who must both agree: one "no" is enough.
    ///
    /// ```
    /// use topika_contract::compat::Verdict::{Compatible, Incompatible, Undecided};
    ///
    /// assert_eq!(Undecided.and(Incompatible), Incompatible);
    /// assert_eq!(Compatible.and(Undecided), Undecided);
    /// ```
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Incompatible, _) | (_, Self::Incompatible) => Self::Incompatible,
            (Self::Undecided, _) | (_, Self::Undecided) => Self::Undecided,
            (Self::Compatible, Self::Compatible) => Self::Compatible,
        }
    }
}

/// What `validate()` asks of a value. The names are those of the attribute.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Checks {
    /// `min_length`, `max_items` ...
    pub(crate) counts: Vec<(&'static str, u64)>,
    /// `minimum`, `exclusive_maximum` ...
    pub(crate) bounds: Vec<(&'static str, Bound)>,
    /// Numbers that the value is a multiple of.
    pub(crate) multiple_of: Vec<Bound>,
    /// Patterns that a text matches.
    pub(crate) patterns: Vec<String>,
    /// Formats that a text has.
    pub(crate) formats: Vec<&'static str>,
    /// Whether no two items may be equal.
    pub(crate) unique_items: bool,
    /// What is asked of each item.
    pub(crate) items: Option<Box<Checks>>,
    /// What is asked of each name of a property.
    pub(crate) keys: Option<Box<Checks>>,
    /// What is asked of each value of a property.
    pub(crate) values: Option<Box<Checks>>,
    /// What no other word says, as JSON Schemas.
    pub(crate) schemas: Vec<String>,
}

/// A bound of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bound {
    /// A whole number, as JSON keeps it: within 64 bits.
    Whole(i128),
    /// Any other; finite.
    Float(f64),
}

impl Checks {
    /// Whether nothing is asked.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The checks, where there are any.
    pub(crate) fn some(self) -> Option<Box<Self>> {
        (!self.is_empty()).then(|| Box::new(self))
    }
}

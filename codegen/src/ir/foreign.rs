use super::{Code, Ty};

/// A type that is not ours, in place of one that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Foreign {
    /// The type.
    pub(crate) rust: Code,
    /// How it is written.
    pub(crate) way: Way,
}

/// How a type that is not ours is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// As it says itself.
    Itself,
    /// As a type of ours.
    Type(Ty),
    /// As the user says.
    Code(Code),
}

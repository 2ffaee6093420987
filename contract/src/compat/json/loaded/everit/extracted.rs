use crate::compat::json::loaded::model::Kind;

/// What the keywords of one subschema say, a class for each family of them.
pub(super) struct Extracted {
    pub(super) kinds: Vec<Kind>,
    /// The keywords that were understood.
    pub(super) consumed: Vec<&'static str>,
}

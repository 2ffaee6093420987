use crate::rules::Rule;

/// What is said about a difference.
pub(super) struct Said {
    pub(super) rule: &'static Rule,
    pub(super) message: String,
    /// What stands in the old version.
    pub(super) related: String,
    pub(super) help: String,
    /// A fact beside it.
    pub(super) note: Option<String>,
    /// The keyword that says it.
    pub(super) keyword: &'static str,
}

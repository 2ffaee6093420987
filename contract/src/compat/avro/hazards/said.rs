use super::hazard::HazardKind;

/// What is told of a place beside the place itself.
pub(super) struct Said {
    pub(super) kind: HazardKind,
    pub(super) reader: String,
    pub(super) writer: String,
    pub(super) witness: Option<String>,
}

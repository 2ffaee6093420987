use crate::text::Span;

/// Where a node stands: a text, and the bytes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::compat::json) struct Place {
    /// The number of the text.
    pub(super) document: usize,
    /// The bytes of the subschema.
    pub(super) span: Span,
}

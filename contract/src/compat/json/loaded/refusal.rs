use super::place::Place;
use crate::text::{Location, Source, Span};

/// How many nodes a loaded schema may have. `$ref`s can ask for the same subschema under many names.
pub(super) const MOST_NODES: usize = 500_000;

/// How deep `$ref`s may lead into each other. The judge loads on a large stack; Java's own ends sooner.
pub(super) const DEEPEST: usize = 2_000;

/// Why the registry does not load a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::compat::json) struct Refusal {
    /// What is wrong, in a sentence without its end.
    pub(in crate::compat::json) message: String,
    /// Where it stands.
    pub(in crate::compat::json) at: Option<Box<Location>>,
    /// The same where only the loader's count of texts is known.
    pub(super) place: Option<Place>,
    /// Whether the bound is ours: a registry may load it.
    pub(in crate::compat::json) ours: bool,
}

impl Refusal {
    /// A refusal whose place is not known, or known as a count.
    pub(super) fn new(message: impl Into<String>, place: impl Into<Option<Place>>) -> Self {
        Self { message: message.into(), at: None, place: place.into(), ours: false }
    }

    /// There are more nodes than we keep.
    pub(super) fn too_large(place: Place) -> Self {
        let message = format!("it has more than {MOST_NODES} parts, which is this judge's own limit");
        Self { ours: true, ..Self::new(message, place) }
    }
}

/// A refusal at a place of a text.
pub(super) fn refusal(source: &Source, span: Span, message: String) -> Refusal {
    Refusal { at: Some(Box::new(source.at(span))), ..Refusal::new(message, None) }
}

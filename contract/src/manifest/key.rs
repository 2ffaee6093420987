use toml::Spanned;
use toml::de::{DeString, DeValue};

use crate::text::{Location, Source, Span};

/// A name and a value of a TOML table.
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    pub(super) name_at: Location,
    pub(super) value: &'a DeValue<'a>,
    pub(super) at: Location,
}

impl<'a> Entry<'a> {
    pub(super) fn new(source: &Source, key: &'a Spanned<DeString<'a>>, value: &'a Spanned<DeValue<'a>>) -> Self {
        Self {
            name: key.get_ref(),
            name_at: place(source, key.span()),
            value: value.get_ref(),
            at: place(source, value.span()),
        }
    }
}

/// A byte range of the toml crate as a place.
pub(super) fn place(source: &Source, range: std::ops::Range<usize>) -> Location {
    source.at(Span::new(range.start, range.end))
}

use serde::Serialize;

use super::format::Format;
use super::number::{self, Number};
use super::pattern::{Pattern, Verdict};
use super::place::Place;
use super::schema::Schema;
use super::violation::{Violations, shown};

/// What a place asks of the value that stands there: constants, made by `#[derive(Validate)]`.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // The names are those of the keywords.
pub struct Checks {
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub patterns: &'static [&'static Pattern],
    pub formats: &'static [Format],
    pub minimum: Option<Number>,
    pub maximum: Option<Number>,
    pub exclusive_minimum: Option<Number>,
    pub exclusive_maximum: Option<Number>,
    pub multiple_of: &'static [Number],
    pub min_items: Option<u64>,
    pub max_items: Option<u64>,
    pub unique_items: bool,
    pub items: Option<&'static Checks>,
    pub min_properties: Option<u64>,
    pub max_properties: Option<u64>,
    pub keys: Option<&'static Checks>,
    pub values: Option<&'static Checks>,
    pub schemas: &'static [&'static Schema],
}

impl Checks {
    /// Nothing is asked for.
    pub const NONE: Self = Self {
        min_length: None,
        max_length: None,
        patterns: &[],
        formats: &[],
        minimum: None,
        maximum: None,
        exclusive_minimum: None,
        exclusive_maximum: None,
        multiple_of: &[],
        min_items: None,
        max_items: None,
        unique_items: false,
        items: None,
        min_properties: None,
        max_properties: None,
        keys: None,
        values: None,
        schemas: &[],
    };

    /// What is asked of the value as JSON, where that is asked.
    pub(super) fn json<T: Serialize + ?Sized>(&self, value: &T, at: &Place<'_>, found: &mut Violations) {
        if self.schemas.is_empty() {
            return;
        }
        match serde_json::to_value(value) {
            Ok(json) => self.schemas.iter().for_each(|schema| schema.check(&json, at, found)),
            Err(error) => found.push(at, "schema", || format!("the value cannot be written as JSON: {error}")),
        }
    }

    pub(super) fn text(&self, text: &str, at: &Place<'_>, found: &mut Violations) {
        if self.min_length.is_some() || self.max_length.is_some() {
            // Code points, as JSON Schema counts.
            self.length(number::count(text.chars().count()), text, at, found);
        }
        for pattern in self.patterns {
            match pattern.verdict(text) {
                Verdict::Matches => {}
                Verdict::Differs => found.push(at, "pattern", || {
                    format!("{} does not match the pattern {}", shown(text), shown(pattern.text()))
                }),
                Verdict::Undecided => found.push(at, "pattern", || {
                    format!("the pattern {} cannot be tried on {}", shown(pattern.text()), shown(text))
                }),
            }
        }
        for format in self.formats.iter().filter(|format| !format.accepts(text)) {
            found.push(at, "format", || format!("{} is no {}", shown(text), format.name()));
        }
    }

    fn length(&self, length: u64, text: &str, at: &Place<'_>, found: &mut Violations) {
        if let Some(least) = self.min_length.filter(|least| length < *least) {
            let message = || format!("{} has {length} characters, and needs {least} at least", shown(text));
            found.push(at, "minLength", message);
        }
        if let Some(most) = self.max_length.filter(|most| length > *most) {
            let message = || format!("{} has {length} characters, and may have {most} at most", shown(text));
            found.push(at, "maxLength", message);
        }
    }

    pub(super) fn number(&self, value: Number, at: &Place<'_>, found: &mut Violations) {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let is = |bound: &Number, wanted: &[std::cmp::Ordering]| {
            number::compare(value, *bound).is_some_and(|order| wanted.contains(&order))
        };
        if let Some(bound) = self.minimum.filter(|bound| !is(bound, &[Greater, Equal])) {
            found.push(at, "minimum", || format!("{value} is less than the minimum {bound}"));
        }
        if let Some(bound) = self.maximum.filter(|bound| !is(bound, &[Less, Equal])) {
            found.push(at, "maximum", || format!("{value} is more than the maximum {bound}"));
        }
        if let Some(bound) = self.exclusive_minimum.filter(|bound| !is(bound, &[Greater])) {
            found.push(at, "exclusiveMinimum", || format!("{value} is not more than {bound}"));
        }
        if let Some(bound) = self.exclusive_maximum.filter(|bound| !is(bound, &[Less])) {
            found.push(at, "exclusiveMaximum", || format!("{value} is not less than {bound}"));
        }
        for of in self.multiple_of.iter().filter(|of| !number::is_multiple(value, **of)) {
            found.push(at, "multipleOf", || format!("{value} is no multiple of {of}"));
        }
    }

    /// The number of items; `repeats` gives the places of two equal ones.
    pub(super) fn list(
        &self,
        length: usize,
        repeats: impl FnOnce() -> Option<(usize, usize)>,
        at: &Place<'_>,
        found: &mut Violations,
    ) {
        let length = number::count(length);
        if let Some(least) = self.min_items.filter(|least| length < *least) {
            found.push(at, "minItems", || format!("the list has {length} items, and needs {least} at least"));
        }
        if let Some(most) = self.max_items.filter(|most| length > *most) {
            found.push(at, "maxItems", || format!("the list has {length} items, and may have {most} at most"));
        }
        if self.unique_items
            && let Some((first, second)) = repeats()
        {
            found.push(at, "uniqueItems", || format!("the items {first} and {second} of the list are equal"));
        }
    }

    /// The number of properties, and their names.
    pub(super) fn object<'k>(
        &self,
        length: usize,
        names: impl Iterator<Item = &'k str>,
        at: &Place<'_>,
        found: &mut Violations,
    ) {
        let length = number::count(length);
        if let Some(least) = self.min_properties.filter(|least| length < *least) {
            let message = || format!("the object has {length} properties, and needs {least} at least");
            found.push(at, "minProperties", message);
        }
        if let Some(most) = self.max_properties.filter(|most| length > *most) {
            let message = || format!("the object has {length} properties, and may have {most} at most");
            found.push(at, "maxProperties", message);
        }
        if let Some(keys) = self.keys {
            names.for_each(|name| keys.text(name, &at.key(name), found));
        }
    }
}

//! Bounds, lengths, patterns, formats.

use super::difference::{Difference, Kind};
use super::pair::Pair;
use crate::json_schema::Node;
use crate::text::json::{Json, compact};

pub(super) fn compare<'s>(pair: &Pair<'s>, r: &'s Node, w: &'s Node) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut tell = |thing: &str, reader: String, writer: Option<String>| {
        let writer = writer.unwrap_or_else(|| "absent".to_owned());
        found.push(pair.told(Kind::Bound, thing, (&reader, &writer), (r, w)));
    };
    for side in [Side::Lower, Side::Upper] {
        if let Some(bound) = bound(r, side) {
            let written = bound_of(w, side);
            if !written.is_some_and(|written| bound.takes(written, side)) {
                tell(side.keyword(), bound.to_string(), written.map(|bound| bound.to_string()));
            }
        }
    }
    for (name, value) in &r.assertions {
        let written = assertion(w, name);
        if !takes(name, value, written) {
            tell(name, compact(value), written.map(compact));
        }
    }
    if let Some(format) = &r.format
        && w.format.as_ref() != Some(format)
    {
        tell("format", format.clone(), w.format.clone());
    }
    found
}

/// Whether an assertion of the reader takes all that the writer's allows. `minimum` and its kin are compared as bounds.
fn takes(name: &str, reader: &Json, writer: Option<&Json>) -> bool {
    match name {
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => true,
        "minLength" | "minItems" | "minProperties" => {
            let least = |value: &Json| value.as_f64();
            least(reader) <= Some(0.0) || writer.is_some_and(|writer| least(writer) >= least(reader))
        }
        "maxLength" | "maxItems" | "maxProperties" => writer.is_some_and(|writer| writer.as_f64() <= reader.as_f64()),
        "multipleOf" => writer.is_some_and(|writer| is_multiple(writer, reader)),
        "uniqueItems" => reader.as_bool() != Some(true) || writer.and_then(Json::as_bool) == Some(true),
        _ => writer.is_some_and(|writer| writer.same(reader)),
    }
}

/// Whether every multiple of `number` is one of `of`.
fn is_multiple(number: &Json, of: &Json) -> bool {
    match (number.as_i64(), of.as_i64()) {
        (Some(number), Some(of)) => of != 0 && number % of == 0,
        // A double that divides without a rest is one whichever way it was written.
        _ => number.as_f64().zip(of.as_f64()).is_some_and(|(number, of)| of != 0.0 && (number / of).fract() == 0.0),
    }
}

fn assertion<'n>(node: &'n Node, name: &str) -> Option<&'n Json> {
    node.assertions.iter().find(|(other, _)| other == name).map(|(_, value)| value)
}

#[derive(Clone, Copy)]
enum Side {
    Lower,
    Upper,
}

impl Side {
    fn keyword(self) -> &'static str {
        match self {
            Self::Lower => "minimum",
            Self::Upper => "maximum",
        }
    }

    fn exclusive(self) -> &'static str {
        match self {
            Self::Lower => "exclusiveMinimum",
            Self::Upper => "exclusiveMaximum",
        }
    }
}

#[derive(Clone, Copy)]
struct Bound {
    value: f64,
    exclusive: bool,
}

impl Bound {
    /// Whether this bound is as wide as another, or wider.
    fn takes(self, other: Self, side: Side) -> bool {
        let wider = match side {
            Side::Lower => self.value < other.value,
            Side::Upper => self.value > other.value,
        };
        #[allow(clippy::float_cmp, reason = "both come from text, and equal text gives equal doubles")]
        let same = self.value == other.value;
        wider || (same && (other.exclusive || !self.exclusive))
    }
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.value, if self.exclusive { " (exclusive)" } else { "" })
    }
}

/// The bound that a node says itself.
fn bound(node: &Node, side: Side) -> Option<Bound> {
    let plain = assertion(node, side.keyword()).and_then(Json::as_f64);
    let exclusive = assertion(node, side.exclusive());
    // Draft 4 says by a boolean whether the bound itself is out; later drafts give a second bound.
    if let Some(flag) = exclusive.and_then(Json::as_bool) {
        return plain.map(|value| Bound { value, exclusive: flag });
    }
    let plain = plain.map(|value| Bound { value, exclusive: false });
    let second = exclusive.and_then(Json::as_f64).map(|value| Bound { value, exclusive: true });
    match (plain, second) {
        (Some(a), Some(b)) => Some(if a.takes(b, side) { b } else { a }),
        (a, b) => a.or(b),
    }
}

/// The bound that a node says, or that its values have: a constant or an enum.
fn bound_of(node: &Node, side: Side) -> Option<Bound> {
    let values: Vec<f64> = match (&node.constant, &node.variants) {
        (Some(constant), _) => vec![constant.as_f64()?],
        (None, Some(variants)) => variants.iter().map(Json::as_f64).collect::<Option<_>>()?,
        (None, None) => return bound(node, side),
    };
    let value = match side {
        Side::Lower => values.into_iter().reduce(f64::min),
        Side::Upper => values.into_iter().reduce(f64::max),
    };
    value.map(|value| Bound { value, exclusive: false })
}

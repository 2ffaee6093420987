use topika_contract::json_schema::{Node, Schema};
use topika_contract::text::json::Json;

use super::json_checks::assertion;
use super::json_group::Group;
use crate::ir::Bound;

/// Lengths and counts: of several, the one that asks most.
pub(super) fn counts(schema: &Schema, group: &Group, words: &[&str]) -> Vec<(&'static str, u64)> {
    let mut out = Vec::new();
    for word in words {
        let all = group.nodes(schema).filter_map(|node| assertion(node, word)).filter_map(count);
        let (name, strictest) = match *word {
            "minLength" => ("min_length", all.max()),
            "minItems" => ("min_items", all.max()),
            "minProperties" => ("min_properties", all.max()),
            "maxLength" => ("max_length", all.min()),
            "maxItems" => ("max_items", all.min()),
            _ => ("max_properties", all.min()),
        };
        // A least of nothing asks nothing.
        out.extend(strictest.filter(|count| *count > 0 || !name.starts_with("min")).map(|count| (name, count)));
    }
    out
}

fn count(value: &Json) -> Option<u64> {
    let text = value.as_number()?;
    let whole = text.split_once('.').filter(|(_, zeros)| zeros.bytes().all(|b| b == b'0')).map_or(text, |(w, _)| w);
    // A number beyond them all is no limit that anything reaches.
    whole.parse().ok().or_else(|| value.as_f64().filter(|number| *number >= 1e18).map(|_| u64::MAX))
}

/// The bounds of numbers.
pub(super) fn bounds(schema: &Schema, group: &Group) -> Vec<(&'static str, Bound)> {
    let mut out: Vec<(&'static str, Bound)> = Vec::new();
    for node in group.nodes(schema) {
        for (word, plain, strict) in [
            ("minimum", "minimum", "exclusive_minimum"),
            ("maximum", "maximum", "exclusive_maximum"),
            ("exclusiveMinimum", "exclusive_minimum", "exclusive_minimum"),
            ("exclusiveMaximum", "exclusive_maximum", "exclusive_maximum"),
        ] {
            let Some(bound) = assertion(node, word).and_then(self::bound) else { continue };
            let name = if is_out(node, word) { strict } else { plain };
            match out.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) if is_stricter(bound, *known, name.ends_with("minimum")) => *known = bound,
                Some(_) => {}
                None => out.push((name, bound)),
            }
        }
    }
    out
}

/// How far the bounds of an integer lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Nowhere that is said to be beyond `i64`.
    Signed,
    /// Beyond the greatest `i64`, from 0 on.
    Unsigned,
    /// Beyond all integers of 64 bits.
    Beyond,
}

/// What an integer has to hold. Without bounds it is an `i64`: greater ones are refused when they are read, and not lost.
pub(super) fn reach(schema: &Schema, group: &Group) -> Reach {
    let all = bounds(schema, group);
    // The bounds of integers: what must be less than 2^63 is at most 2^63 - 1.
    let within = |(name, bound): &(&'static str, Bound)| match (*name, *bound) {
        ("exclusive_maximum", Bound::Whole(whole)) => Bound::Whole(whole - 1),
        (_, bound) => bound,
    };
    let of = |side: &'static str| all.iter().filter(move |(name, _)| name.ends_with(side)).map(within);
    let greatest = |most: i128| {
        of("maximum").next().is_some() && of("maximum").all(|bound| is_stricter(bound, Bound::Whole(most), true))
    };
    let from_zero = of("minimum").any(|bound| float(bound) >= 0.0);
    let below =
        of("minimum").next().is_some() && of("minimum").all(|bound| float(bound) < -9_223_372_036_854_775_808.0);
    match (greatest(i64::MAX.into()), from_zero) {
        _ if below || greatest(u64::MAX.into()) => Reach::Beyond,
        (false, _) => Reach::Signed,
        (true, true) => Reach::Unsigned,
        (true, false) => Reach::Beyond,
    }
}

/// Whether the bounds of a number say that it may be a whole one of more digits than a double keeps.
pub(super) fn is_beyond_doubles(schema: &Schema, group: &Group) -> bool {
    bounds(schema, group).iter().any(|(_, bound)| float(*bound).abs() > 9_007_199_254_740_992.0)
}

/// Draft 4 says by a flag whether the bound itself is out.
pub(super) fn is_out(node: &Node, word: &str) -> bool {
    let flag = match word {
        "minimum" => "exclusiveMinimum",
        "maximum" => "exclusiveMaximum",
        _ => return false,
    };
    assertion(node, flag).and_then(Json::as_bool) == Some(true)
}

fn is_stricter(bound: Bound, known: Bound, at_least: bool) -> bool {
    let more = match (bound, known) {
        (Bound::Whole(bound), Bound::Whole(known)) => bound > known,
        (bound, known) => float(bound) > float(known),
    };
    more == at_least
}

fn float(bound: Bound) -> f64 {
    match bound {
        Bound::Whole(whole) => whole as f64,
        Bound::Float(float) => float,
    }
}

pub(super) fn multiples(schema: &Schema, group: &Group) -> Vec<Bound> {
    let all = group.nodes(schema).filter_map(|node| assertion(node, "multipleOf")).filter_map(bound);
    all.filter(|of| float(*of) > 0.0).collect()
}

/// A number as validators keep it: whole within 64 bits, else a float.
fn bound(value: &Json) -> Option<Bound> {
    let text = value.as_number()?;
    let whole = text.parse::<i64>().map(i128::from).or_else(|_| text.parse::<u64>().map(i128::from));
    match whole {
        Ok(whole) => Some(Bound::Whole(whole)),
        Err(_) => value.as_f64().filter(|float| float.is_finite()).map(Bound::Float),
    }
}

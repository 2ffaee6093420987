//! What else is asked of values that a schema lists: the type takes each of them, and bounds beside the list may not.

use topika_contract::json_schema::Node;
use topika_contract::text::json::Json;

use super::json_bounds::is_out;
use super::json_shape::{Shape, ShapeKind};

/// Keywords of values of one type, which a list of values makes superfluous as a rule.
const ASKED: &[&str] = &[
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

/// Those of a subschema that a listed value may not meet.
pub(super) fn binding(shape: &Shape<'_>, node: &Node) -> Vec<&'static str> {
    let meets = |word: &str, asked: &Json| match &shape.kind {
        ShapeKind::Enum(symbols) => symbols.iter().all(|symbol| text_meets(symbol, word, asked)),
        ShapeKind::Literal(values) => values.iter().all(|value| value_meets(value, word, asked, is_out(node, word))),
        _ => true,
    };
    let asks = |word: &&&str| node.assertions.iter().any(|(name, asked)| name == **word && !meets(word, asked));
    ASKED.iter().filter(asks).copied().collect()
}

/// Whether a string surely meets a keyword.
fn text_meets(text: &str, word: &str, asked: &Json) -> bool {
    let length = || text.chars().count() as f64;
    match (word, asked.as_f64()) {
        ("minLength", Some(least)) => length() >= least,
        ("maxLength", Some(most)) => length() <= most,
        ("minLength" | "maxLength" | "pattern", _) => false,
        _ => true,
    }
}

/// Whether a value surely meets a keyword; in draft 4 a flag says that the bound itself is out.
fn value_meets(value: &Json, word: &str, asked: &Json, is_out: bool) -> bool {
    if let Some(text) = value.as_str() {
        return text_meets(text, word, asked);
    }
    let about = match word {
        "minItems" | "maxItems" | "uniqueItems" => return value.as_array().is_none(),
        "minProperties" | "maxProperties" => return value.as_object().is_none(),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => value,
        _ => return true,
    };
    if about.as_number().is_none() {
        return true;
    }
    match (word, about.as_f64(), asked.as_f64()) {
        // The flag of draft 4, which is asked with its bound.
        ("exclusiveMinimum" | "exclusiveMaximum", _, _) if asked.as_bool().is_some() => true,
        ("minimum", Some(number), Some(bound)) if !is_out => number >= bound,
        ("maximum", Some(number), Some(bound)) if !is_out => number <= bound,
        ("minimum" | "exclusiveMinimum", Some(number), Some(bound)) => number > bound,
        ("maximum" | "exclusiveMaximum", Some(number), Some(bound)) => number < bound,
        _ => false,
    }
}

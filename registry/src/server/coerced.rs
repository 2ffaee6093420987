//! Bodies as Jackson reads them: a scalar becomes what its member is, and an object is never read from a list.

use serde_json::{Map, Number, Value};

/// What a member is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// Text, of which numbers and truth values have one.
    Text,
    /// A truth value, which a text may say, and a whole number (0 is false).
    Flag,
    /// A whole number, which a text may say; what stands behind a point is cut off.
    Whole,
    /// A list of objects with these members.
    Objects(Members),
}

/// The members that are something in particular; all others stay as they are.
pub(super) type Members = &'static [(&'static str, Kind)];

/// A schema to register, look up or check.
pub(super) const SCHEMA: Members = &[
    ("schema", Kind::Text),
    ("schemaType", Kind::Text),
    ("id", Kind::Whole),
    ("version", Kind::Whole),
    ("references", Kind::Objects(REFERENCE)),
];
const REFERENCE: Members = &[("name", Kind::Text), ("subject", Kind::Text), ("version", Kind::Whole)];
/// Settings.
pub(super) const SETTINGS: Members = &[
    ("compatibility", Kind::Text),
    ("alias", Kind::Text),
    ("normalize", Kind::Flag),
    ("validateFields", Kind::Flag),
    ("compatibilityPolicy", Kind::Text),
    ("compatibilityGroup", Kind::Text),
];
/// A mode.
pub(super) const MODE: Members = &[("mode", Kind::Text)];

/// The body with its members as what they are. What cannot become that stays, for whoever reads it to refuse.
///
/// # Errors
/// When it, or what stands in a list of objects, is no object.
pub(super) fn coerced(body: Value, members: Members) -> Result<Value, String> {
    object(body, members, "the body")
}

fn object(value: Value, members: Members, name: &str) -> Result<Value, String> {
    let mut object: Map<String, Value> = match value {
        Value::Object(object) => object,
        other => return Err(format!("{name} is {}, and must be an object", said(&other))),
    };
    for (name, kind) in members {
        if let Some(value) = object.get_mut(*name) {
            *value = match (kind, value.take()) {
                (Kind::Text, value) => text(value),
                (Kind::Flag, value) => flag(value),
                (Kind::Whole, value) => whole(value),
                (Kind::Objects(members), Value::Array(items)) => {
                    let each = items.into_iter().enumerate();
                    Value::Array(
                        each.map(|(at, item)| self::object(item, members, &format!("{name}[{at}]")))
                            .collect::<Result<_, _>>()?,
                    )
                }
                (Kind::Objects(_), value) => value,
            };
        }
    }
    Ok(Value::Object(object))
}

fn text(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(flag) => Value::String(flag.to_string()),
        other => other,
    }
}

fn flag(value: Value) -> Value {
    match &value {
        Value::String(text) => match text.trim() {
            "" => Value::Null,
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            _ => value,
        },
        Value::Number(number) if number.is_i64() || number.is_u64() => Value::Bool(number.as_i64() != Some(0)),
        _ => value,
    }
}

fn whole(value: Value) -> Value {
    match &value {
        Value::String(text) => match text.trim() {
            "" => Value::Null,
            text => text.parse::<i64>().map_or(value.clone(), Value::from),
        },
        Value::Number(number) => cut(number).map_or(value.clone(), Value::from),
        _ => value,
    }
}

/// A number without what stands behind its point.
fn cut(number: &Number) -> Option<i64> {
    // `-0.5` is `-0` then, which no integer is.
    let whole = format!("{:.0}", number.as_f64().filter(|_| number.is_f64())?.trunc());
    if whole == "-0" { Some(0) } else { whole.parse().ok() }
}

fn said(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_scalar_becomes_what_its_member_is() {
        for (given, read) in [
            (json!({"normalize": "true"}), json!({"normalize": true})),
            (json!({"normalize": " FALSE "}), json!({"normalize": false})),
            (json!({"normalize": 1, "validateFields": 0}), json!({"normalize": true, "validateFields": false})),
            (json!({"normalize": ""}), json!({"normalize": null})),
            (json!({"normalize": "yes"}), json!({"normalize": "yes"})),
            (json!({"normalize": 1.5}), json!({"normalize": 1.5})),
            (json!({"alias": 5, "compatibility": true}), json!({"alias": "5", "compatibility": "true"})),
            (json!({"alias": null, "other": 5}), json!({"alias": null, "other": 5})),
        ] {
            assert_eq!(coerced(given.clone(), SETTINGS).unwrap(), read, "{given}");
        }
        for (given, read) in [
            (json!({"id": "7", "version": -1}), json!({"id": 7, "version": -1})),
            (json!({"id": 7.9, "version": -0.5}), json!({"id": 7, "version": 0})),
            (json!({"id": "x", "version": ""}), json!({"id": "x", "version": null})),
            (
                json!({"references": [{"name": 1, "subject": "s", "version": "2"}]}),
                json!({"references": [{"name": "1", "subject": "s", "version": 2}]}),
            ),
            (json!({"references": null, "schema": {}}), json!({"references": null, "schema": {}})),
        ] {
            assert_eq!(coerced(given.clone(), SCHEMA).unwrap(), read, "{given}");
        }
    }

    #[test]
    fn only_an_object_is_one() {
        for (given, message) in [
            (json!(["READONLY"]), "the body is a list, and must be an object"),
            (json!("READONLY"), "the body is a text, and must be an object"),
            (json!(1), "the body is a number, and must be an object"),
        ] {
            assert_eq!(coerced(given, MODE).unwrap_err(), message);
        }
        let error = coerced(json!({"references": [{}, ["n", "s", 1]]}), SCHEMA).unwrap_err();
        assert_eq!(error, "references[1] is a list, and must be an object");
    }
}

//! Where two values differ.

use std::fmt;

use serde_json::Value;

/// A value is shown up to here.
const LONGEST: usize = 300;

/// Fields that are not compared: `created_at`, `items[].price`.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Ignored(Vec<String>);

impl Ignored {
    pub(in super::super) fn and(mut self, path: impl Into<String>) -> Self {
        self.0.push(path.into());
        self
    }

    fn has(&self, path: &str) -> bool {
        self.0.iter().any(|ignored| ignored == path)
    }

    /// The value without them.
    pub(in super::super) fn left_of(&self, value: &Value) -> Value {
        if self.0.is_empty() { value.clone() } else { self.left_at("", value) }
    }

    fn left_at(&self, path: &str, value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let kept = fields.iter().filter_map(|(name, value)| {
                    let path = joined(path, name);
                    (!self.has(&path)).then(|| (name.clone(), self.left_at(&path, value)))
                });
                Value::Object(kept.collect())
            }
            Value::Array(items) => {
                let path = format!("{path}[]");
                Value::Array(items.iter().map(|item| self.left_at(&path, item)).collect())
            }
            other => other.clone(),
        }
    }
}

/// One place at which two values differ.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    path: String,
    expected: Option<Value>,
    found: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the value" } else { &self.path };
        match (&self.expected, &self.found) {
            (Some(expected), Some(found)) => write!(f, "{path}: expected {}, got {}", shown(expected), shown(found)),
            (Some(expected), None) => write!(f, "{path}: expected {}, got nothing", shown(expected)),
            (None, Some(found)) => write!(f, "{path}: expected nothing, got {}", shown(found)),
            (None, None) => write!(f, "{path}"),
        }
    }
}

/// A value in one line, and not endless.
pub(in super::super) fn shown(value: &Value) -> String {
    let mut text = value.to_string();
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push_str("...");
    }
    text
}

/// All places at which they differ, in the order of the fields.
pub(super) fn differences(expected: &Value, found: &Value) -> Vec<Difference> {
    let mut all = Vec::new();
    compare("", Some(expected), Some(found), &mut all);
    all
}

fn compare(path: &str, expected: Option<&Value>, found: Option<&Value>, all: &mut Vec<Difference>) {
    match (expected, found) {
        (Some(Value::Object(expected)), Some(Value::Object(found))) => {
            let added = found.keys().filter(|name| !expected.contains_key(*name));
            for name in expected.keys().chain(added) {
                compare(&joined(path, name), expected.get(name), found.get(name), all);
            }
        }
        (Some(Value::Array(expected)), Some(Value::Array(found))) => {
            for index in 0..expected.len().max(found.len()) {
                compare(&format!("{path}[{index}]"), expected.get(index), found.get(index), all);
            }
        }
        (expected, found) if expected == found => {}
        (expected, found) => {
            all.push(Difference { path: path.to_owned(), expected: expected.cloned(), found: found.cloned() });
        }
    }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_place_that_differs_is_told_with_both_values() {
        let expected = json!({"id": "a", "items": [{"price": "9.50"}, {"price": "1.00"}], "note": null, "old": 1});
        let found = json!({"id": "a", "items": [{"price": "9.60"}], "note": "x", "new": [true]});
        let told: Vec<String> = differences(&expected, &found).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "items[0].price: expected \"9.50\", got \"9.60\"",
                "items[1]: expected {\"price\":\"1.00\"}, got nothing",
                "note: expected null, got \"x\"",
                "old: expected 1, got nothing",
                "new: expected nothing, got [true]",
            ]
        );
        assert_eq!(differences(&expected, &expected), []);
        assert_eq!(differences(&json!(1), &json!("1"))[0].to_string(), "the value: expected 1, got \"1\"");
    }

    #[test]
    fn what_is_ignored_is_left_out_within_lists_too() {
        let ignored = Ignored::default().and("at").and("items[].price");
        let value = json!({"at": 1, "items": [{"price": 1, "at": 2}], "price": 3});
        assert_eq!(ignored.left_of(&value), json!({"items": [{"at": 2}], "price": 3}));
    }

    #[test]
    fn a_long_value_is_cut_between_letters() {
        let text = shown(&json!("ä".repeat(400)));
        assert!(text.len() < 310 && text.ends_with("..."), "{text}");
    }
}

//! Metadata and rule sets: read in one form, merged as settings ask, validated, and part of a GUID. What is not known is kept.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

const PARTS: [(&str, &str); 3] =
    [("migrationRules", "Migration"), ("domainRules", "Domain"), ("encodingRules", "Encoding")];

const OF_RULES: [&str; 11] =
    ["name", "doc", "kind", "mode", "type", "tags", "params", "expr", "onSuccess", "onFailure", "disabled"];

/// Metadata in one form: members in a fixed order, tags, properties and sensitive names sorted, empty ones left out.
pub(super) fn metadata(value: &Value) -> Result<Value, String> {
    let Value::Object(given) = value else { return Err(format!("metadata must be an object, not {value}")) };
    let mut form = Map::new();
    let tags: BTreeMap<&str, Value> = members(given, "tags")?
        .map(|(name, tags)| Ok((name, sorted_texts(tags, "tags")?)))
        .collect::<Result<_, String>>()?;
    put_members(&mut form, "tags", tags);
    let properties: BTreeMap<&str, Value> = members(given, "properties")?
        .map(|(name, value)| Ok((name, Value::from(text(value, "properties")?))))
        .collect::<Result<_, String>>()?;
    put_members(&mut form, "properties", properties);
    if let Some(sensitive) = given.get("sensitive").filter(|v| !v.is_null()) {
        put_list(&mut form, "sensitive", sorted_texts(sensitive, "sensitive")?);
    }
    keep_others(&mut form, given, &["tags", "properties", "sensitive"]);
    Ok(Value::Object(form))
}

/// A rule set in one form: the three lists in a fixed order, empty ones left out, defaults of rules written out.
pub(super) fn rule_set(value: &Value) -> Result<Value, String> {
    let Value::Object(given) = value else { return Err(format!("a rule set must be an object, not {value}")) };
    let mut form = Map::new();
    for (part, _) in PARTS {
        let rules = match given.get(part) {
            None | Some(Value::Null) => continue,
            Some(Value::Array(rules)) => rules.iter().map(rule).collect::<Result<Vec<_>, _>>()?,
            Some(other) => return Err(format!("{part} must be a list of rules, not {other}")),
        };
        put_list(&mut form, part, Value::Array(rules));
    }
    keep_others(&mut form, given, &PARTS.map(|(part, _)| part));
    Ok(Value::Object(form))
}

fn rule(value: &Value) -> Result<Value, String> {
    let Value::Object(given) = value else { return Err(format!("a rule must be an object, not {value}")) };
    let mut form = Map::new();
    for name in OF_RULES {
        let said = given.get(name).filter(|v| !v.is_null());
        let value = match (name, said) {
            ("kind", said) => word(said, "TRANSFORM", &["TRANSFORM", "CONDITION"], "kind")?,
            ("mode", said) => {
                word(said, "WRITEREAD", &["UPGRADE", "DOWNGRADE", "UPDOWN", "WRITE", "READ", "WRITEREAD"], "mode")?
            }
            ("disabled", said) => Value::Bool(said.and_then(Value::as_bool).unwrap_or(false)),
            (_, None) => continue,
            ("tags", Some(tags)) => sorted_texts(tags, "tags")?,
            ("params", Some(_)) => {
                let params: BTreeMap<&str, Value> = members(given, "params")?
                    .map(|(name, value)| Ok((name, Value::from(text(value, "params")?))))
                    .collect::<Result<_, String>>()?;
                Value::Object(params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }
            (_, Some(value)) => Value::from(text(value, name)?),
        };
        if !is_empty(&value) {
            form.insert(name.to_owned(), value);
        }
    }
    keep_others(&mut form, given, &OF_RULES);
    Ok(Value::Object(form))
}

/// Why a rule set in one form cannot be taken.
pub(super) fn fault_of_rules(rules: &Value) -> Option<String> {
    let mut names = BTreeSet::new();
    for (part, title) in PARTS {
        for rule in list(rules, part) {
            let name = rule.get("name").and_then(Value::as_str);
            if let Some(name) = name.filter(|name| !names.insert(*name)) {
                return Some(format!("Found rule with duplicate name '{name}'"));
            }
            if let Some(fault) = fault_of_rule(name, rule) {
                return Some(fault);
            }
            let migrates = matches!(rule.get("mode").and_then(Value::as_str), Some("UPGRADE" | "DOWNGRADE" | "UPDOWN"));
            if migrates != (part == "migrationRules") {
                let modes =
                    if part == "migrationRules" { "UPGRADE, DOWNGRADE, UPDOWN" } else { "WRITE, READ, WRITEREAD" };
                return Some(format!("{title} rules can only be {modes}"));
            }
        }
    }
    None
}

fn fault_of_rule(name: Option<&str>, rule: &Value) -> Option<String> {
    // The form leaves empty texts out, and registries tell both cases the same way apart from the word.
    let Some(name) = name else { return Some("Missing rule name".to_owned()) };
    let mut chars = name.chars();
    if chars.next().is_some_and(|first| !first.is_alphabetic() && first != '_') {
        return Some(format!("Illegal initial character in rule name: {name}"));
    }
    if chars.any(|c| !c.is_alphanumeric() && c != '_' && c != '-') {
        return Some(format!("Illegal character in rule name: {name}"));
    }
    rule.get("type").is_none().then(|| "Missing rule type".to_owned())
}

/// Metadata with another one laid over it: what both name is taken from the second.
pub(super) fn merged_metadata(below: Option<&Value>, above: Option<&Value>) -> Option<Value> {
    let (below, above) = match (below, above) {
        (Some(below), Some(above)) => (below, above),
        (one, other) => return one.or(other).cloned(),
    };
    let mut merged = below.as_object().cloned().unwrap_or_default();
    for (name, value) in above.as_object().into_iter().flatten() {
        let value = match (merged.get(name), value) {
            (Some(Value::Object(before)), Value::Object(after)) => {
                let mut both = before.clone();
                both.extend(after.clone());
                Value::Object(both)
            }
            (Some(Value::Array(before)), Value::Array(after)) => {
                Value::Array(before.iter().chain(after).cloned().collect())
            }
            _ => value.clone(),
        };
        merged.insert(name.clone(), value);
    }
    let merged = Value::Object(merged);
    Some(metadata(&merged).unwrap_or(merged))
}

/// A rule set with another one laid over it: rules of the same name are taken from the second, and stand last.
pub(super) fn merged_rules(below: Option<&Value>, above: Option<&Value>) -> Option<Value> {
    let (below, above) = match (below, above) {
        (Some(below), Some(above)) => (below, above),
        (one, other) => return one.or(other).cloned(),
    };
    let mut merged = below.as_object().cloned().unwrap_or_default();
    for (name, value) in above.as_object().into_iter().flatten() {
        let mut rules: Vec<Value> = list(below, name)
            .filter(|old| !list(above, name).any(|new| new.get("name") == old.get("name")))
            .cloned()
            .collect();
        rules.extend(list(above, name).cloned());
        merged.insert(name.clone(), if value.is_array() { Value::Array(rules) } else { value.clone() });
    }
    let merged = Value::Object(merged);
    Some(rule_set(&merged).unwrap_or(merged))
}

/// Whether one of the rules has a type.
pub(super) fn has_rule_of_type(rules: &Value, rule_type: &str) -> bool {
    let all = PARTS.iter().flat_map(|(part, _)| list(rules, part));
    all.into_iter().any(|rule| rule.get("type").and_then(Value::as_str) == Some(rule_type))
}

/// A property of metadata.
pub(super) fn property<'a>(metadata: Option<&'a Value>, name: &str) -> Option<&'a str> {
    metadata?.get("properties")?.get(name)?.as_str()
}

/// Metadata with a property set, or without it.
pub(super) fn with_property(given: Option<&Value>, name: &str, value: Option<&str>) -> Value {
    let mut form = given.and_then(Value::as_object).cloned().unwrap_or_default();
    let mut properties = form.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    properties.remove(name);
    if let Some(value) = value {
        properties.insert(name.to_owned(), Value::from(value));
    }
    form.insert("properties".to_owned(), Value::Object(properties));
    let form = Value::Object(form);
    metadata(&form).unwrap_or(form)
}

/// What of metadata or a rule set goes into a GUID, in the order of the protocol.
pub(super) fn hashed(value: &Value, feed: &mut impl FnMut(&[u8])) {
    for name in ["tags", "properties", "sensitive"].into_iter().chain(PARTS.map(|(part, _)| part)) {
        if let Some(part) = value.get(name) {
            feed_texts(part, feed);
        }
    }
}

fn feed_texts(value: &Value, feed: &mut impl FnMut(&[u8])) {
    match value {
        Value::String(text) => feed(text.as_bytes()),
        Value::Bool(true) => feed(&[1]),
        Value::Array(items) => items.iter().for_each(|item| match item {
            Value::Object(rule) => {
                OF_RULES.iter().filter_map(|name| rule.get(*name)).for_each(|value| feed_texts(value, feed));
            }
            other => feed_texts(other, feed),
        }),
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            feed(name.as_bytes());
            feed_texts(value, feed);
        }),
        Value::Null | Value::Bool(false) | Value::Number(_) => {}
    }
}

fn members<'a>(
    given: &'a Map<String, Value>,
    name: &str,
) -> Result<impl Iterator<Item = (&'a str, &'a Value)>, String> {
    let found = match given.get(name) {
        None | Some(Value::Null) => None,
        Some(Value::Object(members)) => Some(members),
        Some(other) => return Err(format!("{name} must be an object, not {other}")),
    };
    Ok(found.into_iter().flatten().map(|(name, value)| (name.as_str(), value)))
}

/// A text; numbers and booleans are taken for theirs, as registries do.
fn text(value: &Value, what: &str) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        other => Err(format!("{what} must hold texts, not {other}")),
    }
}

fn sorted_texts(value: &Value, what: &str) -> Result<Value, String> {
    let Value::Array(items) = value else { return Err(format!("{what} must be a list of texts, not {value}")) };
    let sorted: BTreeSet<String> = items.iter().map(|item| text(item, what)).collect::<Result<_, _>>()?;
    Ok(Value::Array(sorted.into_iter().map(Value::from).collect()))
}

fn word(said: Option<&Value>, default: &str, allowed: &[&str], what: &str) -> Result<Value, String> {
    match said {
        None => Ok(Value::from(default)),
        Some(Value::String(word)) if allowed.contains(&word.as_str()) => Ok(Value::from(word.as_str())),
        Some(other) => Err(format!("{what} {other} is none of {}", allowed.join(", "))),
    }
}

fn list<'a>(rules: &'a Value, part: &str) -> impl Iterator<Item = &'a Value> {
    rules.get(part).and_then(Value::as_array).into_iter().flatten()
}

fn put_members(form: &mut Map<String, Value>, name: &str, members: BTreeMap<&str, Value>) {
    if !members.is_empty() {
        let members = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        form.insert(name.to_owned(), Value::Object(members));
    }
}

fn put_list(form: &mut Map<String, Value>, name: &str, list: Value) {
    if !is_empty(&list) {
        form.insert(name.to_owned(), list);
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

fn keep_others(form: &mut Map<String, Value>, given: &Map<String, Value>, known: &[&str]) {
    for (name, value) in given.iter().filter(|(name, value)| !known.contains(&name.as_str()) && !value.is_null()) {
        form.insert(name.clone(), value.clone());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn metadata_has_one_form_and_keeps_what_is_not_known() {
        let given =
            json!({"x": 1, "sensitive": ["b", "a", "b"], "properties": {"z": "1", "a": 2}, "tags": {"f": ["T", "P"]}});
        let form =
            json!({"tags": {"f": ["P", "T"]}, "properties": {"a": "2", "z": "1"}, "sensitive": ["a", "b"], "x": 1});
        assert_eq!(metadata(&given).unwrap().to_string(), form.to_string());
        assert_eq!(metadata(&json!({"tags": {}, "properties": null})).unwrap(), json!({}));
        assert!(metadata(&json!([])).is_err() && metadata(&json!({"properties": {"a": {}}})).is_err());
    }

    #[test]
    fn a_rule_gets_its_defaults() {
        let given = json!({"domainRules": [{"type": "CEL", "name": "r", "tags": ["b", "a"]}], "migrationRules": []});
        let form = r#"{"domainRules":[{"name":"r","kind":"TRANSFORM","mode":"WRITEREAD","type":"CEL","tags":["a","b"],"disabled":false}]}"#;
        assert_eq!(rule_set(&given).unwrap().to_string(), form);
        assert!(rule_set(&json!({"domainRules": [{"mode": "SOMETIMES"}]})).unwrap_err().contains("WRITEREAD"));
    }

    #[test]
    fn rule_sets_that_cannot_be_are_refused_with_the_reason() {
        for (rules, fault) in [
            (json!({"domainRules": [{"type": "CEL"}]}), "Missing rule name"),
            (json!({"domainRules": [{"name": "r"}]}), "Missing rule type"),
            (json!({"domainRules": [{"name": "1r", "type": "CEL"}]}), "Illegal initial character in rule name: 1r"),
            (json!({"domainRules": [{"name": "r r", "type": "CEL"}]}), "Illegal character in rule name: r r"),
            (
                json!({"domainRules": [{"name": "r", "type": "C", "mode": "UPGRADE"}]}),
                "Domain rules can only be WRITE, READ, WRITEREAD",
            ),
            (
                json!({"migrationRules": [{"name": "r", "type": "C"}]}),
                "Migration rules can only be UPGRADE, DOWNGRADE, UPDOWN",
            ),
            (
                json!({"domainRules": [{"name": "r", "type": "C"}, {"name": "r", "type": "C"}]}),
                "Found rule with duplicate name 'r'",
            ),
        ] {
            assert_eq!(fault_of_rules(&rule_set(&rules).unwrap()).as_deref(), Some(fault));
        }
        assert_eq!(fault_of_rules(&json!({})), None);
    }

    #[test]
    fn what_lies_above_wins_and_the_rest_stays() {
        let below = json!({"properties": {"a": "1", "b": "1"}, "sensitive": ["a"]});
        let above = json!({"properties": {"b": "2"}, "sensitive": ["b"], "tags": {"f": ["P"]}});
        let merged = merged_metadata(Some(&below), Some(&above)).unwrap();
        assert_eq!(merged, json!({"tags": {"f": ["P"]}, "properties": {"a": "1", "b": "2"}, "sensitive": ["a", "b"]}));
        assert_eq!(merged_metadata(None, Some(&above)), Some(above));
        let rule = |name: &str, ty: &str| json!({"name": name, "type": ty});
        let below = json!({"domainRules": [rule("a", "X"), rule("b", "X")]});
        let above = json!({"domainRules": [rule("a", "Y")]});
        let merged = merged_rules(Some(&below), Some(&above)).unwrap();
        let said: Vec<_> = list(&merged, "domainRules").map(|r| (r["name"].clone(), r["type"].clone())).collect();
        assert_eq!(said, [(json!("b"), json!("X")), (json!("a"), json!("Y"))]);
    }

    #[test]
    fn properties_are_set_read_and_taken_away() {
        let set = with_property(None, "v", Some("1"));
        assert_eq!(property(Some(&set), "v"), Some("1"));
        assert_eq!(with_property(Some(&set), "v", None), json!({}));
    }
}

use super::DataContract;
use crate::text::json::{Comments, Json, Value, compact, read};

/// A value that differs between two data contracts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractChange {
    /// Where it stands, as people write it: `metadata.properties.owner`, `ruleSet.domainRules[mask]`.
    pub path: String,
    /// What it was, as JSON; `None` where it was not there.
    pub old: Option<String>,
    /// What it is now.
    pub new: Option<String>,
}

/// What differs between two data contracts, in the order of the paths. Rules are told apart by their names.
#[must_use]
pub fn differences(old: Option<&DataContract>, new: Option<&DataContract>) -> Vec<ContractChange> {
    let json = |contract: Option<&DataContract>| {
        contract.and_then(|contract| read(&contract.canonical(), Comments::Refused).0).filter(|json| !json.is_null())
    };
    let mut out = Vec::new();
    compare("", json(old).as_ref(), json(new).as_ref(), &mut out);
    out
}

/// As deep as the reader lets a text be.
fn compare(path: &str, old: Option<&Json>, new: Option<&Json>, out: &mut Vec<ContractChange>) {
    // A part that is absent stands as null in the canonical spelling.
    let (old, new) = (old.filter(|json| !json.is_null()), new.filter(|json| !json.is_null()));
    if let (Some(old), Some(new)) = (old, new)
        && old.same(new)
    {
        return;
    }
    let (before, after) = (parts(old), parts(new));
    if before.is_none() && after.is_none() || old.is_some() && before.is_none() || new.is_some() && after.is_none() {
        if old.is_some() || new.is_some() {
            out.push(ContractChange { path: path.to_owned(), old: old.map(compact), new: new.map(compact) });
        }
        return;
    }
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let mut names: Vec<&String> = before.iter().chain(&after).map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    if names.is_empty() {
        out.push(ContractChange { path: path.to_owned(), old: old.map(compact), new: new.map(compact) });
    }
    for name in names {
        let of = |parts: &[(String, &Json)]| parts.iter().find(|(one, _)| one == name).map(|(_, json)| *json).cloned();
        let below = match (path, name.starts_with('[')) {
            ("", _) => name.clone(),
            (path, true) => format!("{path}{name}"),
            (path, false) => format!("{path}.{name}"),
        };
        compare(&below, of(&before).as_ref(), of(&after).as_ref(), out);
    }
}

/// What is compared one by one: the members of an object, or the items of a list whose items all have names of their own.
fn parts(json: Option<&Json>) -> Option<Vec<(String, &Json)>> {
    match &json?.value {
        Value::Object(members) => Some(members.iter().map(|member| (member.name.clone(), &member.value)).collect()),
        Value::Array(items) => {
            let named: Option<Vec<_>> =
                items.iter().map(|item| Some((format!("[{}]", item.get("name")?.as_str()?), item))).collect();
            named.filter(|named| {
                let mut names: Vec<&String> = named.iter().map(|(name, _)| name).collect();
                names.sort();
                names.dedup();
                names.len() == items.len() && !names.is_empty()
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str) -> Vec<String> {
        let part =
            |text: &str| (!text.is_empty()).then(|| DataContract::of("a.contract.json", Some(text), None).unwrap());
        let change = |change: ContractChange| {
            let side = |side: Option<String>| side.unwrap_or_else(|| "-".to_owned());
            format!("{} {} {}", change.path, side(change.old), side(change.new))
        };
        differences(part(old).as_ref(), part(new).as_ref()).into_iter().map(change).collect()
    }

    #[test]
    fn each_value_is_told_at_its_path() {
        let old = r#"{"properties": {"owner": "crm", "team": "x"}, "tags": {"name": ["PII"]}, "same": [1]}"#;
        let new =
            r#"{"properties": {"owner": "shop"}, "tags": {"name": ["PII", "GDPR"]}, "same": [1], "sensitive": ["a"]}"#;
        assert_eq!(
            told(old, new),
            [
                r#"metadata.properties.owner "crm" "shop""#,
                r#"metadata.properties.team "x" -"#,
                r#"metadata.sensitive - ["a"]"#,
                r#"metadata.tags.name ["PII"] ["PII","GDPR"]"#,
            ]
        );
        assert_eq!(told(old, old), [""; 0]);
    }

    #[test]
    fn rules_are_told_by_their_names() {
        let old = r#"{"rules": [{"name": "a", "expr": "1"}, {"name": "b", "expr": "2"}]}"#;
        let new = r#"{"rules": [{"name": "b", "expr": "3"}]}"#;
        assert_eq!(
            told(old, new),
            [r#"metadata.rules[a].expr "1" -"#, r#"metadata.rules[a].name "a" -"#, r#"metadata.rules[b].expr "2" "3""#,]
        );
        assert_eq!(told("", r#"{"properties": {"a": "1"}}"#), [r#"metadata.properties.a - "1""#]);
        assert_eq!(told(r#"{"properties": {}}"#, ""), ["metadata.properties {} -"]);
    }
}

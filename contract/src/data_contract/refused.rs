//! What a registry refuses of a data contract, each at its place.

use std::collections::BTreeSet;

use super::DataContract;
use crate::report::Finding;
use crate::rules::EVENT_RULE_SET;
use crate::text::json::{Comments, Json, Member, read};
use crate::text::{Source, Span, closest};

/// The lists of a rule set, with the modes of their rules and those of the other lists.
const LISTS: [(&str, &[&str]); 3] =
    [("migrationRules", &["UPGRADE", "DOWNGRADE", "UPDOWN"]), ("domainRules", OF_DATA), ("encodingRules", OF_DATA)];
const OF_DATA: &[&str] = &["WRITE", "READ", "WRITEREAD"];
const MODES: [&str; 6] = ["UPGRADE", "DOWNGRADE", "UPDOWN", "WRITE", "READ", "WRITEREAD"];
const KINDS: [&str; 2] = ["TRANSFORM", "CONDITION"];

/// Everything in a data contract for which a registry (Confluent's, and ours) refuses the version. Members that are not known are none of it.
///
/// ```
/// use topika_contract::{data_contract::{DataContract, refused}, report::Report, text::Source};
///
/// let text = r#"{ "ruleSet": { "domainRules": [ { "name": "mask it", "type": "CEL_FIELD", "mode": "UPGRADE" } ] } }"#;
/// let contract = DataContract::parse(Source::new("order.contract.json", text), &mut Report::default()).unwrap();
/// let told: Vec<String> = refused(&contract).into_iter().map(|finding| finding.message).collect();
/// assert_eq!(told.len(), 2);
/// assert_eq!(told[1], "`UPGRADE` is no mode of `domainRules`");
/// ```
#[must_use]
pub fn refused(contract: &DataContract) -> Vec<Finding> {
    let source = contract.source();
    // It was read as one before, so it is JSON.
    let Some(json) = read(source.text(), Comments::Refused).0 else { return Vec::new() };
    let mut refused = Refused { source, findings: Vec::new() };
    if let Some(metadata) = json.get("metadata") {
        refused.metadata(metadata);
    }
    if let Some(rules) = json.get("ruleSet") {
        refused.rule_set(rules);
    }
    refused.findings
}

struct Refused<'s> {
    source: &'s Source,
    findings: Vec<Finding>,
}

impl Refused<'_> {
    fn tell(&mut self, at: Span, message: String, help: impl Into<String>) {
        self.findings.push(EVENT_RULE_SET.at(self.source.at(at), message).help(help));
    }

    fn metadata(&mut self, metadata: &Json) {
        for (name, member) in self.members(metadata, "tags") {
            self.texts(&member.value, &format!("what stands as tags of `{name}`"));
        }
        for (name, member) in self.members(metadata, "properties") {
            self.text(&member.value, &format!("the property `{name}`"));
        }
        if let Some(sensitive) = said(metadata, "sensitive") {
            self.texts(&sensitive.value, "`sensitive`");
        }
    }

    fn rule_set(&mut self, rules: &Json) {
        let mut names = BTreeSet::new();
        for (list, modes) in LISTS {
            let Some(member) = said(rules, list) else { continue };
            let Some(items) = member.value.as_array() else {
                let message = format!("`{list}` is {}, and has to be a list of rules", member.value.kind());
                self.tell(member.value.span, message, "write `[ { \"name\": ..., \"type\": ... } ]`");
                continue;
            };
            for rule in items {
                self.rule(rule, list, modes, &mut names);
            }
        }
    }

    fn rule(&mut self, rule: &Json, list: &str, modes: &[&str], names: &mut BTreeSet<String>) {
        if rule.as_object().is_none() {
            let message = format!("a rule of `{list}` is {}, and has to be an object", rule.kind());
            return self.tell(rule.span, message, "write `{ \"name\": ..., \"type\": ... }`");
        }
        self.name(rule, list, names);
        if rule.get("type").is_none_or(|of| of.is_null() || of.as_str() == Some("")) {
            let message = format!("a rule of `{list}` has no `type`");
            self.tell(
                rule.span,
                message,
                "say what runs it: `CEL`, `CEL_FIELD`, `JSONATA`, `ENCRYPT`, or one of yours",
            );
        }
        self.word(rule, "kind", &KINDS);
        match said(rule, "mode").map(|member| (member.value.as_str(), member.value.span)) {
            // What a registry takes where nothing is said.
            None if !modes.contains(&"WRITEREAD") => {
                let message = format!("a rule of `{list}` has no `mode`");
                self.tell(rule.span, message, format!("it is one of {}", modes.join(", ")));
            }
            Some((Some(mode), at)) if MODES.contains(&mode) && !modes.contains(&mode) => {
                let of = LISTS.iter().find(|(_, modes)| modes.contains(&mode)).map_or("", |(list, _)| *list);
                let help = format!("move the rule into `{of}`, or make its mode one of {}", modes.join(", "));
                self.tell(at, format!("`{mode}` is no mode of `{list}`"), help);
            }
            _ => self.word(rule, "mode", &MODES),
        }
        for name in ["type", "doc", "expr", "onSuccess", "onFailure"] {
            if let Some(member) = said(rule, name) {
                self.text(&member.value, &format!("`{name}`"));
            }
        }
        if let Some(tags) = said(rule, "tags") {
            self.texts(&tags.value, "`tags`");
        }
        for (name, member) in self.members(rule, "params") {
            self.text(&member.value, &format!("the parameter `{name}`"));
        }
        if let Some(disabled) = said(rule, "disabled").filter(|member| member.value.as_bool().is_none()) {
            let message = format!("`disabled` is {}, and has to be true or false", disabled.value.kind());
            self.tell(disabled.value.span, message, "write it without quotes");
        }
    }

    fn name(&mut self, rule: &Json, list: &str, names: &mut BTreeSet<String>) {
        let Some(member) = said(rule, "name").filter(|member| member.value.as_str() != Some("")) else {
            let message = format!("a rule of `{list}` has no `name`");
            return self.tell(rule.span, message, "give it one that no other rule of the set has");
        };
        let Some(name) = member.value.as_str() else {
            return self.tell(
                member.value.span,
                format!("the name of a rule is {}", member.value.kind()),
                "write it as a text: it begins with a letter or `_`",
            );
        };
        let mut letters = name.chars();
        let begins = letters.next().is_some_and(|first| first.is_alphabetic() || first == '_');
        if !begins || letters.any(|one| !one.is_alphanumeric() && one != '_' && one != '-') {
            let help = "it begins with a letter or `_`, and goes on with letters, digits, `_` and `-`";
            self.tell(member.value.span, format!("{name:?} cannot be the name of a rule"), help);
        }
        if !names.insert(name.to_owned()) {
            let help = "a name is that of one rule in all lists of a set";
            self.tell(member.value.span, format!("two rules are called {name:?}"), help);
        }
    }

    fn word(&mut self, rule: &Json, name: &str, words: &[&str]) {
        let Some(member) = said(rule, name) else { return };
        let Some(word) = member.value.as_str() else {
            let message = format!("`{name}` is {}", member.value.kind());
            return self.tell(member.value.span, message, format!("it is one of {}", words.join(", ")));
        };
        if !words.contains(&word) {
            let help = match closest(&word.to_uppercase(), words.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("it is one of {}", words.join(", ")),
            };
            self.tell(member.value.span, format!("there is no `{name}` {word:?}"), help);
        }
    }

    /// The members of an object that is a member; where it is none, that is told.
    fn members<'j>(&mut self, of: &'j Json, name: &str) -> Vec<(&'j str, &'j Member)> {
        let Some(member) = said(of, name) else { return Vec::new() };
        match member.value.as_object() {
            Some(members) => members.iter().map(|member| (member.name.as_str(), member)).collect(),
            None => {
                let message = format!("`{name}` is {}, and has to be an object", member.value.kind());
                self.tell(member.value.span, message, "write `{ ... }`");
                Vec::new()
            }
        }
    }

    /// Registries take numbers and booleans for texts.
    fn text(&mut self, json: &Json, what: &str) {
        if json.as_str().is_none() && json.as_number().is_none() && json.as_bool().is_none() {
            let message = format!("{what} is {}, and has to be a text", json.kind());
            self.tell(json.span, message, "write it in quotes");
        }
    }

    fn texts(&mut self, json: &Json, what: &str) {
        match json.as_array() {
            Some(items) => items.iter().for_each(|item| self.text(item, &format!("one of {what}"))),
            None => {
                let message = format!("{what} is {}, and has to be a list of texts", json.kind());
                self.tell(json.span, message, "write `[\"...\"]`");
            }
        }
    }
}

/// A member that is not null, which is as good as none.
fn said<'j>(of: &'j Json, name: &str) -> Option<&'j Member> {
    of.member(name).filter(|member| !member.value.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;

    fn told(text: &str) -> Vec<String> {
        let source = Source::new("a.contract.json", text);
        let contract = DataContract::parse(source, &mut Report::default()).unwrap();
        let line = |finding: Finding| {
            let at = finding.at.unwrap().position();
            format!("{}:{}: {}", at.line, at.column, finding.message)
        };
        refused(&contract).into_iter().map(line).collect()
    }

    #[test]
    fn everything_that_a_registry_refuses_is_told_at_its_place() {
        let text = r#"{
  "metadata": { "properties": { "owner": [], "major": 1 }, "tags": { "a": "PII" }, "sensitive": {}, "other": [[]] },
  "ruleSet": {
    "migrationRules": [ { "name": "up", "type": "JSONATA" }, { "name": "up", "type": "JSONATA", "mode": "UPGRADE" } ],
    "domainRules": [
      {}, { "name": "1st", "type": "CEL" }, { "name": "a b", "type": "CEL", "kind": "CONDITON", "mode": "UPDOWN" },
      { "name": "ok-1", "type": "CEL", "mode": "write", "params": { "x": {} }, "tags": "PII", "disabled": "no" }, 5
    ],
    "encodingRules": {}
  }
}"#;
        assert_eq!(
            told(text),
            [
                "2:75: what stands as tags of `a` is a string, and has to be a list of texts",
                "2:42: the property `owner` is an array, and has to be a text",
                "2:97: `sensitive` is an object, and has to be a list of texts",
                "4:25: a rule of `migrationRules` has no `mode`",
                r#"4:72: two rules are called "up""#,
                "6:7: a rule of `domainRules` has no `name`",
                "6:7: a rule of `domainRules` has no `type`",
                r#"6:21: "1st" cannot be the name of a rule"#,
                r#"6:55: "a b" cannot be the name of a rule"#,
                r#"6:85: there is no `kind` "CONDITON""#,
                "6:105: `UPDOWN` is no mode of `domainRules`",
                r#"7:48: there is no `mode` "write""#,
                "7:88: `tags` is a string, and has to be a list of texts",
                "7:74: the parameter `x` is an object, and has to be a text",
                "7:107: `disabled` is a string, and has to be true or false",
                "7:115: a rule of `domainRules` is a number, and has to be an object",
                "9:22: `encodingRules` is an object, and has to be a list of rules",
            ]
        );
    }

    #[test]
    fn what_is_not_known_or_left_out_is_no_fault() {
        let rule =
            r#"{ "name": "é_-1", "type": "MINE", "kind": null, "mode": null, "tags": null, "extra": { "a": [1] } }"#;
        let text =
            format!(r#"{{ "metadata": {{ "tags": null }}, "ruleSet": {{ "domainRules": [{rule}], "more": 1 }} }}"#);
        assert_eq!(told(&text), [""; 0]);
    }
}

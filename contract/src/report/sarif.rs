use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::escaped::pretty;
use super::fingerprint::fingerprints;
use super::{Finding, Fix, Report, facts, place, plain, shown, waived};
use crate::rules::{Rule, Severity};
use crate::text::Location;

/// The findings as a log of SARIF 2.1.0, for code scanning: rules with their pages, places with regions, second places, fixes, and
/// fingerprints that survive edits above a finding. What a waiver accepts is a suppressed result with its reason. `base` is the project's
/// folder as seen from the root of the repository (`%SRCROOT%`), from which paths count; empty where they are one.
///
/// ```
/// use topika_contract::{report::{self, Report}, rules::PROJECT_EMPTY};
///
/// let mut report = Report::default();
/// report.push(PROJECT_EMPTY.finding("no schema file"));
/// let log: serde_json::Value = serde_json::from_str(&report::sarif(&report, "")).unwrap();
/// assert_eq!(log["runs"][0]["results"][0]["ruleId"], "project/empty");
/// ```
#[must_use]
pub fn sarif(report: &Report, base: &str) -> String {
    let findings: Vec<&Finding> = shown(report).into_iter().chain(waived(report)).collect();
    let rules: BTreeMap<&str, &'static Rule> = findings.iter().map(|one| (one.rule.id, one.rule)).collect();
    let index: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(index, id)| (*id, index)).collect();
    let prints = fingerprints(&findings, base);
    let log = Log { base, index };
    let results: Vec<Value> = findings.iter().zip(&prints).map(|(finding, print)| log.result(finding, print)).collect();
    pretty(&json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "topika",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.into_values().map(rule).collect::<Vec<Value>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

/// SARIF 2.1.0, 3.49: reportingDescriptor.
fn rule(rule: &'static Rule) -> Value {
    let group = rule.id.split('/').next().unwrap_or(rule.id);
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.summary },
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": { "enabled": rule.default != Severity::Allow, "level": level(rule.default) },
        "properties": { "tags": [group] },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Deny => "error",
        Severity::Warn => "warning",
        Severity::Allow => "none",
    }
}

struct Log<'b> {
    base: &'b str,
    index: BTreeMap<&'b str, usize>,
}

impl Log<'_> {
    /// SARIF 2.1.0, 3.27: result.
    fn result(&self, finding: &Finding, fingerprint: &str) -> Value {
        let mut result = Map::new();
        result.insert("ruleId".into(), finding.rule.id.into());
        result.insert("ruleIndex".into(), self.index.get(finding.rule.id).copied().into());
        // What is waived is at allow: the log says what it would be, and that it is suppressed.
        let severity = if finding.waived.is_some() { finding.rule.default } else { finding.severity };
        result.insert("level".into(), level(severity).into());
        result.insert("message".into(), json!({ "text": message(finding) }));
        result.insert("locations".into(), json!([self.location(finding)]));
        let related: Vec<Value> = finding.related.iter().enumerate().map(|(id, one)| {
            json!({ "id": id, "physicalLocation": self.physical(&one.at), "message": { "text": plain(&one.label) } })
        }).collect();
        if !related.is_empty() {
            result.insert("relatedLocations".into(), related.into());
        }
        if let Some(fix) = &finding.fix {
            result.insert("fixes".into(), json!([self.fix(fix)]));
        }
        result.insert("partialFingerprints".into(), json!({ "topika/v1": fingerprint }));
        // 3.27.23: an empty array says that a result is not suppressed, an absent one that nobody knows.
        let suppressions = finding
            .waived
            .iter()
            .map(|reason| json!({ "kind": "external", "status": "accepted", "justification": plain(reason) }));
        result.insert("suppressions".into(), suppressions.collect());
        let properties = properties(finding);
        if !properties.is_empty() {
            result.insert("properties".into(), properties.into());
        }
        result.into()
    }

    /// Code scanning wants one location for each result: what has none is about the manifest.
    fn location(&self, finding: &Finding) -> Value {
        let physical = match &finding.at {
            Some(at) => self.physical(at),
            None => json!({ "artifactLocation": self.artifact("topika.toml") }),
        };
        match &finding.subject {
            Some(subject) => {
                let name = format!("{subject}{}", finding.pointer.as_deref().unwrap_or_default());
                json!({ "physicalLocation": physical, "logicalLocations": [{ "fullyQualifiedName": name }] })
            }
            None => json!({ "physicalLocation": physical }),
        }
    }

    fn physical(&self, at: &Location) -> Value {
        json!({ "artifactLocation": self.artifact(at.shown().source.path()), "region": region(at) })
    }

    fn artifact(&self, path: &str) -> Value {
        json!({ "uri": uri(&place::path(self.base, path)), "uriBaseId": "%SRCROOT%" })
    }

    /// SARIF 2.1.0, 3.55: fix. The edits of one file make one change.
    fn fix(&self, fix: &Fix) -> Value {
        let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for edit in &fix.edits {
            let replacement = json!({ "deletedRegion": region(&edit.at), "insertedContent": { "text": edit.text } });
            files.entry(edit.at.source.path()).or_default().push(replacement);
        }
        let changes = files.into_iter().map(
            |(path, replacements)| json!({ "artifactLocation": self.artifact(path), "replacements": replacements }),
        );
        json!({ "description": { "text": plain(&fix.title) }, "artifactChanges": changes.collect::<Vec<Value>>() })
    }
}

fn region(at: &Location) -> Value {
    let place = place::Place::of(at);
    json!({
        "startLine": place.line, "startColumn": place.column, "endLine": place.end_line, "endColumn": place.end_column,
    })
}

fn message(finding: &Finding) -> String {
    let mut lines = vec![plain(&finding.message).into_owned()];
    lines.extend(finding.label.as_ref().map(|label| plain(label).into_owned()));
    lines.extend(facts::all(finding));
    lines.join("\n")
}

/// What SARIF has no place for, under the names of the JSON report.
fn properties(finding: &Finding) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            properties.insert(name.to_owned(), value);
        }
    };
    put("subject", finding.subject.as_deref().map(Value::from));
    put("pointer", finding.pointer.as_deref().map(Value::from));
    put("promise", finding.promise.as_ref().map(|promise| json!({ "level": promise.level, "set_at": promise.set_at })));
    put("hurts", (!finding.hurts.is_empty()).then(|| json!(finding.hurts)));
    put("witness", finding.witness.as_deref().map(Value::from));
    put(
        "reference",
        finding.reference.as_ref().map(
            |reference| json!({ "kind": reference.kind, "location": reference.location, "message": reference.message }),
        ),
    );
    properties
}

/// A path as a relative URI (RFC 3986): every byte that is not unreserved or `/` is escaped.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            // Writing to a String does not fail.
            other => drop(write!(out, "%{other:02X}")),
        }
    }
    out
}

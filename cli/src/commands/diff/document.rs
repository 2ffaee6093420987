use serde_json::{Value, json};
use topika_contract::changes::Spot;
use topika_contract::compat::{Level, Verdict};
use topika_contract::data_contract::ContractChange;

use super::carried::Carried;
use super::judged::{Judged, LEVELS, Said};
use super::side::Comparison;

/// The version of the document's form: it grows when a member changes its meaning or goes; new members do not count.
const VERSION: u32 = 1;

/// The document that `cargo topika schema diff` describes.
pub(super) fn document(all: &[(Comparison, Judged)]) -> Value {
    let comparisons: Vec<Value> = all.iter().map(|(comparison, judged)| one(comparison, judged)).collect();
    json!({ "version": VERSION, "comparisons": comparisons })
}

/// The same of two texts that are carried: nothing is judged.
pub(super) fn carried(carried: &Carried) -> Value {
    let holds: serde_json::Map<String, Value> =
        LEVELS.iter().map(|level| (level.as_str().to_owned(), Value::Null)).collect();
    let references = carried.references.iter();
    let references: Vec<Value> =
        references.map(|change| json!({ "name": change.name, "old": change.old, "new": change.new })).collect();
    let comparison = json!({
        "subject": carried.subject,
        "format": carried.language.as_str(),
        "old": carried.old,
        "new": carried.new,
        "holds": holds,
        "changes": [],
        "carried": { "text": carried.text, "references": references, "message": carried.verdict() },
        "contract": carried.contract.iter().map(contract).collect::<Vec<_>>(),
        "findings": [],
    });
    json!({ "version": VERSION, "comparisons": [comparison] })
}

fn one(comparison: &Comparison, judged: &Judged) -> Value {
    let holds: serde_json::Map<String, Value> =
        LEVELS.iter().zip(judged.holds).map(|(level, verdict)| (level.as_str().to_owned(), truth(verdict))).collect();
    let changes: Vec<Value> = judged
        .changes
        .iter()
        .map(|judged| {
            let change = &judged.change;
            let words = |levels: &[Level]| levels.iter().map(|level| level.as_str()).collect::<Vec<_>>();
            json!({
                "kind": change.kind.as_str(),
                "group": change.group,
                "path": change.path,
                "message": change.message,
                "old": change.old.as_ref().map(spot),
                "new": change.new.as_ref().map(spot),
                "breaks": words(&judged.breaks()),
                "unclear": words(&judged.unclear),
                "findings": judged.said.iter().map(said).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "subject": comparison.subject,
        "format": comparison.new.schema.format().as_str(),
        "old": comparison.old.label,
        "new": comparison.new.label,
        "holds": holds,
        "changes": changes,
        "contract": comparison.contracts().iter().map(contract).collect::<Vec<_>>(),
        "findings": judged.others.iter().map(said).collect::<Vec<_>>(),
    })
}

/// A value of the data contract, each side as JSON says it.
fn contract(change: &ContractChange) -> Value {
    let side = |side: &Option<String>| side.as_ref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    json!({ "path": change.path, "old": side(&change.old), "new": side(&change.new) })
}

fn truth(verdict: Verdict) -> Value {
    match verdict {
        Verdict::Compatible => Value::Bool(true),
        Verdict::Incompatible => Value::Bool(false),
        Verdict::Undecided => Value::Null,
    }
}

fn spot(spot: &Spot) -> Value {
    let position = spot.at.position();
    json!({
        "file": spot.at.source.path(),
        "line": position.line,
        "column": position.column,
        "pointer": spot.pointer,
    })
}

fn said(said: &Said) -> Value {
    json!({
        "level": said.level.as_str(),
        "rule": said.rule,
        "message": said.message,
        "registry": said.is_registrys,
    })
}

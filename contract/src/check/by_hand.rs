//! Files of types written in Rust: what is wrong there is mended in the type, from which a test writes the file.

use std::collections::HashMap;

use crate::project::Contract;
use crate::report::{Finding, Report};
use crate::rules::{
    AVRO_ENUM_DEFAULT_MISSING, AVRO_FIELD_ADDED_WITHOUT_DEFAULT, AVRO_OPTIONAL_WITHOUT_DEFAULT,
    JSON_SCHEMA_REQUIRED_ADDED,
};

/// Says of the type what is to be done, and leaves no fix that would change the file beneath it.
pub(super) fn redirect(contract: &Contract, report: &mut Report) {
    let by_hand: HashMap<&str, &str> =
        (contract.events.iter()).filter_map(|event| Some((event.source.path(), event.rust.as_deref()?))).collect();
    if by_hand.is_empty() {
        return;
    }
    for finding in report.findings_mut() {
        let Some(rust) = finding.at.as_ref().and_then(|at| by_hand.get(at.source.path())) else { continue };
        let advice = attribute(finding);
        let had_fix = finding.fix.take().is_some();
        if let Some(advice) = advice {
            finding.help =
                Some(format!("say {advice} of `{rust}`, and run `TOPIKA_UPDATE=1 cargo test`, which writes the file"));
        } else if had_fix {
            let note = format!("change `{rust}`, and run `TOPIKA_UPDATE=1 cargo test`, which writes the file");
            finding.notes.push(note);
        }
    }
}

/// The attribute that gives the file what it lacks, and where it goes.
fn attribute(finding: &Finding) -> Option<&'static str> {
    let is = |rule| std::ptr::eq(finding.rule, rule);
    if is(&raw const AVRO_OPTIONAL_WITHOUT_DEFAULT) || is(&raw const AVRO_FIELD_ADDED_WITHOUT_DEFAULT) {
        Some("`#[event(default)]` at the field")
    } else if is(&raw const AVRO_ENUM_DEFAULT_MISSING) {
        Some("`#[event(default)]` at a variant")
    } else if is(&raw const JSON_SCHEMA_REQUIRED_ADDED) {
        Some("`#[serde(default)]` at the field")
    } else {
        None
    }
}

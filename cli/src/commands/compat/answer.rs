use serde::Serialize;
use topika_contract::compat::{Difference, Judgement, Mode};
use topika_contract::report::Finding;

/// A judgement as one JSON object, for programs. A member may be added; none is removed or changed.
#[derive(Serialize)]
pub(super) struct Answer<'j> {
    /// `null`: undecided.
    compatible: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'j str>,
    findings: Vec<Told<'j>>,
    /// Only where the registry's comparison was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<Vec<Step<'j>>>,
}

#[derive(Serialize)]
struct Told<'j> {
    rule: &'j str,
    severity: &'j str,
    /// The reference implementation's type; `null` for a finding of our own.
    r#type: Option<&'j str>,
    location: &'j str,
    message: &'j str,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<&'j str>,
}

#[derive(Serialize)]
struct Step<'j> {
    r#type: &'j str,
    location: &'j str,
    compatible: bool,
}

/// What a program reads of a judgement.
pub(super) fn answer(judgement: &Judgement, mode: Mode) -> Answer<'_> {
    Answer {
        compatible: judgement.verdict.compatible(),
        reason: judgement.reason.as_deref(),
        findings: judgement.findings.iter().map(told).collect(),
        differences: (mode != Mode::Sound).then(|| judgement.differences.iter().map(step).collect()),
    }
}

fn told(finding: &Finding) -> Told<'_> {
    let reference = finding.reference.as_ref();
    let said = reference.map(|reference| reference.message.as_str()).filter(|message| !message.is_empty());
    Told {
        rule: finding.rule.id,
        severity: finding.severity.as_str(),
        r#type: reference.map(|reference| reference.kind),
        location: match reference {
            Some(reference) => &reference.location,
            None => finding.pointer.as_deref().unwrap_or_default(),
        },
        message: said.unwrap_or(&finding.message),
        witness: finding.witness.as_deref(),
    }
}

fn step(difference: &Difference) -> Step<'_> {
    Step { r#type: difference.kind, location: &difference.location, compatible: difference.compatible }
}

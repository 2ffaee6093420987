//! The facts of a finding as lines for people, each safe to print.

use super::{Finding, plain};

/// The broken promise and where it was made.
pub(super) fn promise(finding: &Finding) -> Option<String> {
    let promise = finding.promise.as_ref()?;
    Some(plain(&format!("level: {} ({})", promise.level, promise.set_at)).into_owned())
}

/// The sample that proves it.
pub(super) fn witness(finding: &Finding) -> Option<String> {
    Some(plain(&format!("witness: {}", finding.witness.as_ref()?)).into_owned())
}

/// Who is hurt.
pub(super) fn hurts(finding: &Finding) -> Option<String> {
    (!finding.hurts.is_empty()).then(|| plain(&format!("hurts: {}", finding.hurts.join(", "))).into_owned())
}

/// The next step; where a machine may take it, its command.
pub(super) fn help(finding: &Finding) -> Option<String> {
    let help = match (&finding.fix, &finding.help) {
        (Some(fix), _) => format!("help: {} (cargo topika check --fix)", fix.title),
        (None, Some(help)) => format!("help: {help}"),
        (None, None) => return None,
    };
    Some(plain(&help).into_owned())
}

/// The reason of the waiver.
#[cfg(feature = "formats")]
pub(super) fn waived(finding: &Finding) -> Option<String> {
    Some(plain(&format!("waived: {}", finding.waived.as_ref()?)).into_owned())
}

/// Everything that stands below the place, a line each.
#[cfg(feature = "formats")]
pub(super) fn all(finding: &Finding) -> Vec<String> {
    let mut lines: Vec<String> = promise(finding).into_iter().chain(witness(finding)).chain(hurts(finding)).collect();
    lines.extend(finding.notes.iter().map(|note| plain(note).into_owned()));
    lines.extend(help(finding).into_iter().chain(waived(finding)));
    lines
}

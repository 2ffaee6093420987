//! Whose finding it is, where the stage that made it did not know.

use std::collections::HashMap;

use crate::project::Contract;
use crate::report::Report;

/// Gives findings about a working text the subject of the text. What is told while a file is read knows nothing of subjects, and without
/// one it could not be waived.
pub(super) fn set(contract: &Contract, report: &mut Report) {
    if report.findings().iter().all(|finding| finding.subject.is_some() || finding.at.is_none()) {
        return;
    }
    let events = contract.events.iter().filter(|event| event.frozen.is_none());
    let mut owners: HashMap<&str, &str> =
        events.map(|event| (event.source.path(), event.subject.name.as_str())).collect();
    owners.extend(contract.shared.iter().map(|shared| (shared.source.path(), shared.subject.name.as_str())));
    for finding in report.findings_mut().iter_mut().filter(|finding| finding.subject.is_none()) {
        let owner = finding.at.as_ref().and_then(|at| owners.get(at.source.path()));
        finding.subject = owner.map(|&owner| owner.to_owned());
    }
}

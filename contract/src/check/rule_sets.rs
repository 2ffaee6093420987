//! Data contracts that no registry would take. What is locked stays as it was taken, or as `plan` says.

use crate::data_contract::{DataContract, refused};
use crate::project::Contract;
use crate::report::Report;

/// Says what a registry would refuse of the data contracts that are newer than the lock.
pub(super) fn check(contract: &Contract, report: &mut Report) {
    let events = contract.events.iter().filter(|event| event.frozen.is_none() && event.version.is_none());
    let events = events.filter_map(|event| Some((&event.subject, event.contract.as_ref()?)));
    let shared = contract.shared.iter().filter(|shared| shared.version.is_none());
    let shared = shared.filter_map(|shared| Some((&shared.subject, shared.contract.as_ref()?)));
    // Two schemas of one name share a data contract.
    let mut seen: Vec<&str> = Vec::new();
    for (subject, contract) in shared.chain(events) {
        let path = DataContract::source(contract).path();
        if !seen.contains(&path) {
            seen.push(path);
            report.extend(refused(contract).into_iter().map(|finding| finding.subject(&*subject.name)));
        }
    }
}

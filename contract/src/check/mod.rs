//! The judgement over a whole project: every text against its frozen history, every topic against the lock.

mod place;
mod severities;
mod subjects;
mod topics;
mod waive;

pub use place::{covers, place_of};
pub use subjects::Checked;

use crate::project::{Contract, Project};
use crate::report::Report;

/// Judges a contract against what was locked: each event and shared type by its level, each topic by its locked key and partitions.
/// At the end, every finding of the report has the severity that the manifest gives its rule, whoever made it, and those that a
/// `[[waive]]` row covers weigh nothing.
///
/// Answers what was compared.
pub fn check(contract: &Contract, project: &Project, report: &mut Report) -> Checked {
    let checked = subjects::check(contract, project, report);
    topics::check(contract, project, report);
    severities::set(project, report);
    waive::apply(contract, project, report);
    checked
}

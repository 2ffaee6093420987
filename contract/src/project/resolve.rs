use super::events::Assembly;
use super::plan::Plan;
use super::texts::Texts;
use super::{Contract, Project, keys, rows};
use crate::report::Report;

/// Resolves the working tree: names, references, topics, keys, subjects and versions. Every problem is a finding; what is sound
/// stands in the contract.
#[must_use]
pub fn resolve(project: &Project, report: &mut Report) -> Contract {
    let plan = Plan::of_manifest(project, &project.files, report);
    let texts = Texts::read(project.files.clone(), report);
    texts.tell_unshared(report);
    let mut contract = Assembly::working(project, &plan).contract(&texts, report);
    keys::check(project, &contract, report);
    rows::check(project, report);
    rows::add_versions(project, &mut contract, report);
    contract
}

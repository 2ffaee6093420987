use std::collections::HashSet;

use super::events::Assembly;
use super::files::is_shared;
use super::plan::Plan;
use super::texts::Texts;
use super::{Contract, Format, Project, framing, keys, rows};
use crate::report::{Finding, Report};
use crate::rules::{REF_MISSING, Severity};

/// Resolves the working tree: names, references, topics, keys, subjects and versions. Every problem is a finding; what is sound
/// stands in the contract.
#[must_use]
pub fn resolve(project: &Project, report: &mut Report) -> Contract {
    resolved(project, false, report)
}

/// As [`resolve`]; `rewritten`: what files of types written in Rust have for the keys of topics is not judged.
pub(super) fn resolved(project: &Project, rewritten: bool, report: &mut Report) -> Contract {
    let plan = Plan::of_manifest(project, &project.files, report);
    let mut read = Report::default();
    let texts = Texts::read(project.files.clone(), &mut read);
    report.extend(without_follow_ups(project, &texts, read));
    texts.tell_unshared(report);
    let mut contract = Assembly::working(project, &plan).contract(&texts, report);
    keys::find_types(&mut contract);
    keys::check(project, &contract, rewritten, report);
    framing::check(project, &contract, report);
    rows::check(project, report);
    rows::check_shared(project, &contract, report);
    rows::add_versions(project, &mut contract, report);
    contract
}

/// What reading had to say, without what follows from a shared file that is broken: what is missing elsewhere may be in that file.
fn without_follow_ups(project: &Project, texts: &Texts, read: Report) -> Vec<Finding> {
    let is_missing = |finding: &Finding| std::ptr::eq(finding.rule, &raw const REF_MISSING);
    let said: HashSet<&str> = read
        .findings()
        .iter()
        .filter(|finding| !is_missing(finding) && finding.severity == Severity::Deny)
        .filter_map(|finding| finding.at.as_ref().map(|at| at.source.path()))
        .collect();
    let unreadable = project.unreadable.iter().filter(|path| is_shared(path));
    let broken = texts.broken().filter(|file| file.shared && said.contains(file.source.path())).map(|file| &file.path);
    let formats: Vec<Option<Format>> = unreadable.chain(broken).map(|path| Format::of_path(path)).collect();
    let follows = |finding: &Finding| {
        let at = finding.at.as_ref().and_then(|at| Format::of_path(at.source.path()));
        is_missing(finding) && formats.contains(&at)
    };
    read.findings().iter().filter(|finding| !follows(finding)).cloned().collect()
}

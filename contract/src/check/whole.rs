use super::{
    Baseline, by_hand, carried, doubled, imports, items, kept, lint, owners, plain, removed, rule_sets, severities,
    subjects, topics, waive,
};
use crate::fix;
use crate::project::{Contract, Project};
use crate::report::Report;
use crate::rules::Severity;

/// What a check compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Events and shared types of the working tree.
    pub subjects: usize,
    /// Frozen versions that they were compared with.
    pub versions: usize,
}

/// Judges a contract against what was locked: each event and shared type by its level, each topic by its locked key, framing,
/// partitions, retention and level. At the end, every finding of the report has the severity that the manifest gives its rule, whoever made it,
/// those that a `[[waive]]` row covers weigh nothing, and those that a machine may mend say how; where a type written in Rust stands
/// behind the file, what is to be done is said of the type.
///
/// Answers what was compared.
pub fn check(contract: &Contract, project: &Project, report: &mut Report) -> Checked {
    check_against(contract, project, &[Baseline::lock()], report)
}

/// As [`check()`], against other baselines than the lock, or against several: what is said by two of them is said once.
pub fn check_against(contract: &Contract, project: &Project, baselines: &[Baseline], report: &mut Report) -> Checked {
    let items = items::Items::of(contract);
    let mut judging = subjects::Judging::new(project, &items);
    for baseline in baselines {
        judging.against(baseline);
    }
    let mut judged = judging.compare();
    judged.tell_forged(report);
    for baseline in baselines {
        kept::check(project, baseline, report);
        topics::check(contract, project, baseline, report);
        plain::check(project, &items, baseline, report);
    }
    carried::check(contract, project, report);
    let of_imports = imports::check(contract, project, report);
    let (subjects, versions) = (items.all.len(), judged.tell(report));
    let checked = Checked { subjects: subjects + of_imports.0, versions: versions + of_imports.1 };
    removed::check(project, &items, report);
    rule_sets::check(contract, report);
    lint::check(contract, project, report);
    owners::set(contract, report);
    severities::set(project, report);
    doubled::take_out(report);
    waive::apply(contract, project, report);
    let told = report.findings_mut().iter_mut().filter(|finding| finding.severity != Severity::Allow);
    fix::propose(told);
    by_hand::redirect(contract, report);
    checked
}

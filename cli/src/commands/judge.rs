//! A project loaded, resolved and checked, for the commands that say or change something about it.

use std::path::Path;

use topika_contract::check::{Baseline, Checked, check_against};
use topika_contract::project::{Contract, Project, resolve};
use topika_contract::report::Report;

use crate::problem::Problem;
use crate::progress::Progress;

/// A project with everything that there is to say about it.
pub(super) struct Judged {
    pub(super) project: Project,
    pub(super) contract: Contract,
    pub(super) report: Report,
    pub(super) checked: Checked,
    /// What it was compared with, for people.
    pub(super) baselines: Vec<String>,
}

/// Loads, resolves and checks the project below `root`.
pub(super) fn judge(root: &Path) -> Judged {
    let _progress = Progress::start("Judging the working tree");
    let mut report = Report::default();
    let project = Project::load(root, &mut report);
    let contract = resolve(&project, &mut report);
    judged(project, contract, &[Baseline::lock()], report)
}

/// As [`judge`], against other baselines than the lock.
pub(super) fn judge_against(
    root: &Path,
    baselines: impl FnOnce(&Project, &Contract, &mut Report) -> Result<Vec<Baseline>, Problem>,
) -> Result<Judged, Problem> {
    let _progress = Progress::start("Judging the working tree");
    let mut report = Report::default();
    let project = Project::load(root, &mut report);
    let contract = resolve(&project, &mut report);
    let baselines = baselines(&project, &contract, &mut report)?;
    Ok(judged(project, contract, &baselines, report))
}

fn judged(project: Project, contract: Contract, baselines: &[Baseline], mut report: Report) -> Judged {
    let checked = check_against(&contract, &project, baselines, &mut report);
    Judged { project, contract, report, checked, baselines: baselines.iter().map(Baseline::name).collect() }
}

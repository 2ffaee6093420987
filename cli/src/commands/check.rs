use std::path::Path;
use std::time::Instant;

use topika_contract::check::{Baseline, Checked, check_against};
use topika_contract::project::{Contract, Project, resolve};
use topika_contract::report::Report;

use super::fix::fix;
use crate::args::CheckArgs;
use crate::baseline::{Problem, baselines};
use crate::exit::Exit;
use crate::output::{Told, write};
use crate::printer::Printer;
use crate::progress::Progress;
use crate::rollout::rollout;
use crate::root::root;
use crate::summary::summary;

/// `cargo topika check`
pub(super) fn run(args: &CheckArgs, printer: &mut Printer) -> Exit {
    let outputs = match args.output.outputs() {
        Ok(outputs) => outputs,
        Err(problem) => {
            printer.error(problem, "give all but one a file of its own: --format sarif=out.sarif");
            return Exit::Usage;
        }
    };
    let Some(root) = root(&args.project, printer) else { return Exit::Failed };
    let start = Instant::now();
    let judge =
        || judge_against(&root, |project, contract, report| baselines(&args.baseline, project, contract, report));
    let judged = judge().and_then(|judged| if args.fix { fix(&root, judged, judge, printer) } else { Ok(judged) });
    let judged = match judged {
        Ok(judged) => judged,
        Err(problem) => {
            printer.error(&problem.message, &problem.help);
            return Exit::Failed;
        }
    };
    let new = new_texts(&judged.contract);
    let summary = summary(judged.checked, &judged.baselines, new, &judged.report, start.elapsed());
    // A break that stands above is mended first; then it is time to roll out.
    let rollout = if judged.report.denies() { Vec::new() } else { rollout(&judged.project, &judged.contract) };
    let summary = rollout.into_iter().chain([summary]).collect::<Vec<_>>().join("\n");
    let told = Told { report: &judged.report, root: &root, subjects: subjects(&judged.contract), summary, json: None };
    match (write(&told, &outputs, printer), judged.report.denies()) {
        (false, _) => Exit::Failed,
        (true, true) => Exit::Findings,
        (true, false) => Exit::Clean,
    }
}

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
fn judge_against(
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

/// The names of all that is judged.
fn subjects(contract: &Contract) -> Vec<String> {
    let events = contract.events.iter().filter(|event| event.frozen.is_none()).map(|event| &event.subject);
    let shared = contract.shared.iter().map(|shared| &shared.subject);
    events.chain(shared).map(|subject| subject.name.clone()).collect()
}

fn new_texts(contract: &Contract) -> usize {
    let events = contract.events.iter().filter(|event| event.frozen.is_none() && event.version.is_none()).count();
    events + contract.shared.iter().filter(|shared| shared.version.is_none()).count()
}

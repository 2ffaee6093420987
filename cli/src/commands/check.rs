use std::time::Instant;

use topika_contract::project::Contract;
use topika_contract::report::plain;

use super::fix::fix;
use super::judge::judge_against;
use crate::args::CheckArgs;
use crate::baseline::baselines;
use crate::exit::Exit;
use crate::output::{Told, write};
use crate::printer::Printer;
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
            printer.error(plain(&problem.message), plain(&problem.help));
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

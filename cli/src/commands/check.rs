use std::time::Instant;

use topika_contract::check::{Checked, check};
use topika_contract::project::{Contract, Project, resolve};
use topika_contract::report::{self, Report};
use topika_contract::rules::Severity;

use crate::args::{CheckArgs, Format};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::root::root;
use crate::summary::summary;

/// `cargo topika check`
pub(super) fn run(args: &CheckArgs, printer: &mut Printer) -> Exit {
    let Some(root) = root(&args.project, printer) else { return Exit::Failed };
    let start = Instant::now();
    let judged = judge(&root);
    let line = summary(judged.checked, new_texts(&judged.contract), &judged.report, start.elapsed());
    match args.format {
        Format::Json => printer.out(report::json(&judged.report)),
        format => print_findings(&judged.report, format, printer),
    }
    // Only people read the last line; a machine's stdout holds findings alone.
    if args.format == Format::Text {
        printer.out(line);
    } else {
        printer.err(line);
    }
    if judged.report.denies() { Exit::Findings } else { Exit::Clean }
}

/// A project with everything that there is to say about it.
pub(super) struct Judged {
    pub(super) project: Project,
    pub(super) contract: Contract,
    pub(super) report: Report,
    pub(super) checked: Checked,
}

/// Loads, resolves and checks the project below `root`.
pub(super) fn judge(root: &std::path::Path) -> Judged {
    let mut report = Report::default();
    let project = Project::load(root, &mut report);
    let contract = resolve(&project, &mut report);
    let checked = check(&contract, &project, &mut report);
    Judged { project, contract, report, checked }
}

/// Prints findings at warn and deny for people, the worst last: that is where the eye is.
pub(super) fn print_findings(report: &Report, format: Format, printer: &mut Printer) {
    for severity in [Severity::Warn, Severity::Deny] {
        for finding in report::shown(report).into_iter().filter(|finding| finding.severity == severity) {
            if format == Format::Short {
                printer.out(format_args!(
                    "{}: {}",
                    if severity == Severity::Deny { "error" } else { "warning" },
                    report::short(finding)
                ));
            } else {
                let text = report::full(finding, printer.colour);
                printer.out(format_args!("{text}\n"));
            }
        }
    }
}

fn new_texts(contract: &Contract) -> usize {
    let events = contract.events.iter().filter(|event| event.frozen.is_none() && event.version.is_none()).count();
    events + contract.shared.iter().filter(|shared| shared.version.is_none()).count()
}

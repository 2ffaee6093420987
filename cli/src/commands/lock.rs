use std::io;

use topika_contract::check::{check, verify};
use topika_contract::freeze::{Change, Frozen, lock, today};
use topika_contract::project::{Project, resolve};
use topika_contract::report::Report;
use topika_contract::rules::{EVENT_UNKNOWN_VERSION, Severity};
use topika_contract::saved::sweep;

use super::judge::{Judged, judge};
use crate::args::{Format, LockArgs};
use crate::exit::Exit;
use crate::findings::print_findings;
use crate::printer::Printer;
use crate::root::root;
use crate::summary::count;

/// `cargo topika lock`
pub(super) fn run(args: &LockArgs, printer: &mut Printer) -> Exit {
    let Some(root) = root(&args.project, printer) else { return Exit::Failed };
    let mut judged = judge(&root);
    let frozen = lock(&judged.project, &judged.contract, &today());
    if only_versions_are_missing(&judged.report) {
        judged.report = report_after(&judged, &frozen);
    }
    verify(&judged.project, &mut judged.report);
    print_findings(&judged.report, Format::Text, printer);
    if judged.report.denies() {
        let errors = count(judged.report.count(Severity::Deny), "error");
        printer.error(
            format_args!("nothing {} locked: {errors}", if args.check { "can be" } else { "was" }),
            "mend what stands above, then run `cargo topika lock` again",
        );
        return Exit::Findings;
    }
    if frozen.is_empty() {
        printer.out("Nothing to lock: every schema is a locked version");
        return Exit::Clean;
    }
    if args.check {
        let versions = tell(&frozen, printer);
        printer.out(format_args!("Not locked yet: {versions}; at release: `cargo topika lock`"));
        return Exit::Findings;
    }
    sweep(&root, &judged.project.manifest.schemas);
    if let Err(error) = frozen.write(&root) {
        printer.error(&error, help(&error));
        return Exit::Failed;
    }
    let versions = tell(&frozen, printer);
    printer.out(format_args!("Locked {versions}; commit topika.lock and {}/.history", judged.project.manifest.schemas));
    Exit::Clean
}

/// What to do where the new versions were not written.
fn help(error: &io::Error) -> &'static str {
    match error.kind() {
        // A frozen text of other words is in the way, and the error names the ways out.
        io::ErrorKind::AlreadyExists => {
            "do one of the two, then run `cargo topika lock` again; the old lock still holds"
        }
        _ => "see that you may write there; the old lock still holds",
    }
}

/// Names what locking changes; answers how much it is.
fn tell(frozen: &Frozen, printer: &mut Printer) -> String {
    let (mut versions, mut topics) = (0, 0);
    for change in &frozen.changes {
        match change {
            Change::Topic { name } => {
                topics += 1;
                printer.out(format_args!("topic   {name}"));
            }
            Change::Version { subject, number } => {
                versions += 1;
                printer.out(format_args!("version {number} of {subject}"));
            }
        }
    }
    // A new version of an event on a new topic is told by the version alone.
    if versions == 0 { count(topics, "topic") } else { count(versions, "version") }
}

/// Whether all that is at deny is that rows ask for versions that were never locked: this very run may lock them.
fn only_versions_are_missing(report: &Report) -> bool {
    let mut denied = report.findings().iter().filter(|finding| finding.severity == Severity::Deny);
    report.denies() && denied.all(|finding| finding.rule.id == EVENT_UNKNOWN_VERSION.id)
}

/// What there is to say once the new versions are locked.
fn report_after(judged: &Judged, frozen: &Frozen) -> Report {
    let project = Project { lock: frozen.lock().clone(), ..judged.project.clone() };
    let mut report = Report::default();
    let contract = resolve(&project, &mut report);
    check(&contract, &project, &mut report);
    report
}

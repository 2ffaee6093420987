//! `cargo topika check --fix`: what a machine may mend is mended, and judged again.

use std::collections::HashSet;
use std::path::Path;

use topika_contract::fix::{Made, Plan, plan};
use topika_contract::report::{plain, shown};
use topika_contract::tree::Disk;

use super::judge::Judged;
use crate::printer::Printer;
use crate::problem::Problem;
use crate::summary::count;

/// How often fixes are made: one may uncover another, and of two at one place the second waits for the next round.
const ROUNDS: usize = 10;

/// Makes the fixes of all findings that are shown, and answers with what is left to say. `judge` judges the project anew.
///
/// # Errors
/// A file could not be written, or the project not be judged anew.
pub(super) fn fix(
    root: &Path,
    mut judged: Judged,
    judge: impl Fn() -> Result<Judged, Problem>,
    printer: &mut Printer,
) -> Result<Judged, Problem> {
    let mut seen: HashSet<(String, String)> = HashSet::new();
    let mut files: HashSet<String> = HashSet::new();
    let mut made = 0;
    let mut refused = Vec::new();
    for _ in 0..ROUNDS {
        let plan = plan(shown(&judged.report), &Disk::new(root), &judged.project.manifest.schemas);
        refused.clone_from(&plan.refused);
        if plan.files.is_empty() || goes_round(&plan, &mut seen) {
            break;
        }
        if let Err(error) = plan.write(root) {
            let help = "see that you may write there; no file was changed after it".to_owned();
            return Err(Problem { message: error.to_string(), help });
        }
        for one in &plan.made {
            printer.err(format_args!("fixed {}", said(one)));
        }
        made += plan.made.len();
        files.extend(plan.files.into_iter().map(|file| file.path));
        judged = judge()?;
    }
    for one in &refused {
        printer.err(format_args!("not fixed {}: {}", said(&one.fix), plain(&one.reason)));
    }
    let line = match made {
        0 => "Fixed nothing: no finding has a fix that a machine may make".to_owned(),
        _ => format!("Fixed {} in {}; `git diff` shows them", count(made, "finding"), count(files.len(), "file")),
    };
    printer.err(line);
    Ok(judged)
}

/// Whether a plan brings a file back to what it was: two fixes that undo each other would go on for ever.
fn goes_round(plan: &Plan, seen: &mut HashSet<(String, String)>) -> bool {
    for file in &plan.files {
        seen.insert((file.path.clone(), file.before.clone()));
    }
    plan.files.iter().any(|file| seen.contains(&(file.path.clone(), file.after.clone())))
}

fn said(fix: &Made) -> String {
    plain(&format!("{}: {} ({})", fix.at, fix.title, fix.rule)).into_owned()
}

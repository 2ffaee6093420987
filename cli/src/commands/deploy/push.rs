use topika_contract::lock::RegisteredId;
use topika_contract::saved::sweep;

use super::compared::{Compared, compared};
use super::refusals::{Means, means, told};
use super::{import, prune, text};
use crate::args::PushArgs;
use crate::deploy::{Applied, Applier, Step, Waiting};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::problem::Problem;
use crate::summary::count;

/// `cargo topika push`
pub(in super::super) fn run(args: &PushArgs, printer: &mut Printer) -> Exit {
    let Some(mut compared) = compared(&args.project, &args.env, printer) else { return Exit::Failed };
    if !args.dry_run {
        sweep(&compared.root, &compared.manifest.schemas);
    }
    if let Some(from) = &args.import_ids {
        return import::run(&mut compared, from, args.dry_run, printer);
    }
    if args.dry_run {
        printer.out(text::plan(&compared));
        return match text::refused(&compared) {
            Some(_) => Exit::Findings,
            None if args.prune && prune::found(&compared, printer).is_none() => Exit::Failed,
            None => Exit::Clean,
        };
    }
    if let Some(exit) = not_pushed(&compared, printer) {
        return exit;
    }
    let mut pruned = Exit::Clean;
    if args.prune {
        // Whoever says no to the deletion has not seen the rest of it either.
        let Some(unwanted) = prune::found(&compared, printer) else { return Exit::Failed };
        if let Err(exit) = prune::is_meant(&unwanted, args, &compared, printer) {
            return exit;
        }
        if !unwanted.versions.is_empty() {
            // It goes first: what is registered is judged against what is there, and some registries drop the level and the settings of a subject with
            // its last version, so all is asked for once more.
            pruned = prune::apply(&unwanted, args.permanent, &compared, printer);
            if pruned == Exit::Failed {
                return pruned;
            }
            let Some(again) = self::compared(&args.project, &args.env, printer) else { return Exit::Failed };
            compared = again;
            if let Some(exit) = not_pushed(&compared, printer) {
                return exit;
            }
        }
    }
    for note in &compared.notes {
        printer.err(format_args!("note: {note}"));
    }
    for drift in &compared.plan.drift {
        printer.err(text::drift(drift));
    }
    let left = compared.plan.drift.iter().filter(|drift| drift.stays()).count();
    let exit = apply(&mut compared, left, printer);
    // What was done is kept, whatever became of the rest.
    match compared.ids.write() {
        Ok(Some(path)) => printer.out(format_args!("Wrote {path}; commit it")),
        Ok(None) => {}
        Err(problem) => {
            printer.error(problem.message, problem.help);
            return Exit::Failed;
        }
    }
    if exit == Exit::Clean { pruned } else { exit }
}

/// How a push ends that does nothing, since messages name other ids than those that are there.
fn not_pushed(compared: &Compared, printer: &mut Printer) -> Option<Exit> {
    let Problem { message, help } = text::refused(compared)?;
    for drift in &compared.plan.drift {
        printer.err(text::drift(drift));
    }
    printer.error(format_args!("nothing was pushed: {message}"), help);
    Some(Exit::Findings)
}

/// Does the steps, a line each; `left` is how many differences stay whatever is done. What is refused lets wait what stands behind it, and no more.
fn apply(compared: &mut Compared, left: usize, printer: &mut Printer) -> Exit {
    let Compared { registry, wanted, observed, plan, ids, unlocked, runtime, .. } = compared;
    let mut applier = Applier::new(&registry.client, wanted, observed);
    let (mut waiting, mut held, mut left_out) = (Waiting::default(), 0, 0);
    let mut refusals = Vec::new();
    let all = plan.steps.len();
    for (at, step) in plan.steps.iter().enumerate() {
        if waiting.holds(wanted, step) {
            waiting.add(step);
            held += 1;
            continue;
        }
        match runtime.block_on(applier.apply(step)) {
            Ok(Applied::Set) => printer.out(text::step(step)),
            Ok(Applied::Version(RegisteredId { id, version, .. })) => {
                let without = text::without(wanted, step);
                printer.out(format_args!("{}{without}  id {id}{}", text::step(step), other_number(step, version)));
                // Nothing has to be done of what was refused before it in its subject: it is left out.
                refusals.retain(|refusal: &Refusal<'_>| {
                    let stays = !(refusal.is_alone && refusal.step.subject() == step.subject());
                    if !stays {
                        left_out += 1;
                        let Problem { message, .. } = &refusal.told;
                        printer.err(format_args!("note: {message}; it is left out: a newer version takes its place"));
                    }
                    stays
                });
            }
            Err(refused) => {
                let told = told(step, &refused, registry, wanted);
                let is_alone = match means(step, &refused) {
                    Means::Alone => true,
                    Means::Behind => false,
                    Means::End => {
                        tell(&refusals, printer);
                        let left = refusals.len() + held + all - at;
                        printer.error(format_args!("{}; {} not done", told.message, count(left, "step")), told.help);
                        applier.keep(&mut ids.ids);
                        return Exit::Failed;
                    }
                };
                if is_alone {
                    waiting.add_alone(step)
                } else {
                    waiting.add(step)
                }
                refusals.push(Refusal { step, told, is_alone });
            }
        }
    }
    applier.keep(&mut ids.ids);
    tell(&refusals, printer);
    let not_done = refusals.len() + held;
    let all = all - left_out;
    let mut exit = Exit::Clean;
    let what =
        if all == 0 { "Nothing to push".to_owned() } else { format!("Pushed {}", count(all - not_done, "step")) };
    if not_done > 0 {
        if all > not_done {
            printer.out(what);
        }
        let (refused, behind) = (refusals.len(), if held > 0 { format!(", {held} behind") } else { String::new() });
        let message = format!("{} not done: {refused} refused{behind}", count(not_done, "step"));
        printer.error(message, "mend what is told above, and push again: what was done stays done");
        exit = Exit::Findings;
    } else {
        printer.out(format_args!("{what}: {}", text::outcome(registry, left + left_out)));
    }
    if plan.waiting() > 0 {
        let message = format!("{} not done: nothing is registered there now", count(plan.waiting(), "step"));
        printer.error(message, "do what is said of the mode or the alias above, and push again");
        exit = Exit::Findings;
    }
    if plan.refused() > 0 {
        let message =
            format!("{} not registered: the registry refuses what is told above", count(plan.refused(), "version"));
        printer.error(message, "mend it, lock it, and push again");
        exit = Exit::Findings;
    }
    if let Some(line) = text::unlocked(unlocked) {
        printer.err(line);
    }
    exit
}

/// A step that the registry refused.
struct Refusal<'a> {
    step: &'a Step,
    told: Problem,
    /// Whether only what refers to it waits.
    is_alone: bool,
}

fn tell(refusals: &[Refusal<'_>], printer: &mut Printer) {
    for Refusal { told: Problem { message, help }, .. } in refusals {
        printer.error(message, help);
    }
}

fn other_number(step: &Step, version: u32) -> String {
    match step {
        Step::Register { number, .. } if *number != version => format!(" (version {version} there)"),
        _ => String::new(),
    }
}

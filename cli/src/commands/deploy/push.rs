use topika_contract::lock::{Language, RegisteredId};
use topika_registry::client::ErrorKind;

use super::compared::{Compared, compared};
use super::{import, prune, text};
use crate::args::PushArgs;
use crate::deploy::{Applied, Applier, Drift, Refused, Step, Wanted};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::problem::Problem;
use crate::settings::FILE;
use crate::summary::count;

/// `cargo topika push`
pub(in super::super) fn run(args: &PushArgs, printer: &mut Printer) -> Exit {
    let Some(mut compared) = compared(&args.project, &args.env, printer) else { return Exit::Failed };
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
    if let Some(Problem { message, help }) = text::refused(&compared) {
        for drift in &compared.plan.drift {
            printer.err(text::drift(drift));
        }
        printer.error(format_args!("nothing was pushed: {message}"), help);
        return Exit::Findings;
    }
    let unwanted = if args.prune {
        // Whoever says no to the deletion has not seen the rest of it either.
        let Some(unwanted) = prune::found(&compared, printer) else { return Exit::Failed };
        match prune::is_meant(&unwanted, args, &compared, printer) {
            Ok(()) => Some(unwanted),
            Err(exit) => return exit,
        }
    } else {
        None
    };
    for note in &compared.notes {
        printer.err(format_args!("note: {note}"));
    }
    let goes = |drift: &&Drift| unwanted.as_ref().is_some_and(|unwanted| unwanted.ends(drift));
    let left: Vec<&Drift> = compared.plan.drift.iter().filter(|drift| !goes(drift)).collect();
    for drift in &left {
        printer.err(text::drift(drift));
    }
    let left = left.iter().filter(|drift| drift.stays()).count();
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
    match unwanted {
        Some(unwanted) if exit == Exit::Clean => prune::apply(&unwanted, args.permanent, &compared, printer),
        _ => exit,
    }
}

/// Does the steps, a line each; `left` is how many differences stay whatever is done.
fn apply(compared: &mut Compared, left: usize, printer: &mut Printer) -> Exit {
    let Compared { registry, wanted, observed, plan, ids, unlocked, runtime, .. } = compared;
    let mut applier = Applier::new(&registry.client, wanted, observed);
    let mut exit = Exit::Clean;
    let all = plan.steps.len();
    for (done, step) in plan.steps.iter().enumerate() {
        match runtime.block_on(applier.apply(step)) {
            Ok(Applied::Set) => printer.out(text::step(step)),
            Ok(Applied::Version(RegisteredId { id, version, .. })) => {
                let without = text::without(wanted, step);
                printer.out(format_args!("{}{without}  id {id}{}", text::step(step), other_number(step, version)));
            }
            Err(refused) => {
                let (message, help, ends) = told(step, &refused, registry, wanted, all - done);
                printer.error(message, help);
                exit = ends;
                break;
            }
        }
    }
    applier.keep(&mut ids.ids);
    if exit == Exit::Clean {
        let what = if all == 0 { "Nothing to push".to_owned() } else { format!("Pushed {}", count(all, "step")) };
        printer.out(format_args!("{what}: {}", text::outcome(registry, left)));
        if plan.waiting() > 0 {
            let message = format!("{} not done: nothing is registered there now", count(plan.waiting(), "step"));
            printer.error(message, "do what is said of the mode or the alias above, and push again");
            exit = Exit::Findings;
        }
        if let Some(line) = text::unlocked(unlocked) {
            printer.err(line);
        }
    }
    exit
}

fn other_number(step: &Step, version: u32) -> String {
    match step {
        Step::Register { number, .. } if *number != version => format!(" (version {version} there)"),
        _ => String::new(),
    }
}

fn is_protobuf(step: &Step, wanted: &Wanted) -> bool {
    let Step::Register { at, .. } = step else { return false };
    wanted.versions.get(*at).is_some_and(|version| version.language == Language::Protobuf)
}

/// Apicurio takes a JSON Schema that names no draft by its looks, and refuses what does not look like one.
fn draft(step: &Step, wanted: &Wanted) -> &'static str {
    let Step::Register { at, .. } = step else { return "" };
    let version = wanted.versions.get(*at).filter(|version| version.language == Language::Json);
    match version.is_some_and(|version| !version.source.text().contains("\"$schema\"")) {
        true => "; if it does not know the text for JSON Schema, name its draft by `$schema` and lock it",
        false => "",
    }
}

/// What is said of a step that was not done: message, next step, how the run ends.
fn told(
    step: &Step,
    refused: &Refused,
    registry: &crate::environment::Registry,
    wanted: &Wanted,
    left: usize,
) -> (String, String, Exit) {
    let what = text::doing(step);
    let left = format!("{} not done", count(left, "step"));
    match refused {
        Refused::NoReference => {
            let help = "push again: what it refers to is registered first".to_owned();
            (format!("{what}: what it refers to is not in the registry; {left}"), help, Exit::Findings)
        }
        Refused::NotKept(names) => {
            let help = format!("take {names} out of {FILE}: this registry does not know them");
            (format!("{what}: the registry does not keep {names}; {left}"), help, Exit::Findings)
        }
        Refused::Registry(error) if error.kind() == ErrorKind::Incompatible && is_protobuf(step, wanted) => {
            let help = "nothing here judges Protocol Buffers: see what the registry says; push with `--import-ids`, which asks for no judgement, \
                        or under the level NONE";
            (format!("{what}: {error}; {left}"), help.to_owned(), Exit::Findings)
        }
        Refused::Registry(error) if error.kind() == ErrorKind::Incompatible => {
            let help = format!(
                "run `cargo topika check --baseline {}`, which judges against what is registered there; then push again",
                registry.id()
            );
            (format!("{what}: {error}; {left}"), help, Exit::Findings)
        }
        Refused::Registry(error) if matches!(error.kind(), ErrorKind::InvalidSchema | ErrorKind::Refused) => {
            let help = format!("mend what the registry says{}, and push again", draft(step, wanted));
            (format!("{what}: {error}; {left}"), help, Exit::Findings)
        }
        Refused::Registry(error) => {
            let problem = registry.problem(error, None);
            let help = format!("{}; push again, and it goes on from here", problem.help);
            (format!("{what}: {error}; {left}"), help, Exit::Failed)
        }
    }
}

use topika_contract::project::Registration;
use topika_registry::client::ErrorKind;

use super::compared::Compared;
use super::text;
use crate::deploy::{Applier, Step, import, read_ids};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::problem::Problem;
use crate::summary::count;

/// `cargo topika push --import-ids ENV`
pub(super) fn run(compared: &mut Compared, from: &str, dry_run: bool, printer: &mut Printer) -> Exit {
    match imported(compared, from, dry_run, printer) {
        Ok(()) => Exit::Clean,
        Err(Problem { message, help }) => {
            printer.error(message, help);
            Exit::Failed
        }
    }
}

fn imported(compared: &mut Compared, from: &str, dry_run: bool, printer: &mut Printer) -> Result<(), Problem> {
    let Compared { root, schemas, registry, wanted, observed, plan, notes, ids, runtime, .. } = compared;
    let known = read_ids(root, schemas, from)?;
    let import = import(wanted, observed, &known.ids, from)?;
    if dry_run {
        for version in import.steps.iter().filter_map(|at| wanted.versions.get(*at)) {
            let had = known.ids.get(&version.subject, version.number);
            printer.out(line(&wanted.remote(version), version, had.map_or(0, |had| had.id)));
        }
        return Ok(());
    }
    for note in notes.iter() {
        printer.err(format_args!("note: {note}"));
    }
    let again = "push again, and it goes on from here";
    let failed = |error: &topika_registry::client::Error, what: &str| {
        let problem = registry.problem(error, None);
        Problem::new(format!("{what}: {error}"), format!("{}; {again}", problem.help))
    };
    let close = || runtime.block_on(import.close(&registry.client, wanted, observed));
    runtime.block_on(import.open(&registry.client, wanted)).inspect_err(|_| drop(close())).map_err(
        |error| match error.kind() {
            // What was asked before was answered, so it is a registry: one that knows no modes.
            ErrorKind::Protocol => {
                let help =
                    "push without `--import-ids`, and it gives ids of its own; or import into a registry with modes";
                Problem::new("the registry takes no versions with given ids: it has no mode IMPORT", help)
            }
            _ => failed(&error, "the registry takes no versions with given ids"),
        },
    )?;
    let mut hindered = None;
    for at in &import.steps {
        let Some(version) = wanted.versions.get(*at) else { continue };
        match runtime.block_on(import.step(&registry.client, wanted, *at)) {
            Ok(Some(to)) => printer.out(line(&wanted.remote(version), version, to.id)),
            Ok(None) => {}
            Err(error) => {
                let what = format!("version {} of {} was not registered", version.number, wanted.remote(version));
                hindered = Some(failed(&error, &what));
                break;
            }
        }
    }
    // Also where something hindered it: a subject that stays open takes any id from anybody.
    let closed = close();
    if let Some(problem) = hindered {
        return Err(problem);
    }
    closed.map_err(|error| failed(&error, "the mode IMPORT of our subjects was not taken back"))?;
    let mut applier = Applier::new(&registry.client, wanted, observed);
    for step in plan.steps.iter().filter(|step| !matches!(step, Step::Register { .. })) {
        if let Err(refused) = runtime.block_on(applier.apply(step)) {
            let why = refused.error().map(ToString::to_string).unwrap_or_default();
            return Err(Problem::new(format!("{}: {why}", text::doing(step)), again));
        }
        printer.out(text::step(step));
    }
    import.keep(wanted, &mut ids.ids);
    if let Some(path) = ids.write()? {
        printer.out(format_args!("Wrote {path}; commit it"));
    }
    let (all, id) = (count(import.steps.len(), "version"), registry.id());
    printer.out(format_args!("Imported {all}: {id} of {} has the ids of {from}", registry.url));
    Ok(())
}

fn line(subject: &str, version: &Registration, id: u32) -> String {
    format!("import    {subject}  version {}  id {id}", version.number)
}

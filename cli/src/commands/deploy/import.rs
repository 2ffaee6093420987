use tokio::runtime::Runtime;
use topika_contract::lock::Ids;
use topika_contract::project::Registration;
use topika_registry::api::Mode;
use topika_registry::client::{Client, ErrorKind};

use super::compared::Compared;
use super::refusals::told;
use super::text;
use crate::deploy::{Applier, Gone, Import, Observed, Past, Plan, Step, import, past, read_ids};
use crate::environment::registry_of;
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
    let known = read_ids(&compared.root, &compared.schemas, from)?;
    let mut import = import(&compared.wanted, &compared.observed, &known.ids, from)?;
    not_turned_away(&import.steps, compared)?;
    let taken = compared.runtime.block_on(import.taken(&compared.registry.client, &compared.wanted));
    if let Some(problem) = taken.map_err(|error| compared.registry.problem(&error, None))? {
        return Err(problem);
    }
    import.past = past_of(compared, from, &known.ids, printer);
    let Compared { registry, wanted, observed, plan, notes, ids, runtime, .. } = compared;
    if dry_run {
        for version in import.steps.iter().filter_map(|at| wanted.versions.get(*at)) {
            let had = known.ids.get(&version.subject, version.number);
            printer.out(line(&wanted.remote(version), version, had.map_or(0, |had| had.id)));
        }
        for gone in &import.past.versions {
            printer.out(deleted(gone));
        }
        for step in beside(plan, observed) {
            printer.out(text::step(step));
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
    let close = |import: &Import| runtime.block_on(import.close(&registry.client, wanted, observed));
    runtime.block_on(import.open(&registry.client, wanted)).inspect_err(|_| drop(close(&import))).map_err(|error| {
        match error.kind() {
            // What was asked before was answered, so it is a registry: one that knows no modes.
            ErrorKind::Protocol => {
                let help =
                    "push without `--import-ids`, and it gives ids of its own; or import into a registry with modes";
                Problem::new("the registry takes no versions with given ids: it has no mode IMPORT", help)
            }
            _ => failed(&error, "the registry takes no versions with given ids"),
        }
    })?;
    let mut hindered = None;
    for at in import.steps.clone() {
        let Some(version) = wanted.versions.get(at) else { continue };
        match runtime.block_on(import.step(&registry.client, wanted, at)) {
            Ok(Some(to)) => printer.out(line(&wanted.remote(version), version, to.id)),
            Ok(None) => {}
            Err(error) => {
                let what = format!("version {} of {} was not registered", version.number, wanted.remote(version));
                hindered = Some(failed(&error, &what));
                break;
            }
        }
    }
    let carried = if hindered.is_none() { carry(&import.past, &registry.client, runtime, printer) } else { 0 };
    // Also where something hindered it: a subject that stays open takes any id from anybody.
    let closed = close(&import);
    // What was done is kept, whatever became of the rest.
    import.keep(wanted, &mut ids.ids);
    if let Some(path) = ids.write()? {
        printer.out(format_args!("Wrote {path}; commit it"));
    }
    if let Some(problem) = hindered {
        return Err(problem);
    }
    closed.map_err(|error| failed(&error, "the mode IMPORT of our subjects was not taken back"))?;
    let mut applier = Applier::new(&registry.client, wanted, observed);
    // What they say of texts holds for what comes later: what is imported is kept as it was.
    for step in beside(plan, observed) {
        if let Err(refused) = runtime.block_on(applier.apply(step)) {
            let Problem { message, help } = told(step, &refused, registry, wanted);
            return Err(Problem::new(message, help));
        }
        printer.out(text::step(step));
    }
    let others = import.other_guids(wanted);
    if let Some(first) = others.first() {
        printer.err(format_args!(
            "note: {} not the GUID of {from} ({first}{}): settings have a part in it (`normalize`, default and override metadata and rules). Messages that name it by \
             its GUID cannot be read here; where there are such, give an empty registry these settings first, and import into that",
            if others.len() == 1 { "1 version has".to_owned() } else { format!("{} versions have", others.len()) },
            if others.len() == 1 { "" } else { " is one" },
        ));
    }
    let (mut all, id) = (count(import.steps.len(), "version"), registry.id());
    if carried > 0 {
        all = format!("{all}, and {} that stay deleted", count(carried, "version"));
    }
    printer.out(format_args!("Imported {all}: {id} of {} has the ids of {from}", registry.url));
    Ok(())
}

/// The levels and settings, which are set behind the versions; also what waited for a subject that an import which was broken off has left open.
fn beside<'p>(plan: &'p Plan, observed: &'p Observed) -> impl Iterator<Item = &'p Step> {
    let is_open = |step: &&Step| observed.subjects.get(step.subject()).is_some_and(|seen| seen.mode == Mode::Import);
    let all = plan.steps.iter().chain(plan.held.iter().filter(is_open));
    all.filter(|step| !matches!(step, Step::Register { .. }))
}

/// What the registry that the ids come from has beside the lock. What cannot be known is told, and hinders nothing: the registry may be lost.
fn past_of(compared: &Compared, from: &str, known: &Ids, printer: &mut Printer) -> Past {
    let Compared { root, manifest, registry, wanted, runtime, .. } = compared;
    let asked = || {
        if from == registry.env {
            return Err("it is the one that is filled".to_owned());
        }
        let source = registry_of(from, manifest, root).map_err(|problem| problem.message)?;
        let past = past((&source.client, &source.prefix), &registry.client, wanted, known);
        runtime.block_on(past).map_err(|error| error.to_string())
    };
    let past = asked().unwrap_or_else(|why| {
        printer.err(format_args!(
            "note: the registry of {from} was not asked for versions that are softly deleted ({why}): messages that name one cannot be read here"
        ));
        Past::default()
    });
    for left in &past.left {
        printer.err(format_args!("note: {left}: it does not go along, and messages that name it cannot be read here"));
    }
    past
}

/// Registers what was softly deleted and deletes it again; how many. One that the registry does not take is told, and hinders nothing.
fn carry(past: &Past, client: &Client, runtime: &Runtime, printer: &mut Printer) -> usize {
    let mut there = Vec::with_capacity(past.versions.len());
    for gone in &past.versions {
        match runtime.block_on(gone.register(client)) {
            Ok(()) => there.push(gone),
            Err(error) => printer.err(format_args!(
                "note: version {} of {} with the id {} was not registered: {error}; messages that name it cannot be read here",
                gone.version, gone.subject, gone.id
            )),
        }
    }
    // What refers to something goes before it.
    for gone in there.iter().rev() {
        match runtime.block_on(gone.delete(client)) {
            Ok(()) => printer.out(deleted(gone)),
            Err(error) => printer.err(format_args!(
                "note: version {} of {} was not deleted again: {error}; import again, and it is",
                gone.version, gone.subject
            )),
        }
    }
    there.len()
}

fn deleted(gone: &Gone) -> String {
    format!("import    {}  version {} there  id {}, softly deleted", gone.subject, gone.version, gone.id)
}

/// Sees that no subject of the import is another name of a second one there: its versions would be those of that one.
fn not_turned_away(steps: &[usize], compared: &Compared) -> Result<(), Problem> {
    let Compared { wanted, said, .. } = compared;
    let mut there = steps.iter().filter_map(|at| wanted.versions.get(*at)).map(|version| wanted.remote(version));
    match there.find_map(|subject| Some((subject.clone(), said.alias(&subject)?.to_owned()))) {
        Some((subject, of)) => Err(Problem::new(
            format!("{subject} is another name of {of} there, which would get its versions"),
            "take the alias back there, and import again: it is set behind the versions",
        )),
        None => Ok(()),
    }
}

fn line(subject: &str, version: &Registration, id: u32) -> String {
    format!("import    {subject}  version {}  id {id}", version.number)
}

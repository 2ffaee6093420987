use std::collections::BTreeSet;
use std::path::Path;

use topika_contract::check::check;
use topika_contract::data_contract::ContractChange;
use topika_contract::freeze::today;
use topika_contract::manifest::ImportRow;
use topika_contract::project::{Contract, Project, resolve};
use topika_contract::report::{Finding, Report};
use topika_contract::rules::HISTORY_UNREADABLE_VERSION;
use topika_contract::saved::sweep;

use crate::args::Format;
use crate::deploy::{other_ids, read_ids};
use crate::environment::registry;
use crate::exit::Exit;
use crate::findings::print_findings;
use crate::import::{Frozen, asked, freeze, rows, write};
use crate::printer::Printer;
use crate::problem::Problem;
use crate::progress::Progress;
use crate::registered::SeenId;
use crate::summary::count;

/// `cargo topika pull --import`
pub(super) fn pulled(
    project: &Project,
    root: &Path,
    names: &[String],
    dry_run: bool,
    printer: &mut Printer,
) -> Result<Exit, Problem> {
    let rows = rows(&project.manifest, names)?;
    let contract = resolve(project, &mut Report::default());
    let frozen = frozen(project, &contract, &rows)?;
    tell(&frozen, printer);
    let schemas = &project.manifest.schemas;
    if let Some(Problem { message, help }) = other_ids_of(&frozen, project, root)? {
        printer.error(message, help);
        return Ok(Exit::Findings);
    }
    if !dry_run {
        sweep(root, schemas);
        write(&frozen, root, schemas, &project.lock).map_err(|error| {
            Problem::new(error.to_string(), "see that you may write there, and pull again: the old lock still holds")
        })?;
        keep_ids(&frozen, root, schemas)?;
    }
    let subjects = count(frozen.lock.imports.len(), "subject");
    let what = match frozen.added.len() {
        0 if frozen.contracts.is_empty() => format!("Nothing new: {subjects} of others are frozen"),
        0 => {
            let versions = count(frozen.contracts.len(), "version");
            let verb = if dry_run { "to freeze" } else { "frozen" };
            format!("No new text; metadata or rules of {versions} {verb}, of {subjects} of others in all")
        }
        added if dry_run => format!("{} to freeze; then {subjects} of others in all", count(added, "new version")),
        added => format!(
            "Froze {}, of {subjects} of others in all; look at them, and commit topika.lock and {schemas}",
            count(added, "new version")
        ),
    };
    printer.out(what);
    Ok(judge(project, &contract, frozen, printer))
}

fn frozen(project: &Project, contract: &Contract, rows: &[&ImportRow]) -> Result<Frozen, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::new(format!("no connection can be made: {error}"), "see what the system says"))?;
    let envs: BTreeSet<&str> = rows.iter().filter_map(|row| Some(row.env.as_ref()?.value.as_str())).collect();
    let mut answers = Vec::new();
    for env in envs {
        let registry = registry(env, project)?;
        let of_env = rows.iter().filter(|row| row.env.as_ref().is_some_and(|own| own.value == env));
        let of_env: Vec<&ImportRow> = of_env.copied().collect();
        let answer = {
            let _progress = Progress::start("Reading what others own");
            runtime
                .block_on(asked(&registry.client, &of_env, &registry.prefix))
                .map_err(|error| registry.problem(&error, None))?
        };
        answers.push((registry, of_env, answer));
    }
    freeze(project, &owned(project, contract), &answers, &today())
}

/// The subjects that this project answers for.
fn owned(project: &Project, contract: &Contract) -> BTreeSet<String> {
    let locked = project.lock.subjects.iter().map(|subject| &subject.name);
    let carried = project.lock.carried.iter().map(|subject| &subject.name);
    let events = contract.events.iter().map(|event| &event.subject.name);
    let shared = contract.shared.iter().map(|shared| &shared.subject.name);
    locked.chain(carried).chain(events).chain(shared).cloned().collect()
}

fn tell(frozen: &Frozen, printer: &mut Printer) {
    for (subject, number) in &frozen.added {
        let id = frozen.ids.iter().find(|(_, seen)| (&seen.subject, &seen.number) == (subject, number));
        let id = id.map(|(_, seen)| format!("  id {}", seen.to.id)).unwrap_or_default();
        printer.out(format_args!("import    {subject}  version {number}{id}"));
    }
    for (subject, number, changes) in &frozen.contracts {
        for ContractChange { path, old, new } in changes {
            let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "none".to_owned());
            printer.out(format_args!("metadata  {subject}  version {number}  {path}: {} -> {}", side(old), side(new)));
        }
    }
    for subject in &frozen.dropped {
        printer.out(format_args!("drop      {}  no row asks for it", subject.name));
    }
    for note in &frozen.notes {
        printer.err(format_args!("note: {note}"));
    }
}

/// Why nothing is frozen, where an environment's messages name other ids.
fn other_ids_of(frozen: &Frozen, project: &Project, root: &Path) -> Result<Option<Problem>, Problem> {
    let envs: BTreeSet<&String> = frozen.ids.iter().map(|(env, _)| env).collect();
    for env in envs {
        let ids = read_ids(root, &project.manifest.schemas, env)?;
        let seen: Vec<&SeenId> = frozen.ids.iter().filter(|(of, _)| of == env).map(|(_, seen)| seen).collect();
        if let Some(problem) = other_ids(&seen, &ids, &project.lock, &registry(env, project)?) {
            return Ok(Some(problem));
        }
    }
    Ok(None)
}

/// Keeps the ids of each environment.
fn keep_ids(frozen: &Frozen, root: &Path, schemas: &str) -> Result<(), Problem> {
    let envs: BTreeSet<&String> = frozen.ids.iter().map(|(env, ..)| env).collect();
    for env in envs {
        let mut ids = read_ids(root, schemas, env)?;
        for (_, SeenId { subject, number, to, .. }) in frozen.ids.iter().filter(|(of, _)| of == env) {
            ids.ids.set(subject, *number, *to);
        }
        ids.write()?;
    }
    Ok(())
}

/// Says at once what `check` will say of what was frozen: it is what it is, so it was written all the same.
fn judge(project: &Project, contract: &Contract, frozen: Frozen, printer: &mut Printer) -> Exit {
    let after = Project { lock: frozen.lock, ..project.clone() };
    let mut report = Report::default();
    check(contract, &after, &mut report);
    let is_about = |finding: &&Finding| {
        finding.rule.group() == "import"
            || (finding.rule == &HISTORY_UNREADABLE_VERSION
                && finding.subject.as_deref().is_some_and(|subject| after.lock.import(subject).is_some()))
    };
    let mut told = Report::default();
    told.extend(report.findings().iter().filter(is_about).cloned());
    if told.findings().is_empty() {
        return Exit::Clean;
    }
    print_findings(&told, Format::Text, printer);
    if told.denies() { Exit::Findings } else { Exit::Clean }
}

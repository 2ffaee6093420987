use topika_registry::client::ErrorKind;

use super::compared::Compared;
use crate::args::PushArgs;
use crate::confirm::{Answer, confirm};
use crate::deploy::{Prune, delete, prune};
use crate::exit::Exit;
use crate::import::is_imported;
use crate::printer::Printer;
use crate::summary::count;

/// Finds what `push --prune` deletes, and says it; `None` where that cannot be done, which is told.
pub(super) fn found(compared: &Compared, printer: &mut Printer) -> Option<Prune> {
    let Compared { registry, plan, runtime, manifest, lock, .. } = compared;
    // What others own is never ours to delete, also where its name looks like one of ours.
    let stays = |there: &str| is_imported(manifest, lock, &registry.env, &registry.prefix, there);
    match runtime.block_on(prune(&registry.client, plan, stays)) {
        Ok(prune) => {
            for (subject, version) in &prune.versions {
                printer.out(format_args!("delete    {subject}  version {version}"));
            }
            for (subject, version) in &prune.kept {
                printer
                    .err(format_args!("note: version {version} of {subject} stays: something that stays refers to it"));
            }
            for (subject, of) in &prune.aliased {
                printer.err(format_args!("note: {subject} stays: it is another name of {of}, whose versions would go"));
            }
            Some(prune)
        }
        Err(error) => {
            let problem = registry.problem(&error, None);
            printer.error(problem.message, problem.help);
            None
        }
    }
}

/// Whether it is meant: said on the command line, or answered at the terminal. How the run ends where it is not.
pub(super) fn is_meant(prune: &Prune, args: &PushArgs, compared: &Compared, printer: &mut Printer) -> Result<(), Exit> {
    if args.yes || prune.versions.is_empty() {
        return Ok(());
    }
    let how = if args.permanent { " for good" } else { "" };
    let versions = count(prune.versions.len(), "version");
    match confirm(&format!("Delete {versions} of {} ({}){how}?", compared.registry.id(), compared.registry.url)) {
        Answer::Yes => Ok(()),
        Answer::No => {
            printer.err("Nothing was pushed, and nothing was deleted");
            Err(Exit::Failed)
        }
        Answer::Nobody => {
            let help = "say `--yes` where nobody can be asked; `--dry-run` shows what it would be";
            printer.error(format_args!("{versions} would be deleted, and nobody said yes; nothing was pushed"), help);
            Err(Exit::Usage)
        }
    }
}

/// Deletes what was found, a line each.
pub(super) fn apply(prune: &Prune, permanent: bool, compared: &Compared, printer: &mut Printer) -> Exit {
    let Compared { registry, runtime, .. } = compared;
    for (done, version) in prune.versions.iter().enumerate() {
        if let Err(error) = runtime.block_on(delete(&registry.client, version, permanent)) {
            let left = count(prune.versions.len() - done, "version");
            let (subject, number) = version;
            let refused = matches!(error.kind(), ErrorKind::Refused | ErrorKind::InvalidSchema | ErrorKind::NotFound);
            let help = match refused {
                true => "see what the registry says, and push again: what was deleted stays deleted".to_owned(),
                false => format!("{}; push again, and it goes on from here", registry.problem(&error, None).help),
            };
            printer.error(format_args!("version {number} of {subject} was not deleted: {error}; {left} left"), help);
            return if refused { Exit::Findings } else { Exit::Failed };
        }
    }
    if !prune.versions.is_empty() {
        let how = if permanent { " for good" } else { "; `--permanent` would delete for good" };
        printer.out(format_args!("Deleted {}{how}", count(prune.versions.len(), "version")));
    }
    Exit::Clean
}

//! `--delete NAME`: topics that the project has no more.

use topika::ErrorKind;

use super::compared::Compared;
use crate::confirm::{Answer, confirm};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::summary::count;

/// The topics of these names that are there, with prefix, and says them. How the run ends where one of them is not to be deleted.
pub(super) fn found(names: &[String], compared: &Compared, printer: &mut Printer) -> Result<Vec<String>, Exit> {
    let Compared { cluster, wanted, runtime, others, .. } = compared;
    if let Some(kept) = wanted.topics.iter().find(|topic| names.contains(&topic.plain)) {
        let message = format!("{} is a topic of the project, and was not deleted; nothing was done", kept.plain);
        printer.error(message, "take it out of the project first: its schema file, or its row in topika.toml");
        return Err(Exit::Usage);
    }
    let all: Vec<String> = names.iter().map(|name| format!("{}{name}", cluster.prefix)).collect();
    // The prefix of one environment may begin with that of another.
    let of_another = |name: &String| {
        let is_of = |prefix: &str| wanted.topics.iter().any(|topic| *name == format!("{prefix}{}", topic.plain));
        others.iter().find(|(_, prefix)| is_of(prefix)).map(|(env, _)| (name.clone(), env))
    };
    if let Some((name, env)) = all.iter().find_map(of_another) {
        let message = format!("{name} is a topic of the project in [env.{env}], and was not deleted; nothing was done");
        printer.error(message, "name topics without the prefix of the environment");
        return Err(Exit::Usage);
    }
    let asked: Vec<&str> = all.iter().map(String::as_str).collect();
    let there = runtime.block_on(cluster.client.topics().describe(&asked)).map_err(|error| {
        let problem = cluster.problem(&error);
        printer.error(problem.message, problem.help);
        Exit::Failed
    })?;
    let mut unwanted = Vec::new();
    for name in all {
        if there.contains_key(&name) {
            printer.out(format_args!("delete      {name}"));
            unwanted.push(name);
        } else {
            printer.err(format_args!("note: {name} is not there"));
        }
    }
    Ok(unwanted)
}

/// Whether it is meant: said on the command line, or answered at the terminal. How the run ends where it is not.
pub(super) fn is_meant(names: &[String], yes: bool, compared: &Compared, printer: &mut Printer) -> Result<(), Exit> {
    if yes || names.is_empty() {
        return Ok(());
    }
    let (topics, cluster) = (count(names.len(), "topic"), &compared.cluster);
    match confirm(&format!("Delete {topics} of {} ({}) with all messages?", cluster.id(), cluster.bootstrap)) {
        Answer::Yes => Ok(()),
        Answer::No => {
            printer.err("Nothing was applied, and nothing was deleted");
            Err(Exit::Failed)
        }
        Answer::Nobody => {
            let help = "say `--yes` where nobody can be asked; `--dry-run` shows what it would be";
            printer.error(format_args!("{topics} would be deleted, and nobody said yes; nothing was applied"), help);
            Err(Exit::Usage)
        }
    }
}

/// Deletes what was found.
pub(super) fn apply(names: &[String], compared: &Compared, printer: &mut Printer) -> Exit {
    let Compared { cluster, runtime, .. } = compared;
    let mut exit = Exit::Clean;
    for name in names {
        match runtime.block_on(cluster.client.topics().delete(name)) {
            Ok(_) => {}
            Err(error) => {
                printer.error(format_args!("{name} was not deleted: {}", error.message()), cluster.help(&error));
                let is_away = matches!(error.kind(), ErrorKind::Unreachable | ErrorKind::Timeout);
                exit = if is_away { Exit::Failed } else { Exit::Findings };
                continue;
            }
        }
        printer.out(format_args!("Deleted {name}"));
    }
    exit
}

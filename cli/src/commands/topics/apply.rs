use std::time::Duration;

use topika::client::NewTopic;
use topika::{Error, ErrorKind};

use super::compared::{Compared, compared};
use super::{delete, text};
use crate::args::ApplyArgs;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::summary::count;
use crate::topics::Step;

/// `cargo topika topics apply`
pub(super) fn run(args: &ApplyArgs, printer: &mut Printer) -> Exit {
    let deadline = Duration::from_secs(args.timeout);
    let Some(compared) = compared(&args.project, &args.env, deadline, args.reset, printer) else { return Exit::Failed };
    let unwanted = match delete::found(&args.delete, &compared, printer) {
        Ok(unwanted) => unwanted,
        Err(exit) => return exit,
    };
    if args.dry_run {
        printer.out(text::plan(&compared));
        return Exit::Clean;
    }
    if let Err(exit) = delete::is_meant(&unwanted, args.yes, &compared, printer) {
        return exit;
    }
    for drift in compared.plan.drift.iter().filter(|drift| !unwanted.iter().any(|name| name == drift.topic())) {
        printer.err(text::drift(drift, &compared));
    }
    let exit = apply(&compared, args.add_partitions, printer);
    if exit == Exit::Failed {
        return exit;
    }
    match delete::apply(&unwanted, &compared, printer) {
        Exit::Clean => exit,
        deleted => deleted,
    }
}

/// Does the steps, a line each. What is refused keeps no other topic from what it needs.
fn apply(compared: &Compared, adds_partitions: bool, printer: &mut Printer) -> Exit {
    let Compared { cluster, plan, runtime, .. } = compared;
    let (mut done, mut held, mut refused) = (0, 0, 0);
    for (at, step) in plan.steps.iter().enumerate() {
        if text::adds(step) && !adds_partitions {
            held += 1;
            printer.err(format_args!("held back: {}", text::step(step)));
            continue;
        }
        match runtime.block_on(take(compared, step)) {
            Ok(true) => printer.out(text::step(step)),
            // Somebody else did it meanwhile.
            Ok(false) => printer.out(format_args!("{}  (was there already)", text::step(step))),
            Err(error) => {
                let doing = text::doing(step);
                if matches!(error.kind(), ErrorKind::Unreachable | ErrorKind::Timeout) {
                    let left = count(plan.steps.len() - at + refused + held, "step");
                    let help = format!("{}; apply again, and it goes on from here", cluster.help(&error));
                    printer.error(format_args!("{doing}: {}; {left} not done", error.message()), help);
                    return Exit::Failed;
                }
                refused += 1;
                printer.error(format_args!("{doing}: {}", error.message()), cluster.help(&error));
                continue;
            }
        }
        done += 1;
    }
    let what = if done == 0 { "Nothing applied".to_owned() } else { format!("Applied {}", count(done, "step")) };
    if held + refused == 0 {
        let left = compared.plan.drift.len();
        let but = if left == 0 { String::new() } else { format!(", but for {} told above", count(left, "difference")) };
        printer.out(format_args!("{what}: {} ({}) is as topika.toml says{but}", cluster.id(), cluster.bootstrap));
        return Exit::Clean;
    }
    printer.out(what);
    if held > 0 {
        let topics = count(held, "topic");
        printer.error(
            format_args!("{topics} would get more partitions: the same key then goes to another one, and its messages no longer stand in one order"),
            "where that is meant, say `--add-partitions`",
        );
    }
    if refused > 0 {
        printer.error(
            format_args!("{} refused", count(refused, "step")),
            "mend what is told above, and apply again: what was done stays done",
        );
    }
    Exit::Findings
}

/// Takes a step; false where it was taken already.
async fn take(compared: &Compared, step: &Step) -> Result<bool, Error> {
    let topics = compared.cluster.client.topics();
    match step {
        Step::Create(topic) => {
            let new = NewTopic::new(&topic.name).partitions(topic.partitions).replication(topic.replication);
            let new = topic.configs.iter().fold(new, |new, (name, value)| new.config(name, value));
            topics.create(&new).await
        }
        Step::AddPartitions { topic, to, .. } => topics.add_partitions(topic, *to).await,
        Step::SetConfig { topic, config, to, .. } => {
            topics.configure(topic, &[(config.clone(), Some(to.clone()))]).await.map(|()| true)
        }
        Step::TakeBack { topic, config, .. } => topics.configure(topic, &[(config.clone(), None)]).await.map(|()| true),
    }
}

//! One file per command.

#[cfg(feature = "broker")]
mod broker;
mod check;
mod compat;
mod completions;
mod deploy;
mod diff;
#[cfg(feature = "kafka")]
mod dlq;
mod explain;
mod fix;
mod fmt;
#[cfg(feature = "generate")]
mod generate;
mod judge;
mod lock;
mod new;
mod rules;
mod schema;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "kafka")]
mod topics;
#[cfg(feature = "try")]
mod trial;
mod waive;

use crate::args::{Cli, Command};
use crate::exit::Exit;
use crate::printer::Printer;

/// Runs the command that the command line names.
pub(crate) fn run(args: &Cli, printer: &mut Printer) -> Exit {
    match &args.command {
        Command::Check(args) => check::run(args, printer),
        Command::Compat(args) => compat::run(args, printer),
        Command::Diff(args) => diff::run(args, printer),
        Command::New(args) => new::run(args, printer),
        Command::Fmt(args) => fmt::run(args, printer),
        #[cfg(feature = "generate")]
        Command::Generate(args) => generate::run(args, printer),
        Command::Completions(args) => completions::run(args.shell, printer),
        Command::Lock(args) => lock::run(args, printer),
        #[cfg(feature = "try")]
        Command::Try(args) => trial::run(args, printer),
        Command::Plan(args) => deploy::plan(args, printer),
        Command::Bundle(args) => deploy::bundle(args, printer),
        Command::Pull(args) => deploy::pull(args, printer),
        Command::Push(args) => deploy::push(args, printer),
        #[cfg(feature = "kafka")]
        Command::Topics(args) => topics::run(args, printer),
        #[cfg(feature = "kafka")]
        Command::Dlq(args) => dlq::run(args, printer),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(args, printer),
        #[cfg(feature = "broker")]
        Command::Broker(args) => broker::run(args, printer),
        Command::Explain(args) => explain::run(args, printer),
        Command::Rules(args) => rules::run(args.format, printer),
        Command::Schema(args) => schema::run(args, printer),
        Command::Waive(args) => waive::run(args, printer),
    }
}

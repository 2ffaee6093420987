//! `cargo topika`: check, lock and look at event schemas.

mod adopt;
mod args;
mod asked;
mod baseline;
#[cfg(feature = "kafka")]
mod cluster;
mod commands;
mod confirm;
mod deploy;
mod environment;
mod exit;
mod findings;
mod import;
mod line_ends;
#[cfg(any(feature = "broker", feature = "serve"))]
mod listening;
mod lock_file;
mod named_file;
mod output;
mod printer;
mod problem;
mod progress;
mod registered;
mod rollout;
mod root;
mod rule_entry;
mod schema_files;
#[cfg(feature = "serve")]
mod serve;
mod settings;
mod summary;
#[cfg(feature = "kafka")]
mod topics;
mod unread;
mod words;

use clap::Parser as _;

/// A check makes and drops millions of small strings on all cores, which the allocators of the systems are slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let args = args::Cli::parse_from(args::without_cargo(std::env::args_os()));
    let mut printer = printer::Printer::stdio();
    let exit = commands::run(&args, &mut printer);
    printer.finish(exit).into()
}

//! The command line: a file for each command with arguments of its own.

mod baseline;
#[cfg(feature = "broker")]
mod broker;
mod check;
mod compat;
mod completions;
mod deploy;
mod diff;
#[cfg(feature = "kafka")]
mod dlq;
mod fmt;
mod format;
#[cfg(feature = "generate")]
mod generate;
mod lock;
mod new;
mod output;
mod project;
mod rules;
mod schema;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "kafka")]
mod topics;
#[cfg(feature = "try")]
mod trial;
mod waive;
mod without_cargo;

use clap::{Parser, Subcommand};

pub(crate) use baseline::BaselineArg;
#[cfg(feature = "broker")]
pub(crate) use broker::{BoundArgs, BrokerArgs};
pub(crate) use check::CheckArgs;
pub(crate) use compat::{CompatArgs, SchemaType};
pub(crate) use completions::CompletionsArgs;
pub(crate) use deploy::{BundleArgs, PlanArgs, PlanFormat, PullArgs, PushArgs};
pub(crate) use diff::{DiffArgs, DiffFormat};
#[cfg(feature = "kafka")]
pub(crate) use dlq::{DlqArgs, DlqCommand, DlqFormat, ListArgs, RedriveArgs, Setting, ShowArgs, WhereArgs};
pub(crate) use fmt::FmtArgs;
pub(crate) use format::Format;
#[cfg(feature = "generate")]
pub(crate) use generate::GenerateArgs;
pub(crate) use lock::LockArgs;
pub(crate) use new::NewArgs;
pub(crate) use output::{Form, Output, OutputArgs};
pub(crate) use project::ProjectArgs;
pub(crate) use rules::{ExplainArgs, ListFormat, RulesArgs};
pub(crate) use schema::{SchemaArgs, SchemaOf};
#[cfg(feature = "serve")]
pub(crate) use serve::{LimitArgs, ServeArgs};
#[cfg(feature = "kafka")]
pub(crate) use topics::{ApplyArgs, TopicsArgs, TopicsCommand, TopicsOfArgs};
#[cfg(feature = "try")]
pub(crate) use trial::{TryArgs, TryFormat};
pub(crate) use waive::WaiveArgs;
pub(crate) use without_cargo::without_cargo;

/// Checks, locks and explains the event schemas of a project.
#[derive(Debug, Parser)]
#[command(
    name = "cargo-topika",
    bin_name = "cargo topika",
    version,
    after_help = "Exit status: 0 clean, 100 findings at deny, 101 could not check, 2 wrong command line.\n\
                  Findings stand on stdout, everything else on stderr."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge the working tree against the frozen history, offline
    Check(CheckArgs),
    /// Write the file of a new event, from nothing or from samples
    New(NewArgs),
    /// Lay schema files out: white space only, comments kept
    Fmt(FmtArgs),
    /// Write the module of the build as a file to commit, or check the committed one
    #[cfg(feature = "generate")]
    Generate(GenerateArgs),
    /// Say what differs between two versions, in words
    Diff(DiffArgs),
    /// Freeze today's schemas as versions: writes topika.lock and the texts in .history
    Lock(LockArgs),
    /// Say what a push would do, and every difference between topika.lock and a registry
    Plan(PlanArgs),
    /// Bring a registry in line with topika.lock: levels first, then versions in the order of their references
    Push(PushArgs),
    /// Write the frozen texts with the ids of an environment into one file, from which clients start without a registry
    Bundle(BundleArgs),
    /// Adopt what a registry holds: files, history, lock, manifest, ids
    Pull(PullArgs),
    /// Bring the topics of a Kafka in line with topika.toml, or say what differs
    #[cfg(feature = "kafka")]
    Topics(TopicsArgs),
    /// Say what was given up on a Kafka, show it, and send it again
    #[cfg(feature = "kafka")]
    Dlq(DlqArgs),
    /// Run a Confluent-compatible registry on this machine, in memory or in a directory
    #[cfg(feature = "serve")]
    Serve(ServeArgs),
    /// Run a Kafka broker on this machine, in memory or in a directory
    #[cfg(feature = "broker")]
    Broker(BrokerArgs),
    /// Judge two schema files, or many pairs, without a project
    Compat(CompatArgs),
    /// Say what topika would make of a folder of schemas: generates, compiles, sends values through the types
    #[cfg(feature = "try")]
    Try(TryArgs),
    /// Say why a rule exists, with an example and a fix
    Explain(ExplainArgs),
    /// List all rules
    Rules(RulesArgs),
    /// Print the JSON Schema of what other commands write
    Schema(SchemaArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Accept a finding on purpose until the next lock: writes a row into topika.toml
    Waive(WaiveArgs),
}

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    /// Freeze today's schemas as versions: writes topika.lock and the texts in .history
    Lock(ProjectArgs),
    /// Say why a rule exists, with an example and a fix
    Explain {
        /// The rule's id, say avro/type-changed
        rule: String,
    },
    /// List all rules
    Rules {
        /// The form of the list
        #[arg(long, value_enum, default_value_t = ListFormat::Text)]
        format: ListFormat,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// The form of the findings
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct ProjectArgs {
    /// The project's folder, or its topika.toml; the nearest one upwards where absent
    #[arg(long, value_name = "DIR")]
    pub(crate) manifest_path: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With an excerpt of the file
    Text,
    /// Without an excerpt
    Short,
    /// One JSON document
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A line for each rule
    Text,
    /// A JSON array
    Json,
}

/// Cargo runs `cargo-topika topika check` for `cargo topika check`; the first word is its own.
pub(crate) fn without_cargo(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut args: Vec<OsString> = args.collect();
    if args.get(1).is_some_and(|word| word == "topika") {
        args.remove(1);
    }
    args
}

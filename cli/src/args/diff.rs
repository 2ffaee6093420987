use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ProjectArgs;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    cargo topika diff                              every subject: last locked version, and working tree\n  \
    cargo topika diff orders-value                 one of them; an event's name or its file does too\n  \
    cargo topika diff orders-value 3               version 3 and the working tree\n  \
    cargo topika diff orders-value 1 last          two locked versions\n  \
    cargo topika diff old.avsc new.avsc            two files, without a project\n\n\
    Exit status: 0 with and without differences, 101 where something cannot be read, 2 wrong command line.")]
pub(crate) struct DiffArgs {
    /// A subject, an event, a schema file of the project; or the older one of two files
    pub(crate) subject: Option<String>,
    /// The older version: a number, `last` (the newest locked one), or `work` (the working tree)
    pub(crate) old: Option<String>,
    /// The newer version
    pub(crate) new: Option<String>,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// A file that both of two files refer to; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) reference: Vec<PathBuf>,
    /// The form of the differences
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people
    Text,
    /// One JSON document (`cargo topika schema diff` describes it)
    Json,
}

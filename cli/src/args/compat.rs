use std::path::PathBuf;

use clap::{Args, ValueEnum};
use topika_contract::compat::{Level, Mode, Policy, Terms};
use topika_contract::schema;

use super::OutputArgs;

#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 compatible, 100 not compatible or undecided, 101 where a schema cannot be read or loaded, 2 wrong command\n\
    line. With --pairs, whose answers are always JSON, the same over all lines: 101 where one has an error, otherwise 100 where one is\n\
    not compatible or undecided, otherwise 0."
)]
pub(crate) struct CompatArgs {
    /// The older files, oldest first, and the new one; with several older ones the level counts for all of them
    #[arg(value_name = "FILE", num_args = 2.., required_unless_present = "pairs", conflicts_with = "pairs")]
    pub(crate) files: Vec<PathBuf>,
    /// A file that the others refer to; may be given several times
    #[arg(long, value_name = "FILE", conflicts_with = "pairs")]
    pub(crate) reference: Vec<PathBuf>,
    /// Judge a pair on each line of this file (`-`: of stdin), and answer a line of JSON for each:
    /// {"type": "AVRO"|"JSON", "old": SCHEMA, "new": SCHEMA, "level"?, "mode"?, "policy"?}
    #[arg(long, value_name = "NDJSON")]
    pub(crate) pairs: Option<PathBuf>,
    /// Who must read whose data
    #[arg(long, default_value = "BACKWARD", ignore_case = true, value_parser = Level::ALL.map(Level::as_str))]
    level: String,
    /// By the registry's rules, by what happens to data, or by both
    #[arg(long, default_value = "confluent", ignore_case = true, value_parser = Mode::ALL.map(Mode::as_str))]
    mode: String,
    /// How objects that allow unnamed properties are taken (JSON Schema)
    #[arg(long, default_value = "strict", ignore_case = true, value_parser = Policy::ALL.map(Policy::as_str))]
    policy: String,
    /// What the files are, where their endings (.avsc, .json) do not say it
    #[arg(long, value_name = "TYPE", value_enum, ignore_case = true)]
    pub(crate) r#type: Option<SchemaType>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// A format of schemas by the registry's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaType {
    /// Apache Avro
    #[value(name = "AVRO")]
    Avro,
    /// JSON Schema
    #[value(name = "JSON")]
    Json,
}

impl CompatArgs {
    /// What the comparison is asked.
    pub(crate) fn terms(&self) -> Terms {
        let defaults = Terms::default();
        Terms {
            level: Level::parse(&self.level.to_ascii_uppercase()).unwrap_or(defaults.level),
            mode: Mode::parse(&self.mode).unwrap_or(defaults.mode),
            policy: Policy::parse(&self.policy).unwrap_or(defaults.policy),
        }
    }
}

impl SchemaType {
    /// The type of a word, in upper or lower case.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        <Self as ValueEnum>::from_str(word, true).ok()
    }

    pub(crate) fn format(self) -> schema::Format {
        match self {
            Self::Avro => schema::Format::Avro,
            Self::Json => schema::Format::Json,
        }
    }
}

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    cargo topika try ../their-schemas                        what topika makes of them\n  \
    cargo topika try schemas --payloads samples              the same, with messages that were really sent\n  \
    cargo topika try schemas --seed 7 --values 500           other values, and more\n  \
    cargo topika try schemas --format json > try.json        for programs (`cargo topika schema try` describes it)\n\n\
    Exit status: 0 all well, 100 where a file gives no code, its code does not compile without warnings or a value does not come back\n\
    equal, 101 where it could not be tried, 2 wrong command line.")]
pub(crate) struct TryArgs {
    /// A folder of schemas: files that end in .avsc are Avro, other files that hold a JSON object or boolean are JSON Schemas
    pub(crate) dir: PathBuf,
    /// A folder of JSON messages, laid out like that of the schemas. Each belongs to the schemas of its own folder that accept it
    #[arg(long, value_name = "DIR")]
    pub(crate) payloads: Option<PathBuf>,
    /// How many values are drawn for each type
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub(crate) values: usize,
    /// Draws other values; equal seeds draw equal ones
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = TryFormat::Text)]
    pub(crate) format: TryFormat,
    /// Say every finding and fault, not only the first of a file
    #[arg(long)]
    pub(crate) verbose: bool,
    /// Where the generated package and what cargo builds of it are kept; a folder of the user's cache where none is named
    #[arg(long, value_name = "DIR")]
    pub(crate) cache: Option<PathBuf>,
    /// Tell cargo to use no network
    #[arg(long)]
    pub(crate) offline: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TryFormat {
    /// A table, for people
    Text,
    /// One JSON document (`cargo topika schema try` describes it)
    Json,
}

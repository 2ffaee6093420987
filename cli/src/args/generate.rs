use std::path::PathBuf;

use clap::Args;

use super::ProjectArgs;

#[derive(Debug, Args)]
pub(crate) struct GenerateArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// The folder of the file: for the module `crate::events` of a package, its `src`
    pub(crate) folder: PathBuf,
    /// Generate these events only, with what they use and the topics that carry them: `orders.*`
    #[arg(long, value_name = "PATTERN")]
    pub(crate) only: Vec<String>,
    /// Write nothing: end with 100 if the file is not what would be written
    #[arg(long)]
    pub(crate) check: bool,
}

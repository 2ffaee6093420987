use std::path::PathBuf;

use clap::Args;

use super::ProjectArgs;

#[derive(Debug, Args)]
pub(crate) struct FmtArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// Files, or folders of schema files; the schema folder of the project where none is named
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing: name the files that would change, and end with 100 if there is one
    #[arg(long)]
    pub(crate) check: bool,
    /// Write nothing: show the changes as a unified diff
    #[arg(long)]
    pub(crate) diff: bool,
}

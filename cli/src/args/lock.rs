use clap::Args;

use super::ProjectArgs;

#[derive(Debug, Args)]
pub(crate) struct LockArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// Write nothing; end with 100 where something would be locked
    #[arg(long)]
    pub(crate) check: bool,
}

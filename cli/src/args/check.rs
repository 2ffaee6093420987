use clap::Args;

use super::{BaselineArg, OutputArgs, ProjectArgs};

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// What to compare with: lock, git:REV, git:merge-base, registry:ENV or a path; repeatable [default: lock; in CI also git:merge-base]
    #[arg(long, value_name = "BASELINE")]
    pub(crate) baseline: Vec<BaselineArg>,
    /// Mend what a machine may mend, then judge again; files keep their layout, frozen texts are never touched
    #[arg(long)]
    pub(crate) fix: bool,
}

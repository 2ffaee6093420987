use clap::{Args, ValueEnum};

use super::ProjectArgs;

#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 in line, 100 something differs, 101 the registry cannot be asked, 2 wrong command line."
)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// The environment: a row [env.NAME] of topika.toml
    #[arg(long, value_name = "NAME")]
    pub(crate) env: String,
    /// The form of the plan
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    pub(crate) format: PlanFormat,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Levels are set first, then versions are registered in the order of their references. What was done stays done: a push \
                        that was broken off goes on where it stopped. Nothing is ever deleted.\n\n\
                        Exit status: 0 pushed, 100 the registry refuses a version, 101 it cannot be asked, 2 wrong command line."
)]
pub(crate) struct PushArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// The environment: a row [env.NAME] of topika.toml
    #[arg(long, value_name = "NAME")]
    pub(crate) env: String,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// For people
    Text,
    /// One JSON document (`cargo topika schema plan` describes it)
    Json,
}

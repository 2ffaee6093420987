use std::path::PathBuf;

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
    after_help = "Levels and settings are set first, then versions are registered in the order of their references. What was done stays done: a push \
                        that was broken off goes on where it stopped. Nothing is deleted without `--prune`.\n\n\
                        Exit status: 0 pushed, also where differences are left that no push mends; 100 the registry refuses a version, \
                        a mode lets nobody register, or there are other ids than the last push or pull saw (then nothing \
                        is done), 101 it cannot be asked, 2 wrong command line."
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
    /// Give every version the id and number that it has in this environment: into a registry that does not have our subjects yet
    #[arg(long, value_name = "NAME")]
    pub(crate) import_ids: Option<String>,
    /// Delete, before anything is registered, the versions of our topics that the registry has and topika.lock has not; nothing that is
    /// carried, imported, or referred to by what stays
    #[arg(long, conflicts_with = "import_ids")]
    pub(crate) prune: bool,
    /// Delete for good, so that messages of these versions can never be read again
    #[arg(long, requires = "prune")]
    pub(crate) permanent: bool,
    /// Delete without a question
    #[arg(long, requires = "prune")]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Asks no registry: the texts are those of the lock, the ids those that push and pull kept.\n\n\
                        Exit status: 0 written, 101 it cannot be, 2 wrong command line.")]
pub(crate) struct BundleArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// The environment: a row [env.NAME] of topika.toml
    #[arg(long, value_name = "NAME")]
    pub(crate) env: String,
    /// The file to write
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Versions that the lock holds stay what they are; new ones are added behind them. A working file with changes of its own is \
                        never overwritten. A subject that no file of a project would give is kept word for word. What the rows [import.NAME] select \
                        of that environment is left to `--import`, which freezes it read-only and needs no `--env`.\n\n\
                        Exit status: 0 pulled, 100 what came of it is at deny and nothing was written, 101 the registry cannot be asked, 2 wrong command line."
)]
pub(crate) struct PullArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// The environment: a row [env.NAME] of topika.toml
    #[arg(long, value_name = "NAME", required_unless_present = "import")]
    pub(crate) env: Option<String>,
    /// Freeze what other repositories own: the rows [import.NAME] of topika.toml, all of them or those named
    #[arg(long, value_name = "NAME", num_args = 0.., conflicts_with = "env")]
    pub(crate) import: Option<Vec<String>>,
    /// Take the level of the registry itself into topika.settings.json, too: every push then sets it
    #[arg(long, conflicts_with = "import")]
    pub(crate) global_level: bool,
    /// Say where everything would stand, and write nothing
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

use clap::{Args, Subcommand};

use super::{PlanFormat, ProjectArgs};

#[derive(Debug, Args)]
pub(crate) struct TopicsArgs {
    #[command(subcommand)]
    pub(crate) command: TopicsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TopicsCommand {
    /// Say what an apply would do, and every difference between topika.toml and the topics of a Kafka
    #[command(
        after_help = "Exit status: 0 in line, 100 something differs, 101 Kafka cannot be asked, 2 wrong command line."
    )]
    Plan(TopicsOfArgs),
    /// Make the topics that are missing, and set what differs; nothing is deleted, and no partitions are added, unless it is said
    #[command(
        after_help = "What was done stays done: an apply that was broken off goes on where it stopped, and two at once do no harm.\n\n\
                      Exit status: 0 applied, also where differences are left that no apply mends; 100 Kafka refuses a step, or partitions would be \
                      added and `--add-partitions` is not said; 101 it cannot be asked; 2 wrong command line."
    )]
    Apply(ApplyArgs),
    /// Say what differs, and nothing where all is in line: for CI, and before a roll-out
    #[command(
        after_help = "Exit status: 0 in line, 100 something differs, 101 Kafka cannot be asked, 2 wrong command line."
    )]
    Verify(TopicsOfArgs),
}

#[derive(Debug, Args)]
pub(crate) struct TopicsOfArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// The environment: a row [env.NAME] of topika.toml
    #[arg(long, value_name = "NAME")]
    pub(crate) env: String,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    pub(crate) format: PlanFormat,
    /// How long Kafka may take for each answer
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) timeout: u64,
}

#[derive(Debug, Args)]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// The environment: a row [env.NAME] of topika.toml
    #[arg(long, value_name = "NAME")]
    pub(crate) env: String,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Add the partitions that are missing, although keys then go to other partitions than before
    #[arg(long)]
    pub(crate) add_partitions: bool,
    /// Take back settings of topics of which topika.toml says nothing, so that the broker's hold
    #[arg(long)]
    pub(crate) reset: bool,
    /// Delete this topic with all its messages: one that topika.toml has no more, by its name without the environment's prefix
    #[arg(long, value_name = "NAME")]
    pub(crate) delete: Vec<String>,
    /// Delete without a question
    #[arg(long, requires = "delete")]
    pub(crate) yes: bool,
    /// How long Kafka may take for each answer
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) timeout: u64,
}

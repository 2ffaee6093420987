use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand, ValueEnum};
use topika::dead_letters::Filter;

use super::ProjectArgs;

#[derive(Debug, Args)]
pub(crate) struct DlqArgs {
    #[command(subcommand)]
    pub(crate) command: DlqCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DlqCommand {
    /// Say which topics have dead letters, and how many of them wait, by reason and group
    #[command(after_help = "Exit status: 0 said, 101 Kafka cannot be asked, 2 wrong command line.")]
    List(ListArgs),
    /// Show dead letters: where they come from, why and how often they failed, what they say
    #[command(after_help = "Exit status: 0 shown, 101 Kafka cannot be asked, 2 wrong command line.")]
    Show(ShowArgs),
    /// Send dead letters again, to where they came from
    #[command(
        after_help = "What is sent, and that it was, is one transaction: a run that is broken off has sent nothing twice, and the next one goes on behind it. \
                      Of two runs on one topic the earlier one ends.\n\n\
                      Exit status: 0 all that are meant were sent; 100 some were held back, which are told; 101 Kafka cannot be asked or refuses; 2 wrong command line."
    )]
    Redrive(RedriveArgs),
}

/// Which Kafka and registry are meant.
#[derive(Debug, Args)]
pub(crate) struct WhereArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// The environment: a row [env.NAME] of topika.toml; without it what the variables of an application say (KAFKA_BOOTSTRAP_SERVERS, SCHEMA_REGISTRY_URL, ...)
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// TOPIC is the name of a topic of dead letters itself, whatever it is like: that of `App::dead_letters_to`, say
    #[arg(long)]
    pub(crate) exact: bool,
    /// How long Kafka may take for each answer
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) timeout: u64,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// The topics whose dead letters are counted, or topics of dead letters; without one all that are called dlq.* or named in topika.toml
    #[arg(value_name = "TOPIC")]
    pub(crate) topics: Vec<String>,
    #[command(flatten)]
    pub(crate) place: WhereArgs,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = DlqFormat::Text)]
    pub(crate) format: DlqFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The topic whose dead letters are shown, or the topic that they stand on
    #[arg(value_name = "TOPIC")]
    pub(crate) topic: String,
    #[command(flatten)]
    pub(crate) which: WhichArgs,
    /// No more than so many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: u64,
    #[command(flatten)]
    pub(crate) place: WhereArgs,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = DlqFormat::Text)]
    pub(crate) format: DlqFormat,
}

#[derive(Debug, Args)]
pub(crate) struct RedriveArgs {
    /// The topic whose dead letters are sent again, or the topic that they stand on
    #[arg(value_name = "TOPIC")]
    pub(crate) topic: String,
    #[command(flatten)]
    pub(crate) which: WhichArgs,
    /// No more than so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Say what would be sent, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// No more than so many in a second: 50 or 50/s
    #[arg(long, value_name = "N/s")]
    pub(crate) rate: Option<Rate>,
    /// To that topic, by its whole name, in place of the one that each came from
    #[arg(long, value_name = "TOPIC")]
    pub(crate) to: Option<String>,
    /// Send one letter with the value of that file: what `show --format json` prints of it, changed; it is held to the letter's schema
    #[arg(long, value_name = "FILE", conflicts_with_all = ["set", "partition", "offset", "limit"])]
    pub(crate) edit: Option<PathBuf>,
    /// Send the letter at --partition and --offset with that part changed: note=soon, items.0.count=2; it is held to the letter's schema; may be said again
    #[arg(long, value_name = "PATH=VALUE", requires = "offset")]
    pub(crate) set: Vec<Setting>,
    /// Hold a message back that was sent again so often before
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) max_redrives: u32,
    #[command(flatten)]
    pub(crate) place: WhereArgs,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = DlqFormat::Text)]
    pub(crate) format: DlqFormat,
}

/// Which letters are meant: those for which all of it holds.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which letters")]
pub(crate) struct WhichArgs {
    /// Those with error=LABEL (empty: without a label), exception=CLASS or topic=NAME, where the message came from; may be said again
    #[arg(long = "where", value_name = "NAME=VALUE")]
    pub(crate) conditions: Vec<Condition>,
    /// Those that the group gave up
    #[arg(long, value_name = "GROUP")]
    pub(crate) group: Option<String>,
    /// Those on that partition of the topic of dead letters
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(0..))]
    pub(crate) partition: Option<i32>,
    /// The one at that offset of the partition
    #[arg(long, value_name = "N", requires = "partition", value_parser = clap::value_parser!(i64).range(0..))]
    pub(crate) offset: Option<i64>,
}

impl WhichArgs {
    pub(crate) fn filter(&self) -> Filter {
        let mut filter = Filter::all();
        for condition in &self.conditions {
            filter = match condition {
                Condition::Error(label) if label.is_empty() => filter.without_reason(),
                Condition::Error(label) => filter.reason(label),
                Condition::Exception(class) => filter.exception(class),
                Condition::Topic(topic) => filter.original_topic(topic),
            };
        }
        if let Some(group) = &self.group {
            filter = filter.group(group);
        }
        match (self.partition, self.offset) {
            (Some(partition), Some(offset)) => filter.at(partition, offset),
            (Some(partition), None) => filter.partition(partition),
            (None, _) => filter,
        }
    }
}

/// `error=oven-broken`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Error(String),
    Exception(String),
    Topic(String),
}

impl FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text.split_once('=').ok_or("a condition is a name and a value: error=oven-broken")?;
        let value = value.to_owned();
        match name {
            "error" => Ok(Self::Error(value)),
            "exception" => Ok(Self::Exception(value)),
            "topic" => Ok(Self::Topic(value)),
            _ => Err(format!("there is no condition `{name}`; the conditions: error, exception, topic")),
        }
    }
}

/// `items.0.count=2`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (path, text) = text.split_once('=').ok_or("what is set is a path and a value: items.0.count=2")?;
        Ok(Self { path: path.to_owned(), text: text.to_owned() })
    }
}

/// Letters in a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate(pub(crate) u32);

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.strip_suffix("/s").unwrap_or(text).parse().ok().filter(|number| *number > 0);
        number.map(Self).ok_or_else(|| "a rate is how many in a second, from 1 on: 50/s".to_owned())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DlqFormat {
    /// For people
    Text,
    /// For programs: one JSON object, of `show` and `redrive` one on each line
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_a_name_that_there_is_and_a_value() {
        assert_eq!("error=oven-broken".parse(), Ok(Condition::Error("oven-broken".to_owned())));
        assert_eq!("error=".parse(), Ok(Condition::Error(String::new())));
        assert_eq!("topic=a=b".parse(), Ok(Condition::Topic("a=b".to_owned())));
        assert!("eror=x".parse::<Condition>().is_err_and(|error| error.contains("error, exception, topic")));
        assert!("error".parse::<Condition>().is_err());
    }

    #[test]
    fn a_rate_is_a_number_from_one_on() {
        assert_eq!(("50/s".parse(), "7".parse()), (Ok(Rate(50)), Ok(Rate(7))));
        for wrong in ["0", "0/s", "-1/s", "x", "50/m", ""] {
            assert!(wrong.parse::<Rate>().is_err(), "{wrong}");
        }
    }
}

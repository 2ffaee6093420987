use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, value_parser};

#[derive(Debug, Args)]
#[command(after_help = "Without --data everything is in memory and gone with the process. It is for development: \
                        nothing is replicated, and what it does not serve stands in topika-testkit's docs/apis.md.\n\n\
                        Ctrl-C and SIGTERM stop it.\n\n\
                        Exit status: 0 stopped, 101 it could not start or go on, 2 wrong command line.")]
pub(crate) struct BrokerArgs {
    /// The address to listen on; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9092")]
    pub(crate) listen: String,
    /// The host that clients are told to connect to, where it is not the one to listen on
    #[arg(long, value_name = "HOST")]
    pub(crate) advertise: Option<String>,
    /// Several nodes, each at a port of its own behind that one
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = value_parser!(u16).range(1..=100))]
    pub(crate) nodes: u16,
    /// The directory to keep everything in; what is acknowledged survives the end of the process
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Acknowledge only what is on disk, so that it survives the end of the machine
    #[arg(long, requires = "data")]
    pub(crate) sync: bool,
    /// Make a topic where it is not there, with one partition unless said; may be said again
    #[arg(long = "topic", value_name = "NAME[:PARTITIONS]")]
    pub(crate) topics: Vec<TopicArg>,
    /// Make topics that clients ask for, with so many partitions; otherwise they are unknown
    #[arg(long, value_name = "PARTITIONS", value_parser = value_parser!(i32).range(1..))]
    pub(crate) auto_create: Option<i32>,
    /// A file with a line of `name:password` for each user; clients then say who they are, by SASL PLAIN or SCRAM
    #[arg(long, value_name = "FILE")]
    pub(crate) users: Option<PathBuf>,
    /// The certificate to encrypt connections with, in PEM
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(crate) certificate: Option<PathBuf>,
    /// The key of the certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub(crate) key: Option<PathBuf>,
    /// Let other machines in without a password, to read and write everything
    #[arg(long)]
    pub(crate) allow_anonymous: bool,
    #[command(flatten)]
    pub(crate) bounds: BoundArgs,
}

/// What clients may take of it at most.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct BoundArgs {
    /// How many MiB of record batches it holds; more is refused
    #[arg(long, value_name = "MIB", default_value_t = 1_024, value_parser = value_parser!(u32).range(1..))]
    pub(crate) max_data: u32,
    /// How many MiB a request may have; a larger one ends its connection
    #[arg(long, value_name = "MIB", default_value_t = 100, value_parser = value_parser!(u32).range(1..=2_047))]
    pub(crate) max_request: u32,
    /// How many MiB of requests wait to be answered, of all connections; beyond it nothing is read until there is room
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = value_parser!(u32).range(1..))]
    pub(crate) max_queued: u32,
    /// How many connections each node has; a further one is closed
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = value_parser!(u32).range(1..))]
    pub(crate) max_connections: u32,
    /// After how many seconds without a request a connection is closed
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = value_parser!(u64).range(1..))]
    pub(crate) idle_timeout: u64,
    /// How many partitions all topics have together
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = value_parser!(u32).range(1..))]
    pub(crate) max_partitions: u32,
    /// How many consumer groups there are
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = value_parser!(u32).range(1..))]
    pub(crate) max_groups: u32,
    /// How many members a group has
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = value_parser!(u32).range(1..))]
    pub(crate) max_group_size: u32,
    /// How many MiB all members say of themselves and are assigned, and as many of what groups commit
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = value_parser!(u32).range(1..))]
    pub(crate) max_group_data: u32,
    /// How many idempotent producers are known, counted for each partition that they wrote to
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = value_parser!(u32).range(1..))]
    pub(crate) max_producers: u32,
    /// How many transactional ids there are
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = value_parser!(u32).range(1..))]
    pub(crate) max_transactional_ids: u32,
}

/// A topic to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TopicArg {
    pub(crate) name: String,
    pub(crate) partitions: i32,
}

impl FromStr for TopicArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // No name of a topic has a colon.
        let (name, partitions) = text.split_once(':').unwrap_or((text, "1"));
        let partitions = partitions.parse().ok().filter(|partitions| *partitions > 0);
        let partitions = partitions.ok_or("behind the colon stands how many partitions it has, as in `orders:3`")?;
        Ok(Self { name: name.to_owned(), partitions })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_has_one_partition_unless_said() {
        let topic = |name: &str, partitions| Ok(TopicArg { name: name.to_owned(), partitions });
        assert_eq!("orders".parse(), topic("orders", 1));
        assert_eq!("orders:12".parse(), topic("orders", 12));
        for wrong in ["orders:", "orders:0", "orders:-1", "orders:x", "orders:1:2"] {
            assert!(wrong.parse::<TopicArg>().is_err(), "{wrong}");
        }
    }
}

use std::path::PathBuf;

use clap::{Args, value_parser};

use super::ProjectArgs;

#[derive(Debug, Args)]
#[command(after_help = "Without --data everything is in memory and gone with the process.\n\n\
                        Users are lines of `name:password`, in the file of --users or in the variable TOPIKA_REGISTRY_USERS; \
                        with them every request needs basic authentication.\n\n\
                        Ctrl-C and SIGTERM stop it: running requests end first.\n\n\
                        Exit status: 0 stopped, 101 it could not start, 2 wrong command line.")]
pub(crate) struct ServeArgs {
    /// The address to listen on; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8081")]
    pub(crate) listen: String,
    /// The directory to keep everything in: every write is on disk before it is acknowledged
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Serve the project's own schemas, and register each change when it is saved
    #[arg(long)]
    pub(crate) watch: bool,
    /// A file with a line of `name:password` for each user
    #[arg(long, value_name = "FILE")]
    pub(crate) users: Option<PathBuf>,
    /// Let other machines in without a password
    #[arg(long)]
    pub(crate) allow_anonymous: bool,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

/// What clients may take of it at most.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// How many connections may be open; more wait until one is closed. Never more than three quarters of the files that the process may open
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = value_parser!(u32).range(1..))]
    pub(crate) max_connections: u32,
    /// How long a connection may stay open without a request
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = value_parser!(u64).range(1..))]
    pub(crate) idle_timeout: u64,
    /// How long a request or an answer that has begun may stand still
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = value_parser!(u64).range(1..))]
    pub(crate) stall_timeout: u64,
    /// How long the body of a request may take as a whole
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = value_parser!(u64).range(1..))]
    pub(crate) body_timeout: u64,
    /// How many MiB the bodies that are read at once may have together, those up to 64 KiB aside
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = value_parser!(u32).range(16..))]
    pub(crate) body_memory: u32,
}

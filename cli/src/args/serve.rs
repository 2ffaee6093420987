use std::path::PathBuf;

use clap::Args;

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
    pub(crate) project: ProjectArgs,
}

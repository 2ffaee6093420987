use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct ProjectArgs {
    /// The project's folder, or its topika.toml; the nearest one upwards where absent
    #[arg(long, value_name = "DIR")]
    pub(crate) manifest_path: Option<PathBuf>,
}

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// What the schema describes
    #[arg(value_enum)]
    pub(crate) of: SchemaOf,
}

/// What has a published JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// What `check --format json` writes
    Report,
    /// What `diff --format json` writes
    Diff,
    /// What `plan --format json` writes
    Plan,
    /// What `topics plan --format json` writes
    #[cfg(feature = "kafka")]
    Topics,
    /// What `try --format json` writes
    #[cfg(feature = "try")]
    Try,
}

use clap::ValueEnum;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With an excerpt of the file
    Text,
    /// Without an excerpt
    Short,
    /// One JSON document
    Json,
}

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The rule's id, say avro/type-changed
    pub(crate) rule: String,
}

#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// The form of the list
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A line for each rule
    Text,
    /// A JSON array
    Json,
}

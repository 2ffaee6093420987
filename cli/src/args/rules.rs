use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The rule's id, say avro/type-changed
    pub(crate) rule: String,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// The form of the list
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Text,
    /// For programs: an object for each rule, with its page
    Json,
}

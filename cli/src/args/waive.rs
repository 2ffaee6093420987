use clap::Args;

use super::ProjectArgs;

#[derive(Debug, Args)]
pub(crate) struct WaiveArgs {
    /// The rule of the finding, say avro/field-removed
    pub(crate) rule: String,
    /// The subject that has it, or the topic for a rule of topics
    pub(crate) subject: String,
    /// The part of the schema, as a JSON pointer; all findings of the rule on the subject where absent
    #[arg(long, value_name = "POINTER")]
    pub(crate) at: Option<String>,
    /// Why the finding does not count
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

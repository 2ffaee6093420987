use std::path::PathBuf;

use clap::{Args, ValueEnum};
use topika_contract::schema;

use super::ProjectArgs;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    cargo topika new orders.order-shipped\n  \
    cargo topika new orders.order-shipped --from sample.json --from others.ndjson\n  \
    cargo topika new kitchen.ticket-ready --format json --topic kitchen.events --key ticket_id\n\n\
    Exit status: 0 written, 101 not written, 2 wrong command line.")]
pub(crate) struct NewArgs {
    /// The event: `orders.order-shipped` becomes schemas/orders/order-shipped.avsc
    pub(crate) event: String,
    /// A sample to take the fields from: a JSON object, an array of them, or one a line (`-`: stdin); all that are named count together
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Vec<PathBuf>,
    /// How the event is written
    #[arg(long, value_enum, default_value_t = NewFormat::Avro)]
    pub(crate) format: NewFormat,
    /// The topic that carries it, where that is not the one of its name: a row of topika.toml
    #[arg(long)]
    pub(crate) topic: Option<String>,
    /// The field that is the topic's key, for a topic that has no row yet: messages of one key stay in order; several make one key together
    #[arg(long, value_name = "FIELD", requires = "topic")]
    pub(crate) key: Vec<String>,
    /// Make a topika.toml here where there is none
    #[arg(long)]
    pub(crate) init: bool,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NewFormat {
    /// Apache Avro
    Avro,
    /// JSON Schema
    Json,
}

impl NewFormat {
    pub(crate) fn of_schema(self) -> schema::Format {
        match self {
            Self::Avro => schema::Format::Avro,
            Self::Json => schema::Format::Json,
        }
    }
}

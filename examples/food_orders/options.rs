use std::time::Duration;

use clap::Parser;
use food_orders::rush::Plan;

/// The whole way of an event, once: schemas, typed producers and consumers, an evolution mid-stream, a poison message.
#[derive(Debug, Parser)]
#[command(name = "food_orders")]
pub(crate) struct Options {
    /// How many orders are placed, cancellations not counted
    #[arg(long, default_value_t = 4000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) orders: u32,
    /// How many orders are placed a second
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rate: u32,
    /// How many customers there are
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) customers: u32,
    /// The same seed gives the same orders
    #[arg(long, default_value_t = 42)]
    pub(crate) seed: u64,
    /// A real Kafka, as host:port; without it an embedded broker is started
    #[arg(long, requires = "registry", value_name = "HOST:PORT")]
    pub(crate) bootstrap: Option<String>,
    /// A real Schema Registry, as URL; goes with --bootstrap
    #[arg(long, requires = "bootstrap", value_name = "URL")]
    pub(crate) registry: Option<String>,
    /// A PostgreSQL, as URL; without it orders are written into SQLite in a temporary folder
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// What topic names, subjects and groups begin with; on real servers the default is new for each run
    #[arg(long)]
    pub(crate) prefix: Option<String>,
}

impl Options {
    /// The rush that the options describe.
    pub(crate) fn plan(&self, prefix: &str) -> Plan {
        Plan {
            orders: self.orders,
            rate: self.rate,
            customers: self.customers,
            seed: self.seed,
            group: format!("{prefix}kitchen"),
            deadline: Duration::from_secs(60),
        }
    }
}

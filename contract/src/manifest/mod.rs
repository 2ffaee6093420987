//! `topika.toml`: convention first, rows only for exceptions, unknown keys refused.

mod env;
mod key;
mod model;
mod names;
mod read;
mod retention;
mod rows;
mod table;
mod waive;
mod waiver;

pub use env::{EnvRow, Setting};
pub use model::{DomainRow, EventRow, Manifest, Marked, TopicRow, WaiveRow};
pub use names::topic_name_problem;
pub use retention::Retention;
pub use waiver::Waiver;

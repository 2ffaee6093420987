//! `topika.toml`: convention first, rows only for exceptions, unknown keys refused.

mod key;
mod model;
mod names;
mod read;
mod retention;
mod rows;
mod table;

pub use model::{DomainRow, EventRow, Manifest, Marked, TopicRow};
pub use names::topic_name_problem;
pub use retention::Retention;

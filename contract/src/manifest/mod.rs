//! `topika.toml`: convention first, rows only for exceptions, unknown keys refused.

mod choice;
mod dead_letters;
mod env;
mod flat;
mod import;
mod kafka;
mod key;
mod model;
mod names;
mod pattern;
mod read;
mod retention;
mod rows;
mod shared;
mod size;
mod table;
mod topic_settings;
mod types;
mod waive;
mod waiver;

pub use choice::{DecimalType, MapType, TimeType, UuidType};
pub use dead_letters::dead_letters_of;
pub use env::{EnvRow, OAuthRow, Setting};
pub use import::{ImportRow, ImportTopicRow};
pub use kafka::KafkaProperty;
pub use model::{DomainRow, EventRow, Manifest, Marked, TopicRow, WaiveRow};
pub use names::topic_name_problem;
pub use pattern::matches;
pub use retention::Retention;
pub use shared::SharedRow;
pub use topic_settings::TopicSettings;
pub use types::{FieldChoices, TypeChoices, TypeRow};
pub use waiver::Waiver;

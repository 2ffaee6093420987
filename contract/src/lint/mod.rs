//! Lint: what a schema says that registries take and people come to regret. It looks at one text; nothing here compares versions.

mod avro;
mod json;
mod marks;
mod meaning;
mod run;
mod style;
mod text;
mod words;

pub use marks::{personal_field, personal_node};
pub use run::lint;
pub use text::Text;

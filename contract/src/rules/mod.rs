//! The rules: a row each, in one table.

mod avro;
mod avro_change;
mod avro_lint;
mod doc;
mod event;
mod history;
mod import;
mod json_schema;
mod json_schema_change;
mod json_schema_lint;
mod json_schema_unseen;
mod manifest;
mod meaning;
mod name;
mod reference;
mod row;
mod table;
mod text;
mod topic;
mod types;
mod waive;

pub use avro::*;
pub use avro_change::*;
pub use avro_lint::*;
pub use doc::*;
pub use event::*;
pub use history::*;
pub use import::*;
pub use json_schema::*;
pub use json_schema_change::*;
pub use json_schema_lint::*;
pub use json_schema_unseen::*;
pub use manifest::*;
pub use meaning::*;
pub use name::*;
pub use reference::*;
pub use table::*;
pub use text::*;
pub use topic::*;
pub use types::*;
pub use waive::*;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Said by nobody.
    Allow,
    /// Said, and the build goes on.
    Warn,
    /// Said, and the build or the check fails.
    Deny,
}

/// The kind of a finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// `group/name`, as people write it in `topika.toml`.
    pub id: &'static str,
    /// The severity where the manifest says nothing.
    pub default: Severity,
    /// One line: what the rule says.
    pub summary: &'static str,
    /// The page: why, example, fix (Markdown, from `rules/pages/<group>-<name>.md`).
    pub page: &'static str,
}

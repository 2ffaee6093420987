//! What a write changes, as data: whoever applies the same changes in the same order has the same store.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::{Config, Mode, Reference, SchemaType};

/// A step from one state of a [`Store`](super::Store) to the next. Subjects are full names: `:.ctx:subject`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "camelCase", deny_unknown_fields)]
pub enum Change {
    /// A version is there with this schema, in place of what was there before.
    Version {
        /// The subject.
        subject: String,
        /// The version.
        version: u32,
        /// The id within the context.
        id: u32,
        /// When, in milliseconds since 1970.
        ts: i64,
        /// Whether it is softly deleted.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        deleted: bool,
        /// The schema.
        schema: Box<Text>,
    },
    /// A version is softly deleted.
    Deleted {
        /// The subject.
        subject: String,
        /// The version.
        version: u32,
        /// When, in milliseconds since 1970.
        ts: i64,
    },
    /// A version is gone for good.
    Gone {
        /// The subject.
        subject: String,
        /// The version.
        version: u32,
    },
    /// The settings of a subject, of a context (`:.ctx:`) or of the registry (the empty name) are these; without, none are left.
    Settings {
        /// Whose.
        of: String,
        /// Which.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        settings: Option<Box<Config>>,
    },
    /// The mode of the same.
    Mode {
        /// Whose.
        of: String,
        /// Which; without, none is left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<Mode>,
    },
    /// A context is listed, or no longer.
    Context {
        /// Its prefix: `:.ctx:`.
        context: String,
        /// Whether it is listed.
        listed: bool,
    },
    /// The largest id that was given in a context, so that none is given twice.
    LastId {
        /// Its prefix; empty for the default context.
        context: String,
        /// The id.
        id: u32,
    },
}

/// What makes two schemas the same one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Text {
    /// The language.
    #[serde(default)]
    pub schema_type: SchemaType,
    /// The text.
    pub schema: String,
    /// What it refers to, each with the number of a version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Metadata in one form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// The rule set in one form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_set: Option<Value>,
}

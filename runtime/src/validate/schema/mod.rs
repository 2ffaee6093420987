//! What a schema asks that no attribute has a word for (`not`, `if`, `dependentRequired`, `contains`, `unevaluatedProperties` ...): a small
//! evaluator of JSON Schema over JSON values.
//!
//! It knows one dialect, to which the generator brings every draft: 2020-12 with formats that are asserted, and `$ref`s of the forms `#`
//! and `#/$defs/name`. Its verdict is held to that of the crate jsonschema by tests.

#[cfg(feature = "kafka")]
mod blame;
mod compile;
mod evaluate;
mod evaluated;
mod keyword;

use std::sync::OnceLock;

use serde_json::Value;

#[cfg(feature = "kafka")]
pub(crate) use self::blame::Blame;
use self::compile::Compiled;
use self::evaluate::Run;
use super::place::Place;
use super::violation::{Violations, asked};

/// A schema, compiled when a value is first held to it.
#[derive(Debug)]
pub struct Schema {
    text: &'static str,
    compiled: OnceLock<Result<Compiled, String>>,
}

impl Schema {
    /// The schema, not looked at yet.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self { text, compiled: OnceLock::new() }
    }

    /// Says which of the schema's keywords the value does not meet. Values are not told: they may be personal.
    pub(super) fn check(&self, value: &Value, at: &Place<'_>, found: &mut Violations) {
        match self.compiled.get_or_init(|| Compiled::of(self.text)) {
            Ok(compiled) => {
                let mut run = Run::new(compiled);
                for (name, text) in run.broken(value) {
                    found.push(at, name, || format!("the value does not meet `{name}`: {}", asked(text)));
                }
                if run.is_exhausted() {
                    found.push(at, "schema", || "the schema of the value takes too long to check".to_owned());
                }
            }
            Err(why) => found.push(at, "schema", || format!("the schema of the value cannot be read: {why}")),
        }
    }
}

/// A schema that is known at run time only, in the dialect.
#[cfg(feature = "kafka")]
pub(crate) struct OwnedSchema(Compiled);

#[cfg(feature = "kafka")]
impl OwnedSchema {
    pub(crate) fn of(text: &str) -> Result<Self, String> {
        Compiled::of(text).map(Self)
    }

    /// Why the value is none of it, where it is none.
    pub(crate) fn blame(&self, value: &Value) -> Option<Blame> {
        blame::blame(&self.0, value)
    }
}

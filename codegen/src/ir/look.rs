use std::collections::BTreeMap;

use super::Code;

/// How a type is to look, beyond what its schema says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Look {
    /// The file that the type comes from; empty for a type that is written by hand.
    pub(crate) origin: String,
    /// Further traits to derive.
    pub(crate) derive: Vec<Code>,
    /// Further attributes.
    pub(crate) attributes: Vec<Code>,
    /// Whether a struct has the names of its fields.
    pub(crate) field_names: bool,
    /// Whether a struct has a builder.
    pub(crate) builder: bool,
    /// Whether a record has a twin that borrows from the message.
    pub(crate) borrowed: bool,
    /// The fields of which there is something to say, by their names in the schema.
    pub(crate) fields: BTreeMap<String, FieldLook>,
}

/// How a field is to look.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldLook {
    /// Further attributes.
    pub(crate) attributes: Vec<Code>,
    /// Whether `Debug` hides the value.
    pub(crate) redacted: bool,
    /// The part of its message's envelope that it carries.
    pub(crate) carries: Option<String>,
}

impl Look {
    /// How a field is to look; none where there is nothing to say.
    #[must_use]
    pub(crate) fn field(&self, name: &str) -> Option<&FieldLook> {
        self.fields.get(name)
    }

    /// Whether `Debug` hides a value.
    #[must_use]
    pub(crate) fn redacts(&self) -> bool {
        self.fields.values().any(|field| field.redacted)
    }
}

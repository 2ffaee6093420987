//! Which schema stands before the messages of an event.

use std::collections::BTreeMap;

/// Which schema of the registry a producer names in its messages.
///
/// A type writes its own schema; another one is taken only where its messages are the same byte for byte (Avro), so that whoever reads is
/// never misled. A difference in docs, aliases, defaults or custom properties is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaChoice {
    /// Whether the latest version of the subject is taken, not the one that equals the type's own schema.
    pub latest: bool,
    /// The ids that are given, by the names of the records: these go before all else.
    pub ids: BTreeMap<String, u32>,
}

/// What is taken for one event.
pub(super) enum Chosen {
    Own,
    Latest,
    Id(u32),
}

impl SchemaChoice {
    pub(super) fn of(&self, record: &str) -> Chosen {
        match self.ids.get(record) {
            Some(id) => Chosen::Id(*id),
            None if self.latest => Chosen::Latest,
            None => Chosen::Own,
        }
    }
}

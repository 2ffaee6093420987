use topika_contract::project::{Contract, Event, EventSchema, Reference, Shared};
use topika_contract::text::Source;

use super::select::{Options, wanted};
use crate::ir::FileRef;

/// A schema file that may own types: an event, a frozen version of one, or a shared file.
#[derive(Clone, Copy, Debug)]
pub(super) struct File<'a> {
    pub(super) path: &'a str,
    pub(super) schema: &'a EventSchema,
    pub(super) source: &'a Source,
    pub(super) references: &'a [Reference],
    pub(super) folder: &'a [String],
    pub(super) kind: FileKind<'a>,
    /// Whether its types are written even where nothing refers to them.
    pub(super) wanted: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum FileKind<'a> {
    Event(&'a Event),
    Shared(&'a Shared),
}

impl<'a> File<'a> {
    pub(super) fn event(&self) -> Option<&'a Event> {
        match self.kind {
            FileKind::Event(event) => Some(event),
            FileKind::Shared(_) => None,
        }
    }

    /// The frozen version, where the file is one.
    pub(super) fn frozen(&self) -> Option<u32> {
        self.event().and_then(|event| event.frozen)
    }

    pub(super) fn reference(&self) -> FileRef {
        FileRef { path: self.path.to_owned(), version: self.frozen() }
    }

    /// The file name without its endings: `station` of `types/station.schema.json`.
    pub(super) fn stem(&self) -> &'a str {
        let name = self.path.rsplit('/').next().unwrap_or(self.path);
        name.split('.').next().unwrap_or(name)
    }
}

/// Whether no Rust type can be made of what a schema reaches: a record that holds itself, which the check has told.
pub(super) fn is_endless(schema: &EventSchema) -> bool {
    match schema {
        EventSchema::Avro(schema) => schema.definitions().any(|named| named.endless),
        EventSchema::Json(_) => false,
    }
}

/// The files of a contract: events first, then shared files.
pub(super) fn files<'a>(contract: &'a Contract, options: &Options) -> Vec<File<'a>> {
    let wanted = wanted(contract, options);
    let events = contract.events.iter().map(|event| File {
        path: &event.path,
        schema: &event.schema,
        source: &event.source,
        references: &event.references,
        folder: &event.folder,
        kind: FileKind::Event(event),
        wanted: wanted.contains(event.name.as_str()),
    });
    let shared = contract.shared.iter().map(|shared| File {
        path: &shared.path,
        schema: &shared.schema,
        source: &shared.source,
        references: &shared.references,
        folder: &shared.folder,
        kind: FileKind::Shared(shared),
        // With a selection, shared types come with what uses them.
        wanted: options.only.is_empty(),
    });
    events.chain(shared).collect()
}

use super::Table;

/// How an event is written on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Avro binary.
    Avro,
    /// JSON, described by JSON Schema.
    Json,
}

/// What the generator lowered from one schema file: the text that travels, and a shallow table of each type in it.
///
/// The generated module holds one per file, in `__topika`.
#[derive(Debug)]
pub struct SchemaFile {
    /// The path from the project's root: `schemas/orders/order-placed.avsc`. For messages.
    pub path: &'static str,
    /// The format.
    pub format: Format,
    /// The event's name, `orders.order-placed`; for a shared file the path below `schemas/`.
    pub event: &'static str,
    /// The record's full name (Avro) or the `title` (JSON).
    pub record: &'static str,
    /// The file's own text, byte for byte: what is registered.
    pub text: &'static str,
    /// What the text refers to, in dependency order.
    pub references: &'static [Reference],
    /// The locked version that the text is; `None` while it is newer than the lock.
    pub version: Option<u32>,
    /// The topic that carries the event, without prefix; empty for a shared file.
    pub topic: &'static str,
    /// The subject it is registered under, without prefix.
    pub subject: &'static str,
    /// The named types that the file defines, the root first.
    pub types: &'static [Table],
}

/// A text that another text refers to.
#[derive(Debug)]
pub struct Reference {
    /// The name by which the text refers to it.
    pub name: &'static str,
    /// The subject it is registered under.
    pub subject: &'static str,
    /// Its text.
    pub text: &'static str,
    /// The names of the references that it uses itself.
    pub uses: &'static [&'static str],
}

/// The constant that says all about an event type.
#[derive(Debug)]
pub struct Descriptor {
    /// The event's name: `orders.order-placed`.
    pub event: &'static str,
    /// The record's full name (Avro) or the `title` (JSON): `orders.OrderPlaced`.
    pub record: &'static str,
    /// The format.
    pub format: Format,
    /// The schema file it is bound to; `None` for a type that is written first and bound to no file.
    pub file: Option<&'static SchemaFile>,
    /// The Rust type's name, for messages.
    pub rust: &'static str,
    /// The fields that it has, of those of its schema, in its own order; `None`: all of them. Who has some only is read and never sent.
    pub fields: Option<&'static [&'static str]>,
    /// The schema text: the file's, or for a type written first the one that the derive gives.
    pub text: fn() -> &'static str,
}

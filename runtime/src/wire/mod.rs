//! Payloads in the frame that registries and their clients agree on, and the schemas behind the ids in it.
//!
//! [`TopicSerializer`] writes the events of a topic, each with the id of its schema; [`TopicDeserializer`] reads them back, whichever
//! version they were written with. [`frame`] and [`unframe`] are the frame alone. The messages of a topic that is
//! [plain](crate::schema::TopicDescriptor::plain) have none, and no registry is asked for them.

mod cache;
mod choice;
mod contracts;
mod deserializer;
mod error;
mod framing;
#[cfg(feature = "kafka")]
mod heard;
mod key_reader;
mod known;
mod parsed;
mod plain;
mod reader;
mod reads;
mod schemas;
mod serializer;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod stored;
mod subject;
mod undecodable;
mod verdict;
mod writer;

pub use choice::SchemaChoice;
pub use deserializer::TopicDeserializer;
pub use error::{SerdeError, SerdeErrorKind};
pub use framing::{
    FrameError, Framing, KEY_HEADER, SchemaKey, VALUE_HEADER, frame, frame_guid, key_in_header, unframe,
};
#[cfg(feature = "kafka")]
pub(crate) use heard::{Heard, HeardDeserializer, Hears};
#[cfg(feature = "kafka")]
pub(crate) use reads::Reads;
#[cfg(feature = "kafka")]
pub(crate) use schemas::SchemasHere;
pub use serializer::{SerdeConfig, TopicSerializer};
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(crate) use stored::{StoredReader, StoredSchema};
pub use subject::{SubjectOf, SubjectStrategy};
pub use undecodable::{Undecodable, UndecodableKind};

//! Events as people read them.

pub(crate) mod avro_json;
mod event;

pub use event::{payload_to_json, to_json};

//! The words of the protocol: what requests and answers hold, the error codes, the media types.

mod association;
mod cluster;
mod config;
mod context;
mod error;
mod level;
mod media;
mod schema;
mod schema_type;

pub use association::Association;
pub use cluster::{ClusterId, ClusterScope, ContextId, ServerVersion};
pub use config::{Config, ConfigUpdate, Mode, ModeBody};
pub use context::{context_of, subject_within};
pub use error::{ErrorBody, ErrorCode};
pub use level::{Level, level_name, parse_level};
pub use media::{CONTENT_TYPE, accepts_body};
pub use schema::{Compatibility, Guid, NewSchema, Reference, Registered, Schema, SubjectAndVersion, SubjectVersion};
pub use schema_type::SchemaType;

//! What an error of the registry says about the message that named the schema.
//!
//! A message that waits holds its partition. So it waits only where asking again can help, or where somebody can mend the registry; what will
//! never get better makes it unreadable, and its bytes are kept as a dead letter's.
//!
//! | error of the client | such as | asking again | the message |
//! |---|---|---|---|
//! | `NotFound` | 404 or another status with a code 404xx; an id that there can be none of | does not help | `UnknownSchema` |
//! | `Refused` with 400, 410, 422 | the registry does not take the question | does not help | `UnknownSchema` |
//! | `Settings` | the client has no registry, only a bundle | does not help | `UnknownSchema` |
//! | `Unsupported` | a GUID, and the registry knows none | does not help | `GuidsUnknown` |
//! | `TooLarge` | a schema of more than 16 MiB | does not help | `NotOnTopic` |
//! | `InvalidSchema`, `Incompatible` | a reference that can be no version; 42201 | does not help | `NotOnTopic` |
//! | `Unreachable`, `Timeout`, `Unavailable` | no connection; 408, 429, 500, 502, 503, 504 | helps | waits |
//! | `Unauthorized` | 401, 403 | once somebody mends the credentials | waits |
//! | `Protocol` | a login page, a redirect, a URL that is no registry's | once somebody mends the URL or the proxy | waits |
//! | `Refused` with another status | 407, 501, 511 | once somebody mends what stands between | waits |
//!
//! Each time a message waits the client logs why; nothing waits in silence.

use topika_registry::client::{Error, ErrorKind};

use super::deserializer::undecodable;
use super::framing::SchemaKey;
use super::undecodable::{Undecodable, UndecodableKind};

/// What becomes of the message whose schema could not be had.
pub(super) fn verdict(key: SchemaKey, error: &Error) -> Undecodable {
    let (kind, message) = match (error.kind(), error.status()) {
        (ErrorKind::NotFound, _) => (
            UndecodableKind::UnknownSchema,
            format!("schema {key} is unknown: {error}; was it written with another registry?"),
        ),
        (ErrorKind::Refused, Some(400 | 410 | 422)) | (ErrorKind::Settings, _) => {
            (UndecodableKind::UnknownSchema, format!("schema {key} cannot be had: {error}"))
        }
        (ErrorKind::Unsupported, _) => {
            (UndecodableKind::GuidsUnknown, format!("schema {key} cannot be asked for: {error}"))
        }
        (ErrorKind::TooLarge | ErrorKind::InvalidSchema | ErrorKind::Incompatible, _) => {
            (UndecodableKind::NotOnTopic, format!("schema {key} is none that an event of this topic has: {error}"))
        }
        (ErrorKind::Unauthorized | ErrorKind::Protocol | ErrorKind::Refused, _) => (
            UndecodableKind::RegistryUnavailable,
            format!("schema {key} cannot be fetched until the registry, or the way to it, is mended: {error}"),
        ),
        _ => (UndecodableKind::RegistryUnavailable, format!("schema {key} cannot be fetched: {error}")),
    };
    undecodable(kind, key, message)
}

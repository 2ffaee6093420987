//! From the errors of the serde to ours.

use crate::error::{Error, ErrorKind};
use crate::wire::{SerdeError, SerdeErrorKind};

/// The serde's words name the topic, the subject and the file already; they are kept as they are.
pub(super) fn serialize(error: SerdeError) -> Error {
    let kind = match error.kind() {
        SerdeErrorKind::NotRegistered
        | SerdeErrorKind::SchemaRefused
        | SerdeErrorKind::OtherSchema
        | SerdeErrorKind::NotPrepared => ErrorKind::Schema,
        SerdeErrorKind::RegistryUnavailable | SerdeErrorKind::Registry => ErrorKind::Registry,
        SerdeErrorKind::Encode => ErrorKind::Encode,
    };
    let text = error.to_string();
    let message = text.split("\n  help: ").next().unwrap_or(&text);
    let fault = Error::new(kind, message).retriable(error.is_retriable());
    let fault = match error.help() {
        Some(help) => fault.help(help),
        None => fault,
    };
    fault.caused_by(error)
}

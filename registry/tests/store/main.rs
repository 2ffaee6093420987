//! The semantics of the store, without HTTP.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Helpers of tests fail by panicking, as tests do.

mod basics;
mod compatibility;
mod contexts;
mod data_contracts;
mod settings;

use topika_registry::api::{ConfigUpdate, ErrorCode, NewSchema};
use topika_registry::store::{Store, StoreError};

fn record(fields: &str) -> NewSchema {
    NewSchema::avro(format!(r#"{{"type": "record", "name": "R", "namespace": "a", "fields": [{fields}]}}"#))
}

fn id_field() -> NewSchema {
    record(r#"{"name": "id", "type": "string"}"#)
}

fn with_default() -> NewSchema {
    record(r#"{"name": "id", "type": "string"}, {"name": "n", "type": "int", "default": 0}"#)
}

fn level(name: &str) -> ConfigUpdate {
    ConfigUpdate { compatibility: Some(name.to_owned()), ..ConfigUpdate::default() }
}

fn code<T: std::fmt::Debug>(result: Result<T, StoreError>) -> ErrorCode {
    result.unwrap_err().code()
}

/// `types.Id` under its own subject, and a schema that refers to it.
fn with_reference(store: &mut Store) -> NewSchema {
    let id = NewSchema::avro(r#"{"type": "fixed", "name": "types.Id", "size": 16}"#);
    let registered = store.register("types.Id", &id, false).unwrap();
    record(r#"{"name": "id", "type": "types.Id"}"#).reference("types.Id", "types.Id", registered.version.unwrap())
}

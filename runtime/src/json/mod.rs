//! What the fields of JSON events say beyond serde's own words: whether a property is there, and whether it is null, are two questions;
//! and JSON [read as JSON Schema means it](from_slice).
//!
//! | in the schema | in Rust | on the wire |
//! |---|---|---|
//! | required | `T` | always there |
//! | required, may be null | `Option<T>` with [`required`] | always there; a missing one is an error |
//! | optional | `Option<T>` with [`present`] | `None` is absent; null is refused |
//! | optional, may be null | `Option<Option<T>>` with [`present`] | `None` is absent, `Some(None)` is null |
//!
//! ```
//! use topika::serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! #[serde(crate = "::topika::serde")]
//! struct Ticket {
//!     #[serde(deserialize_with = "::topika::json::required")]
//!     seat: Option<i64>,
//!     #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "::topika::json::present")]
//!     note: Option<Option<String>>,
//! }
//!
//! let ticket: Ticket = topika::json::from_str(r#"{"seat":null,"note":null}"#).unwrap();
//! assert_eq!(ticket, Ticket { seat: None, note: Some(None) });
//! assert_eq!(topika::serde_json::to_string(&ticket).unwrap(), r#"{"seat":null,"note":null}"#);
//! assert!(topika::json::from_str::<Ticket>("{}").is_err());
//! ```

pub(crate) mod items;
pub mod object;
mod read;
pub(crate) mod same;
mod strict;
pub(crate) mod symbol;

pub use read::{additional, from_slice, from_str, from_value};

use serde::{Deserialize, Deserializer};

/// Reads an optional property that is there, so that null is a value like any other: it is refused where the type takes none.
///
/// # Errors
/// Those of the value.
pub fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Reads a required property, so that a missing one is an error also where it may be null.
///
/// # Errors
/// Those of the value.
pub fn required<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer)
}

//! Payloads: Avro binary straight from the derive, without a value tree between; JSON through serde.
//!
//! [`AvroValue`] is what a type on the wire implements, [`Sink`] and [`Reader`] are what it writes to and reads from, and a
//! [`Resolution`] is the compiled way from another schema's bytes into the type. A [`Fault`] is one byte; only where a payload
//! ends is it dressed into a [`DecodeError`] with offset and path.

mod blocks;
mod borrowed;
mod collections;
mod error;
mod fault;
pub mod fields;
mod fixed;
mod limits;
mod option;
mod primitives;
mod reader;
pub mod resolution;
mod schema_text;
mod sink;
mod value;
mod value_as;
mod wire_of;

pub use blocks::Block;
pub(crate) use borrowed::owns_itself;
pub use borrowed::{Borrowed, Held, decode_ref, decode_ref_resolved};
pub use error::{DecodeError, EncodeError};
pub use fault::Fault;
pub use fixed::{FixedKind, FixedValue, read_fixed_as, write_fixed_as};
pub use limits::Limits;
pub use option::null_last;
pub use reader::Reader;
pub use resolution::{Resolution, ResolveError};
pub use schema_text::{FieldText, SchemaText, TypeText};
pub use sink::Sink;
pub use value::{AvroValue, decode, decode_fields, decode_resolved, encode};
pub use value_as::{AsItself, NullLast, ValueAs};
pub use wire_of::{OnWire, WireError, WireOf};

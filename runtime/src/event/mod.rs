//! The traits that everything above the codec speaks: [`Event`], [`Topic`], [`On`], [`Key`].

pub mod carried;
mod derived;
mod key;
mod key_field;
mod keyed;
pub(crate) mod partial;
pub(crate) mod payload;
mod plain_keys;
mod tombstone;
mod traits;

pub use derived::{Avro, Coding, DerivedEvent, EventOf, Json, Member, Only};
pub use key::{CompositeKey, Key, KeyError, NoKey};
pub use key_field::KeyField;
pub use keyed::Keyed;
pub use partial::Whole;
pub(crate) use plain_keys::from_text;
pub use tombstone::Tombstone;
pub use traits::{Event, On, Payload, Topic};

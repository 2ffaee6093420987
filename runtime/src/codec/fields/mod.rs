//! The fields of a record, as tuples: what the derive would otherwise write out for every field in every user's crate is written here
//! once, for tuples of any types. A derived record is then a few calls, a pattern and a list of references.

mod carried;
pub(crate) mod conform;
mod record;
mod then;
mod tuple;
mod walk;

pub use carried::As;
pub(in crate::codec) use record::decode_fields;
pub use record::{OfFields, Record, decode, decode_ref, decode_ref_with, decode_with, encode};
pub use then::Then;
pub use walk::Walk;

use super::{Fault, Reader, Sink};
use crate::schema::Types;

/// The values of fields that follow each other: tuples of up to eight, and [`Then`] for more.
pub trait Fields: Sized {
    /// How many.
    const COUNT: usize;

    /// The fewest bytes that they take on the wire.
    const MIN_SIZE: usize;

    /// A number that stands for their types.
    const MARK: u64;

    /// What the wire knows them as.
    const TYPES: Types;

    /// Reads them as they were written; the first is the record's field `at`.
    ///
    /// # Errors
    /// When the bytes are no such values.
    fn decode(reader: &mut Reader<'_>, record: &'static Record, at: usize) -> Result<Self, Fault>;

    /// Reads them as the steps of a resolution say.
    ///
    /// # Errors
    /// When the bytes are no such values, or the types cannot hold them.
    fn decode_with(walk: &mut Walk<'_, '_, '_>, at: usize) -> Result<Self, Fault>;
}

/// The same for types with twins that borrow from the payload.
pub trait BorrowedFields {
    /// How many.
    const COUNT: usize;

    /// Their twins.
    type Ref<'de>;

    /// As [`Fields::decode`].
    ///
    /// # Errors
    /// As there.
    fn decode_ref<'de>(reader: &mut Reader<'de>, record: &'static Record, at: usize) -> Result<Self::Ref<'de>, Fault>;

    /// As [`Fields::decode_with`].
    ///
    /// # Errors
    /// As there.
    fn decode_ref_with<'de>(walk: &mut Walk<'_, 'de, 'de>, at: usize) -> Result<Self::Ref<'de>, Fault>;
}

/// References to fields, to be written one after the other.
pub trait FieldRefs {
    /// How many.
    const COUNT: usize;

    /// Appends them; the first is the record's field `at`. After one that cannot be written there are no more.
    fn encode(self, sink: &mut Sink<'_>, record: &'static Record, at: usize);
}

/// A reference to one field.
pub trait FieldRef {
    /// Whether every value can be written.
    const ALWAYS_FITS: bool;

    /// Appends it.
    fn encode(self, sink: &mut Sink<'_>);
}

impl<T: super::AvroValue> FieldRef for &T {
    const ALWAYS_FITS: bool = T::ALWAYS_FITS;

    #[inline]
    fn encode(self, sink: &mut Sink<'_>) {
        T::encode(self, sink);
    }
}

use super::{BorrowedFields, FieldRefs, Fields, Walk};
use crate::codec::resolution::{Node, NodeId};
use crate::codec::{AvroValue, Borrowed, Fault, Reader, Resolution, Sink};

/// What a record's fields are called.
#[derive(Debug)]
pub struct Record {
    /// The full name of the record.
    pub name: &'static str,
    /// The names of the fields, in the order of the wire, a line each.
    pub fields: &'static str,
    /// A number that stands for the names.
    pub mark: u64,
}

impl Record {
    /// The name of the field `at`.
    fn field(&self, at: usize) -> Option<&'static str> {
        self.fields.split('\n').nth(at)
    }

    /// Remembers the field that a fault came from.
    #[cold]
    #[inline(never)]
    pub(super) fn within(&'static self, reader: &mut Reader<'_>, fault: Fault, at: usize) -> Fault {
        match self.field(at) {
            Some(field) => reader.within(fault, self.name, field),
            None => fault,
        }
    }

    /// Remembers the field that cannot be written.
    #[cold]
    #[inline(never)]
    pub(super) fn stopped(&'static self, sink: &mut Sink<'_>, at: usize) {
        if let Some(field) = self.field(at) {
            sink.remember(self.name, field);
        }
    }
}

/// A record whose values go through the codec as those of its fields. The derives make a type one.
pub trait OfFields: Sized {
    /// The values.
    type Fields: Fields;

    /// Their names.
    const RECORD: &'static Record;

    /// The record of these values.
    fn of(fields: Self::Fields) -> Self;
}

/// The body of [`AvroValue::encode`] for a record.
#[inline]
pub fn encode(fields: impl FieldRefs, record: &'static Record, sink: &mut Sink<'_>) {
    if sink.enter() {
        fields.encode(sink, record, 0);
        sink.leave();
    }
}

/// The body of [`AvroValue::decode`] for a record.
///
/// # Errors
/// As there.
#[inline]
pub fn decode<T: OfFields>(reader: &mut Reader<'_>) -> Result<T, Fault> {
    reader.enter()?;
    let fields = T::Fields::decode(reader, T::RECORD, 0)?;
    reader.leave();
    Ok(T::of(fields))
}

/// The body of [`AvroValue::decode_with`] for a record.
///
/// # Errors
/// As there.
pub fn decode_with<T: OfFields + AvroValue>(
    reader: &mut Reader<'_>,
    resolution: &Resolution,
    node: NodeId,
) -> Result<T, Fault> {
    match resolution.enter(reader, node)? {
        Node::Same => T::decode(reader),
        node => {
            let fields = |walk: &mut Walk<'_, '_, '_>| T::Fields::decode_with(walk, 0);
            Walk::over(reader, resolution, node, T::RECORD, T::Fields::COUNT, fields).map(T::of)
        }
    }
}

/// Reads some of the fields of a record: those that the resolution was compiled for.
///
/// # Errors
/// As [`AvroValue::decode_with`].
pub(in crate::codec) fn decode_fields<T, F: Fields>(
    reader: &mut Reader<'_>,
    resolution: &Resolution,
    record: &'static Record,
    from: impl FnOnce(F) -> T,
) -> Result<T, Fault> {
    let node = resolution.enter(reader, resolution.root())?;
    Walk::over(reader, resolution, node, record, F::COUNT, |walk| F::decode_with(walk, 0)).map(from)
}

/// The body of [`Borrowed::decode_ref`] for a record, whose fields are `F`.
///
/// # Errors
/// As there.
#[inline]
pub fn decode_ref<'de, T, F: BorrowedFields>(
    reader: &mut Reader<'de>,
    record: &'static Record,
    from: impl FnOnce(F::Ref<'de>) -> T,
) -> Result<T, Fault> {
    reader.enter()?;
    let fields = F::decode_ref(reader, record, 0)?;
    reader.leave();
    Ok(from(fields))
}

/// The body of [`Borrowed::decode_ref_with`] for a record, whose fields are `F`.
///
/// # Errors
/// As there.
pub fn decode_ref_with<'de, T: Borrowed, F: BorrowedFields>(
    reader: &mut Reader<'de>,
    resolution: &'de Resolution,
    node: NodeId,
    record: &'static Record,
    from: impl FnOnce(F::Ref<'de>) -> T::Ref<'de>,
) -> Result<T::Ref<'de>, Fault> {
    match resolution.enter(reader, node)? {
        Node::Same => T::decode_ref(reader),
        node => Walk::over(reader, resolution, node, record, F::COUNT, |walk| F::decode_ref_with(walk, 0)).map(from),
    }
}

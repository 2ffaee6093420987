use super::{BorrowedFields, FieldRefs, Fields, Walk};
use crate::codec::resolution::{Node, NodeId};
use crate::codec::{AvroValue, Borrowed, Fault, Reader, Resolution, Sink};
use crate::schema::FieldShape;

/// What a record's fields are called and look like on the wire.
#[derive(Debug)]
pub struct Record {
    /// The full name of the record.
    pub name: &'static str,
    /// The names of the fields, in the order of the wire.
    pub fields: &'static [&'static str],
    /// What they are.
    pub shapes: &'static [FieldShape],
}

impl Record {
    /// The fewest bytes that a value takes.
    #[must_use]
    pub const fn min_size(&self) -> usize {
        FieldShape::min_size_of(self.shapes)
    }

    /// Remembers the field that a fault came from.
    #[cold]
    #[inline(never)]
    pub(super) fn within(&'static self, reader: &mut Reader<'_>, fault: Fault, at: usize) -> Fault {
        match self.fields.get(at) {
            Some(field) => reader.within(fault, self.name, field),
            None => fault,
        }
    }

    /// Remembers the field that cannot be written.
    #[cold]
    #[inline(never)]
    pub(super) fn stopped(&'static self, sink: &mut Sink<'_>, at: usize) {
        if let Some(field) = self.fields.get(at) {
            sink.remember(self.name, field);
        }
    }
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
pub fn decode<T, F: Fields>(
    reader: &mut Reader<'_>,
    record: &'static Record,
    from: impl FnOnce(F) -> T,
) -> Result<T, Fault> {
    reader.enter()?;
    let fields = F::decode(reader, record, 0)?;
    reader.leave();
    Ok(from(fields))
}

/// The body of [`AvroValue::decode_with`] for a record.
///
/// # Errors
/// As there.
pub fn decode_with<T: AvroValue, F: Fields>(
    reader: &mut Reader<'_>,
    resolution: &Resolution,
    node: NodeId,
    record: &'static Record,
    from: impl FnOnce(F) -> T,
) -> Result<T, Fault> {
    match resolution.enter(reader, node)? {
        Node::Same => T::decode(reader),
        node => Walk::over(reader, resolution, node, record, F::COUNT, |walk| F::decode_with(walk, 0)).map(from),
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

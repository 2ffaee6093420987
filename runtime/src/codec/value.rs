use super::fields::{self, Fields, Record};
use super::resolution::NodeId;
use super::{DecodeError, EncodeError, Fault, Reader, Resolution, SchemaText, Sink};
use crate::schema::Ty;

/// A type that Avro binary can carry. Derived with `#[derive(Record)]`, `Enum`, `Union`, `Fixed` and `Event`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as Avro",
    label = "has no Avro type",
    note = "Avro types are bool, i32, i64, f32, f64, String, topika::types (Bytes, Decimal, Date, TimestampMicros, Uuid, ...), Vec, HashMap and Option of them",
    note = "a struct or enum of your own derives topika::Record, topika::Enum, topika::Union or topika::Fixed; bytes are topika::types::Bytes, not Vec<u8>"
)]
pub trait AvroValue: Sized {
    /// What the wire knows it as.
    const TY: Ty;

    /// The fewest bytes that a value takes on the wire: bounds the count of items before any memory is taken.
    const MIN_SIZE: usize;

    /// A number that stands for [`TY`](Self::TY): so the compiler compares the fields of a record with its file in few steps.
    #[doc(hidden)]
    const MARK: u64 = Self::TY.mark();

    /// Whether every value can be written: then nobody asks whether one was. True for most, so it costs nothing there.
    const ALWAYS_FITS: bool = false;

    /// Appends the value.
    fn encode(&self, sink: &mut Sink<'_>);

    /// Reads a value that was written as this very type.
    ///
    /// # Errors
    /// When the bytes are no such value.
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault>;

    /// Reads a value that was written with another schema, as the node of the resolution says.
    ///
    /// # Errors
    /// When the bytes are no such value, or this type cannot hold it.
    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault>;

    /// Writes the type as Avro schema text: for types that are written in Rust first.
    fn describe(text: &mut SchemaText);
}

/// Appends `value` to `out`.
///
/// # Errors
/// When records stand within records deeper than a reader goes by default ([`Limits`](super::Limits)): nobody could read it. Or when
/// a value does not fit its schema, such as a number that its fixed is too short for. `out` is then as it was before.
#[inline]
pub fn encode<T: AvroValue>(value: &T, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let before = out.len();
    let mut sink = Sink::new(out);
    value.encode(&mut sink);
    if sink.is_stopped() {
        let why = sink.take_why();
        out.truncate(before);
        return Err(why.map_or_else(|| EncodeError::too_deep(&T::TY), EncodeError::refused));
    }
    Ok(())
}

/// Reads a payload that holds one `T` and nothing else.
///
/// # Errors
/// When it does not.
///
/// ```
/// assert_eq!(topika::codec::decode::<i64>(&[2]).unwrap(), 1);
/// assert!(topika::codec::decode::<i64>(&[2, 2]).is_err());
/// ```
#[inline]
pub fn decode<T: AvroValue>(payload: &[u8]) -> Result<T, DecodeError> {
    let mut reader = Reader::new(payload);
    finish(T::decode(&mut reader), reader)
}

/// Reads a payload that holds one value of the resolution's writer schema and nothing else.
///
/// # Errors
/// When it does not, or `T` cannot hold the value.
#[inline]
pub fn decode_resolved<T: AvroValue>(payload: &[u8], resolution: &Resolution) -> Result<T, DecodeError> {
    let mut reader = Reader::new(payload);
    finish(T::decode_with(&mut reader, resolution, resolution.root()), reader)
}

/// Reads a payload as some of the fields of the record that it holds: `resolution` is one of
/// [`Resolution::compile_fields`].
///
/// # Errors
/// As [`decode_resolved`].
pub fn decode_fields<T, F: Fields>(
    payload: &[u8],
    resolution: &Resolution,
    record: &'static Record,
    from: impl FnOnce(F) -> T,
) -> Result<T, DecodeError> {
    let mut reader = Reader::new(payload);
    finish(fields::decode_fields(&mut reader, resolution, record, from), reader)
}

#[inline]
fn finish<T>(result: Result<T, Fault>, mut reader: Reader<'_>) -> Result<T, DecodeError> {
    match result.and_then(|value| reader.finish().map(|()| value)) {
        Ok(value) => Ok(value),
        Err(fault) => Err(DecodeError::new(fault, &mut reader)),
    }
}

use super::{Fault, OnWire, Reader, Sink, WireOf};
use crate::schema::Ty;

/// What the newtype of a `fixed` with a logical type holds: `struct Price(pub Decimal<20, 4>)` with `#[event(size = 9)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a fixed",
    note = "a fixed is bytes, `[u8; 16]`, or with a size one of topika::types::{{Decimal, BigDecimal, Uuid, Duration}}"
)]
pub trait FixedValue: Sized {
    /// Which logical type it is.
    const KIND: FixedKind;

    /// Appends it as `size` bytes; where it does not fit them, it is refused.
    fn write(&self, size: usize, name: &'static str, sink: &mut Sink<'_>);

    /// Reads it from the bytes of the fixed.
    ///
    /// # Errors
    /// When they are no such value.
    fn read(bytes: &[u8]) -> Result<Self, Fault>;
}

/// Appends a value that is written as `W`.
pub fn write_fixed_as<T, W>(value: &T, size: usize, name: &'static str, sink: &mut Sink<'_>)
where
    W: WireOf<T> + OnWire<Wire: FixedValue>,
{
    match W::to_wire(value) {
        Ok(wire) => wire.write(size, name, sink),
        Err(error) => sink.refuse(|| error.to_string()),
    }
}

/// Reads a value that is written as `W`.
///
/// # Errors
/// When the bytes are no such value, or the type cannot hold it.
pub fn read_fixed_as<T, W>(size: usize, reader: &mut Reader<'_>) -> Result<T, Fault>
where
    W: WireOf<T> + OnWire<Wire: FixedValue>,
{
    let wire = W::Wire::read(reader.take(size)?)?;
    W::from_wire(wire).map_err(|error| reader.refused(&error))
}

/// A logical type that stands on a `fixed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names are the specification's: Avro 1.12, Logical Types.
pub enum FixedKind {
    Decimal { precision: u32, scale: u32 },
    Uuid,
    Duration,
}

impl FixedKind {
    /// The type of a fixed of that full name.
    #[must_use]
    pub const fn ty(self, name: &'static str) -> Ty {
        match self {
            Self::Decimal { precision, scale } => Ty::DecimalFixed { precision, scale, name },
            Self::Uuid => Ty::Named(name),
            Self::Duration => Ty::Duration(name),
        }
    }

    /// Whether a fixed of that size may have the logical type.
    #[must_use]
    pub const fn fits(self, size: usize) -> bool {
        match self {
            Self::Decimal { .. } => size > 0,
            Self::Uuid => size == 16,
            Self::Duration => size == 12,
        }
    }

    /// The members that say it in a schema, with the comma before each.
    pub(super) fn members(self) -> String {
        match self {
            Self::Decimal { precision, scale } => {
                format!(",\"logicalType\":\"decimal\",\"precision\":{precision},\"scale\":{scale}")
            }
            Self::Uuid => ",\"logicalType\":\"uuid\"".to_owned(),
            Self::Duration => ",\"logicalType\":\"duration\"".to_owned(),
        }
    }
}

/// Why a payload cannot be read: one byte, so that the way without errors stays cheap. Where and in which field is added once, by
/// [`DecodeError`](super::DecodeError).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The payload ends within a value.
    End,
    /// Bytes follow the last value.
    Trailing,
    /// A number of more than ten bytes, or of more than 64 bits.
    Varint,
    /// A number that does not fit the 32 bits of an `int`.
    IntRange,
    /// A boolean that is neither 0 nor 1.
    Boolean,
    /// Text that is not UTF-8.
    Utf8,
    /// A length below zero or beyond the end of the payload.
    Length,
    /// A count of items that the rest of the payload cannot hold, or too many items that take no bytes.
    Count,
    /// A block of items that does not have the size it says.
    BlockSize,
    /// Values nested deeper than the limit.
    Depth,
    /// Values that would take more memory than the limit allows for a payload of this size.
    Memory,
    /// A union branch that the schema does not have.
    Branch,
    /// An enum symbol that the schema does not have, or that the type neither has nor has a default for.
    Symbol,
    /// A value that the logical type does not allow.
    Logical,
    /// A decimal of more digits than the type has.
    Digits,
    /// A part of the writer's schema that the type cannot read.
    Unresolved,
    /// Text that is not JSON of the expected shape.
    Json,
}

impl Fault {
    /// The fault, made away from the hot path.
    #[cold]
    #[inline(never)]
    pub(crate) fn err<T>(self) -> Result<T, Self> {
        Err(self)
    }

    /// What it says, as part of a sentence.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::End => "the payload ends within a value",
            Self::Trailing => "bytes follow the last value",
            Self::Varint => "a number has more than 64 bits",
            Self::IntRange => "a number does not fit an int",
            Self::Boolean => "a boolean is neither 0 nor 1",
            Self::Utf8 => "a string is not UTF-8",
            Self::Length => "a length is negative or beyond the end of the payload",
            Self::Count => "a count of items is beyond what the rest of the payload can hold",
            Self::BlockSize => "a block of items does not have the size it says",
            Self::Depth => "values are nested too deep",
            Self::Memory => "the values would take far more memory than the payload",
            Self::Branch => "the schema's union has no such branch",
            Self::Symbol => "the enum has no such symbol and no default",
            Self::Logical => "the value is outside the logical type",
            Self::Digits => "a decimal has more digits than its type",
            Self::Unresolved => "the type cannot read this part of the writer's schema",
            Self::Json => "the payload is not JSON of the expected shape",
        }
    }
}

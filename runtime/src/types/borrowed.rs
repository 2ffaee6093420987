//! What these types are when they are borrowed from a payload: bytes are a slice, the others are small enough to be themselves.

use super::{
    BigDecimal, Bytes, Date, Decimal, LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros,
    TimeMillis, TimestampMicros, TimestampMillis, TimestampNanos, Uuid,
};
use crate::codec::resolution::{Node, NodeId};
use crate::codec::{Borrowed, Fault, Reader, Resolution, owns_itself};

owns_itself!(
    [const P: u32, const S: u32] Decimal<P, S>,
    [const P: u32, const S: u32] BigDecimal<P, S>,
    [] Uuid,
    [] Date,
    [] TimeMillis,
    [] TimeMicros,
    [] TimestampMillis,
    [] TimestampMicros,
    [] TimestampNanos,
    [] LocalTimestampMillis,
    [] LocalTimestampMicros,
    [] LocalTimestampNanos,
);

impl Borrowed for Bytes {
    type Ref<'de> = &'de [u8];

    #[inline]
    fn decode_ref<'de>(reader: &mut Reader<'de>) -> Result<&'de [u8], Fault> {
        reader.bytes()
    }

    fn decode_ref_with<'de>(
        reader: &mut Reader<'de>,
        resolution: &'de Resolution,
        node: NodeId,
    ) -> Result<&'de [u8], Fault> {
        match resolution.enter(reader, node)? {
            Node::Same | Node::StringAsBytes => reader.bytes(),
            _ => Fault::Unresolved.err(),
        }
    }

    fn from_ref(borrowed: &&[u8]) -> Self {
        Self::from(*borrowed)
    }
}

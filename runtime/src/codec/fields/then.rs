use super::{BorrowedFields, FieldRefs, Fields, Record, Walk};
use crate::codec::{Fault, Reader, Sink};
use crate::schema::{Types, mark};

/// Some fields, and those that follow: a record of more fields than a tuple is a tree of tuples.
#[derive(Debug)]
pub struct Then<A, B>(pub A, pub B);

impl<A: Fields, B: Fields> Fields for Then<A, B> {
    const COUNT: usize = A::COUNT + B::COUNT;
    const MIN_SIZE: usize = A::MIN_SIZE + B::MIN_SIZE;
    const MARK: u64 = mark::pair(A::MARK, B::MARK);
    const TYPES: Types = Types::Then(&A::TYPES, A::COUNT, &B::TYPES);

    #[inline]
    fn decode(reader: &mut Reader<'_>, record: &'static Record, at: usize) -> Result<Self, Fault> {
        Ok(Self(A::decode(reader, record, at)?, B::decode(reader, record, at + A::COUNT)?))
    }

    #[inline]
    fn decode_with(walk: &mut Walk<'_, '_, '_>, at: usize) -> Result<Self, Fault> {
        Ok(Self(A::decode_with(walk, at)?, B::decode_with(walk, at + A::COUNT)?))
    }
}

impl<A: BorrowedFields, B: BorrowedFields> BorrowedFields for Then<A, B> {
    const COUNT: usize = A::COUNT + B::COUNT;

    type Ref<'de> = Then<A::Ref<'de>, B::Ref<'de>>;

    #[inline]
    fn decode_ref<'de>(reader: &mut Reader<'de>, record: &'static Record, at: usize) -> Result<Self::Ref<'de>, Fault> {
        Ok(Then(A::decode_ref(reader, record, at)?, B::decode_ref(reader, record, at + A::COUNT)?))
    }

    #[inline]
    fn decode_ref_with<'de>(walk: &mut Walk<'_, 'de, 'de>, at: usize) -> Result<Self::Ref<'de>, Fault> {
        Ok(Then(A::decode_ref_with(walk, at)?, B::decode_ref_with(walk, at + A::COUNT)?))
    }
}

impl<A: FieldRefs, B: FieldRefs> FieldRefs for Then<A, B> {
    const COUNT: usize = A::COUNT + B::COUNT;

    #[inline]
    fn encode(self, sink: &mut Sink<'_>, record: &'static Record, at: usize) {
        self.0.encode(sink, record, at);
        if !sink.is_stopped() {
            self.1.encode(sink, record, at + A::COUNT);
        }
    }
}

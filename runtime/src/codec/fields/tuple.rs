use super::{BorrowedFields, FieldRef, FieldRefs, Fields, Record, Walk};
use crate::codec::{AvroValue, Borrowed, Fault, Reader, Sink};
use crate::schema::{Types, mark};

macro_rules! tuple {
    ($count:literal: $($ty:ident $at:literal),*) => {
        #[allow(non_snake_case, unused_variables)] // A value has the name of its type; the tuple of none has none.
        impl<$($ty: AvroValue),*> Fields for ($($ty,)*) {
            const COUNT: usize = $count;
            const MIN_SIZE: usize = 0 $(+ $ty::MIN_SIZE)*;
            const MARK: u64 = {
                let mark = 0;
                $(let mark = mark::then(mark, $ty::MARK);)*
                mark
            };
            const TYPES: Types = Types::Tuple(&[$($ty::TY),*]);

            #[inline]
            fn decode(reader: &mut Reader<'_>, record: &'static Record, at: usize) -> Result<Self, Fault> {
                $(let $ty = match $ty::decode(reader) {
                    Ok(value) => value,
                    Err(fault) => return Err(record.within(reader, fault, at + $at)),
                };)*
                Ok(($($ty,)*))
            }

            #[inline]
            fn decode_with(walk: &mut Walk<'_, '_, '_>, at: usize) -> Result<Self, Fault> {
                Ok(($(walk.read::<$ty>(at + $at)?,)*))
            }
        }

        #[allow(non_snake_case, unused_variables, clippy::unused_unit)]
        impl<$($ty: Borrowed),*> BorrowedFields for ($($ty,)*) {
            const COUNT: usize = $count;

            type Ref<'de> = ($($ty::Ref<'de>,)*);

            #[inline]
            fn decode_ref<'de>(
                reader: &mut Reader<'de>,
                record: &'static Record,
                at: usize,
            ) -> Result<Self::Ref<'de>, Fault> {
                $(let $ty = match $ty::decode_ref(reader) {
                    Ok(value) => value,
                    Err(fault) => return Err(record.within(reader, fault, at + $at)),
                };)*
                Ok(($($ty,)*))
            }

            #[inline]
            fn decode_ref_with<'de>(walk: &mut Walk<'_, 'de, 'de>, at: usize) -> Result<Self::Ref<'de>, Fault> {
                Ok(($(walk.read_ref::<$ty>(at + $at)?,)*))
            }
        }

        #[allow(non_snake_case, unused_variables)]
        impl<$($ty: FieldRef),*> FieldRefs for ($($ty,)*) {
            const COUNT: usize = $count;

            #[inline]
            fn encode(self, sink: &mut Sink<'_>, record: &'static Record, at: usize) {
                let ($($ty,)*) = self;
                $(
                    $ty.encode(sink);
                    if !$ty::ALWAYS_FITS && sink.is_stopped() {
                        return record.stopped(sink, at + $at);
                    }
                )*
            }
        }
    };
}

tuple!(0:);
tuple!(1: A 0);
tuple!(2: A 0, B 1);
tuple!(3: A 0, B 1, C 2);
tuple!(4: A 0, B 1, C 2, D 3);
tuple!(5: A 0, B 1, C 2, D 3, E 4);
tuple!(6: A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(7: A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

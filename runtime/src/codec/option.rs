//! `Option<T>`: the union of null and one other type.

use super::resolution::{Node, NodeId};
use super::{AvroValue, Borrowed, Fault, Reader, Resolution, SchemaText, Sink};
use crate::schema::Ty;

impl<T: AvroValue> AvroValue for Option<T> {
    const TY: Ty = Ty::Union(&[Ty::Null, T::TY]);
    const MIN_SIZE: usize = 1;
    const ALWAYS_FITS: bool = T::ALWAYS_FITS;

    #[inline]
    fn encode(&self, sink: &mut Sink<'_>) {
        match self {
            None => sink.long(0),
            Some(value) => {
                sink.long(1);
                value.encode(sink);
            }
        }
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        match reader.index(2, Fault::Branch)? {
            0 => Ok(None),
            _ => T::decode(reader).map(Some),
        }
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => Self::decode(reader),
            Node::Branch { branch: 0, .. } => Ok(None),
            Node::Branch { node, .. } => T::decode_with(reader, resolution, *node).map(Some),
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.union(&[<()>::describe, T::describe]);
    }
}

/// `Option<T>` where null is the second branch: `[T, null]`. A field says so with `#[event(null_last)]`.
pub mod null_last {
    use super::{AvroValue, Borrowed, Fault, Node, NodeId, Reader, Resolution, SchemaText, Sink, Ty};
    use crate::codec::fields::FieldRef;

    /// The value of such a field, or a reference to it.
    #[derive(Debug)]
    pub struct Field<V>(pub V);

    impl<T: AvroValue> AvroValue for Field<Option<T>> {
        const TY: Ty = Ty::Union(&[T::TY, Ty::Null]);
        const MIN_SIZE: usize = 1;
        const ALWAYS_FITS: bool = T::ALWAYS_FITS;

        #[inline]
        fn encode(&self, sink: &mut Sink<'_>) {
            Field(&self.0).encode(sink);
        }

        #[inline]
        fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
            match reader.index(2, Fault::Branch)? {
                0 => T::decode(reader).map(|value| Self(Some(value))),
                _ => Ok(Self(None)),
            }
        }

        fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
            match resolution.enter(reader, node)? {
                Node::Same => Self::decode(reader),
                Node::Branch { branch: 0, node } => {
                    T::decode_with(reader, resolution, *node).map(|value| Self(Some(value)))
                }
                Node::Branch { .. } => Ok(Self(None)),
                _ => Fault::Unresolved.err(),
            }
        }

        fn describe(text: &mut SchemaText) {
            text.union(&[T::describe, <()>::describe]);
        }
    }

    impl<T: AvroValue> FieldRef for Field<&Option<T>> {
        const ALWAYS_FITS: bool = T::ALWAYS_FITS;

        #[inline]
        fn encode(self, sink: &mut Sink<'_>) {
            match self.0 {
                None => sink.long(1),
                Some(value) => {
                    sink.long(0);
                    value.encode(sink);
                }
            }
        }
    }

    impl<T: Borrowed> Borrowed for Field<Option<T>> {
        type Ref<'de> = Field<Option<T::Ref<'de>>>;

        #[inline]
        fn decode_ref<'de>(reader: &mut Reader<'de>) -> Result<Self::Ref<'de>, Fault> {
            match reader.index(2, Fault::Branch)? {
                0 => T::decode_ref(reader).map(|value| Field(Some(value))),
                _ => Ok(Field(None)),
            }
        }

        fn decode_ref_with<'de>(
            reader: &mut Reader<'de>,
            resolution: &'de Resolution,
            node: NodeId,
        ) -> Result<Self::Ref<'de>, Fault> {
            match resolution.enter(reader, node)? {
                Node::Same => Self::decode_ref(reader),
                Node::Branch { branch: 0, node } => {
                    T::decode_ref_with(reader, resolution, *node).map(|value| Field(Some(value)))
                }
                Node::Branch { .. } => Ok(Field(None)),
                _ => Fault::Unresolved.err(),
            }
        }

        fn from_ref(borrowed: &Self::Ref<'_>) -> Self {
            Self(borrowed.0.as_ref().map(T::from_ref))
        }
    }
}

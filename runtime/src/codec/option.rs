//! `Option<T>`: the union of null and one other type.

use super::resolution::{Node, NodeId};
use super::{AvroValue, Borrowed, Fault, Reader, Resolution, SchemaText, Sink};
use crate::schema::Ty;

impl<T: AvroValue> AvroValue for Option<T> {
    const TY: Ty = Ty::Union(&[Ty::Null, T::TY]);
    const MIN_SIZE: usize = 1;

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

    /// The union's type, as a constant of a type.
    #[derive(Debug)]
    pub struct Of<T>(std::marker::PhantomData<T>);

    impl<T: AvroValue> Of<T> {
        /// `[T, null]`.
        pub const TY: Ty = Ty::Union(&[T::TY, Ty::Null]);
    }

    /// As [`AvroValue::encode`].
    #[inline]
    pub fn encode<T: AvroValue>(value: &Option<T>, sink: &mut Sink<'_>) {
        match value {
            None => sink.long(1),
            Some(value) => {
                sink.long(0);
                value.encode(sink);
            }
        }
    }

    /// As [`AvroValue::decode`].
    ///
    /// # Errors
    /// As there.
    #[inline]
    pub fn decode<T: AvroValue>(reader: &mut Reader<'_>) -> Result<Option<T>, Fault> {
        match reader.index(2, Fault::Branch)? {
            0 => T::decode(reader).map(Some),
            _ => Ok(None),
        }
    }

    /// As [`AvroValue::decode_with`].
    ///
    /// # Errors
    /// As there.
    pub fn decode_with<T: AvroValue>(
        reader: &mut Reader<'_>,
        resolution: &Resolution,
        node: NodeId,
    ) -> Result<Option<T>, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => decode(reader),
            Node::Branch { branch: 0, node } => T::decode_with(reader, resolution, *node).map(Some),
            Node::Branch { .. } => Ok(None),
            _ => Fault::Unresolved.err(),
        }
    }

    /// As [`Borrowed::decode_ref`].
    ///
    /// # Errors
    /// As there.
    #[inline]
    pub fn decode_ref<'de, T: Borrowed>(reader: &mut Reader<'de>) -> Result<Option<T::Ref<'de>>, Fault> {
        match reader.index(2, Fault::Branch)? {
            0 => T::decode_ref(reader).map(Some),
            _ => Ok(None),
        }
    }

    /// As [`Borrowed::decode_ref_with`].
    ///
    /// # Errors
    /// As there.
    pub fn decode_ref_with<'de, T: Borrowed>(
        reader: &mut Reader<'de>,
        resolution: &'de Resolution,
        node: NodeId,
    ) -> Result<Option<T::Ref<'de>>, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => decode_ref::<T>(reader),
            Node::Branch { branch: 0, node } => T::decode_ref_with(reader, resolution, *node).map(Some),
            Node::Branch { .. } => Ok(None),
            _ => Fault::Unresolved.err(),
        }
    }

    /// As [`AvroValue::describe`].
    pub fn describe<T: AvroValue>(text: &mut SchemaText) {
        text.union(&[T::describe, <()>::describe]);
    }
}

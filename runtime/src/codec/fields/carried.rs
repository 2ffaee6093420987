use std::marker::PhantomData;

use super::FieldRef;
use crate::codec::resolution::NodeId;
use crate::codec::{AvroValue, Borrowed, Fault, Reader, Resolution, SchemaText, Sink, ValueAs};
use crate::schema::Ty;

/// A value that is written in the way `W`, or a reference to one.
#[derive(Debug)]
pub struct As<W, V>(pub V, PhantomData<fn() -> W>);

impl<W, V> As<W, V> {
    /// The value.
    #[inline]
    pub fn new(value: V) -> Self {
        Self(value, PhantomData)
    }
}

impl<W: ValueAs<T>, T> AvroValue for As<W, T> {
    const TY: Ty = W::TY;
    const MIN_SIZE: usize = W::MIN_SIZE;

    #[inline]
    fn encode(&self, sink: &mut Sink<'_>) {
        W::encode(&self.0, sink);
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        W::decode(reader).map(Self::new)
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        W::decode_with(reader, resolution, node).map(Self::new)
    }

    fn describe(text: &mut SchemaText) {
        W::describe(text);
    }
}

impl<W: ValueAs<T>, T> FieldRef for As<W, &T> {
    const ALWAYS_FITS: bool = false;

    #[inline]
    fn encode(self, sink: &mut Sink<'_>) {
        W::encode(self.0, sink);
    }
}

/// What is written as something else is read as it is.
impl<W: ValueAs<T>, T: Clone> Borrowed for As<W, T> {
    type Ref<'de> = Self;

    #[inline]
    fn decode_ref<'de>(reader: &mut Reader<'de>) -> Result<Self, Fault> {
        Self::decode(reader)
    }

    fn decode_ref_with<'de>(
        reader: &mut Reader<'de>,
        resolution: &'de Resolution,
        node: NodeId,
    ) -> Result<Self, Fault> {
        Self::decode_with(reader, resolution, node)
    }

    fn from_ref(borrowed: &Self) -> Self {
        Self::new(borrowed.0.clone())
    }
}

//! The primitive types, and the promotions into them (Avro 1.12, Schema Resolution).

use super::resolution::{Node, NodeId};
use super::{AvroValue, Fault, Reader, Resolution, SchemaText, Sink};
use crate::schema::Ty;

impl AvroValue for () {
    const TY: Ty = Ty::Null;
    const MIN_SIZE: usize = 0;
    const ALWAYS_FITS: bool = true;

    #[inline]
    fn encode(&self, _: &mut Sink<'_>) {}

    #[inline]
    fn decode(_: &mut Reader<'_>) -> Result<Self, Fault> {
        Ok(())
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => Ok(()),
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.primitive("null");
    }
}

impl AvroValue for bool {
    const TY: Ty = Ty::Boolean;
    const MIN_SIZE: usize = 1;
    const ALWAYS_FITS: bool = true;

    #[inline]
    fn encode(&self, sink: &mut Sink<'_>) {
        sink.boolean(*self);
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.boolean()
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => reader.boolean(),
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.primitive("boolean");
    }
}

impl AvroValue for i32 {
    const TY: Ty = Ty::Int;
    const MIN_SIZE: usize = 1;
    const ALWAYS_FITS: bool = true;

    #[inline]
    fn encode(&self, sink: &mut Sink<'_>) {
        sink.int(*self);
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.int()
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => reader.int(),
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.primitive("int");
    }
}

impl AvroValue for i64 {
    const TY: Ty = Ty::Long;
    const MIN_SIZE: usize = 1;
    const ALWAYS_FITS: bool = true;

    #[inline]
    fn encode(&self, sink: &mut Sink<'_>) {
        sink.long(*self);
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.long()
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => reader.long(),
            Node::IntAsLong => reader.int().map(Self::from),
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.primitive("long");
    }
}

impl AvroValue for f32 {
    const TY: Ty = Ty::Float;
    const MIN_SIZE: usize = 4;
    const ALWAYS_FITS: bool = true;

    #[inline]
    fn encode(&self, sink: &mut Sink<'_>) {
        sink.float(*self);
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.float()
    }

    #[allow(clippy::cast_precision_loss)] // The specification promotes int and long to float, as Java's cast does.
    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => reader.float(),
            Node::IntAsFloat => reader.int().map(|v| v as Self),
            Node::LongAsFloat => reader.long().map(|v| v as Self),
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.primitive("float");
    }
}

impl AvroValue for f64 {
    const TY: Ty = Ty::Double;
    const MIN_SIZE: usize = 8;
    const ALWAYS_FITS: bool = true;

    #[inline]
    fn encode(&self, sink: &mut Sink<'_>) {
        sink.double(*self);
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.double()
    }

    #[allow(clippy::cast_precision_loss)] // The specification promotes long to double, as Java's cast does.
    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => reader.double(),
            Node::IntAsDouble => reader.int().map(Self::from),
            Node::LongAsDouble => reader.long().map(|v| v as Self),
            Node::FloatAsDouble => reader.float().map(Self::from),
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.primitive("double");
    }
}

impl AvroValue for String {
    const TY: Ty = Ty::String;
    const MIN_SIZE: usize = 1;
    const ALWAYS_FITS: bool = true;

    #[inline]
    fn encode(&self, sink: &mut Sink<'_>) {
        sink.string(self);
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.string().map(str::to_owned)
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        match resolution.enter(reader, node)? {
            // Bytes and string are the same on the wire; what is not UTF-8 is refused in both.
            Node::Same | Node::BytesAsString => reader.string().map(str::to_owned),
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.primitive("string");
    }
}

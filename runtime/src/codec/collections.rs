//! Arrays, maps and boxes.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use super::resolution::{Node, NodeId};
use super::{AvroValue, Fault, Reader, Resolution, SchemaText, Sink};
use crate::schema::Ty;

impl<T: AvroValue> AvroValue for Vec<T> {
    const TY: Ty = Ty::Array(&T::TY);
    const MIN_SIZE: usize = 1;
    const ALWAYS_FITS: bool = T::ALWAYS_FITS;

    fn encode(&self, sink: &mut Sink<'_>) {
        if !self.is_empty() {
            sink.length(self.len());
            for item in self {
                item.encode(sink);
            }
        }
        sink.length(0);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        array(reader, T::MIN_SIZE, T::decode)
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => Self::decode(reader),
            Node::Array { items, smallest } => {
                array(reader, *smallest, |reader| T::decode_with(reader, resolution, *items))
            }
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.array(T::describe);
    }
}

pub(super) fn array<T>(
    reader: &mut Reader<'_>,
    smallest: usize,
    mut item: impl FnMut(&mut Reader<'_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut all = Vec::new();
    while let Some(block) = reader.block(smallest)? {
        reader.charge(block.count.saturating_mul(size_of::<T>()))?;
        all.reserve(block.count);
        for _ in 0..block.count {
            all.push(item(reader)?);
        }
        reader.block_done(block)?;
    }
    Ok(all)
}

pub(super) fn map<T>(
    reader: &mut Reader<'_>,
    smallest: usize,
    mut value: impl FnMut(&mut Reader<'_>) -> Result<T, Fault>,
    mut insert: impl FnMut(String, T),
) -> Result<(), Fault> {
    // A key takes one byte at least: its length.
    while let Some(block) = reader.block(smallest.saturating_add(1))? {
        // A table or tree keeps up to twice the entries it holds.
        reader.charge(block.count.saturating_mul(2 * size_of::<(String, T)>()))?;
        for _ in 0..block.count {
            let key = reader.string()?.to_owned();
            insert(key, value(reader)?);
        }
        reader.block_done(block)?;
    }
    Ok(())
}

pub(super) fn write_map<'a, T: 'a>(
    sink: &mut Sink<'_>,
    count: usize,
    entries: impl Iterator<Item = (&'a String, &'a T)>,
    write: impl Fn(&T, &mut Sink<'_>),
) {
    if count > 0 {
        sink.length(count);
        for (key, value) in entries {
            sink.string(key);
            write(value, sink);
        }
    }
    sink.length(0);
}

impl<T: AvroValue, S: BuildHasher + Default> AvroValue for HashMap<String, T, S> {
    const TY: Ty = Ty::Map(&T::TY);
    const MIN_SIZE: usize = 1;
    const ALWAYS_FITS: bool = T::ALWAYS_FITS;

    fn encode(&self, sink: &mut Sink<'_>) {
        write_map(sink, self.len(), self.iter(), T::encode);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let mut all = Self::default();
        map(reader, T::MIN_SIZE, T::decode, |key, value| drop(all.insert(key, value)))?;
        Ok(all)
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => Self::decode(reader),
            Node::Map { values, smallest } => {
                let mut all = Self::default();
                let read = |reader: &mut Reader<'_>| T::decode_with(reader, resolution, *values);
                map(reader, *smallest, read, |key, value| drop(all.insert(key, value)))?;
                Ok(all)
            }
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.map(T::describe);
    }
}

impl<T: AvroValue> AvroValue for BTreeMap<String, T> {
    const TY: Ty = Ty::Map(&T::TY);
    const MIN_SIZE: usize = 1;
    const ALWAYS_FITS: bool = T::ALWAYS_FITS;

    fn encode(&self, sink: &mut Sink<'_>) {
        write_map(sink, self.len(), self.iter(), T::encode);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        let mut all = Self::default();
        map(reader, T::MIN_SIZE, T::decode, |key, value| drop(all.insert(key, value)))?;
        Ok(all)
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => Self::decode(reader),
            Node::Map { values, smallest } => {
                let mut all = Self::default();
                let read = |reader: &mut Reader<'_>| T::decode_with(reader, resolution, *values);
                map(reader, *smallest, read, |key, value| drop(all.insert(key, value)))?;
                Ok(all)
            }
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.map(T::describe);
    }
}

impl<T: AvroValue> AvroValue for Box<T> {
    const TY: Ty = T::TY;
    const MIN_SIZE: usize = T::MIN_SIZE;
    const ALWAYS_FITS: bool = T::ALWAYS_FITS;

    #[inline]
    fn encode(&self, sink: &mut Sink<'_>) {
        T::encode(self, sink);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.charge(size_of::<T>())?;
        T::decode(reader).map(Self::new)
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        reader.charge(size_of::<T>())?;
        T::decode_with(reader, resolution, node).map(Self::new)
    }

    fn describe(text: &mut SchemaText) {
        T::describe(text);
    }
}

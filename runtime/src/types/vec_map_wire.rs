//! A map that is a list, as Avro's map.

use std::collections::BTreeMap;

use super::vec_map::VecMap;
use crate::codec::resolution::{Node, NodeId};
use crate::codec::{AvroValue, Borrowed, Fault, Reader, Resolution, SchemaText, Sink, ValueAs};
use crate::schema::Ty;

fn entries<T>(
    reader: &mut Reader<'_>,
    smallest: usize,
    mut value: impl FnMut(&mut Reader<'_>) -> Result<T, Fault>,
) -> Result<VecMap<String, T>, Fault> {
    let mut all = Vec::new();
    // A key takes one byte at least: its length.
    while let Some(block) = reader.block(smallest.saturating_add(1))? {
        // The search for keys that come twice takes a place for each entry besides.
        reader.charge(block.count.saturating_mul(2 * size_of::<(String, T)>()))?;
        all.reserve(block.count);
        for _ in 0..block.count {
            let key = reader.string()?.to_owned();
            all.push((key, value(reader)?));
        }
        reader.block_done(block)?;
    }
    Ok(VecMap::from(all))
}

impl<T: AvroValue> AvroValue for VecMap<String, T> {
    const TY: Ty = Ty::Map(&T::TY);
    const MIN_SIZE: usize = 1;
    const ALWAYS_FITS: bool = T::ALWAYS_FITS;

    fn encode(&self, sink: &mut Sink<'_>) {
        if !self.is_empty() {
            sink.length(self.len());
            for (key, value) in self.iter() {
                sink.string(key);
                value.encode(sink);
            }
        }
        sink.length(0);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        entries(reader, T::MIN_SIZE, T::decode)
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => Self::decode(reader),
            Node::Map { values, smallest } => {
                entries(reader, *smallest, |reader| T::decode_with(reader, resolution, *values))
            }
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.map(T::describe);
    }
}

/// The twin of a map is its pairs, whichever map it is.
impl<T: Borrowed> Borrowed for VecMap<String, T> {
    type Ref<'de> = <BTreeMap<String, T> as Borrowed>::Ref<'de>;

    fn decode_ref<'de>(reader: &mut Reader<'de>) -> Result<Self::Ref<'de>, Fault> {
        <BTreeMap<String, T>>::decode_ref(reader)
    }

    fn decode_ref_with<'de>(
        reader: &mut Reader<'de>,
        resolution: &'de Resolution,
        node: NodeId,
    ) -> Result<Self::Ref<'de>, Fault> {
        <BTreeMap<String, T>>::decode_ref_with(reader, resolution, node)
    }

    fn from_ref(borrowed: &Self::Ref<'_>) -> Self {
        borrowed.iter().map(|(key, value)| ((*key).to_owned(), T::from_ref(value))).collect()
    }
}

impl<T, W: ValueAs<T>> ValueAs<VecMap<String, T>> for VecMap<String, W> {
    const TY: Ty = Ty::Map(&W::TY);
    const MIN_SIZE: usize = 1;

    fn encode(value: &VecMap<String, T>, sink: &mut Sink<'_>) {
        if !value.is_empty() {
            sink.length(value.len());
            for (key, value) in value.iter() {
                sink.string(key);
                W::encode(value, sink);
            }
        }
        sink.length(0);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<VecMap<String, T>, Fault> {
        entries(reader, W::MIN_SIZE, W::decode)
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<VecMap<String, T>, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => Self::decode(reader),
            Node::Map { values, smallest } => {
                entries(reader, *smallest, |reader| W::decode_with(reader, resolution, *values))
            }
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.map(W::describe);
    }
}

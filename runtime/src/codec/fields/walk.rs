use super::Record;
use crate::codec::resolution::{Node, NodeId, Reordered, Step};
use crate::codec::{AvroValue, Borrowed, Fault, Reader, Resolution};

/// A record of another schema, being read: the steps of its resolution that are left.
#[derive(Debug)]
pub struct Walk<'w, 'de, 'r> {
    reader: &'w mut Reader<'de>,
    resolution: &'r Resolution,
    steps: std::slice::Iter<'r, Step>,
    record: &'static Record,
    /// Where each field begins, where the writer has them in another order.
    starts: Vec<&'de [u8]>,
}

/// Where the value of a field comes from.
enum Source<'r> {
    Payload(NodeId),
    Default(&'r [u8]),
}

impl<'w, 'de, 'r> Walk<'w, 'de, 'r> {
    /// Reads a record by following `node`: `fields` asks for each of its fields in order.
    pub(super) fn over<T>(
        reader: &'w mut Reader<'de>,
        resolution: &'r Resolution,
        node: &'r Node,
        record: &'static Record,
        count: usize,
        fields: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        reader.enter()?;
        let (steps, starts, end) = match node {
            Node::Record(steps) => (steps, Vec::new(), None),
            Node::Reordered(reordered) => {
                let (starts, end) = starts(reordered, reader, resolution, record, count)?;
                (&reordered.steps, starts, Some(end))
            }
            _ => return Fault::Unresolved.err(),
        };
        let mut walk = Walk { reader, resolution, steps: steps.iter(), record, starts };
        let value = fields(&mut walk)?;
        for step in walk.steps {
            // After the last field of the reader there may be some more of the writer.
            match step {
                Step::Skip(skip) => resolution.skip(walk.reader, *skip)?,
                Step::Read { .. } | Step::Default { .. } => return Fault::Unresolved.err(),
            }
        }
        if let Some(end) = end {
            walk.reader.seek(end);
        }
        walk.reader.leave();
        Ok(value)
    }

    /// Goes on to the field `at`.
    fn next(&mut self, at: usize) -> Result<Source<'r>, Fault> {
        loop {
            match self.steps.next() {
                Some(Step::Skip(skip)) => self.resolution.skip(self.reader, *skip)?,
                Some(Step::Read { field, node }) if *field == at => {
                    if let Some(start) = self.starts.get(at) {
                        self.reader.seek(start);
                    }
                    return Ok(Source::Payload(*node));
                }
                Some(Step::Default { field, bytes }) if *field == at => return Ok(Source::Default(bytes)),
                _ => return Fault::Unresolved.err(),
            }
        }
    }

    /// The value of the field `at`.
    pub(super) fn read<T: AvroValue>(&mut self, at: usize) -> Result<T, Fault> {
        match self.next(at)? {
            Source::Default(bytes) => T::decode(&mut Reader::new(bytes)),
            Source::Payload(node) => match T::decode_with(self.reader, self.resolution, node) {
                Ok(value) => Ok(value),
                Err(fault) => Err(self.record.within(self.reader, fault, at)),
            },
        }
    }
}

impl<'de> Walk<'_, 'de, 'de> {
    /// The twin of the value of the field `at`.
    pub(super) fn read_ref<T: Borrowed>(&mut self, at: usize) -> Result<T::Ref<'de>, Fault> {
        match self.next(at)? {
            Source::Default(bytes) => T::decode_ref(&mut Reader::new(bytes)),
            Source::Payload(node) => match T::decode_ref_with(self.reader, self.resolution, node) {
                Ok(value) => Ok(value),
                Err(fault) => Err(self.record.within(self.reader, fault, at)),
            },
        }
    }
}

/// Where each field of the reader begins, and where the record ends: what the writer wrote is passed over once to find that out.
#[cold]
fn starts<'de>(
    reordered: &Reordered,
    reader: &mut Reader<'de>,
    resolution: &Resolution,
    record: &'static Record,
    count: usize,
) -> Result<(Vec<&'de [u8]>, &'de [u8]), Fault> {
    let mut starts = vec![<&[u8]>::default(); count];
    // Items without bytes are counted when they are read.
    let empty_items = reader.empty_items;
    for (skip, field) in &reordered.written {
        if let Some(start) = field.and_then(|field| starts.get_mut(field)) {
            *start = reader.rest();
        }
        if let Err(fault) = resolution.skip(reader, *skip) {
            return Err(field.map_or(fault, |field| record.within(reader, fault, field)));
        }
    }
    reader.empty_items = empty_items;
    Ok((starts, reader.rest()))
}

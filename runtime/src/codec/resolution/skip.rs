use super::Resolution;
use crate::codec::{Fault, Reader};

/// A way to skip a value of the writer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SkipId(pub(super) u32);

/// How a value that nobody wants is jumped over.
#[derive(Clone, Debug)]
pub(super) enum Skip {
    /// Null, or a fixed of so many bytes.
    Bytes(usize),
    /// An int, a long or an enum.
    Varint,
    /// A string or bytes.
    Prefixed,
    /// An array of items that take so many bytes at least.
    Array { items: SkipId, smallest: usize },
    /// A map.
    Map { values: SkipId, smallest: usize },
    /// A union.
    Union(Box<[SkipId]>),
    /// A record.
    Record(Box<[SkipId]>),
}

impl Resolution {
    /// Jumps over a value.
    ///
    /// # Errors
    /// When the bytes are no such value; text is not looked into.
    pub fn skip(&self, reader: &mut Reader<'_>, id: SkipId) -> Result<(), Fault> {
        let skip = usize::try_from(id.0).ok().and_then(|at| self.skips.get(at));
        match skip {
            Some(Skip::Bytes(0)) => Ok(()),
            Some(Skip::Bytes(size)) => reader.take(*size).map(drop),
            Some(Skip::Varint) => reader.long().map(drop),
            Some(Skip::Prefixed) => reader.bytes().map(drop),
            Some(Skip::Array { items, smallest }) => self.skip_blocks(reader, *smallest, false, *items),
            Some(Skip::Map { values, smallest }) => self.skip_blocks(reader, smallest.saturating_add(1), true, *values),
            Some(Skip::Union(branches)) => {
                let branch = reader.index(branches.len(), Fault::Branch)?;
                branches.get(branch).map_or(Err(Fault::Branch), |id| self.skip(reader, *id))
            }
            Some(Skip::Record(fields)) => {
                reader.enter()?;
                for field in fields {
                    self.skip(reader, *field)?;
                }
                reader.leave();
                Ok(())
            }
            None => Fault::Unresolved.err(),
        }
    }

    fn skip_blocks(&self, reader: &mut Reader<'_>, smallest: usize, keyed: bool, item: SkipId) -> Result<(), Fault> {
        while let Some(block) = reader.block(smallest)? {
            if reader.skip_block(block)? {
                continue;
            }
            for _ in 0..block.count {
                if keyed {
                    reader.bytes()?;
                }
                self.skip(reader, item)?;
            }
        }
        Ok(())
    }
}

use super::{Fault, Reader};

/// A block of the items of an array or map (Avro 1.12, Binary Encoding, Arrays): a count, and where the writer said it, the place
/// at which the block must end.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// How many items are in it; never more than the rest of the payload can hold.
    pub count: usize,
    /// How many bytes remain after it, where the writer said its size.
    remaining: Option<usize>,
}

impl Reader<'_> {
    /// The next block of items that take `smallest` bytes at least; `None` after the last.
    #[inline]
    pub fn block(&mut self, smallest: usize) -> Result<Option<Block>, Fault> {
        let count = self.long()?;
        if count == 0 {
            return Ok(None);
        }
        // A negative count is followed by the block's size in bytes.
        let remaining = if count < 0 { Some(self.block_end()?) } else { None };
        let Ok(count) = usize::try_from(count.unsigned_abs()) else { return Fault::Count.err() };
        self.allow(count, smallest)?;
        Ok(Some(Block { count, remaining }))
    }

    fn block_end(&mut self) -> Result<usize, Fault> {
        let size = self.long()?;
        let rest = usize::try_from(size).ok().and_then(|size| self.remaining().checked_sub(size));
        rest.map_or_else(|| Fault::BlockSize.err(), Ok)
    }

    fn allow(&mut self, count: usize, smallest: usize) -> Result<(), Fault> {
        if let Some(most) = self.remaining().checked_div(smallest) {
            return if count <= most { Ok(()) } else { Fault::Count.err() };
        }
        match self.empty_items.checked_sub(count) {
            Some(left) => {
                self.empty_items = left;
                Ok(())
            }
            None => Fault::Count.err(),
        }
    }

    /// Says that a block whose items were read has the size it claims.
    #[inline]
    pub fn block_done(&self, block: Block) -> Result<(), Fault> {
        match block.remaining {
            Some(remaining) if remaining != self.remaining() => Fault::BlockSize.err(),
            _ => Ok(()),
        }
    }

    /// Jumps over a block whose size the writer said; `false` where its items must be skipped one by one.
    pub(crate) fn skip_block(&mut self, block: Block) -> Result<bool, Fault> {
        match block.remaining {
            Some(remaining) => self.take(self.remaining() - remaining).map(|_| true),
            None => Ok(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_bounded_by_what_the_rest_can_hold() {
        assert_eq!(Reader::new(&[6, 1, 1]).block(1).map(|_| ()), Err(Fault::Count));
        assert!(matches!(Reader::new(&[4, 1, 1]).block(1), Ok(Some(Block { count: 2, .. }))));
        let huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0];
        assert_eq!(Reader::new(&huge).block(1).map(|_| ()), Err(Fault::Count));
    }

    #[test]
    fn items_without_bytes_have_a_budget() {
        let mut reader = Reader::new(&[0x80, 0x80, 0x08, 2]);
        assert!(matches!(reader.block(0), Ok(Some(Block { count: 65_536, .. }))));
        assert_eq!(reader.block(0).map(|_| ()), Err(Fault::Count));
    }

    #[test]
    fn a_block_with_a_size_is_held_to_it() {
        let mut reader = Reader::new(&[1, 2, 7, 0]);
        let block = reader.block(1).unwrap().unwrap();
        assert_eq!(reader.block_done(block), Err(Fault::BlockSize));
        reader.long().unwrap();
        assert_eq!(reader.block_done(block), Ok(()));
        assert_eq!(Reader::new(&[1, 1, 7]).block(1).map(|_| ()), Err(Fault::BlockSize));
        assert_eq!(Reader::new(&[1, 20, 7]).block(1).map(|_| ()), Err(Fault::BlockSize));
        let mut reader = Reader::new(&[1, 2, 7, 0]);
        let block = reader.block(1).unwrap().unwrap();
        assert_eq!(reader.skip_block(block), Ok(true));
        assert_eq!(reader.remaining(), 1);
    }
}

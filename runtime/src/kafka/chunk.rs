//! Memory for small messages: one allocation for several, since each is freed by another thread than the one that asked for it.

use bytes::{Bytes, BytesMut};

/// So much is asked for at once. A message that lives long keeps this much alive, and no more.
const CHUNK: usize = 8 << 10;
/// What is larger has memory of its own.
const LARGE: usize = CHUNK / 4;

/// Where copies are put, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Chunk(BytesMut);

impl Chunk {
    pub(super) fn copy(&mut self, bytes: &[u8]) -> Bytes {
        if bytes.len() > LARGE {
            return Bytes::copy_from_slice(bytes);
        }
        if self.0.capacity() < bytes.len() {
            self.0 = BytesMut::with_capacity(CHUNK);
        }
        self.0.extend_from_slice(bytes);
        self.0.split().freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_stays_as_it_was_whatever_comes_behind_it() {
        let mut chunk = Chunk::default();
        let all: Vec<Vec<u8>> = (0..200_u8).map(|n| vec![n; usize::from(n) * 37]).collect();
        let copies: Vec<Bytes> = all.iter().map(|bytes| chunk.copy(bytes)).collect();
        assert_eq!(copies, all);
    }

    #[test]
    fn small_ones_stand_beside_each_other_and_large_ones_alone() {
        let mut chunk = Chunk::default();
        let (first, second) = (chunk.copy(&[1; 100]), chunk.copy(&[2; 100]));
        assert_eq!(first.as_ptr().wrapping_add(100), second.as_ptr());
        let large = chunk.copy(&[3; LARGE + 1]);
        let third = chunk.copy(&[4; 1]);
        assert_eq!(large.len(), LARGE + 1);
        assert_eq!(second.as_ptr().wrapping_add(100), third.as_ptr());
    }
}

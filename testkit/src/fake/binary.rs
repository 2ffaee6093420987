//! Avro binary, written by hand: there is no type yet whose codec could.

#[derive(Debug, Default)]
pub(super) struct Binary(pub(super) Vec<u8>);

impl Binary {
    /// Zigzag, in groups of seven bits.
    pub(super) fn long(&mut self, value: i64) {
        let mut left = (value.cast_unsigned() << 1) ^ (value >> 63).cast_unsigned();
        loop {
            let [low, ..] = (left & 0x7f).to_le_bytes();
            left >>= 7;
            self.0.push(if left == 0 { low } else { low | 0x80 });
            if left == 0 {
                return;
            }
        }
    }

    pub(super) fn count(&mut self, count: usize) {
        self.long(i64::try_from(count).unwrap_or(i64::MAX));
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.0.extend_from_slice(bytes);
    }
}

/// The fewest bytes of a number in two's complement, big-endian.
pub(super) fn shortest(value: i128) -> Vec<u8> {
    let wide = value.to_be_bytes();
    let sign = if value < 0 { 0xff } else { 0 };
    let is_needed = |at: usize| {
        let (byte, next) = (wide.get(at).copied().unwrap_or(sign), wide.get(at + 1).copied().unwrap_or(sign));
        byte != sign || (next ^ sign) & 0x80 != 0
    };
    let from = (0..15).find(|at| is_needed(*at)).unwrap_or(15);
    wide.get(from..).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        let short = [0, 1, -1, 127, 128, -128, -129, i128::MAX].map(shortest);
        let lengths = short.map(|bytes| bytes.len());
        assert_eq!(lengths, [1, 1, 1, 1, 2, 1, 2, 16]);
        let mut binary = Binary::default();
        for value in [0, -1, 64, i64::MIN] {
            binary.long(value);
        }
        assert_eq!(binary.0[..4], [0, 1, 0x80, 1]);
        assert_eq!(binary.0.len(), 14);
    }
}

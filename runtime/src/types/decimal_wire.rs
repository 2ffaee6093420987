//! Decimals on `bytes`: the unscaled number, two's complement, big-endian, in as few bytes as hold it (Avro 1.12, Decimal).

use super::decimal::{Decimal, DecimalError, Reason};
use crate::codec::resolution::{Node, NodeId};
use crate::codec::{AvroValue, EncodeError, Fault, Reader, Resolution, SchemaText, Sink};
use crate::event::{Key, KeyError, from_text};
use crate::schema::Ty;

impl<const P: u32, const S: u32> Decimal<P, S> {
    /// The decimal whose unscaled number is these bytes: two's complement, the most significant first.
    ///
    /// # Errors
    /// When it has more than `P` digits.
    #[inline]
    pub fn from_be_bytes(bytes: &[u8]) -> Result<Self, DecimalError> {
        match bytes {
            // Money fits eight bytes: no detour by way of sixteen.
            [first, rest @ ..] if rest.len() < 8 => {
                let sign = i64::from(first.cast_signed());
                let value = rest.iter().fold(sign, |value, byte| value << 8 | i64::from(*byte));
                Self::from_unscaled(i128::from(value))
            }
            _ => Self::from_any_be_bytes(bytes),
        }
    }

    fn from_any_be_bytes(bytes: &[u8]) -> Result<Self, DecimalError> {
        let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
        let sign = if negative { 0xff } else { 0 };
        let mut wide = [sign; 16];
        // More bytes than 16 are fine where they only repeat the sign.
        let (extra, tail) = bytes.split_at(bytes.len().saturating_sub(wide.len()));
        if extra.iter().any(|byte| *byte != sign) {
            return Err(Self::error(Reason::Digits));
        }
        for (slot, byte) in wide.iter_mut().rev().zip(tail.iter().rev()) {
            *slot = *byte;
        }
        let value = i128::from_be_bytes(wide);
        if (value < 0) != negative {
            return Err(Self::error(Reason::Digits));
        }
        Self::from_unscaled(value)
    }
}

impl<const P: u32, const S: u32> AvroValue for Decimal<P, S> {
    const TY: Ty = Ty::Decimal { precision: P, scale: S };
    // The length, and one byte even for zero; a writer that leaves the byte out is understood, but then counts as bytes.
    const MIN_SIZE: usize = 1;
    const ALWAYS_FITS: bool = true;

    fn encode(&self, sink: &mut Sink<'_>) {
        let bytes = self.unscaled().to_be_bytes();
        let sign = if self.unscaled() < 0 { 0xff } else { 0 };
        let mut tail: &[u8] = &bytes;
        // A leading byte says nothing where the next one has the same sign.
        while let [first, second, ..] = tail
            && *first == sign
            && second & 0x80 == sign & 0x80
        {
            tail = tail.split_first().map_or(tail, |(_, rest)| rest);
        }
        sink.bytes(tail);
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        Self::from_be_bytes(reader.bytes()?).or_else(|_| Fault::Digits.err())
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same => Self::decode(reader),
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.logical("bytes", "decimal", &format!(",\"precision\":{P},\"scale\":{S}"));
    }
}

impl<const P: u32, const S: u32> Key for Decimal<P, S> {
    const NAME: &'static str = "decimal";

    // Its text: all values of one type have as many digits behind the point, so that equal numbers are equal keys.
    fn write_key(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.extend_from_slice(self.to_string().as_bytes());
        Ok(())
    }

    fn read_key(bytes: &[u8]) -> Result<Self, KeyError> {
        from_text(Self::NAME, bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;

    type Money = Decimal<10, 2>;

    fn bytes(unscaled: i128) -> Vec<u8> {
        let mut out = Vec::new();
        codec::encode(&Decimal::<38, 2>::from_unscaled(unscaled).unwrap(), &mut out).unwrap();
        out
    }

    #[test]
    fn as_few_bytes_as_hold_the_number() {
        assert_eq!(bytes(0), [2, 0]);
        assert_eq!(bytes(127), [2, 127]);
        assert_eq!(bytes(128), [4, 0, 128]);
        assert_eq!(bytes(-1), [2, 255]);
        assert_eq!(bytes(-128), [2, 128]);
        assert_eq!(bytes(-129), [4, 255, 127]);
    }

    #[test]
    fn what_was_written_is_read() {
        let long = i128::from(i64::MAX);
        for unscaled in
            [0, 1, -1, 127, 128, -128, -129, 65_535, long, long + 1, -long - 1, -long - 2, -(10_i128.pow(38) - 1)]
        {
            let read: Decimal<38, 2> = codec::decode(&bytes(unscaled)).unwrap();
            assert_eq!(read.unscaled(), unscaled);
        }
    }

    #[test]
    fn other_writers_forms_are_read_and_too_many_digits_are_not() {
        assert_eq!(codec::decode::<Money>(&[0]).unwrap(), Money::ZERO);
        let mut wide = vec![40];
        wide.extend([0xff; 20]);
        assert_eq!(codec::decode::<Money>(&wide).unwrap().unscaled(), -1);
        wide[1] = 0;
        assert_eq!(codec::decode::<Money>(&wide).unwrap_err().fault(), Fault::Digits);
        assert_eq!(codec::decode::<Money>(&bytes(10_i128.pow(10))).unwrap_err().fault(), Fault::Digits);
    }

    #[test]
    fn a_key_is_the_text() {
        let price = Money::from_unscaled(1250).unwrap();
        let mut key = Vec::new();
        price.write_key(&mut key).unwrap();
        assert_eq!(key, b"12.50");
        assert_eq!(<Money as Key>::read_key(b"12.5"), Ok(price));
        assert!(<Money as Key>::read_key(b"x").is_err());
    }
}

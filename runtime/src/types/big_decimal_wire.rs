//! Long decimals on `bytes`, as the short ones.

use super::big_decimal::BigDecimal;
use crate::codec::resolution::{Node, NodeId};
use crate::codec::{AvroValue, EncodeError, Fault, Reader, Resolution, SchemaText, Sink};
use crate::event::{Key, KeyError, from_text};
use crate::schema::Ty;

impl<const P: u32, const S: u32> AvroValue for BigDecimal<P, S> {
    const TY: Ty = Ty::Decimal { precision: P, scale: S };
    const MIN_SIZE: usize = 1;

    fn encode(&self, sink: &mut Sink<'_>) {
        match self.as_be_bytes() {
            [] => sink.bytes(&[0]),
            bytes => sink.bytes(bytes),
        }
    }

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

impl<const P: u32, const S: u32> Key for BigDecimal<P, S> {
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
    use crate::codec::{decode, encode};
    use crate::types::Decimal;

    #[test]
    fn long_and_short_decimals_are_the_same_bytes() {
        for unscaled in [0, 1, -1, 127, 128, -128, -129, 65_535, -(10_i128.pow(38) - 1)] {
            let (mut long, mut short) = (Vec::new(), Vec::new());
            let value = BigDecimal::<38, 2>::from_unscaled(unscaled).unwrap();
            encode(&value, &mut long).unwrap();
            encode(&Decimal::<38, 2>::from_unscaled(unscaled).unwrap(), &mut short).unwrap();
            assert_eq!(long, short);
            assert_eq!(decode::<BigDecimal<38, 2>>(&long).unwrap(), value);
            assert_eq!(BigDecimal::read_key(value.to_string().as_bytes()), Ok(value));
        }
        assert_eq!(decode::<BigDecimal<40, 2>>(&[0]).unwrap(), BigDecimal::default());
        assert_eq!(decode::<BigDecimal<1, 0>>(&[2, 10]).unwrap_err().fault(), Fault::Digits);
    }
}

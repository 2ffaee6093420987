use std::fmt;
use std::str::FromStr;

use super::as_text::{ParseError, as_text};
use crate::codec::resolution::{Node, NodeId};
use crate::codec::{AvroValue, EncodeError, Fault, Reader, Resolution, SchemaText, Sink};
use crate::event::{Key, KeyError, from_text};
use crate::schema::Ty;

/// A uuid, on the wire a string with hyphens (RFC 9562).
///
/// ```
/// use topika::types::Uuid;
/// let id: Uuid = "67E55044-10B1-426F-9247-BB680E5FE0C8".parse().unwrap();
/// assert_eq!(id.to_string(), "67e55044-10b1-426f-9247-bb680e5fe0c8");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uuid([u8; 16]);

impl Uuid {
    /// The uuid of these bytes, the most significant first.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The uuid of this number: `0x67e55044_10b1_426f_9247_bb680e5fe0c8`.
    ///
    /// ```
    /// use topika::types::Uuid;
    /// const NOBODY: Uuid = Uuid::from_u128(0x67e55044_10b1_426f_9247_bb680e5fe0c8);
    /// assert_eq!(NOBODY.to_string(), "67e55044-10b1-426f-9247-bb680e5fe0c8");
    /// ```
    #[must_use]
    pub const fn from_u128(number: u128) -> Self {
        Self(number.to_be_bytes())
    }

    /// The bytes, the most significant first.
    #[must_use]
    pub const fn into_bytes(self) -> [u8; 16] {
        self.0
    }

    /// The text, in lower case.
    fn text(self) -> [u8; 36] {
        const HEX: [u8; 16] = *b"0123456789abcdef";
        let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
        let mut text = [b'-'; 36];
        let places = (0..36).step_by(1).filter(|at| !matches!(at, 8 | 13 | 18 | 23));
        let nibbles = self.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
        for (place, nibble) in places.zip(nibbles) {
            if let Some(slot) = text.get_mut(place) {
                *slot = nibble;
            }
        }
        text
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.text()).unwrap_or_default())
    }
}

impl FromStr for Uuid {
    type Err = ParseError;

    /// Reads the form with hyphens, in any case.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let error = || ParseError::new("uuid such as 67e55044-10b1-426f-9247-bb680e5fe0c8", text);
        if text.len() != 36 {
            return Err(error());
        }
        let mut number = 0_u128;
        for (at, c) in text.chars().enumerate() {
            match (at, c.to_digit(16)) {
                (8 | 13 | 18 | 23, None) if c == '-' => (),
                (8 | 13 | 18 | 23, _) | (_, None) => return Err(error()),
                (_, Some(digit)) => number = number << 4 | u128::from(digit),
            }
        }
        Ok(Self(number.to_be_bytes()))
    }
}

as_text!([] Uuid, "uuid", { "type": "string", "format": "uuid" });

impl AvroValue for Uuid {
    const TY: Ty = Ty::Uuid;
    const MIN_SIZE: usize = 37;
    const ALWAYS_FITS: bool = true;

    fn encode(&self, sink: &mut Sink<'_>) {
        sink.bytes(&self.text());
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.string()?.parse().or_else(|_| Fault::Logical.err())
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same | Node::BytesAsString => Self::decode(reader),
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.logical("string", "uuid", "");
    }
}

impl Key for Uuid {
    const NAME: &'static str = "uuid";

    // Kafka's `UUIDSerializer`: the text.
    fn write_key(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.extend_from_slice(&self.text());
        Ok(())
    }

    fn read_key(bytes: &[u8]) -> Result<Self, KeyError> {
        from_text("uuid of 36 characters", bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_bytes_come_back() {
        let id = Uuid::from_bytes([
            0x67, 0xe5, 0x50, 0x44, 0x10, 0xb1, 0x42, 0x6f, 0x92, 0x47, 0xbb, 0x68, 0x0e, 0x5f, 0xe0, 0xc8,
        ]);
        assert_eq!(id.to_string(), "67e55044-10b1-426f-9247-bb680e5fe0c8");
        assert_eq!(id.to_string().parse(), Ok(id));
        let mut key = Vec::new();
        id.write_key(&mut key).unwrap();
        assert_eq!(key, id.to_string().into_bytes());
        assert_eq!(Uuid::read_key(&key), Ok(id));
        let mut out = Vec::new();
        crate::codec::encode(&id, &mut out).unwrap();
        assert_eq!(crate::codec::decode::<Uuid>(&out).unwrap(), id);
    }

    #[test]
    fn what_is_no_uuid_is_refused() {
        for bad in [
            "",
            "67e55044-10b1-426f-9247-bb680e5fe0c",
            "67e55044010b1-426f-9247-bb680e5fe0c8",
            "67e55044-10b1-426f-9247-bb680e5fe0cg",
            "ä7e55044-10b1-426f-9247-bb680e5fe0c",
        ] {
            assert!(bad.parse::<Uuid>().is_err(), "{bad}");
        }
        assert!(Uuid::read_key(b"x").is_err());
        assert_eq!(crate::codec::decode::<Uuid>(&[2, b'x']).unwrap_err().fault(), Fault::Logical);
    }
}

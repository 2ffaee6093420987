//! Keys as Kafka's own serializers write them: `StringSerializer`, `IntegerSerializer`, `LongSerializer`, `BooleanSerializer`,
//! `ByteArraySerializer`.

use std::str::FromStr;

use super::key::{Key, KeyError, NoKey};
use crate::codec::EncodeError;

impl Key for String {
    const NAME: &'static str = "string";

    fn write_key(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.extend_from_slice(self.as_bytes());
        Ok(())
    }

    fn read_key(bytes: &[u8]) -> Result<Self, KeyError> {
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| KeyError::new("UTF-8 string", bytes))
    }
}

/// Reads a key that is written as text, as uuids and decimals are.
pub(crate) fn from_text<K: FromStr>(expected: &'static str, bytes: &[u8]) -> Result<K, KeyError> {
    let key = std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok());
    key.ok_or_else(|| KeyError::new(expected, bytes))
}

impl Key for Vec<u8> {
    const NAME: &'static str = "bytes";

    fn write_key(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.extend_from_slice(self);
        Ok(())
    }

    fn read_key(bytes: &[u8]) -> Result<Self, KeyError> {
        Ok(bytes.to_vec())
    }
}

macro_rules! number {
    ($name:ident, $text:literal, $expected:literal) => {
        impl Key for $name {
            const NAME: &'static str = $text;

            fn write_key(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
                out.extend_from_slice(&self.to_be_bytes());
                Ok(())
            }

            fn read_key(bytes: &[u8]) -> Result<Self, KeyError> {
                bytes.try_into().map(Self::from_be_bytes).map_err(|_| KeyError::new($expected, bytes))
            }
        }
    };
}

number!(i32, "int", "int of 4 bytes");
number!(i64, "long", "long of 8 bytes");
number!(u64, "unsigned long", "number of 8 bytes");

impl Key for bool {
    const NAME: &'static str = "boolean";

    fn write_key(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.push(u8::from(*self));
        Ok(())
    }

    fn read_key(bytes: &[u8]) -> Result<Self, KeyError> {
        match bytes {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(KeyError::new("boolean of one byte, 0 or 1", bytes)),
        }
    }
}

impl Key for NoKey {
    const NAME: &'static str = "none";

    fn write_key(&self, _: &mut Vec<u8>) -> Result<(), EncodeError> {
        match *self {}
    }

    fn read_key(bytes: &[u8]) -> Result<Self, KeyError> {
        Err(KeyError::new("key that its topic says: the topic has none", bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(key: &impl Key) -> Vec<u8> {
        let mut out = Vec::new();
        key.write_key(&mut out).unwrap();
        out
    }

    #[test]
    fn keys_are_what_kafka_s_own_serializers_write() {
        assert_eq!(written(&"ä".to_owned()), "ä".as_bytes());
        assert_eq!(written(&1_i32), [0, 0, 0, 1]);
        assert_eq!(written(&-1_i64), [255; 8]);
        assert_eq!(written(&true), [1]);
        assert_eq!(written(&vec![7_u8]), [7]);
        assert_eq!(i32::read_key(&[0, 0, 0, 1]), Ok(1));
        assert_eq!(i64::read_key(&[255; 8]), Ok(-1));
        assert_eq!(bool::read_key(&[0]), Ok(false));
        assert_eq!(Vec::read_key(&[1]), Ok(vec![1]));
        assert_eq!(String::read_key(b"a"), Ok("a".to_owned()));
    }

    #[test]
    fn a_key_of_another_type_says_what_was_asked_for() {
        assert_eq!(i32::read_key(&[1]).unwrap_err().to_string(), "the key of 1 byte is no int of 4 bytes");
        assert_eq!(i64::read_key(&[1, 2]).unwrap_err().to_string(), "the key of 2 bytes is no long of 8 bytes");
        assert!(String::read_key(&[255]).is_err());
        assert!(bool::read_key(&[2]).is_err());
        assert!(NoKey::read_key(b"k").is_err());
    }
}

use std::fmt;

/// A type that a message key may have. Encoded as Kafka's own serializers do: UTF-8 for text, big-endian for integers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a message key",
    note = "keys are String, i32, i64, u64, Uuid, Vec<u8> or Decimal"
)]
pub trait Key: Sized {
    /// The key's bytes.
    fn to_bytes(&self) -> Vec<u8>;

    /// Reads a key.
    ///
    /// # Errors
    /// When the bytes are not of this type.
    fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError>;
}

/// A key that is not of the type that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyError {
    /// What was asked for.
    pub expected: &'static str,
    /// How many bytes the key has.
    pub found_bytes: usize,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key of {} bytes is no {}", self.found_bytes, self.expected)
    }
}

impl std::error::Error for KeyError {}

impl Key for String {
    fn to_bytes(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        Self::from_utf8(bytes.to_vec()).map_err(|_| KeyError { expected: "UTF-8 string", found_bytes: bytes.len() })
    }
}

impl Key for Vec<u8> {
    fn to_bytes(&self) -> Vec<u8> {
        self.clone()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        Ok(bytes.to_vec())
    }
}

impl Key for i32 {
    fn to_bytes(&self) -> Vec<u8> {
        self.to_be_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let four = bytes.try_into().map_err(|_| KeyError { expected: "int of 4 bytes", found_bytes: bytes.len() })?;
        Ok(Self::from_be_bytes(four))
    }
}

impl Key for i64 {
    fn to_bytes(&self) -> Vec<u8> {
        self.to_be_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let eight = bytes.try_into().map_err(|_| KeyError { expected: "long of 8 bytes", found_bytes: bytes.len() })?;
        Ok(Self::from_be_bytes(eight))
    }
}

impl Key for u64 {
    fn to_bytes(&self) -> Vec<u8> {
        self.to_be_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let eight =
            bytes.try_into().map_err(|_| KeyError { expected: "number of 8 bytes", found_bytes: bytes.len() })?;
        Ok(Self::from_be_bytes(eight))
    }
}

/// The key of several fields: each field's bytes after their length as four bytes, big-endian, so that no two lists of fields
/// make the same key.
#[must_use]
pub fn composite_key(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in parts {
        out.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_what_kafka_s_own_serializers_write() {
        assert_eq!("ä".to_owned().to_bytes(), "ä".as_bytes());
        assert_eq!(1_i32.to_bytes(), [0, 0, 0, 1]);
        assert_eq!((-1_i64).to_bytes(), [255; 8]);
        assert_eq!(i32::from_bytes(&[0, 0, 0, 1]), Ok(1));
        assert_eq!(i64::from_bytes(&[255; 8]), Ok(-1));
        assert_eq!(Vec::from_bytes(&[1]), Ok(vec![1]));
        assert_eq!(String::from_bytes(b"a"), Ok("a".to_owned()));
    }

    #[test]
    fn a_key_of_another_type_says_what_was_asked_for() {
        assert_eq!(i32::from_bytes(&[1]).unwrap_err().to_string(), "the key of 1 bytes is no int of 4 bytes");
        assert!(i64::from_bytes(&[1]).is_err());
        assert!(String::from_bytes(&[255]).is_err());
    }

    #[test]
    fn keys_of_several_fields_keep_their_borders() {
        let ab = composite_key(&[b"a".to_vec(), b"b".to_vec()]);
        assert_eq!(ab, [0, 0, 0, 1, b'a', 0, 0, 0, 1, b'b']);
        assert_ne!(ab, composite_key(&[b"ab".to_vec(), Vec::new()]));
    }
}

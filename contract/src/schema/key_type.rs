use std::fmt;

/// What the key of a topic, or one of its fields, is: it says which bytes the key has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// UTF-8.
    String,
    /// Four bytes, big-endian.
    Int,
    /// Eight bytes, big-endian.
    Long,
    /// One byte.
    Boolean,
    /// The bytes themselves.
    Bytes,
    /// 36 characters.
    Uuid,
    /// Its digits as text.
    Decimal {
        /// The most digits.
        precision: u32,
        /// The digits behind the point.
        scale: u32,
    },
}

impl KeyType {
    /// Those that a manifest can name.
    pub const NAMED: [Self; 6] = [Self::String, Self::Int, Self::Long, Self::Boolean, Self::Bytes, Self::Uuid];

    /// Reads the name of one.
    ///
    /// ```
    /// use topika_contract::schema::KeyType;
    ///
    /// assert_eq!(KeyType::parse("long"), Some(KeyType::Long));
    /// assert_eq!(KeyType::parse("i64"), None);
    /// ```
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|named| named.to_string() == name)
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String => f.write_str("string"),
            Self::Int => f.write_str("int"),
            Self::Long => f.write_str("long"),
            Self::Boolean => f.write_str("boolean"),
            Self::Bytes => f.write_str("bytes"),
            Self::Uuid => f.write_str("uuid"),
            Self::Decimal { precision, scale } => write!(f, "decimal {precision},{scale}"),
        }
    }
}

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Of the name of a type that is not known, no more is shown.
const SHOWN: usize = 40;

/// The language of a schema.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SchemaType {
    /// Apache Avro; what an answer without a type means.
    #[default]
    Avro,
    /// JSON Schema.
    Json,
    /// Protocol Buffers. This registry carries it as text and judges nothing about it.
    Protobuf,
    /// What another registry calls so: its schemas are read as text, and nothing here understands them.
    Other(Arc<str>),
}

impl SchemaType {
    /// The types that this registry knows, in the order in which registries list them.
    pub const ALL: [Self; 3] = [Self::Json, Self::Protobuf, Self::Avro];

    /// The name on the wire.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Avro => "AVRO",
            Self::Json => "JSON",
            Self::Protobuf => "PROTOBUF",
            Self::Other(name) => name,
        }
    }

    /// The type of that name, as it is on the wire.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|known| known.name() == name).unwrap_or_else(|| Self::Other(name.into()))
    }

    /// Whether it is the type that answers leave out.
    #[must_use]
    pub fn is_avro(&self) -> bool {
        *self == Self::Avro
    }
}

/// The name; one that is not known in one line, and no more of it than a message bears.
impl fmt::Display for SchemaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(name) => match name.char_indices().nth(SHOWN) {
                None => write!(f, "{}", name.escape_debug()),
                Some((at, _)) => write!(f, "{}...", name.get(..at).unwrap_or_default().escape_debug()),
            },
            known => f.write_str(known.name()),
        }
    }
}

impl Serialize for SchemaType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for SchemaType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|name| Self::of_name(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_written_as_it_is() {
        for name in ["AVRO", "JSON", "PROTOBUF", "THRIFT", "avro", ""] {
            let text = format!("\"{name}\"");
            let read: SchemaType = serde_json::from_str(&text).unwrap();
            assert_eq!(read.name(), name);
            assert_eq!(matches!(read, SchemaType::Other(_)), !["AVRO", "JSON", "PROTOBUF"].contains(&name), "{name}");
            assert_eq!(serde_json::to_string(&read).unwrap(), text);
        }
        assert!(serde_json::from_str::<SchemaType>("7").is_err());
    }

    #[test]
    fn a_strange_name_is_shown_short_and_in_one_line() {
        assert_eq!(SchemaType::of_name("a\n\u{1b}b").to_string(), "a\\n\\u{1b}b");
        assert_eq!(SchemaType::of_name(&"x".repeat(1_000)).to_string(), format!("{}...", "x".repeat(40)));
    }
}

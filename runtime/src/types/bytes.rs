use std::ops::{Deref, DerefMut};

use crate::codec::resolution::{Node, NodeId};
use crate::codec::{AvroValue, EncodeError, Fault, Reader, Resolution, SchemaText, Sink};
use crate::event::{Key, KeyError};
use crate::schema::Ty;

/// Avro `bytes`. A `Vec<u8>` would be an array; in JSON it is one too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Bytes(pub Vec<u8>);

impl Deref for Bytes {
    type Target = Vec<u8>;
    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Bytes {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl AvroValue for Bytes {
    const TY: Ty = Ty::Bytes;
    const MIN_SIZE: usize = 1;
    const ALWAYS_FITS: bool = true;

    #[inline]
    fn encode(&self, sink: &mut Sink<'_>) {
        sink.bytes(&self.0);
    }

    #[inline]
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.bytes().map(Self::from)
    }

    fn decode_with(reader: &mut Reader<'_>, resolution: &Resolution, node: NodeId) -> Result<Self, Fault> {
        match resolution.enter(reader, node)? {
            Node::Same | Node::StringAsBytes => reader.bytes().map(Self::from),
            _ => Fault::Unresolved.err(),
        }
    }

    fn describe(text: &mut SchemaText) {
        text.primitive("bytes");
    }
}

impl Key for Bytes {
    const NAME: &'static str = "bytes";

    fn write_key(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.extend_from_slice(&self.0);
        Ok(())
    }

    fn read_key(bytes: &[u8]) -> Result<Self, KeyError> {
        Ok(Self::from(bytes))
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Bytes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Bytes".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        // What serde writes for it: each byte as a number.
        schemars::json_schema!({
            "type": "array",
            "items": { "type": "integer", "minimum": 0, "maximum": 255 }
        })
    }
}

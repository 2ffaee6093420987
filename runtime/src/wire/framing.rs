//! The wire format: `0x00` and a big-endian 32-bit id, or `0x01` and a 16-byte GUID, before the payload or in a header.

use std::fmt;

use topika_registry::api::Guid;

/// The header that may hold the schema of a message's value, with a bare payload then.
pub const VALUE_HEADER: &str = "__value_schema_id";
/// The header that may hold the schema of a message's key.
pub const KEY_HEADER: &str = "__key_schema_id";

const BY_ID: u8 = 0;
const BY_GUID: u8 = 1;

/// How a message that is written names its schema. All of them are read, whatever is chosen here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Framing {
    /// `0x00` and the id before the payload: what every client reads.
    #[default]
    Id,
    /// `0x01` and the GUID before the payload: the same in every registry, read by clients from Confluent 8.1 on.
    Guid,
    /// `0x00` and the id in a header; the payload is bare.
    IdHeader,
    /// `0x01` and the GUID in a header, as newer clients of Confluent write it; the payload is bare.
    GuidHeader,
}

/// What a frame says about the schema behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SchemaKey {
    /// Its id in the registry.
    Id(u32),
    /// Its GUID, the same in every registry.
    Guid(Guid),
}

/// A payload without a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameError {
    length: usize,
    first: Option<u8>,
}

/// Appends the frame of a schema id; the payload follows it.
pub fn frame(id: u32, out: &mut Vec<u8>) {
    out.push(BY_ID);
    out.extend_from_slice(&id.to_be_bytes());
}

/// Appends the frame of a GUID; the payload follows it.
pub fn frame_guid(guid: Guid, out: &mut Vec<u8>) {
    out.push(BY_GUID);
    out.extend_from_slice(&guid.0);
}

/// Splits a framed payload into what the frame says and the bare payload.
///
/// # Errors
/// When it starts with neither of the two frames.
///
/// ```
/// use topika::wire::{SchemaKey, frame, unframe};
///
/// let mut message = Vec::new();
/// frame(7, &mut message);
/// message.extend_from_slice(b"payload");
/// assert_eq!(unframe(&message), Ok((SchemaKey::Id(7), &b"payload"[..])));
/// assert!(unframe(b"{}").is_err());
/// ```
pub fn unframe(message: &[u8]) -> Result<(SchemaKey, &[u8]), FrameError> {
    let split = match message.split_first() {
        Some((&BY_ID, rest)) => {
            rest.split_first_chunk::<4>().map(|(id, payload)| (SchemaKey::Id(u32::from_be_bytes(*id)), payload))
        }
        Some((&BY_GUID, rest)) => {
            rest.split_first_chunk::<16>().map(|(guid, payload)| (SchemaKey::Guid(Guid(*guid)), payload))
        }
        _ => None,
    };
    split.ok_or(FrameError { length: message.len(), first: message.first().copied() })
}

/// Reads the value of [`VALUE_HEADER`] or [`KEY_HEADER`]: a frame, and nothing after it.
///
/// # Errors
/// When it is no frame, or something follows it.
pub fn key_in_header(header: &[u8]) -> Result<SchemaKey, FrameError> {
    match unframe(header) {
        Ok((key, [])) => Ok(key),
        Ok(_) => Err(FrameError { length: header.len(), first: header.first().copied() }),
        Err(error) => Err(error),
    }
}

impl Framing {
    /// Whether the frame stands in a header.
    #[must_use]
    pub const fn in_header(self) -> bool {
        matches!(self, Self::IdHeader | Self::GuidHeader)
    }

    /// Whether it is the GUID that names the schema.
    #[must_use]
    pub const fn by_guid(self) -> bool {
        matches!(self, Self::Guid | Self::GuidHeader)
    }
}

impl SchemaKey {
    /// The frame of it.
    pub(super) fn frame(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(17);
        match self {
            Self::Id(id) => frame(id, &mut out),
            Self::Guid(guid) => frame_guid(guid, &mut out),
        }
        out
    }

    /// The id, where it is one.
    #[must_use]
    pub fn id(self) -> Option<u32> {
        match self {
            Self::Id(id) => Some(id),
            Self::Guid(_) => None,
        }
    }
}

impl fmt::Display for SchemaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::Guid(guid) => write!(f, "{guid}"),
        }
    }
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first {
            None => f.write_str("it is empty, where a frame of a schema id was expected"),
            Some(first) if first > BY_GUID => {
                write!(
                    f,
                    "it starts with the byte 0x{first:02x}, and no frame of a schema id does; was it written without a registry?"
                )
            }
            Some(_) => write!(f, "its {} bytes are no frame of a schema id", self.length),
        }
    }
}

impl std::error::Error for FrameError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_frames_are_read() {
        assert_eq!(unframe(&[0, 0, 1, 0, 2, 9]), Ok((SchemaKey::Id(65_538), &[9][..])));
        let mut by_guid = vec![1];
        by_guid.extend(0..16);
        assert_eq!(unframe(&by_guid).unwrap().0.to_string(), "00010203-0405-0607-0809-0a0b0c0d0e0f");
        assert_eq!(unframe(&by_guid).unwrap().0.id(), None);
    }

    #[test]
    fn what_is_no_frame_says_what_it_is() {
        assert!(unframe(b"").unwrap_err().to_string().contains("empty"));
        assert!(unframe(b"{}").unwrap_err().to_string().contains("0x7b"));
        assert!(unframe(&[0, 1, 2]).unwrap_err().to_string().contains("3 bytes"));
        assert!(unframe(&[1; 16]).is_err());
    }

    #[test]
    fn a_header_holds_a_frame_and_nothing_more() {
        assert_eq!(key_in_header(&[0, 0, 0, 0, 5]), Ok(SchemaKey::Id(5)));
        assert!(key_in_header(&[0, 0, 0, 0, 5, 6]).is_err());
        assert!(key_in_header(b"5").is_err());
    }
}

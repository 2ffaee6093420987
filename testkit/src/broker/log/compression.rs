//! What the records of a batch are compressed with. They are kept as they were sent; this is for looking into them, and for what compaction leaves
//! of them.

use std::borrow::Cow;
use std::io::{self, Read, Write as _};

/// More than this a batch does not hold, however little it takes on the way: its limit is a hundredth of that by default.
const MOST: usize = 128 << 20;

/// Before Java's frames of snappy: a magic word and two versions, then blocks with their lengths.
const XERIAL: &[u8] = b"\x82SNAPPY\0";
const XERIAL_HEADER: usize = 16;

/// By its number in a batch's attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Snappy,
    Lz4,
    Zstd,
}

impl Compression {
    pub(super) fn of(attributes: i16) -> Option<Self> {
        Some(match attributes & 0b111 {
            0 => Self::None,
            1 => Self::Gzip,
            2 => Self::Snappy,
            3 => Self::Lz4,
            4 => Self::Zstd,
            _ => return None,
        })
    }

    /// The bytes before they were compressed; none where they are not what they say, or too many.
    pub(super) fn decompressed(self, bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::None => Some(Cow::Borrowed(bytes)),
            Self::Gzip => all(flate2::read::MultiGzDecoder::new(bytes)),
            Self::Snappy => snappy(bytes).map(Cow::Owned),
            Self::Lz4 => all(lz4_flex::frame::FrameDecoder::new(bytes)),
            Self::Zstd => all(ruzstd::decoding::StreamingDecoder::new(bytes).ok()?),
        }
    }
}

impl Compression {
    /// The bytes compressed, as far as that makes them fewer, and so that they come back as they were.
    pub(super) fn compressed(self, bytes: &[u8]) -> Option<Vec<u8>> {
        let compressed = match self {
            Self::None => return None,
            Self::Gzip => {
                let mut into = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                into.write_all(bytes).ok()?;
                into.finish().ok()?
            }
            Self::Snappy => snap::raw::Encoder::new().compress_vec(bytes).ok()?,
            Self::Lz4 => {
                let mut into = lz4_flex::frame::FrameEncoder::new(Vec::new());
                into.write_all(bytes).ok()?;
                into.finish().ok()?
            }
            Self::Zstd => ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest),
        };
        // What was acknowledged hangs on it, so it is looked at before the other is gone.
        let comes_back = || self.decompressed(&compressed).is_some_and(|back| back == bytes);
        (compressed.len() < bytes.len() && comes_back()).then_some(compressed)
    }
}

fn all(from: impl Read) -> Option<Cow<'static, [u8]>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MOST).unwrap_or(u64::MAX).saturating_add(1);
    let read: io::Result<usize> = from.take(most).read_to_end(&mut bytes);
    (read.is_ok() && bytes.len() <= MOST).then_some(Cow::Owned(bytes))
}

fn snappy(bytes: &[u8]) -> Option<Vec<u8>> {
    let Some(framed) = bytes.strip_prefix(XERIAL) else { return block(bytes) };
    let mut rest = framed.get(XERIAL_HEADER - XERIAL.len()..)?;
    let mut out = Vec::new();
    while !rest.is_empty() {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let (compressed, behind) = behind.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        out.extend(block(compressed)?);
        if out.len() > MOST {
            return None;
        }
        rest = behind;
    }
    Some(out)
}

fn block(bytes: &[u8]) -> Option<Vec<u8>> {
    let length = snap::raw::decompress_len(bytes).ok()?;
    (length <= MOST).then(|| snap::raw::Decoder::new().decompress_vec(bytes).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_as_they_were() {
        let plain = b"the same again and again, the same again and again".repeat(99);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&plain).unwrap();
        let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
        lz4.write_all(&plain).unwrap();
        let raw = snap::raw::Encoder::new().compress_vec(&plain).unwrap();
        let length = u32::try_from(raw.len()).unwrap().to_be_bytes();
        let xerial = [XERIAL, &[0, 0, 0, 1, 0, 0, 0, 1], &length, &raw, &length, &raw].concat();
        let zstd = ruzstd::encoding::compress_to_vec(&plain[..], ruzstd::encoding::CompressionLevel::Fastest);
        for (attributes, compressed, times) in [
            (0, plain.clone(), 1),
            (1, gzip.finish().unwrap(), 1),
            (2, raw.clone(), 1),
            (2, xerial, 2),
            (3, lz4.finish().unwrap(), 1),
            (4, zstd, 1),
        ] {
            let compression = Compression::of(attributes).unwrap();
            assert_eq!(compression.decompressed(&compressed).unwrap(), plain.repeat(times), "{compression:?}");
            let again = compression.compressed(&plain);
            assert_eq!(again.is_some(), attributes > 0, "{compression:?}");
            assert!(again.is_none_or(|again| again.len() < plain.len() / 10), "{compression:?}");
            assert_eq!(compression.compressed(b"x"), None, "it would be more");
            if attributes > 0 {
                assert_eq!(compression.decompressed(&compressed[..compressed.len() / 2]), None, "{compression:?}");
                assert_eq!(compression.decompressed(b"no such thing"), None, "{compression:?}");
            }
        }
        assert_eq!(Compression::of(5), None);
    }

    #[test]
    fn what_would_take_too_much_room_is_not_unpacked() {
        let zeros = vec![0; MOST + 1];
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&zeros).unwrap();
        assert_eq!(Compression::Gzip.decompressed(&gzip.finish().unwrap()), None);
        // A length of 4 GiB, and nothing behind it.
        assert_eq!(Compression::Snappy.decompressed(&[0xff, 0xff, 0xff, 0xff, 0x0f]), None);
    }
}

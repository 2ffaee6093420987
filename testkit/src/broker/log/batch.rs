//! The header of a record batch (Kafka protocol, "Record Batch", magic 2). The records behind it stay opaque bytes:
//! decoding them would need every compression, and would lose headers that share a name.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};

use super::compression::Compression;
use super::marker::Producer;
use super::records::records;

/// Bytes from the base offset to the number of records.
pub(crate) const BATCH_HEADER: usize = 61;
/// Base offset and length stand before what the length counts.
const LENGTH_PREFIX: usize = 12;
/// The checksum covers everything from the attributes on.
const ATTRIBUTES: usize = 21;

const COMPRESSION: i16 = 0b111;
const COUNT: usize = 57;
const LOG_APPEND_TIME: i16 = 1 << 3;
const TRANSACTIONAL: i16 = 1 << 4;
const CONTROL: i16 = 1 << 5;

/// Why bytes that a producer sent are not one record batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BatchError {
    /// Shorter than it says, or than a header.
    Truncated,
    /// A message format before magic 2.
    OldFormat,
    /// The CRC-32C does not fit the bytes.
    Checksum,
    /// More than one batch, no record, a count that does not fit the offsets, a marker, or part of a transaction of nobody.
    Malformed,
}

/// A record batch whose header has been read and whose checksum fits.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    bytes: Bytes,
    /// Offset of the first record; what the producer wrote here means nothing until the batch is appended.
    pub(crate) base_offset: i64,
    pub(crate) last_offset_delta: i32,
    attributes: i16,
    pub(crate) base_timestamp: i64,
    pub(crate) max_timestamp: i64,
    /// -1 without idempotence.
    pub(crate) producer_id: i64,
    pub(crate) producer_epoch: i16,
    pub(crate) base_sequence: i32,
}

impl Batch {
    /// Reads exactly one batch as a producer sent it.
    pub(crate) fn parse(bytes: Bytes) -> Result<Batch, BatchError> {
        let length = i32_at(&bytes, 8).ok_or(BatchError::Truncated)?;
        // Magic stands at the same place in the older formats, whose headers are shorter.
        if i8_at(&bytes, 16).ok_or(BatchError::Truncated)? != 2 {
            return Err(BatchError::OldFormat);
        }
        if bytes.len() < BATCH_HEADER {
            return Err(BatchError::Truncated);
        }
        let whole = usize::try_from(length).ok().and_then(|l| l.checked_add(LENGTH_PREFIX));
        match whole {
            Some(whole) if whole == bytes.len() => {}
            Some(whole) if whole < bytes.len() => return Err(BatchError::Malformed),
            _ => return Err(BatchError::Truncated),
        }
        let crc = u32_at(&bytes, 17).ok_or(BatchError::Truncated)?;
        if crc != crc32c::crc32c(bytes.get(ATTRIBUTES..).unwrap_or_default()) {
            return Err(BatchError::Checksum);
        }
        let batch = Batch::read_header(bytes).ok_or(BatchError::Truncated)?;
        let count = batch.count();
        let counted = count >= 1 && batch.last_offset_delta.checked_add(1) == Some(count);
        let unknown = batch.is_transactional() && !batch.is_idempotent();
        if !counted || batch.is_control() || unknown || (batch.is_idempotent() && batch.base_sequence < 0) {
            return Err(BatchError::Malformed);
        }
        Ok(batch)
    }

    /// A batch that this broker wrote itself.
    pub(super) fn of_marker(bytes: Bytes) -> Batch {
        Batch::read_header(bytes).expect("a marker has a header")
    }

    /// A batch that was checked when it came into the log; none where it is too short for a header.
    pub(super) fn of_log(bytes: Bytes) -> Option<Batch> {
        Batch::read_header(bytes).filter(|batch| batch.bytes.len() >= BATCH_HEADER)
    }

    /// How long the batch at the front of `bytes` says it is.
    pub(super) fn length_at_front(bytes: &[u8]) -> Option<usize> {
        usize::try_from(i32_at(bytes, 8)?).ok()?.checked_add(LENGTH_PREFIX)
    }

    /// The batch of the log at the front of `bytes`, if one stands there whole.
    pub(super) fn at_front(bytes: &Bytes) -> Option<Batch> {
        let length = Batch::length_at_front(bytes)?;
        if i8_at(bytes, 16)? != 2 || length < BATCH_HEADER || length > bytes.len() {
            return None;
        }
        let bytes = bytes.slice(..length);
        let is_sound = u32_at(&bytes, 17)? == crc32c::crc32c(bytes.get(ATTRIBUTES..)?);
        let batch = Batch::read_header(bytes)?;
        (is_sound && batch.base_offset >= 0 && batch.last_offset_delta >= 0).then_some(batch)
    }

    fn read_header(bytes: Bytes) -> Option<Batch> {
        Some(Batch {
            base_offset: i64_at(&bytes, 0)?,
            attributes: i16_at(&bytes, ATTRIBUTES)?,
            last_offset_delta: i32_at(&bytes, 23)?,
            base_timestamp: i64_at(&bytes, 27)?,
            max_timestamp: i64_at(&bytes, 35)?,
            producer_id: i64_at(&bytes, 43)?,
            producer_epoch: i16_at(&bytes, 51)?,
            base_sequence: i32_at(&bytes, 53)?,
            bytes,
        })
    }

    /// The batch at its place in the log. Base offset and leader epoch stand before the checksummed part.
    pub(crate) fn placed(&self, base_offset: i64, leader_epoch: i32, append_time: Option<i64>) -> Batch {
        let mut bytes = BytesMut::from(self.bytes.as_ref());
        put(&mut bytes, 0, &base_offset.to_be_bytes());
        put(&mut bytes, 12, &leader_epoch.to_be_bytes());
        let mut placed = Batch { base_offset, ..self.clone() };
        if let Some(now) = append_time {
            placed.attributes |= LOG_APPEND_TIME;
            placed.max_timestamp = now;
            put(&mut bytes, ATTRIBUTES, &placed.attributes.to_be_bytes());
            put(&mut bytes, 35, &now.to_be_bytes());
            let crc = crc32c::crc32c(bytes.get(ATTRIBUTES..).unwrap_or_default());
            put(&mut bytes, 17, &crc.to_be_bytes());
        }
        placed.bytes = bytes.freeze();
        placed
    }

    /// Who wrote it; id and epoch are -1 without idempotence.
    pub(crate) fn producer(&self) -> Producer {
        Producer { id: self.producer_id, epoch: self.producer_epoch }
    }

    /// The whole batch as it travels.
    pub(crate) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The bytes of the records, behind the header.
    pub(crate) fn records(&self) -> &[u8] {
        self.bytes.get(BATCH_HEADER..).unwrap_or_default()
    }

    pub(crate) fn last_offset(&self) -> i64 {
        self.base_offset.saturating_add(i64::from(self.last_offset_delta))
    }

    pub(crate) fn last_sequence(&self) -> i32 {
        sequence_after(self.base_sequence, self.last_offset_delta)
    }

    pub(crate) fn is_idempotent(&self) -> bool {
        self.producer_id >= 0
    }

    /// The records as they were before they were compressed; none where they cannot be read.
    pub(super) fn unpacked(&self) -> Option<Cow<'_, [u8]>> {
        Compression::of(self.attributes)?.decompressed(self.records())
    }

    /// How many records it says it has.
    pub(super) fn count(&self) -> i32 {
        i32_at(&self.bytes, COUNT).unwrap_or_default()
    }

    /// The batch with other records in the place of its own, which are compressed as those were. Its offsets stay, so that fewer leave gaps.
    /// `latest` is the largest of their timestamps.
    pub(super) fn with_records(&self, records: &[u8], count: i32, latest: i64) -> Batch {
        let mut bytes = BytesMut::from(self.bytes.get(..BATCH_HEADER).unwrap_or_default());
        let max_timestamp = if self.has_append_time() { self.max_timestamp } else { latest };
        let mut batch = Batch { max_timestamp, ..self.clone() };
        match Compression::of(self.attributes).and_then(|by| by.compressed(records)) {
            Some(compressed) => bytes.extend_from_slice(&compressed),
            None => {
                batch.attributes &= !COMPRESSION;
                bytes.extend_from_slice(records);
            }
        }
        // A batch of i32::MAX bytes does not exist: it came in a frame.
        let length = i32::try_from(bytes.len().saturating_sub(LENGTH_PREFIX)).unwrap_or(i32::MAX);
        put(&mut bytes, 8, &length.to_be_bytes());
        put(&mut bytes, ATTRIBUTES, &batch.attributes.to_be_bytes());
        put(&mut bytes, 35, &max_timestamp.to_be_bytes());
        put(&mut bytes, COUNT, &count.to_be_bytes());
        let crc = crc32c::crc32c(bytes.get(ATTRIBUTES..).unwrap_or_default());
        put(&mut bytes, 17, &crc.to_be_bytes());
        batch.bytes = bytes.freeze();
        batch
    }

    /// Whether each record has a key; unknown where they cannot be read.
    pub(crate) fn is_keyed(&self) -> Option<bool> {
        let bytes = self.unpacked()?;
        Some(records(&bytes).all(|record| record.key.is_some()))
    }

    /// The smallest time of its records (ms since 1970); where they cannot be read, that of the first.
    pub(crate) fn earliest(&self) -> i64 {
        let bytes = self.unpacked();
        let delta = bytes.iter().flat_map(|bytes| records(bytes)).map(|record| record.time_delta).min();
        self.base_timestamp.saturating_add(delta.unwrap_or_default())
    }

    /// A marker of a transaction.
    pub(super) fn is_control(&self) -> bool {
        self.attributes & CONTROL != 0
    }

    /// A marker of a transaction that is void: its key ends with the number of its kind, behind its record's lengths and a version.
    pub(super) fn is_abort(&self) -> bool {
        const KIND: usize = 7;
        self.is_control() && self.records().get(KIND..KIND + 2) == Some(&[0, 0])
    }

    pub(crate) fn has_append_time(&self) -> bool {
        self.attributes & LOG_APPEND_TIME != 0
    }

    /// Part of a transaction.
    pub(crate) fn is_transactional(&self) -> bool {
        self.attributes & TRANSACTIONAL != 0
    }
}

/// Sequence numbers start again at 0 after `i32::MAX`.
pub(crate) fn sequence_after(sequence: i32, steps: i32) -> i32 {
    match sequence.checked_add(steps) {
        Some(next) => next,
        None => steps - (i32::MAX - sequence) - 1,
    }
}

fn put(bytes: &mut BytesMut, at: usize, value: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at + value.len()) {
        place.copy_from_slice(value);
    }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}
fn i8_at(bytes: &[u8], at: usize) -> Option<i8> {
    array(bytes, at).map(i8::from_be_bytes)
}
fn i16_at(bytes: &[u8], at: usize) -> Option<i16> {
    array(bytes, at).map(i16::from_be_bytes)
}
fn i32_at(bytes: &[u8], at: usize) -> Option<i32> {
    array(bytes, at).map(i32::from_be_bytes)
}
fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_be_bytes)
}
fn i64_at(bytes: &[u8], at: usize) -> Option<i64> {
    array(bytes, at).map(i64::from_be_bytes)
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    /// A batch of records without key, value and headers, one per time, uncompressed.
    pub(crate) fn batch(times: &[i64], producer: (i64, i16, i32)) -> Bytes {
        let records: Vec<_> = times.iter().map(|time| (*time, None, None)).collect();
        whole(&records, producer)
    }

    /// A batch of records with keys and values, at the time 0.
    pub(crate) fn keyed(pairs: &[(Option<&str>, Option<&str>)]) -> Bytes {
        let records: Vec<_> = pairs.iter().map(|(key, value)| (0, *key, *value)).collect();
        whole(&records, (-1, -1, -1))
    }

    fn whole(records: &[(i64, Option<&str>, Option<&str>)], producer: (i64, i16, i32)) -> Bytes {
        let times = || records.iter().map(|(time, ..)| *time);
        let base = times().next().unwrap_or(0);
        let mut out = vec![0u8; BATCH_HEADER];
        for (delta, (time, key, value)) in records.iter().enumerate() {
            let mut record = vec![0u8];
            varint(&mut record, time - base);
            varint(&mut record, i64::try_from(delta).unwrap());
            for text in [key, value] {
                varint(&mut record, text.map_or(-1, |text| i64::try_from(text.len()).unwrap()));
                record.extend(text.unwrap_or_default().bytes());
            }
            record.push(0); // no headers
            varint(&mut out, i64::try_from(record.len()).unwrap());
            out.extend(record);
        }
        let count = i32::try_from(records.len()).unwrap();
        let length = i32::try_from(out.len() - LENGTH_PREFIX).unwrap();
        let mut set = |at: usize, value: &[u8]| out[at..at + value.len()].copy_from_slice(value);
        set(8, &length.to_be_bytes());
        set(16, &[2]);
        set(23, &(count - 1).to_be_bytes());
        set(27, &base.to_be_bytes());
        set(35, &times().max().unwrap_or(0).to_be_bytes());
        set(43, &producer.0.to_be_bytes());
        set(51, &producer.1.to_be_bytes());
        set(53, &producer.2.to_be_bytes());
        set(57, &count.to_be_bytes());
        let crc = crc32c::crc32c(&out[ATTRIBUTES..]);
        out[17..21].copy_from_slice(&crc.to_be_bytes());
        out.into()
    }

    /// The same, each at its time.
    pub(crate) fn keyed_at(records: &[(i64, Option<&str>, Option<&str>)]) -> Bytes {
        whole(records, (-1, -1, -1))
    }

    /// Such a batch, compressed by what stands in the attributes.
    pub(crate) fn packed(batch: &Bytes, attributes: u8) -> Bytes {
        let mut out = batch[..BATCH_HEADER].to_vec();
        let records = &batch[BATCH_HEADER..];
        let packed = Compression::of(attributes.into()).unwrap().compressed(records);
        out.extend(packed.unwrap_or_else(|| records.to_vec()));
        let length = i32::try_from(out.len() - LENGTH_PREFIX).unwrap();
        out[8..12].copy_from_slice(&length.to_be_bytes());
        out[ATTRIBUTES + 1] |= attributes;
        let crc = crc32c::crc32c(&out[ATTRIBUTES..]);
        out[17..21].copy_from_slice(&crc.to_be_bytes());
        out.into()
    }

    /// Such a batch, as part of its producer's transaction.
    pub(crate) fn transactional(times: &[i64], producer: (i64, i16, i32)) -> Bytes {
        within(batch(times, producer))
    }

    /// Such a batch with keys and values.
    pub(crate) fn transactional_keyed(pairs: &[(Option<&str>, Option<&str>)], producer: (i64, i16, i32)) -> Bytes {
        let records: Vec<_> = pairs.iter().map(|(key, value)| (0, *key, *value)).collect();
        within(whole(&records, producer))
    }

    fn within(batch: Bytes) -> Bytes {
        let mut out = batch.to_vec();
        out[ATTRIBUTES + 1] |= u8::try_from(TRANSACTIONAL).unwrap();
        let crc = crc32c::crc32c(&out[ATTRIBUTES..]);
        out[17..21].copy_from_slice(&crc.to_be_bytes());
        out.into()
    }

    fn varint(out: &mut Vec<u8>, value: i64) {
        let mut z = ((value << 1) ^ (value >> 63)).cast_unsigned();
        while z >= 0x80 {
            out.push(u8::try_from(z & 0x7f).unwrap() | 0x80);
            z >>= 7;
        }
        out.push(u8::try_from(z).unwrap());
    }
}

#[cfg(test)]
mod tests {
    use super::samples::batch;
    use super::*;

    #[test]
    fn a_batch_tells_its_offsets_times_and_producer() {
        let batch = Batch::parse(batch(&[10, 30, 20], (7, 1, 5))).unwrap();
        assert_eq!((batch.last_offset_delta, batch.base_timestamp, batch.max_timestamp), (2, 10, 30));
        assert_eq!((batch.producer_id, batch.producer_epoch, batch.base_sequence, batch.last_sequence()), (7, 1, 5, 7));
        assert!(batch.is_idempotent() && !batch.is_control() && !batch.is_transactional());
    }

    #[test]
    fn placing_a_batch_keeps_its_checksum_right() {
        let sent = Batch::parse(batch(&[10], (-1, -1, -1))).unwrap();
        for time in [None, Some(99)] {
            let again = Batch::parse(sent.placed(42, 0, time).bytes().clone()).unwrap();
            assert_eq!((again.base_offset, again.last_offset()), (42, 42));
            assert_eq!(again.max_timestamp, time.unwrap_or(10));
            assert_eq!(again.has_append_time(), time.is_some());
        }
    }

    #[test]
    fn damaged_batches_are_refused_by_kind() {
        let good = batch(&[1, 2], (-1, -1, -1));
        let changed = |at: usize, to: u8| {
            let mut bytes = good.to_vec();
            bytes[at] = to;
            Batch::parse(bytes.into()).unwrap_err()
        };
        assert_eq!(changed(65, 9), BatchError::Checksum);
        assert_eq!(changed(16, 1), BatchError::OldFormat);
        assert_eq!(changed(8, 127), BatchError::Truncated);
        assert_eq!(Batch::parse(good.slice(..30)).unwrap_err(), BatchError::Truncated);
        assert_eq!(Batch::parse(Bytes::new()).unwrap_err(), BatchError::Truncated);
        let twice = [good.as_ref(), good.as_ref()].concat();
        assert_eq!(Batch::parse(twice.into()).unwrap_err(), BatchError::Malformed);
        assert_eq!(Batch::parse(batch(&[], (-1, -1, -1))).unwrap_err(), BatchError::Malformed);
    }

    #[test]
    fn sequences_start_again_at_zero() {
        assert_eq!(sequence_after(i32::MAX, 1), 0);
        assert_eq!(sequence_after(i32::MAX - 1, 3), 1);
        assert_eq!(sequence_after(3, 4), 7);
    }
}

//! The records of a batch, as far as it takes to find one and to leave one out (Kafka protocol, "Record").

use std::ops::Range;

/// Where a record stands within its batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) offset_delta: i64,
    pub(super) time_delta: i64,
    pub(super) key: Option<Range<usize>>,
    /// Without a value.
    pub(super) is_tombstone: bool,
    /// All of it, with its length.
    pub(super) whole: Range<usize>,
}

/// The records, which are not compressed, up to the first that is none.
pub(super) fn records(bytes: &[u8]) -> impl Iterator<Item = Record> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let record = record(bytes, at)?;
        at = record.whole.end;
        Some(record)
    })
}

fn record(bytes: &[u8], start: usize) -> Option<Record> {
    let mut reader = Reader { bytes, at: start };
    let length = usize::try_from(reader.varint()?).ok()?;
    let end = reader.at.checked_add(length).filter(|end| *end <= bytes.len())?;
    reader.skip(1)?; // attributes, unused by Kafka
    let time_delta = reader.varint()?;
    let offset_delta = reader.varint()?;
    let key = reader.blob()?;
    let value = reader.blob()?;
    (reader.at <= end).then_some(Record {
        offset_delta,
        time_delta,
        key,
        is_tombstone: value.is_none(),
        whole: start..end,
    })
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// A length and as many bytes; a negative one is none.
    fn blob(&mut self) -> Option<Option<Range<usize>>> {
        let Ok(length) = usize::try_from(self.varint()?) else { return Some(None) };
        let start = self.at;
        self.skip(length)?;
        Some(Some(start..self.at))
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.at = self.at.checked_add(count).filter(|at| *at <= self.bytes.len())?;
        Some(())
    }

    /// Zigzag, at most ten bytes.
    fn varint(&mut self) -> Option<i64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.bytes.get(self.at)?;
            self.at = self.at.checked_add(1)?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::batch::{Batch, samples};
    use super::*;

    #[test]
    fn keys_and_values_are_found() {
        let batch =
            Batch::parse(samples::keyed(&[(Some("a"), Some("1")), (None, Some("")), (Some(""), None)])).unwrap();
        let bytes = batch.records();
        let found: Vec<_> = records(bytes)
            .map(|record| (record.offset_delta, record.key.map(|key| &bytes[key]), record.is_tombstone))
            .collect();
        assert_eq!(found, [(0, Some(&b"a"[..]), false), (1, None, false), (2, Some(&b""[..]), true)]);
        assert_eq!(records(bytes).last().unwrap().whole.end, bytes.len());
    }

    #[test]
    fn what_is_no_record_ends_the_list() {
        assert_eq!(records(&[]).count(), 0);
        assert_eq!(records(&[2, 0]).count(), 0);
        assert_eq!(records(&[0xff; 12]).count(), 0);
        // A key that is longer than the record.
        assert_eq!(records(&[12, 0, 0, 0, 40, 1, 0, 0, 0, 0]).count(), 0);
    }
}

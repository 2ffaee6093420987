//! Where the batches of a log are.

use std::io;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use super::batch::Batch;
use super::segment::Segment;

/// A batch of the log, as far as it takes to find it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) base_offset: i64,
    pub(super) last_offset: i64,
    pub(super) max_timestamp: i64,
    /// The end of a transaction.
    pub(super) is_marker: bool,
    /// The producer of whose transaction it is part.
    pub(super) within: Option<i64>,
    /// Since when it is here, in milliseconds since 1970, or since when that is known.
    pub(super) since: i64,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Memory(Bytes),
    File { segment: Arc<Segment>, at: u64, length: usize },
}

impl Entry {
    pub(super) fn in_memory(batch: &Batch) -> Entry {
        Entry::of(batch, Place::Memory(batch.bytes().clone()))
    }

    pub(super) fn in_file(batch: &Batch, segment: Arc<Segment>, at: u64) -> Entry {
        Entry::of(batch, Place::File { segment, at, length: batch.bytes().len() })
    }

    fn of(batch: &Batch, place: Place) -> Entry {
        Entry {
            base_offset: batch.base_offset,
            last_offset: batch.last_offset(),
            max_timestamp: batch.max_timestamp,
            is_marker: batch.is_control(),
            within: batch.is_transactional().then_some(batch.producer_id),
            since: i64::MIN,
            place,
        }
    }

    /// The same, which is here since then.
    pub(super) fn here_since(self, since: i64) -> Entry {
        Entry { since, ..self }
    }

    /// Bytes of the batch.
    pub(super) fn len(&self) -> usize {
        match &self.place {
            Place::Memory(bytes) => bytes.len(),
            Place::File { length, .. } => *length,
        }
    }

    pub(super) fn size(&self) -> u64 {
        u64::try_from(self.len()).unwrap_or(u64::MAX)
    }

    /// The file that it is in.
    pub(super) fn segment(&self) -> Option<&Arc<Segment>> {
        match &self.place {
            Place::Memory(_) => None,
            Place::File { segment, .. } => Some(segment),
        }
    }

    pub(super) fn batch(&self) -> io::Result<Batch> {
        Batch::of_log(read(std::slice::from_ref(self))?)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a batch of the log has no header"))
    }
}

/// The bytes of batches, one after the other. What stands side by side in a file is read at once.
pub(super) fn read(entries: &[Entry]) -> io::Result<Bytes> {
    if let [Entry { place: Place::Memory(bytes), .. }] = entries {
        return Ok(bytes.clone());
    }
    let mut out = BytesMut::with_capacity(entries.iter().map(Entry::len).sum());
    let mut rest = entries.iter().peekable();
    while let Some(entry) = rest.next() {
        match &entry.place {
            Place::Memory(bytes) => out.extend_from_slice(bytes),
            Place::File { segment, at, length } => {
                let mut run = *length;
                while let Some(more) = rest.next_if(|next| next.follows(segment, *at, run)) {
                    run = run.saturating_add(more.len());
                }
                let begin = out.len();
                out.resize(begin + run, 0);
                segment.read_at(*at, out.get_mut(begin..).unwrap_or_default())?;
            }
        }
    }
    Ok(out.freeze())
}

impl Entry {
    /// Whether it stands in the segment right behind so many bytes from a place on.
    fn follows(&self, before: &Arc<Segment>, from: u64, bytes: usize) -> bool {
        match &self.place {
            Place::Memory(_) => false,
            Place::File { segment, at, .. } => {
                Arc::ptr_eq(segment, before)
                    && u64::try_from(bytes).is_ok_and(|bytes| from.checked_add(bytes) == Some(*at))
            }
        }
    }
}

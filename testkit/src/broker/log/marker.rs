//! The batch that ends a transaction in a partition (Kafka protocol, "Control Batches").

use bytes::{BufMut, Bytes, BytesMut};

use super::batch::Batch;

/// A producer, as the broker tells it who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Producer {
    pub(crate) id: i64,
    /// Of two with the same id, the one with the newer epoch may write.
    pub(crate) epoch: i16,
}

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Commit,
    Abort,
}

/// Transactional, control, not compressed.
const ATTRIBUTES: i16 = 0b11_0000;
/// Of the one coordinator that there is.
const COORDINATOR_EPOCH: i32 = 0;

/// The marker of a producer's transaction, at `now` (ms since 1970).
pub(crate) fn marker(producer: Producer, end: End, now: i64) -> Batch {
    let mut record = BytesMut::new();
    record.put_slice(&[0, 0, 0]); // attributes, times and offsets as the batch says
    record.put_slice(&[8]); // a key of 4 bytes, as a zigzag varint
    record.put_i16(0); // version
    record.put_i16(match end {
        End::Abort => 0,
        End::Commit => 1,
    });
    record.put_slice(&[12]); // a value of 6 bytes
    record.put_i16(0); // version
    record.put_i32(COORDINATOR_EPOCH);
    record.put_slice(&[0]); // no headers

    let mut checked = BytesMut::new();
    checked.put_i16(ATTRIBUTES);
    checked.put_i32(0); // last offset delta
    checked.put_i64(now);
    checked.put_i64(now);
    checked.put_i64(producer.id);
    checked.put_i16(producer.epoch);
    checked.put_i32(-1); // sequence
    checked.put_i32(1); // records
    checked.put_u8(RECORD_LENGTH);
    checked.put_slice(&record);

    let mut batch = BytesMut::new();
    batch.put_i64(0); // the offset, which the log gives
    batch.put_i32(BEFORE_CHECKED.saturating_add(LENGTH_CHECKED));
    batch.put_i32(-1); // leader epoch
    batch.put_i8(2); // magic
    batch.put_u32(crc32c::crc32c(&checked));
    batch.put_slice(&checked);
    Batch::of_marker(Bytes::from(batch))
}

/// The length of the record above, 16 bytes, as a zigzag varint.
const RECORD_LENGTH: u8 = 32;
/// Leader epoch, magic and checksum, which a batch's length counts too.
const BEFORE_CHECKED: i32 = 9;
/// The rest of the header, the record's length and the record.
const LENGTH_CHECKED: i32 = 40 + 1 + 16;

#[cfg(test)]
mod tests {
    use kafka_protocol::records::RecordBatchDecoder;

    use super::*;

    #[test]
    fn a_marker_is_read_as_a_control_record_by_others() {
        for (end, kind) in [(End::Abort, 0), (End::Commit, 1)] {
            let batch = marker(Producer { id: 7, epoch: 3 }, end, 99).placed(42, 0, None);
            let mut bytes = batch.bytes().clone();
            let read = RecordBatchDecoder::decode(&mut bytes).unwrap();
            let [record] = read.records.as_slice() else { unreachable!("one record: {read:?}") };
            assert!(record.control && record.transactional);
            assert_eq!((record.offset, record.timestamp, record.producer_id, record.producer_epoch), (42, 99, 7, 3));
            assert_eq!(record.key.as_deref(), Some(&[0, 0, 0, kind][..]));
            assert_eq!(record.value.as_deref(), Some(&[0; 6][..]));
        }
    }
}

//! Which letters were sent again already: kept as markers on the topic of dead letters itself, each behind the letters of its partition that it names, and
//! written in the transaction that sends these.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::client::header;
use crate::kafka::Found;

/// Offsets by partition, as ranges: the first, and the last with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Redriven(BTreeMap<i32, BTreeMap<i64, i64>>);

impl Redriven {
    pub(super) fn add(&mut self, partition: i32, offset: i64) {
        self.add_range(partition, offset, offset);
    }

    fn add_range(&mut self, partition: i32, first: i64, last: i64) {
        let ranges = self.0.entry(partition).or_default();
        let (mut first, mut last) = (first, last);
        // Whatever it touches becomes a part of it.
        while let Some((start, end)) = ranges
            .range(..=last.saturating_add(1))
            .next_back()
            .map(|(start, end)| (*start, *end))
            .filter(|(_, end)| end.saturating_add(1) >= first)
        {
            ranges.remove(&start);
            first = first.min(start);
            last = last.max(end);
        }
        ranges.insert(first, last);
    }

    pub(super) fn has(&self, partition: i32, offset: i64) -> bool {
        let ranges = self.0.get(&partition);
        ranges.and_then(|ranges| ranges.range(..=offset).next_back()).is_some_and(|(_, last)| *last >= offset)
    }

    /// The markers to write: partition, key and payload. The key is one that no other marker has, so that a topic which is compacted keeps all.
    pub(super) fn markers(&self, time_ms: i64) -> Vec<(i32, String, String)> {
        let marker = |(partition, ranges): (&i32, &BTreeMap<i64, i64>)| {
            let first = ranges.keys().next().copied().unwrap_or_default();
            let ranges: Vec<[i64; 2]> = ranges.iter().map(|(first, last)| [*first, *last]).collect();
            let payload = json!({ "redriven": ranges, "time_ms": time_ms });
            (*partition, format!("{}:{partition}:{first}:{time_ms}", header::REDRIVEN), payload.to_string())
        };
        self.0.iter().map(marker).collect()
    }

    /// Takes in what a marker says.
    pub(super) fn take_in(&mut self, marker: &Found) {
        let said = marker.payload.as_deref().and_then(|payload| serde_json::from_slice::<Value>(payload).ok());
        let ranges = said.as_ref().and_then(|said| said.get("redriven")?.as_array());
        for range in ranges.into_iter().flatten() {
            let at = |index: usize| range.get(index).and_then(Value::as_i64);
            if let (Some(first), Some(last)) = (at(0), at(1)) {
                // It stands behind what it names.
                if first <= last && last < marker.offset {
                    self.add_range(marker.partition, first, last);
                }
            }
        }
    }
}

/// Whether the message is a marker, and no letter.
pub(super) fn is_marker(found: &Found) -> bool {
    found.headers.all(header::REDRIVEN).next().is_some()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::handler::Headers;

    fn marker(offset: i64, payload: &str) -> Found {
        Found {
            partition: 1,
            offset,
            timestamp_ms: None,
            key: None,
            payload: Some(Bytes::copy_from_slice(payload.as_bytes())),
            headers: Headers::new().with(header::REDRIVEN, "1"),
        }
    }

    #[test]
    fn what_is_marked_is_found_again_as_ranges() {
        let mut redriven = Redriven::default();
        for offset in [5, 3, 4, 9, 0, 7, 8] {
            redriven.add(1, offset);
        }
        let markers = redriven.markers(7);
        let [(1, key, payload)] = markers.as_slice() else { panic!("{markers:?}") };
        assert_eq!(payload, r#"{"redriven":[[0,0],[3,5],[7,9]],"time_ms":7}"#);
        assert_eq!(key, "topika.dlq.redriven:1:0:7");
        let mut read = Redriven::default();
        assert!(is_marker(&marker(12, payload)));
        read.take_in(&marker(12, payload));
        assert_eq!(read, redriven);
        assert_eq!((0..11).filter(|offset| read.has(1, *offset)).collect::<Vec<_>>(), [0, 3, 4, 5, 7, 8, 9]);
        assert!(!read.has(0, 3));
    }

    #[test]
    fn what_is_no_marker_marks_nothing() {
        let mut read = Redriven::default();
        for payload in ["", "x", "{}", r#"{"redriven":7}"#, r#"{"redriven":[[1],["a","b"],[3,2],[0,99]]}"#] {
            read.take_in(&marker(12, payload));
        }
        assert_eq!(read, Redriven::default());
    }
}

//! Events that are gone before they were taken in: by retention, or since the topic is another one by now.

use std::collections::BTreeMap;

use super::database::ProjectionDatabase;
use super::definition::Definition;
use crate::error::{Error, ErrorKind};
use crate::event::Topic;
use crate::kafka::Ends;

/// Which version is live, as seen from the one that is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Live {
    None,
    This,
    Other(i32),
}

impl Live {
    pub(super) fn of(live: Option<i32>, version: i32) -> Self {
        match live {
            None => Self::None,
            Some(live) if live == version => Self::This,
            Some(live) => Self::Other(live),
        }
    }
}

/// A partition that cannot be read from where it is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Gap {
    partition: i32,
    /// The offset that is next; none where nothing was read of the partition yet.
    next: Option<i64>,
    /// Where it would go on: where the partition begins, or where it ends.
    on: i64,
}

/// What is to be read, `next`, beside what can be, the beginnings of `ends`. Of a partition that was not looked at before all is to be read; the first version of a projection takes
/// what there is.
fn gaps(next: &BTreeMap<i32, i64>, ends: &Ends, live: Live) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for (partition, (on, _)) in ends {
        let (partition, on, next) = (*partition, *on, next.get(partition).copied());
        let is_gap = match next {
            Some(next) => next != on,
            None => on > 0 && live != Live::None,
        };
        if is_gap {
            gaps.push(Gap { partition, next, on });
        }
    }
    gaps
}

/// Refuses to go on behind events that are gone, unless that was asked for: then it is logged.
pub(super) fn check<DB: ProjectionDatabase, T: Topic>(
    projection: &Definition<DB, T>,
    topic: &str,
    next: &BTreeMap<i32, i64>,
    ends: &Ends,
    live: Live,
) -> Result<(), Error> {
    let (name, version) = (&*projection.name, projection.version);
    for gap in gaps(next, ends, live) {
        if projection.accepts_lost {
            let Gap { partition, next, on } = gap;
            tracing::warn!(
                projection = name,
                version,
                topic,
                partition,
                ?next,
                on,
                "a projection goes on behind events that are gone"
            );
        } else {
            return Err(refused(name, version, topic, gap, live));
        }
    }
    Ok(())
}

fn refused(name: &str, version: u32, topic: &str, gap: Gap, live: Live) -> Error {
    let Gap { partition, next, on } = gap;
    let at = format!("partition {partition} of topic \"{topic}\"");
    let of = format!("version {version} of the projection \"{name}\"");
    let (kind, message) = match (next, live) {
        (None, Live::Other(live)) => (
            ErrorKind::Config,
            format!(
                "{of} is not built: {at} begins at offset {on}, so it would have less than version {live}, which is live"
            ),
        ),
        (None, _) => {
            (ErrorKind::Kafka, format!("{of} has read nothing of {at}, which begins at offset {on}: events are gone"))
        }
        (Some(next), _) if next < on => (
            ErrorKind::Kafka,
            format!(
                "{of} is to go on at offset {next} of {at}, which begins at offset {on}: {} offsets are gone",
                on.saturating_sub(next)
            ),
        ),
        (Some(next), _) => (
            ErrorKind::Kafka,
            format!(
                "{of} is to go on at offset {next} of {at}, which ends at offset {on}: it has lost messages, or was made anew"
            ),
        ),
    };
    Error::new(kind, message).help(
        "give the topic a longer retention; `Projection::accept_lost_events` goes on with what is there, and where the topic was made anew a higher version reads it from its beginning",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_has_a_gap_where_it_does_not_go_on_at_the_offset_that_is_next() {
        let ends = Ends::from([(0, (5, 9)), (1, (0, 3)), (2, (4, 4))]);
        let gap = |partition, next, on| Gap { partition, next, on };
        let seen = BTreeMap::from([(0, 5), (1, 0), (2, 4)]);
        for live in [Live::None, Live::This, Live::Other(1)] {
            assert_eq!(gaps(&seen, &ends, live), []);
        }
        let seen = BTreeMap::from([(0, 2), (1, 0), (2, 7)]);
        assert_eq!(gaps(&seen, &ends, Live::This), [gap(0, Some(2), 5), gap(2, Some(7), 4)]);
        // What was never read begins at its first offset, which is the first version's to take as it is.
        let seen = BTreeMap::from([(1, 0)]);
        assert_eq!(gaps(&seen, &ends, Live::None), []);
        assert_eq!(gaps(&seen, &ends, Live::Other(1)), [gap(0, None, 5), gap(2, None, 4)]);
    }

    #[test]
    fn what_is_gone_is_told_with_its_place_and_the_next_step() {
        let gap = |next, on| Gap { partition: 3, next, on };
        for (gap, live, kind, words) in [
            (
                gap(Some(2), 5),
                Live::This,
                ErrorKind::Kafka,
                "at offset 2 of partition 3 of topic \"t\", which begins at offset 5: 3 offsets",
            ),
            (gap(Some(7), 4), Live::This, ErrorKind::Kafka, "which ends at offset 4"),
            (gap(None, 4), Live::This, ErrorKind::Kafka, "has read nothing of partition 3"),
            (gap(None, 4), Live::Other(1), ErrorKind::Config, "less than version 1, which is live"),
        ] {
            let error = refused("sums", 2, "t", gap, live);
            assert_eq!(error.kind(), kind);
            let all = error.to_string();
            assert!(all.contains(words) && all.contains("accept_lost_events"), "{all}");
        }
    }
}

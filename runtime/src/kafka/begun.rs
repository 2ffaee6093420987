//! Which partitions a start position was applied to: one that comes back goes on at what is committed, and does not begin anew.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{Offset, TopicPartitionList};

use super::assignment::{Assignment, Place};

/// How long the callback may ask brokers what is committed.
const LOOK_UP: Duration = Duration::from_secs(10);

/// Clones are one: an app that handles exactly once is one member of its group after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Begun(Arc<Mutex<HashMap<Place, First>>>);

/// How a partition was begun.
#[derive(Clone, Copy, Debug)]
struct First {
    at: Option<Offset>,
    /// What was committed then.
    committed: Option<Offset>,
}

impl Begun {
    /// Where the partition is to begin, which is what `first` says the first time that it comes; `None` where that is at what is committed. Where that is
    /// still what was `committed` the first time, nothing has come of it: it is begun there again.
    pub(super) fn next(
        &self,
        place: &Place,
        committed: Option<Offset>,
        first: impl FnOnce() -> Option<Offset>,
    ) -> Option<Offset> {
        let mut begun = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = begun.get(place) {
            return before.at.filter(|_| committed.is_some() && committed == before.committed);
        }
        let at = first();
        begun.insert(place.clone(), First { at, committed });
        at
    }
}

/// What the group has committed of these partitions; without those of which the brokers do not say it.
pub(super) fn committed(consumer: &BaseConsumer<Assignment>, places: &[Place]) -> BTreeMap<Place, Offset> {
    let mut asked = TopicPartitionList::with_capacity(places.len());
    for (topic, partition) in places {
        asked.add_partition(topic, *partition);
    }
    let answer = match consumer.committed_offsets(asked, LOOK_UP) {
        Ok(answer) => answer,
        Err(error) => {
            tracing::warn!(%error, group = %consumer.context().group, "what the group has committed could not be looked up; its partitions go on there");
            return BTreeMap::new();
        }
    };
    let known = answer.elements().into_iter().filter(|element| element.error().is_ok());
    known.map(|element| ((element.topic().to_owned(), element.partition()), element.offset())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_that_comes_back_begins_anew_only_where_nothing_has_come_of_it() {
        let begun = Begun::default();
        let place = ("orders".to_owned(), 0);
        let latest = || Some(Offset::Offset(7));
        let never = || -> Option<Offset> { panic!("it is begun") };
        assert_eq!(begun.next(&place, Some(Offset::Invalid), latest), latest());
        let again = begun.clone();
        assert_eq!(again.next(&place, Some(Offset::Invalid), never), latest(), "nothing is committed as before");
        assert_eq!(again.next(&place, Some(Offset::Offset(8)), never), None);
        assert_eq!(again.next(&place, None, never), None, "what is committed is not known: it is where it goes on");
        let other = ("orders".to_owned(), 1);
        assert_eq!(begun.next(&other, None, || Some(Offset::Beginning)), Some(Offset::Beginning));
        assert_eq!(begun.next(&other, None, never), None);
        let own = ("orders".to_owned(), 2);
        assert_eq!(begun.next(&own, Some(Offset::Offset(3)), || None), None, "where the group is");
        assert_eq!(begun.next(&own, Some(Offset::Offset(3)), never), None);
    }
}

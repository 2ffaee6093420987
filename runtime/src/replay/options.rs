//! What may be said of a replay.

use std::collections::BTreeSet;
use std::fmt;

use super::failure::OnFailure;
use crate::app::Retry;
use crate::error::{Error, ErrorKind};
use crate::event::Topic;
use crate::kafka::{Start, Until};

pub(super) struct Options<T: Topic> {
    pub(super) name: String,
    pub(super) start: Start,
    pub(super) until: Until,
    pub(super) keys: Option<Vec<T::Key>>,
    pub(super) events: Option<BTreeSet<String>>,
    pub(super) lanes: usize,
    pub(super) in_flight: usize,
    pub(super) per_second: Option<u32>,
    pub(super) retry: Retry,
    pub(super) on_failure: OnFailure,
    pub(super) publishes: bool,
}

impl<T: Topic> Options<T> {
    /// That it is something that can be done.
    pub(super) fn check(&self) -> Result<(), Error> {
        let topic = T::TOPIC.name;
        let refused = |what: String, help: String| {
            Err(Error::new(ErrorKind::Config, format!("cannot replay topic \"{topic}\": {what}")).help(help))
        };
        if self.start == Start::Committed {
            let help = "begin at `Start::Earliest`, at a time or at offsets; what a group has not handled yet is its own to handle";
            return refused("a replay has no group, and so nothing is committed".to_owned(), help.to_owned());
        }
        if !self.retry.tiers().is_empty() {
            let help = "leave out `then_tiers`: a replay waits for a message as long as `Retry::in_place` says";
            return refused("it has no topics in which messages wait for their retry".to_owned(), help.to_owned());
        }
        let known = || T::TOPIC.events.iter().map(|event| event.event);
        let stranger = self.events.iter().flatten().find(|asked| known().all(|event| event != asked.as_str()));
        if let Some(stranger) = stranger {
            let events = known().map(|event| format!("\"{event}\"")).collect::<Vec<_>>().join(", ");
            return refused(format!("it has no event \"{stranger}\""), format!("its events are {events}"));
        }
        Ok(())
    }

    /// Whether an event of that place in the topic is one of those that were asked for. Tombstones belong to no event.
    pub(super) fn takes(&self, index: usize) -> bool {
        let Some(events) = &self.events else { return true };
        T::TOPIC.events.get(index).is_some_and(|event| events.contains(event.event))
    }

    /// Whether a message of that key is one of those that were asked for; one whose key cannot be read is none.
    pub(super) fn takes_key(&self, key: Option<&T::Key>) -> bool {
        self.keys.as_ref().is_none_or(|keys| key.is_some_and(|key| keys.contains(key)))
    }
}

impl<T: Topic> Default for Options<T> {
    fn default() -> Self {
        Self {
            name: "replay".to_owned(),
            start: Start::Earliest,
            until: Until::Now,
            keys: None,
            events: None,
            lanes: 16,
            in_flight: 1024,
            per_second: None,
            retry: Retry::default(),
            on_failure: OnFailure::default(),
            publishes: false,
        }
    }
}

impl<T: Topic> fmt::Debug for Options<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("topic", &T::TOPIC.name)
            .field("start", &self.start)
            .field("until", &self.until)
            .field("on_failure", &self.on_failure)
            .finish_non_exhaustive()
    }
}

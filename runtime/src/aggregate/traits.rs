use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::event::Topic;

/// Something whose state is what its events make of it; its [`Default`] is what it is before the first. See the [module](super).
pub trait Aggregate: Default + Send + Sync + 'static {
    /// What may happen to it: the closed enum of its events, which is a topic.
    type Events: Topic;

    /// What it is called where its events are stored: `account`. Once they are, it stays what it is.
    const NAME: &'static str;

    /// Takes one event in. An event has happened: there is nothing to refuse here, and nothing but the state to change.
    fn apply(&mut self, event: &Self::Events);
}

/// An aggregate whose state may be stored beside its events, so that not all of them are folded each time.
pub trait Snapshot: Aggregate + Serialize + DeserializeOwned {
    /// The number of the shape that the state has: it is raised whenever the type, or what [`apply`](Aggregate::apply) makes of events, changes. A snapshot of another shape is
    /// thrown away, and the events are folded anew.
    const SHAPE: u32;
}

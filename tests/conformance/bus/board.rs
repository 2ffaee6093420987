//! The events of the cases of the bus, and what handles them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use tokio::time::Instant;
use topika::bus::DynamicEvent;
use topika::handler::{HandlerError, Key, Metadata, State};
use topika::{Event, Topic};

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "cases.moved", project = "tests/conformance")]
pub(crate) struct Moved {
    pub(crate) piece: String,
    pub(crate) number: i32,
}

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "cases.taken", project = "tests/conformance")]
pub(crate) struct Taken {
    pub(crate) piece: String,
    pub(crate) by: String,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "board", key = "piece", partitions = 3)]
pub(crate) enum Board {
    Moved(Moved),
    Taken(Taken),
}

/// One call of a handler.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) group: String,
    pub(crate) piece: String,
    pub(crate) number: i32,
    pub(crate) attempt: u32,
    pub(crate) failed: bool,
    pub(crate) at: Instant,
}

/// How handling goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Wrong {
    /// So often.
    Burnt(u32),
    Fatal,
    Poison,
    Panics,
    /// It does not end.
    Hangs,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is burnt")
    }
}

impl HandlerError for Wrong {
    fn code(&self) -> &str {
        match self {
            Self::Poison => "spoilt",
            _ => "burnt",
        }
    }

    fn is_fatal(&self) -> bool {
        matches!(self, Self::Fatal)
    }

    fn is_poison(&self) -> bool {
        matches!(self, Self::Poison)
    }
}

/// What the handlers saw, and what goes wrong with which number.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    calls: Mutex<Vec<Call>>,
    wrong: Mutex<BTreeMap<i32, Wrong>>,
    pub(crate) named: Mutex<Vec<(&'static str, DynamicEvent)>>,
}

pub(crate) async fn moved(
    State(desk): State<Arc<Desk>>,
    Key(piece): Key<String>,
    metadata: Metadata,
    moved: Moved,
) -> Result<(), Wrong> {
    assert_eq!(piece, moved.piece);
    let Metadata { group, attempt, .. } = metadata;
    let wrong = desk.wrong.lock().unwrap().get(&moved.number).copied();
    let wrong = wrong.filter(|wrong| !matches!(wrong, Wrong::Burnt(times) if attempt > *times));
    let (number, at) = (moved.number, Instant::now());
    desk.calls.lock().unwrap().push(Call {
        group: group.to_string(),
        piece,
        number,
        attempt,
        failed: wrong.is_some(),
        at,
    });
    match wrong {
        None => Ok(()),
        Some(Wrong::Panics) => panic!("number {number} panics"),
        Some(Wrong::Hangs) => std::future::pending().await,
        Some(wrong) => Err(wrong),
    }
}

pub(crate) async fn named(State(desk): State<Arc<Desk>>, event: DynamicEvent) -> Result<(), Wrong> {
    desk.named.lock().unwrap().push(("named", event));
    Ok(())
}

pub(crate) async fn rest(State(desk): State<Arc<Desk>>, event: DynamicEvent) -> Result<(), Wrong> {
    desk.named.lock().unwrap().push(("rest", event));
    Ok(())
}

impl Desk {
    pub(crate) fn with<const N: usize>(wrong: [(i32, Wrong); N]) -> Arc<Self> {
        Arc::new(Self { wrong: Mutex::new(BTreeMap::from(wrong)), ..Self::default() })
    }

    /// From here on nothing goes wrong.
    pub(crate) fn mend(&self) {
        self.wrong.lock().unwrap().clear();
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    pub(crate) fn of(&self, number: i32) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.number == number).collect()
    }

    /// Piece and number of what one group handled, in that order.
    pub(crate) fn done(&self, group: &str) -> Vec<(String, i32)> {
        let done = self.calls().into_iter().filter(|call| !call.failed && call.group.ends_with(group));
        done.map(|call| (call.piece, call.number)).collect()
    }
}

pub(crate) fn move_of(piece: &str, number: i32) -> Moved {
    Moved { piece: piece.to_owned(), number }
}

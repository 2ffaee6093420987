//! One lane: its messages one after the other, but for those that wait in place for their next try, and what has their key.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::Instant;

use super::work::{Step, Trying, Wait, Work};
use crate::error::Error;
use crate::handler::Batches;
use crate::kafka::RawMessage;

/// A message in a lane, with its part of the lane's load and of what may be in all lanes.
pub(super) struct Queued {
    message: RawMessage,
    _room: OwnedSemaphorePermit,
    _load: Load,
}

impl Queued {
    pub(super) fn new(message: RawMessage, room: OwnedSemaphorePermit, lane: &Arc<AtomicUsize>) -> Self {
        Self { message, _room: room, _load: Load::of(lane) }
    }
}

/// One message of a lane's load, for as long as this lives.
struct Load(Arc<AtomicUsize>);

impl Load {
    fn of(lane: &Arc<AtomicUsize>) -> Self {
        lane.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(lane))
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Takes each message that is seen through, whatever became of it.
type LetGo<'a> = &'a (dyn Fn(RawMessage) + Send + Sync);

/// What is next of a key: tried already, or not.
type Next = (Queued, Option<Trying>);

/// Ends when it is to be tried again; whether its key waits for it is said with it.
type Waiting = Pin<Box<dyn Future<Output = (Next, Wait)> + Send>>;

/// What waits for its next try.
#[derive(Default)]
struct Held {
    waiting: FuturesUnordered<Waiting>,
    /// What came meanwhile, by the keys that wait.
    behind: Behind,
}

type Behind = HashMap<Bytes, VecDeque<Next>>;

impl Held {
    /// Puts it behind one of its key that waits; gives it back where none does.
    fn put_behind(&mut self, next: Next) -> Option<Next> {
        let behind = next.0.message.key.as_ref().and_then(|key| self.behind.get_mut(key));
        match behind {
            Some(behind) => {
                behind.push_back(next);
                None
            }
            None => Some(next),
        }
    }

    fn wait(&mut self, queued: Queued, trying: Trying, wait: Wait) {
        if let Some(key) = queued.message.key.as_ref().filter(|_| wait.holds_key) {
            self.behind.entry(key.clone()).or_default();
        }
        self.waiting.push(Box::pin(async move {
            queued.message.pause(wait.time).await;
            ((queued, Some(trying)), wait)
        }));
    }

    /// The next of a key of which one is done.
    fn next_of(&mut self, key: Option<&Bytes>) -> Option<Next> {
        let next = self.behind.get_mut(key?)?.pop_front();
        if next.is_none() {
            self.behind.remove(key?);
        }
        next
    }
}

/// Sees messages through until the queue is closed and nothing waits, or one ends the app.
pub(super) async fn run(
    mut queue: mpsc::UnboundedReceiver<Queued>,
    work: Arc<Work>,
    failures: mpsc::Sender<Error>,
    keeper: Option<mpsc::UnboundedSender<RawMessage>>,
) {
    let let_go = |message| {
        if let Some(keeper) = &keeper {
            // Who keeps it may have gone, and the message with it.
            let _ = keeper.send(message);
        }
    };
    let mut held = Held::default();
    let (mut next, mut is_closed) = (None, false);
    loop {
        let seen = if let Some(first) = next.take() {
            take(first, &mut next, &mut queue, &work, &mut held, &let_go).await
        } else {
            tokio::select! {
                biased;
                Some((next, wait)) = held.waiting.next() => {
                    // Another one of its key may wait by now for which the key does.
                    let next = if wait.holds_key { Some(next) } else { held.put_behind(next) };
                    match next {
                        Some(next) => go_on(next, &work, &mut held, &let_go).await,
                        None => Ok(()),
                    }
                }
                came = queue.recv(), if !is_closed => match came {
                    Some(first) => take(first, &mut next, &mut queue, &work, &mut held, &let_go).await,
                    None => {
                        is_closed = true;
                        Ok(())
                    }
                },
                else => return,
            }
        };
        if let Err(error) = seen {
            // The app ends with the first error; where one waits already, this one is in the log at least.
            if let Err(unsent) = failures.try_send(error) {
                tracing::error!(error = %unsent, "another lane has failed too");
            }
            return;
        }
    }
}

/// What came: behind its key where that waits, or handled, alone or in a batch.
async fn take(
    first: Queued,
    next: &mut Option<Queued>,
    queue: &mut mpsc::UnboundedReceiver<Queued>,
    work: &Work,
    held: &mut Held,
    let_go: LetGo<'_>,
) -> Result<(), Error> {
    let Some((first, _)) = held.put_behind((first, None)) else { return Ok(()) };
    let worker = work.workers.get(&**first.message.topic());
    let Some((worker, together)) = worker.and_then(|worker| Some((worker, worker.together()?))) else {
        return go_on((first, None), work, held, let_go).await;
    };
    let batch;
    (batch, *next) = collect(first, queue, together.batches(), &held.behind).await;
    let (mut messages, mut rooms) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
    for Queued { mut message, _room, _load } in batch {
        if message.hand_out() {
            messages.push(message)
        } else {
            let_go(message)
        }
        rooms.push((_room, _load));
    }
    work.see_all_through(&**worker, together, messages, let_go).await
}

/// Tries it, until it is done or has to wait; behind one that is done, what waited behind it.
async fn go_on(next: Next, work: &Work, held: &mut Held, let_go: LetGo<'_>) -> Result<(), Error> {
    let mut current = Some(next);
    while let Some((mut queued, trying)) = current.take() {
        let key = queued.message.key.clone();
        // Otherwise its partition went to another member, who reads it.
        let seen = if queued.message.hand_out() {
            match trying {
                None => work.begin(&mut queued.message).await,
                Some(trying) => work.go_on(&mut queued.message, trying).await,
            }
        } else {
            Ok(Step::Over)
        };
        if let Ok(Step::Wait(trying, wait)) = seen {
            held.wait(queued, trying, wait);
            if wait.holds_key {
                return Ok(());
            }
        } else {
            let_go(queued.message);
            seen?;
        }
        current = held.next_of(key.as_ref());
    }
    Ok(())
}

/// The messages of the first one's topic that come next in its lane, and the one of another topic, or of a key that waits, that ended that.
async fn collect(
    first: Queued,
    queue: &mut mpsc::UnboundedReceiver<Queued>,
    batches: Batches,
    behind: &Behind,
) -> (Vec<Queued>, Option<Queued>) {
    let until = Instant::now() + batches.within;
    let mut batch = vec![first];
    while batch.len() < batches.messages {
        let Ok(Some(next)) = tokio::time::timeout_at(until, queue.recv()).await else { break };
        let is_other = batch.first().is_some_and(|first| first.message.topic() != next.message.topic());
        if is_other || next.message.key.as_ref().is_some_and(|key| behind.contains_key(key)) {
            return (batch, Some(next));
        }
        batch.push(next);
    }
    (batch, None)
}

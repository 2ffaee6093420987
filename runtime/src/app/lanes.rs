//! Lanes: workers with a queue each. Messages with the same key take the same lane, so they are handled in order; others in parallel.
//! A message without a key has no order to keep, and takes the lane where it waits least.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;

use super::lane::{Queued, run};
use super::work::Work;
use crate::error::Error;
use crate::kafka::RawMessage;
use crate::memory::at_work;

/// How long cut off work may take to notice it: until its next await.
const CUT_OFF: Duration = Duration::from_secs(1);

pub(super) struct Lanes {
    queues: Vec<Queue>,
    /// Where the search for the emptiest lane begins: equally empty ones take turns.
    turn: AtomicUsize,
    tasks: JoinSet<()>,
    /// Whether messages stay in flight until who keeps them lets go of them.
    keeps: bool,
    /// Bounds what waits in all lanes together: one slow key holds the others up only when it alone has filled this.
    room: Arc<Semaphore>,
}

struct Queue {
    sender: mpsc::UnboundedSender<Queued>,
    /// What waits in it or is in work.
    load: Arc<AtomicUsize>,
}

impl Lanes {
    /// Starts the lanes. The first error of one comes through `failures`; that lane has stopped then. Where somebody keeps the messages, they
    /// are in flight from when they are put in until they are let go of.
    pub(super) fn start(
        count: usize,
        in_flight: usize,
        work: &Arc<Work>,
        failures: &mpsc::Sender<Error>,
        keeper: Option<&mpsc::UnboundedSender<RawMessage>>,
    ) -> Self {
        let mut tasks = JoinSet::new();
        let queues = (0..count.max(1))
            .map(|_| {
                let (sender, queue) = mpsc::unbounded_channel();
                tasks.spawn(at_work(run(queue, Arc::clone(work), failures.clone(), keeper.cloned())));
                Queue { sender, load: Arc::default() }
            })
            .collect();
        Self {
            queues,
            turn: AtomicUsize::new(0),
            tasks,
            keeps: keeper.is_some(),
            room: Arc::new(Semaphore::new(in_flight.max(1))),
        }
    }

    /// Waits for room among all messages in work.
    pub(super) async fn room(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.room).acquire_owned().await.ok()
    }

    /// The same where there is room now.
    pub(super) fn room_now(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.room).try_acquire_owned().ok()
    }

    /// Puts the message into its lane. A lane that has stopped takes nothing: the message stays unacknowledged.
    pub(super) fn put(&self, mut message: RawMessage, room: OwnedSemaphorePermit) {
        // It may wait behind a slow message of another partition; its own partition's release must not.
        if !self.keeps {
            message.set_aside();
        }
        let lane = match &message.key {
            Some(key) => lane_of(key, self.queues.len()),
            None => self.emptiest(),
        };
        if let Some(Queue { sender, load }) = self.queues.get(lane) {
            // A lane stops only with an error that ends the app.
            let _ = sender.send(Queued::new(message, room, load));
        }
    }

    fn emptiest(&self) -> usize {
        let count = self.queues.len().max(1);
        let first = self.turn.fetch_add(1, Ordering::Relaxed) % count;
        let lanes = (first..count).chain(0..first);
        let load = |lane: &usize| self.queues.get(*lane).map_or(usize::MAX, |queue| queue.load.load(Ordering::Relaxed));
        lanes.min_by_key(load).unwrap_or(0)
    }

    /// Takes nothing more and finishes what is queued, up to the deadline. False where work was cut off.
    pub(super) async fn finish(mut self, deadline: Duration) -> bool {
        self.queues.clear();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        let finished = tokio::time::timeout(deadline, all).await.is_ok();
        self.tasks.abort_all();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        // A handler that blocks its thread cannot be cut off: what others have done is committed all the same.
        if tokio::time::timeout(CUT_OFF, all).await.is_err() {
            tracing::warn!("a handler blocks its thread behind the deadline; it is left to itself");
        }
        finished
    }
}

/// The lane of a key, of so many.
pub(crate) fn lane_of(key: &[u8], lanes: usize) -> usize {
    // FNV-1a with the last step of MurmurHash3, which mixes all bits. Nobody else has to come to the same lane.
    let sum = key
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mixed = (sum ^ (sum >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = mixed ^ (mixed >> 33);
    let lanes = u64::try_from(lanes.max(1)).unwrap_or(1);
    usize::try_from(hash % lanes).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};
    use std::sync::Mutex;

    use super::super::later::Later;
    use super::super::retry::Retry;
    use super::super::unknown::UnknownEvents;
    use super::super::work::{Kept, Morgue};
    use super::super::worker::{Tried, Try, Worker};
    use super::*;
    use crate::client::Reason;
    use crate::handler::Failure;

    #[derive(Default)]
    struct Recorder(Mutex<Vec<(String, i64)>>);

    impl Worker for Recorder {
        fn try_once<'a>(&'a self, raw: &'a RawMessage, _attempt: u32) -> Try<'a> {
            Box::pin(async move {
                // The earlier the message, the longer it takes: order has to come from the lane.
                tokio::time::sleep(Duration::from_millis(u64::try_from(20 - raw.offset).unwrap())).await;
                if raw.payload.is_none() {
                    return Tried::Failed(Failure::fatal("x", &"y"));
                }
                let key = raw.key.as_ref().map(|k| String::from_utf8_lossy(k).into_owned()).unwrap_or_default();
                self.0.lock().unwrap().push((key, raw.offset));
                Tried::Done
            })
        }
    }

    struct Nowhere;

    impl Morgue for Nowhere {
        fn keep<'a>(&'a self, _raw: &'a RawMessage, _group: &'a str, _reason: &'a Reason) -> Kept<'a> {
            Box::pin(async { Ok(false) })
        }
    }

    fn setup(lanes: usize, room: usize) -> (Lanes, Arc<Recorder>, mpsc::Receiver<Error>) {
        let recorder = Arc::new(Recorder::default());
        let work = Arc::new(Work {
            group: Arc::from("g"),
            workers: BTreeMap::from([("orders".to_owned(), Arc::clone(&recorder) as Arc<dyn Worker>)]),
            retry: Retry::never(),
            dead_letters: false,
            unknown: UnknownEvents::default(),
            morgue: Arc::new(Nowhere),
            later: Later::Never,
        });
        let (sender, failures) = mpsc::channel(1);
        (Lanes::start(lanes, room, &work, &sender, None), recorder, failures)
    }

    #[tokio::test]
    async fn messages_of_one_key_are_handled_in_order_and_keys_in_parallel() {
        let (lanes, recorder, _failures) = setup(8, 100);
        for offset in 0..20 {
            let key = format!("k{}", offset % 4);
            let room = lanes.room().await.unwrap();
            lanes.put(RawMessage::for_test("orders", 0, offset, Some(&key), Some(b"x")), room);
        }
        assert!(lanes.finish(Duration::from_secs(10)).await);
        let seen = recorder.0.lock().unwrap();
        assert_eq!(seen.len(), 20);
        for key in ["k0", "k1", "k2", "k3"] {
            let offsets: Vec<i64> = seen.iter().filter(|(k, _)| k == key).map(|(_, o)| *o).collect();
            assert!(offsets.is_sorted(), "{key}: {offsets:?}");
        }
    }

    #[tokio::test]
    async fn what_is_in_work_is_bounded() {
        let (lanes, _, _failures) = setup(2, 1);
        let room = lanes.room().await.unwrap();
        lanes.put(RawMessage::for_test("orders", 0, 0, None, Some(b"x")), room);
        assert!(tokio::time::timeout(Duration::from_millis(2), lanes.room()).await.is_err());
        assert!(tokio::time::timeout(Duration::from_secs(5), lanes.room()).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_failure_stops_its_lane_and_is_told() {
        let (lanes, recorder, mut failures) = setup(1, 10);
        for (offset, payload) in [(0, None), (1, Some(&b"x"[..]))] {
            let room = lanes.room().await.unwrap();
            lanes.put(RawMessage::for_test("orders", 0, offset, None, payload), room);
        }
        assert_eq!(failures.recv().await.unwrap().kind(), crate::ErrorKind::Handler);
        assert!(lanes.finish(Duration::from_secs(5)).await);
        assert!(recorder.0.lock().unwrap().is_empty(), "nothing behind a failed message of its lane is handled");
    }

    #[tokio::test]
    async fn work_that_does_not_end_is_cut_off_at_the_deadline() {
        let (lanes, recorder, _failures) = setup(1, 10);
        let room = lanes.room().await.unwrap();
        lanes.put(RawMessage::for_test("orders", 0, -2000, None, Some(b"x")), room);
        assert!(!lanes.finish(Duration::from_millis(10)).await);
        assert!(recorder.0.lock().unwrap().is_empty());
    }

    #[test]
    fn keys_spread_over_the_lanes() {
        let lane = |key: &str| lane_of(key.as_bytes(), 8);
        let used: HashSet<usize> = (0..100).map(|i| lane(&format!("CUST-{i:05}"))).collect();
        assert_eq!(used.len(), 8);
        assert_eq!(lane("a"), lane("a"));
    }

    /// Says what it begins and what it ends, and waits for the word with messages that have a key.
    struct Gate {
        begun: Mutex<Vec<i64>>,
        ended: Mutex<Vec<i64>>,
        open: Semaphore,
        told: tokio::sync::Notify,
    }

    impl Worker for Gate {
        fn try_once<'a>(&'a self, raw: &'a RawMessage, _attempt: u32) -> Try<'a> {
            Box::pin(async move {
                self.begun.lock().unwrap().push(raw.offset);
                self.told.notify_one();
                if raw.key.is_some() {
                    self.open.acquire().await.unwrap().forget();
                }
                self.ended.lock().unwrap().push(raw.offset);
                self.told.notify_one();
                Tried::Done
            })
        }
    }

    impl Gate {
        async fn until(&self, done: impl Fn(&Self) -> bool) {
            while !done(self) {
                self.told.notified().await;
            }
        }
    }

    fn gated(lanes: usize) -> (Lanes, Arc<Gate>, mpsc::Receiver<Error>) {
        let gate = Arc::new(Gate {
            begun: Mutex::default(),
            ended: Mutex::default(),
            open: Semaphore::new(0),
            told: tokio::sync::Notify::new(),
        });
        let work = Arc::new(Work {
            group: Arc::from("g"),
            workers: BTreeMap::from([("orders".to_owned(), Arc::clone(&gate) as Arc<dyn Worker>)]),
            retry: Retry::never(),
            dead_letters: false,
            unknown: UnknownEvents::default(),
            morgue: Arc::new(Nowhere),
            later: Later::Never,
        });
        let (sender, failures) = mpsc::channel(1);
        (Lanes::start(lanes, 100, &work, &sender, None), gate, failures)
    }

    async fn put(lanes: &Lanes, offset: i64, key: Option<&str>) {
        let room = lanes.room().await.unwrap();
        lanes.put(RawMessage::for_test("orders", 0, offset, key, Some(b"x")), room);
    }

    #[tokio::test]
    async fn messages_without_a_key_go_around_a_slow_one() {
        let (lanes, gate, _failures) = gated(4);
        put(&lanes, 0, Some("slow")).await;
        for done in 1..41 {
            put(&lanes, i64::try_from(done).unwrap(), None).await;
            gate.until(|gate| gate.ended.lock().unwrap().len() == done).await;
        }
        assert!(!gate.ended.lock().unwrap().contains(&0), "all others are done, and it is still at work");
        gate.open.add_permits(1);
        assert!(lanes.finish(Duration::from_secs(60)).await);
    }

    #[tokio::test]
    async fn a_slow_key_delays_what_is_in_its_lane_and_nothing_else() {
        let (lanes, gate, _failures) = gated(4);
        let slow = lane_of(b"slow", 4);
        let key_in = |is_slow: bool| {
            let mut keys = (0..).map(|i| format!("k{i}"));
            keys.find(|key| (lane_of(key.as_bytes(), 4) == slow) == is_slow).unwrap()
        };
        put(&lanes, 0, Some("slow")).await;
        put(&lanes, 1, Some(&key_in(true))).await;
        put(&lanes, 2, Some(&key_in(false))).await;
        gate.until(|gate| gate.begun.lock().unwrap().contains(&2)).await;
        gate.until(|gate| gate.begun.lock().unwrap().contains(&0)).await;
        assert!(!gate.begun.lock().unwrap().contains(&1), "behind the slow one in its lane");
        gate.open.add_permits(3);
        assert!(lanes.finish(Duration::from_secs(60)).await);
        assert_eq!(gate.ended.lock().unwrap().len(), 3);
    }

    /// Fails the first time with the key "bad".
    #[derive(Default)]
    struct Once(Mutex<Vec<(i64, u32)>>);

    impl Worker for Once {
        fn try_once<'a>(&'a self, raw: &'a RawMessage, attempt: u32) -> Try<'a> {
            self.0.lock().unwrap().push((raw.offset, attempt));
            let fails = raw.key.as_deref() == Some(b"bad") && attempt == 1 && raw.offset < 2;
            let failure = Failure { fatal: false, ..Failure::fatal("x", &"y") };
            Box::pin(async move { if fails { Tried::Failed(failure) } else { Tried::Done } })
        }
    }

    #[tokio::test]
    async fn while_a_key_waits_for_its_next_try_others_of_its_lane_pass_and_its_own_wait() {
        let once = Arc::new(Once::default());
        let wait = Duration::from_millis(200);
        let work = Arc::new(Work {
            group: Arc::from("g"),
            workers: BTreeMap::from([("orders".to_owned(), Arc::clone(&once) as Arc<dyn Worker>)]),
            retry: Retry::in_place(3).waits(wait, wait),
            dead_letters: false,
            unknown: UnknownEvents::default(),
            morgue: Arc::new(Nowhere),
            later: Later::Never,
        });
        let (sender, mut failures) = mpsc::channel(1);
        let lanes = Lanes::start(1, 100, &work, &sender, None);
        for (offset, key) in [(0, "bad"), (1, "bad"), (2, "good"), (3, "bad"), (4, "good")] {
            put(&lanes, offset, Some(key)).await;
        }
        put(&lanes, 5, None).await;
        assert!(lanes.finish(Duration::from_secs(60)).await);
        assert_eq!(*once.0.lock().unwrap(), [(0, 1), (2, 1), (4, 1), (5, 1), (0, 2), (1, 1), (1, 2), (3, 1)]);
        assert!(failures.try_recv().is_err());
    }
}

//! Handlers that publish by themselves: while the bus stops, and beside a subscriber that has ended.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::sync::Semaphore;
use topika::app::Publish;
use topika::bus::{BusPublisher, EventBus, Subscriber};
use topika::handler::State;
use topika::{Error, ErrorKind, Retry};

use super::board::{Board, Moved, Taken, Wrong, move_of};
use super::ground::Ground;
use super::{PATIENCE, SHORT};

const HOUR: Duration = Duration::from_secs(3600);

/// Who takes pieces, once it may, and what is told of that.
#[derive(Debug)]
struct Queen {
    publisher: OnceLock<BusPublisher>,
    may_take: Semaphore,
    begun: Semaphore,
    taken: Mutex<BTreeSet<String>>,
}

impl Queen {
    fn new() -> Arc<Self> {
        let (may_take, begun) = (Semaphore::new(0), Semaphore::new(0));
        Arc::new(Self { publisher: OnceLock::new(), may_take, begun, taken: Mutex::default() })
    }

    fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().iter().cloned().collect()
    }
}

fn taken(moved: &Moved) -> Taken {
    Taken { piece: moved.piece.clone(), by: moved.number.to_string() }
}

async fn publish_it(State(queen): State<Arc<Queen>>, moved: Moved) -> Result<(), Error> {
    queen.begun.add_permits(1);
    drop(queen.may_take.acquire().await);
    queen.publisher.get().unwrap().publish(&taken(&moved)).await
}

async fn return_it(State(queen): State<Arc<Queen>>, moved: Moved) -> Result<Publish<Board>, Wrong> {
    drop(queen.may_take.acquire().await);
    Ok(Publish::one(taken(&moved)))
}

async fn note(State(queen): State<Arc<Queen>>, taken: Taken) -> Result<(), Wrong> {
    queen.taken.lock().unwrap().insert(taken.by);
    Ok(())
}

async fn fail(_: Moved) -> Result<(), Wrong> {
    Err(Wrong::Fatal)
}

pub(crate) async fn what_handlers_publish_themselves_while_a_bus_stops_is_taken(on: impl Into<Ground<'_>>) {
    let (place, queen) = (on.into().place().await, Queen::new());
    // Without dead letters: a handler that fails ends its subscriber.
    let both = || {
        let bus = place.bus().with_state(Arc::clone(&queen));
        let publishes = Subscriber::new().on(publish_it).retry(Retry::never());
        bus.subscriber("queen", publishes).subscriber("log", Subscriber::new().on(note))
    };
    let bus = place.start(both()).await;
    queen.publisher.set(bus.publisher()).unwrap();
    for number in 0..3 {
        bus.publish(&move_of("a", number)).await.unwrap();
    }
    tokio::time::timeout(PATIENCE, queen.begun.acquire()).await.unwrap().unwrap().forget();
    let publisher = bus.publisher();
    let meanwhile = async {
        tokio::time::sleep(SHORT).await;
        if place.is_memory() {
            let error = publisher.publish(&move_of("a", 9)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Closed, "what comes from elsewhere is refused: {error}");
        }
        queen.may_take.add_permits(1000);
    };
    let (stopped, ()) = tokio::join!(bus.stop(PATIENCE), meanwhile);
    stopped.unwrap();
    let error = publisher.publish(&move_of("a", 9)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    if place.is_memory() {
        assert_eq!(queen.taken(), ["0", "1", "2"]);
        return;
    }
    // What was not read by then is the next one's.
    queen.taken.lock().unwrap().clear();
    let log = place.bus().with_state(Arc::clone(&queen)).subscriber("all", Subscriber::new().on(note));
    let log = place.start(log).await;
    log.until(|| queen.taken.lock().unwrap().contains("0")).await;
    log.stop(PATIENCE).await.unwrap();
}

/// "red" ends at the first move, and stands before all others.
fn beside_one_that_ends(queen: &Arc<Queen>) -> EventBus<Arc<Queen>> {
    let bus = EventBus::new("game").with_state(Arc::clone(queen));
    bus.subscriber("red", Subscriber::new().on(fail).on_named("cases.taken", any))
}

async fn any(_: topika::bus::DynamicEvent) -> Result<(), Wrong> {
    Ok(())
}

async fn first_has_ended(bus: &topika::bus::InMemoryBus) {
    while bus.apps()[0].is_running() {
        tokio::time::sleep(SHORT).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_handlers_publish_comes_to_all_that_run_whoever_has_ended() {
    let queen = Queen::new();
    let bus = beside_one_that_ends(&queen)
        .subscriber("returns", Subscriber::new().on(return_it).dead_letters())
        .subscriber("publishes", Subscriber::new().on(publish_it).dead_letters())
        .subscriber("log", Subscriber::new().on(note))
        .start_in_memory()
        .unwrap();
    queen.publisher.set(bus.publisher()).unwrap();
    bus.publish(&move_of("a", 1)).await.unwrap();
    first_has_ended(&bus).await;
    queen.may_take.add_permits(1000);
    bus.settled().await;
    assert_eq!((bus.dead_letters().len(), queen.taken()), (0, vec!["1".to_owned()]));
    assert_eq!(bus.stop(HOUR).await.unwrap_err().kind(), ErrorKind::Handler, "the bus says who has ended");
}

#[tokio::test(start_paused = true)]
async fn an_event_from_elsewhere_that_is_refused_has_come_to_nobody() {
    let queen = Queen::new();
    let log = || Subscriber::new().on(note);
    let bus = EventBus::new("game").with_state(Arc::clone(&queen)).subscriber("log", log());
    let bus = bus.subscriber("red", Subscriber::new().on(fail).on_named("cases.taken", any)).queue(1);
    let bus = bus.start_in_memory().unwrap();
    bus.publish(&move_of("a", 1)).await.unwrap();
    while bus.apps()[1].is_running() {
        tokio::time::sleep(SHORT).await;
    }
    let error = bus.publish(&taken(&move_of("a", 1))).await.unwrap_err();
    assert!(error.to_string().contains("its subscriber \"game.red\" has ended"), "{error}");
    bus.settled().await;
    assert_eq!(queen.taken(), [""; 0]);
    assert_eq!(bus.stop(HOUR).await.unwrap_err().kind(), ErrorKind::Handler);
}

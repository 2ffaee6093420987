//! The cases in memory, where the clock stands still, and what is promised there alone.

use std::sync::Arc;
use std::time::{Duration, Instant};

use topika::app::Publish;
use topika::bus::{EventBus, InMemoryBus, Subscriber};
use topika::event::Keyed;
use topika::handler::{Batch, Batches, State};
use topika::types::Bytes;
use topika::{Error, ErrorKind, Retry};

use super::board::{Board, Desk, Moved, Taken, Wrong, move_of, moved, named};
use super::ground::Ground;
use super::in_place;
use crate::producing::{Said, Sayings};

/// The cases that brokers have too.
macro_rules! in_memory {
    ($($case:ident),+ $(,)?) => {$(
        #[tokio::test(start_paused = true)]
        async fn $case() {
            super::$case(Ground::Memory).await;
        }
    )+};
}

in_memory! {
    a_bus_stops_within_its_deadline_whatever_its_handlers_do,
    each_subscriber_handles_each_event_in_the_order_of_its_key,
    an_event_of_a_newer_schema_is_read_by_its_type_and_told_whole_by_its_name,
    events_are_handled_by_their_names_too,
    what_a_handler_publishes_is_handled_and_belongs_to_what_it_handled,
    what_fails_is_tried_in_place_then_in_tiers_while_its_key_waits,
    what_handlers_publish_themselves_while_a_bus_stops_is_taken,
    what_no_try_mends_is_given_up_and_the_others_go_on,
    what_was_published_is_handled_before_a_bus_stops_or_by_the_next,
    without_dead_letters_a_subscriber_ends_and_the_bus_says_why,
}

const HOUR: Duration = Duration::from_secs(3600);

fn bus(desk: &Arc<Desk>) -> EventBus<Arc<Desk>> {
    EventBus::new("game").with_state(Arc::clone(desk))
}

async fn numbers(bus: &InMemoryBus, desk: &Desk) -> Vec<i32> {
    bus.settled().await;
    desk.done("white").into_iter().map(|(_, number)| number).collect()
}

#[tokio::test(start_paused = true)]
async fn where_the_order_means_nothing_later_events_pass_what_waits_in_a_tier() {
    let desk = Desk::with([(1, Wrong::Burnt(1))]);
    let retry = Retry::never().then_tiers([HOUR]).unordered();
    let bus = bus(&desk).subscriber("white", Subscriber::new().on(moved).retry(retry)).start_in_memory().unwrap();
    for number in 1..4 {
        bus.publish(&move_of("a", number)).await.unwrap();
    }
    assert_eq!(numbers(&bus, &desk).await, [2, 3, 1]);
    bus.stop(HOUR).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_comes_out_of_a_tier_waits_behind_one_of_its_key_that_waits_in_place() {
    let desk = Desk::with([(1, Wrong::Burnt(1)), (2, Wrong::Burnt(2))]);
    // The first to come is out of its tier while the next of its key waits in place.
    let retry = Retry::in_place(1).waits(HOUR, HOUR).then_tiers([HOUR / 60]).unordered();
    let white = Subscriber::new().on(moved).retry(retry);
    let bus = bus(&desk).subscriber("white", white).start_in_memory().unwrap();
    for number in [2, 1, 3, 4] {
        bus.publish(&move_of("a", number)).await.unwrap();
    }
    assert_eq!(numbers(&bus, &desk).await, [1, 3, 4, 2]);
    let of = |number| desk.of(number).iter().map(|call| call.attempt).collect::<Vec<_>>();
    assert_eq!((of(1), of(2), of(3)), (vec![1, 2], vec![1, 2, 3], vec![1]));
    bus.stop(HOUR).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_age_of_an_event_goes_by_the_clock_that_stands_still() {
    let desk = Desk::with([(1, Wrong::Burnt(99))]);
    let retry = Retry::in_place(50).waits(HOUR, HOUR).max_age(HOUR * 5);
    let white = Subscriber::new().on(moved).retry(retry).dead_letters();
    let bus = bus(&desk).subscriber("white", white).start_in_memory().unwrap();
    bus.publish(&move_of("a", 1)).await.unwrap();
    bus.settled().await;
    let tries = desk.of(1);
    assert!((6..=12).contains(&tries.len()), "a wait is between half an hour and one: {}", tries.len());
    assert!(tries[tries.len() - 1].at - tries[0].at >= HOUR * 5);
    assert_eq!(bus.dead_letters().len(), 1);
    bus.stop(HOUR).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn whoever_publishes_waits_for_room_and_is_told_where_there_is_none() {
    let desk = Desk::with([(0, Wrong::Hangs)]);
    let white = Subscriber::new().on(moved).app(|app| app.lanes(1).in_flight(1));
    let bus = bus(&desk).queue(2).queue_wait(HOUR).subscriber("white", white).start_in_memory().unwrap();
    let mut published = 0;
    let error = loop {
        match bus.publish(&move_of("a", published)).await {
            Ok(()) => published += 1,
            Err(error) => break error,
        }
    };
    assert_eq!((error.kind(), error.is_retriable(), published), (ErrorKind::QueueFull, true, 3), "{error}");
    assert!(
        error.to_string().contains("\"game.white\" has 2 events waiting, and made no room within 3600s"),
        "{error}"
    );
    assert_eq!(bus.open(), 3);
    let error = bus.stop(HOUR).await.unwrap_err();
    assert!(error.to_string().contains("3 events were not handled"), "{error}");
}

async fn count_down(moved: Moved) -> Result<Option<Publish<Board>>, Error> {
    let next = |number| Publish::one(move_of(&moved.piece, number)).and(move_of("other", 0));
    Ok((moved.number > 0).then(|| next(moved.number - 1)))
}

#[tokio::test(start_paused = true)]
async fn what_handlers_publish_is_taken_however_full_the_queue_is_also_while_the_bus_stops() {
    let desk = Desk::with([]);
    let down = Subscriber::new().on(count_down).app(|app| app.lanes(1).in_flight(1));
    let bus = bus(&desk).queue(1).subscriber("down", down).subscriber("white", Subscriber::new().on(moved));
    let bus = bus.start_in_memory().unwrap();
    bus.publish(&move_of("a", 100)).await.unwrap();
    bus.stop(HOUR).await.unwrap();
    assert_eq!(desk.done("white").len(), 201);
}

#[tokio::test(start_paused = true)]
async fn an_event_for_a_subscriber_that_has_ended_is_refused_and_named() {
    let desk = Desk::with([(1, Wrong::Fatal)]);
    let bus = bus(&desk).subscriber("white", Subscriber::new().on(moved)).start_in_memory().unwrap();
    bus.publish(&move_of("a", 1)).await.unwrap();
    while bus.apps()[0].is_running() {
        tokio::task::yield_now().await;
    }
    let error = bus.publish(&move_of("a", 2)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert!(error.to_string().contains("its subscriber \"game.white\" has ended"), "{error}");
    assert_eq!(bus.stop(HOUR).await.unwrap_err().kind(), ErrorKind::Handler);
}

async fn said(State(desk): State<Arc<Desk>>, said: Said) -> Result<(), Wrong> {
    moved(State(desk), topika::handler::Key("b".to_owned()), metadata(), move_of("b", said.number)).await
}

fn metadata() -> topika::handler::Metadata {
    topika::handler::Metadata {
        topic: Arc::from("said"),
        partition: 0,
        offset: 0,
        timestamp_ms: None,
        group: Arc::from("white"),
        attempt: 1,
        is_replay: false,
    }
}

#[tokio::test(start_paused = true)]
async fn events_with_a_key_beside_them_and_enums_are_published_on_their_topic() {
    let desk = Desk::with([]);
    let bus = bus(&desk)
        .subscriber("white", Subscriber::new().on::<Sayings, _, _, _>(said).on(moved))
        .start_in_memory()
        .unwrap();
    let key = Bytes(vec![7]);
    bus.publish_on::<Sayings>(&Keyed { key: &key, event: &Said { number: 1 } }).await.unwrap();
    bus.publish_on(&Board::Moved(move_of("a", 2))).await.unwrap();
    bus.publish_on(&Board::Taken(Taken { piece: "a".to_owned(), by: "nobody listens".to_owned() })).await.unwrap();
    let mut done = numbers(&bus, &desk).await;
    done.sort_unstable();
    assert_eq!(done, [1, 2]);
    bus.stop(HOUR).await.unwrap();
}

async fn all(State(desk): State<Arc<Desk>>, batch: Batch<Board>) -> Result<(), Wrong> {
    for event in batch.into_events() {
        if let Board::Moved(event) = event {
            moved(State(Arc::clone(&desk)), topika::handler::Key(event.piece.clone()), metadata(), event).await?;
        }
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_takes_batches_and_any_setting_of_an_app() {
    let desk = Desk::with([]);
    let batches = || Subscriber::new().app(|app| app.batches(Batches::up_to(10), all).lanes(1));
    let tiers = batches().retry(Retry::never().then_tiers([HOUR]));
    let error = bus(&desk).subscriber("white", tiers).start_in_memory().unwrap_err();
    assert!(error.to_string().contains("has batches and tiers of retries, and runs in memory"), "{error}");
    let bus = bus(&desk).subscriber("white", batches()).start_in_memory().unwrap();
    for number in 0..25 {
        bus.publish(&move_of("a", number)).await.unwrap();
    }
    assert_eq!(numbers(&bus, &desk).await, (0..25).collect::<Vec<_>>());
    bus.stop(HOUR).await.unwrap();
}

#[tokio::test]
async fn what_does_not_fit_together_is_said_at_the_start() {
    let desk = Desk::with([]);
    let said = |bus: EventBus<Arc<Desk>>| bus.start_in_memory().unwrap_err().to_string();
    let twice = said(bus(&desk).subscriber("white", Subscriber::new().on(moved).on(moved)));
    assert!(twice.contains("\"white\" of the bus \"game\" has two handlers for the event \"cases.moved\""), "{twice}");
    let twice = said(bus(&desk).subscriber("white", Subscriber::new().on(moved).on_named("cases.moved", named)));
    assert!(twice.contains("two handlers"), "{twice}");
    let unknown =
        said(bus(&desk).topic::<Board>().subscriber("white", Subscriber::new().on_named("cases.move", named)));
    assert!(
        unknown.contains(
            "handles \"cases.move\", and no topic of the bus has such an event; its events are cases.moved, cases.taken"
        ),
        "{unknown}"
    );
    let none = said(bus(&desk).subscriber("white", Subscriber::new().on_named("*", named)));
    assert!(none.contains("it knows no topic") && none.contains("EventBus::topic"), "{none}");
    let same =
        said(bus(&desk).subscriber("a", Subscriber::new().on(moved)).subscriber("a", Subscriber::new().on(moved)));
    assert!(same.contains("two subscribers of one name, \"a\""), "{same}");
    let idle = said(bus(&desk).subscriber("white", Subscriber::new()));
    assert!(idle.contains("app \"game.white\" has no topic"), "{idle}");
    let once = said(bus(&desk).subscriber("white", Subscriber::new().on(moved).app(|app| app.exactly_once())));
    assert!(once.contains("transactions are Kafka's"), "{once}");
    let late = EventBus::new("game").topic::<Board>().with_state(desk).start_in_memory().unwrap_err().to_string();
    assert!(late.contains("call `with_state` first"), "{late}");
}

/// `cargo test --release --test conformance how_long_a_test -- --nocapture`
#[test]
fn how_long_a_test_in_memory_takes() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let (rounds, began) = (200, Instant::now());
    for _ in 0..rounds {
        runtime.block_on(async {
            let desk = Desk::with([(1, Wrong::Burnt(2))]);
            let white = Subscriber::new().on(moved).retry(in_place(3));
            let bus = bus(&desk).subscriber("white", white).start_in_memory().unwrap();
            bus.publish(&move_of("a", 1)).await.unwrap();
            bus.publish(&move_of("a", 2)).await.unwrap();
            assert_eq!(numbers(&bus, &desk).await, [1, 2]);
            bus.stop(HOUR).await.unwrap();
        });
    }
    println!(
        "{:.1} µs a bus with two events, of which one is tried three times",
        began.elapsed().as_secs_f64() * 1e6 / f64::from(rounds)
    );
}

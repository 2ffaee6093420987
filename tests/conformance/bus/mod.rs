//! What is promised of an event bus, in memory and on whichever broker it is.

mod board;
mod ground;
mod memory;
mod stopping;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use topika::app::Publish;
use topika::bus::{DynamicEvent, EventBus, Subscriber};
use topika::envelope::Envelope;
use topika::event::Keyed;
use topika::handler::State;
use topika::types::Bytes;
use topika::{ErrorKind, Retry};

use self::board::{Board, Desk, Moved, Taken, Wrong, move_of, moved, named, rest};
use self::ground::{Ground, Place};
use crate::clients::PATIENCE;
use crate::evolution::versions::{earlier, later, stray};

pub(crate) use self::stopping::what_handlers_publish_themselves_while_a_bus_stops_is_taken;

const SHORT: Duration = Duration::from_millis(1);

fn in_place(times: u32) -> Retry {
    Retry::in_place(times).waits(SHORT, SHORT)
}

fn game(place: &Place, desk: &Arc<Desk>) -> EventBus<Arc<Desk>> {
    place.bus().with_state(Arc::clone(desk))
}

pub(crate) async fn each_subscriber_handles_each_event_in_the_order_of_its_key(on: impl Into<Ground<'_>>) {
    let (place, desk) = (on.into().place().await, Desk::with([(4, Wrong::Burnt(1)), (9, Wrong::Burnt(2))]));
    let both = game(&place, &desk)
        .subscriber("white", Subscriber::new().on(moved).retry(in_place(3)))
        .subscriber("black", Subscriber::new().on(moved).retry(in_place(3)));
    let bus = place.start(both).await;
    for number in 0..40 {
        bus.publish(&move_of(&format!("p{}", number % 5), number)).await.unwrap();
    }
    bus.until(|| desk.done("white").len() >= 40 && desk.done("black").len() >= 40).await;
    bus.stop(PATIENCE).await.unwrap();
    for group in ["white", "black"] {
        let done = desk.done(group);
        for piece in 0..5 {
            let of: Vec<i32> = done.iter().filter(|(key, _)| *key == format!("p{piece}")).map(|(_, n)| *n).collect();
            assert_eq!(of, (0..40).filter(|number| number % 5 == piece).collect::<Vec<_>>(), "{group}");
        }
    }
}

pub(crate) async fn what_fails_is_tried_in_place_then_in_tiers_while_its_key_waits(on: impl Into<Ground<'_>>) {
    let (place, desk) = (on.into().place().await, Desk::with([(1, Wrong::Burnt(4))]));
    let delay = place.delay();
    let retry = in_place(2).then_tiers([delay, delay * 2]);
    let bus = place.start(game(&place, &desk).subscriber("white", Subscriber::new().on(moved).retry(retry))).await;
    let began = Instant::now();
    for (piece, number) in [("a", 1), ("a", 2), ("b", 3), ("a", 4)] {
        bus.publish(&move_of(piece, number)).await.unwrap();
    }
    bus.until(|| desk.done("white").len() >= 4).await;
    bus.stop(PATIENCE).await.unwrap();
    let done: Vec<i32> = desk.done("white").into_iter().map(|(_, number)| number).collect();
    assert_eq!(done, [3, 1, 2, 4], "its key waits behind it, in order, and others pass");
    let tries = desk.of(1);
    assert_eq!(tries.iter().map(|call| call.attempt).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert!(tries[3].at - tries[2].at >= delay && tries[4].at - tries[3].at >= delay * 2);
    if place.is_memory() {
        assert!(began.elapsed() < PATIENCE, "three hours have passed by a clock that stands still");
    }
}

pub(crate) async fn what_no_try_mends_is_given_up_and_the_others_go_on(on: impl Into<Ground<'_>>) {
    let wrong = [(1, Wrong::Fatal), (2, Wrong::Poison), (3, Wrong::Panics), (4, Wrong::Burnt(9))];
    let (place, desk) = (on.into().place().await, Desk::with(wrong));
    let white = Subscriber::new().on(moved).retry(in_place(1)).dead_letters();
    let bus = place.start(game(&place, &desk).subscriber("white", white)).await;
    for number in 1..6 {
        bus.publish(&move_of("a", number)).await.unwrap();
    }
    let letters = bus.letters(4).await;
    bus.until(|| desk.done("white").len() == 1).await;
    bus.stop(PATIENCE).await.unwrap();
    let told: Vec<_> = letters.iter().map(|one| (one.reason.as_deref().unwrap(), one.attempts.unwrap())).collect();
    assert_eq!(told, [("burnt", 1), ("spoilt", 1), ("handler-panicked", 1), ("burnt", 2)]);
    let last = letters.last().unwrap();
    assert_eq!(
        (last.group.as_deref(), last.key.as_deref()),
        (Some(&*format!("{}.white", place.name())), Some(&b"a"[..]))
    );
    assert!(last.topic.ends_with("dlq.board") && last.original_topic.as_deref().unwrap().ends_with("board"));
    assert_eq!((last.original_offset, last.history.iter().count()), (Some(3), 2));
    assert!(last.payload.as_deref().unwrap().ends_with(&[2, b'a', 8]), "the bytes are those of the schema");
}

pub(crate) async fn events_are_handled_by_their_names_too(on: impl Into<Ground<'_>>) {
    let (place, desk) = (on.into().place().await, Desk::with([]));
    let audit = Subscriber::new().on_named("cases.*", rest).on_named("cases.taken", named);
    let mixed = Subscriber::new().on_named("*", rest).on(moved);
    let nobody = Subscriber::new().on_named("cases.taken", named);
    let bus = game(&place, &desk).topic::<Board>().subscriber("audit", audit);
    let bus = place.start(bus.subscriber("mixed", mixed).subscriber("nobody", nobody)).await;
    bus.publish(&move_of("a", 7)).await.unwrap();
    bus.publish(&Taken { piece: "a".to_owned(), by: "queen".to_owned() }).await.unwrap();
    bus.until(|| desk.named.lock().unwrap().len() == 4 && desk.done("mixed").len() == 1).await;
    bus.stop(PATIENCE).await.unwrap();
    let all = desk.named.lock().unwrap();
    let mut told: Vec<_> = all.iter().map(|(who, event)| (*who, event.name(), event.value().to_string())).collect();
    told.sort();
    let (at_7, taken) = (r#"{"piece":"a","number":7}"#.to_owned(), r#"{"piece":"a","by":"queen"}"#.to_owned());
    assert_eq!(
        told,
        [
            ("named", "cases.taken", taken.clone()),
            ("named", "cases.taken", taken.clone()),
            ("rest", "cases.moved", at_7),
            ("rest", "cases.taken", taken)
        ]
    );
    let (_, event) = all.iter().find(|(_, event)| event.name() == "cases.moved").unwrap();
    assert_eq!((event.key_text(), event.record(), event.payload()), (Some("a"), "cases.Moved", &[2, b'a', 14][..]));
    assert_eq!(event.headers().text(topika::envelope::header::ID).map(str::len), Some(36));
}

type Told = Arc<Mutex<Vec<String>>>;

async fn read(State(told): State<Told>, event: earlier::Evolved) -> Result<(), Wrong> {
    told.lock().unwrap().push(format!("{} {}", event.number, event.remark));
    Ok(())
}

async fn tell(State(told): State<Told>, event: DynamicEvent) -> Result<(), Wrong> {
    told.lock().unwrap().push(event.value().to_string());
    Ok(())
}

pub(crate) async fn an_event_of_a_newer_schema_is_read_by_its_type_and_told_whole_by_its_name(
    on: impl Into<Ground<'_>>,
) {
    let (place, told) = (on.into().place().await, Told::default());
    let bus = place.bus().with_state(Arc::clone(&told));
    let bus = bus.subscriber("typed", Subscriber::new().on(read));
    let bus = place.start(bus.subscriber("named", Subscriber::new().on_named("cases.evolved", tell))).await;
    let (key, newer) = (Bytes(vec![1]), later::Evolved::of(7));
    bus.publish_on::<later::Evolving>(&Keyed { key: &key, event: &newer }).await.unwrap();
    bus.until(|| told.lock().unwrap().len() == 2).await;
    // No type of this bus reads that one; only its name does.
    let other = stray::Evolved { number: "eight".to_owned() };
    bus.publish_on::<stray::Evolving>(&Keyed { key: &key, event: &other }).await.unwrap();
    bus.until(|| told.lock().unwrap().len() == 3).await;
    assert_eq!(told.lock().unwrap().pop().as_deref(), Some(r#"{"number":"eight"}"#));
    bus.stop(PATIENCE).await.unwrap();
    let mut told = told.lock().unwrap().clone();
    told.sort();
    assert_eq!(told, ["7 not said", r#"{"number":7,"language":"said"}"#]);
}

async fn take(moved: Moved) -> Result<Publish<Board>, Wrong> {
    Ok(Publish::one(Taken { piece: moved.piece, by: "queen".to_owned() }))
}

type Seen = Arc<Mutex<Vec<(Taken, Envelope)>>>;

async fn see(State(seen): State<Seen>, envelope: Envelope, taken: Taken) -> Result<(), Wrong> {
    seen.lock().unwrap().push((taken, envelope));
    Ok(())
}

pub(crate) async fn what_a_handler_publishes_is_handled_and_belongs_to_what_it_handled(on: impl Into<Ground<'_>>) {
    let (place, seen) = (on.into().place().await, Seen::default());
    let bus = place.bus().with_state(Arc::clone(&seen));
    let bus = bus.subscriber("queen", Subscriber::new().on(take)).subscriber("log", Subscriber::new().on(see));
    let bus = place.start(bus).await;
    let first = Envelope::new().with_id("first").with_correlation_id("request");
    bus.publish_with(&move_of("a", 1), first.to_headers()).await.unwrap();
    bus.until(|| seen.lock().unwrap().len() == 1).await;
    bus.stop(PATIENCE).await.unwrap();
    let seen = seen.lock().unwrap();
    let [(taken, envelope)] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!((taken.by.as_str(), envelope.correlation_id()), ("queen", Some("request")));
}

pub(crate) async fn what_was_published_is_handled_before_a_bus_stops_or_by_the_next(on: impl Into<Ground<'_>>) {
    let (place, desk) = (on.into().place().await, Desk::with([]));
    let white = || game(&place, &desk).subscriber("white", Subscriber::new().on(moved));
    let bus = place.start(white()).await;
    let publisher = bus.publisher();
    for number in 0..20 {
        publisher.publish(&move_of("a", number)).await.unwrap();
    }
    bus.stop(PATIENCE).await.unwrap();
    let error = publisher.publish(&move_of("a", 20)).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Closed, false));
    assert!(error.to_string().contains(&format!("the bus \"{}\" is stopped", place.name())), "{error}");
    let next = place.start(white()).await;
    next.until(|| desk.done("white").len() >= 20).await;
    next.stop(PATIENCE).await.unwrap();
    assert_eq!(
        desk.done("white").into_iter().map(|(_, number)| number).collect::<Vec<_>>(),
        (0..20).collect::<Vec<_>>()
    );
}

pub(crate) async fn a_bus_stops_within_its_deadline_whatever_its_handlers_do(on: impl Into<Ground<'_>>) {
    let (place, desk) = (on.into().place().await, Desk::with([(1, Wrong::Hangs)]));
    let white = || game(&place, &desk).subscriber("white", Subscriber::new().on(moved));
    let bus = place.start(white()).await;
    bus.publish(&move_of("a", 1)).await.unwrap();
    bus.publish(&move_of("a", 2)).await.unwrap();
    while desk.of(1).is_empty() {
        tokio::time::sleep(SHORT).await;
    }
    let stopped = tokio::time::timeout(PATIENCE, bus.stop(Duration::from_millis(50))).await.unwrap();
    desk.mend();
    if place.is_memory() {
        let error = stopped.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains("2 events were not handled within 50ms"), "{error}");
        return;
    }
    stopped.unwrap();
    let next = place.start(white()).await;
    next.until(|| desk.done("white").len() >= 2).await;
    next.stop(PATIENCE).await.unwrap();
    assert_eq!(desk.done("white"), [("a".to_owned(), 1), ("a".to_owned(), 2)]);
}

pub(crate) async fn without_dead_letters_a_subscriber_ends_and_the_bus_says_why(on: impl Into<Ground<'_>>) {
    let (place, desk) = (on.into().place().await, Desk::with([(1, Wrong::Burnt(9))]));
    let white = Subscriber::new().on(moved).retry(in_place(1));
    let bus = place.start(game(&place, &desk).subscriber("white", white)).await;
    bus.publish(&move_of("a", 1)).await.unwrap();
    bus.until(|| desk.of(1).len() == 2).await;
    let error = tokio::time::timeout(PATIENCE, async {
        while bus.apps()[0].is_running() {
            tokio::time::sleep(SHORT).await;
        }
        bus.stop(PATIENCE).await.unwrap_err()
    });
    let error = error.await.unwrap();
    assert_eq!(error.kind(), ErrorKind::Handler);
    assert!(error.to_string().contains("failed 2 times in group") && error.to_string().contains(".white"), "{error}");
}

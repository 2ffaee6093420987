//! The cases of one database: what stands above says which.

use food_orders::checkout::{Checkout, as_version_1};
use food_orders::events::topics::{FoodOrders, KitchenTicketReady};
use food_orders::kitchen::ticket;
use topika::aggregate::{self, Aggregate, Conflict, EventStore, Loaded, Snapshot};
use topika::event::Keyed;
use topika::serde::{Deserialize, Serialize};
use topika::types::Bytes;
use topika::{Error, ErrorKind};

use super::super::Talk;
use super::{Db, Held, database};
use crate::producing::{Said, Sayings};

type Pool = sqlx::Pool<Db>;
const KEY: Bytes = Bytes(Vec::new());

async fn ready(test: &str) -> Option<Held> {
    let held = database(test).await?;
    for _ in 0..2 {
        aggregate::migrate(&held.0).await.unwrap();
    }
    Some(held)
}

async fn say(talks: &EventStore<Db, Talk>, pool: &Pool, talk: &mut Loaded<Talk>, numbers: &[i32]) -> Result<(), Error> {
    let mut tx = pool.begin().await.map_err(Error::wrap)?;
    for number in numbers {
        talks.append(&mut tx, talk, &[&Keyed { key: &KEY, event: &Said { number: *number } }]).await?;
    }
    tx.commit().await.map_err(Error::wrap)
}

#[tokio::test]
async fn events_are_folded_in_their_order_and_who_comes_second_is_told() {
    let Some(held) = ready("events_are_folded_in_their_order").await else { return };
    let pool = &held.0;
    let talks = EventStore::<Db, Talk>::new(pool);
    let mut talk = talks.load("a").await.unwrap();
    assert_eq!((talk.id(), talk.version(), &talk.state), ("a", 0, &Talk::default()));
    say(&talks, pool, &mut talk, &[1, 2, 3]).await.unwrap();
    assert_eq!((talk.version(), &talk.state.numbers), (3, &vec![1, 2, 3]));
    let (mut first, mut second) = (talks.load("a").await.unwrap(), talks.load("a").await.unwrap());
    assert_eq!(first, talk);
    say(&talks, pool, &mut first, &[4]).await.unwrap();
    for late in [&mut second, &mut Loaded::new("a")] {
        let expected = late.version();
        let error = say(&talks, pool, late, &[5]).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Conflict && error.is_retriable(), "{error}");
        assert!(error.to_string().starts_with("cannot append to talk: \"a\" is at version 4, and not at "), "{error}");
        let conflict = error.downcast::<Conflict>().unwrap();
        assert_eq!((conflict.actual, conflict.expected), (4, expected));
    }
    // What was rolled back is not followed by anything: no gap comes about.
    let mut gone = talks.load("a").await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    talks.append(&mut tx, &mut gone, &[&Keyed { key: &KEY, event: &Said { number: 6 } }]).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(gone.version(), 5);
    assert_eq!(say(&talks, pool, &mut gone, &[7]).await.unwrap_err().kind(), ErrorKind::Conflict);
    // Others have numbers of their own.
    say(&talks, pool, &mut Loaded::new("b"), &[1]).await.unwrap();
    assert_eq!(talks.load("a").await.unwrap().state.numbers, [1, 2, 3, 4]);
    // More than are read at once.
    let numbers: Vec<i32> = (0..1100).collect();
    say(&talks, pool, &mut Loaded::new("long"), &numbers).await.unwrap();
    assert_eq!(talks.load("long").await.unwrap().state.numbers, numbers);
}

#[tokio::test]
async fn of_many_who_append_at_once_each_has_its_turn() {
    let Some(held) = ready("of_many_who_append_at_once").await else { return };
    let talks = EventStore::<Db, Talk>::new(&held.0);
    let one = |writer: i32| {
        let (talks, pool) = (talks.clone(), held.0.clone());
        async move {
            for number in writer * 10..writer * 10 + 5 {
                loop {
                    let said = async {
                        let mut talk = talks.load("a").await?;
                        say(&talks, &pool, &mut talk, &[number]).await
                    };
                    match said.await {
                        Ok(()) => break,
                        Err(error) => assert!(error.is_retriable(), "{error}"),
                    }
                    tokio::task::yield_now().await;
                }
            }
        }
    };
    let writers: Vec<_> = (0..4).map(|writer| tokio::spawn(one(writer))).collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let talk = talks.load("a").await.unwrap();
    assert_eq!((talk.version(), talk.state.numbers.len()), (20, 20));
    for writer in 0..4 {
        let own: Vec<i32> = talk.state.numbers.iter().copied().filter(|number| number / 10 == writer).collect();
        assert_eq!(own, (writer * 10..writer * 10 + 5).collect::<Vec<_>>());
    }
}

/// As [`Talk`], and of another shape.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(crate = "topika::serde")]
struct Sum {
    sum: i32,
}

impl Aggregate for Sum {
    type Events = Sayings;
    const NAME: &'static str = Talk::NAME;

    fn apply(&mut self, event: &Sayings) {
        let Sayings::Said(Said { number }) = event;
        self.sum += number;
    }
}

impl Snapshot for Sum {
    const SHAPE: u32 = 2;
}

#[tokio::test]
async fn a_snapshot_stands_for_the_events_before_it_unless_it_is_of_another_shape() {
    let Some(held) = ready("a_snapshot_stands_for_the_events_before_it").await else { return };
    let pool = &held.0;
    let talks = EventStore::<Db, Talk>::new(pool).snapshots_every(10);
    let mut talk = talks.load("a").await.unwrap();
    for begin in [0, 4, 8, 12, 16, 20] {
        say(&talks, pool, &mut talk, &[begin, begin + 1, begin + 2, begin + 3]).await.unwrap();
    }
    let row = async || {
        let row = sqlx::query_as::<_, (i64, i64)>("SELECT version, shape FROM topika_snapshots WHERE id = 'a'");
        row.fetch_one(pool).await.unwrap()
    };
    assert_eq!(row().await, (20, 1));
    let run = async |sql: &'static str| sqlx::query(sql).execute(pool).await.map(|_| ()).unwrap();
    run("UPDATE topika_snapshots SET state = '{\"numbers\":[7]}'").await;
    assert_eq!(talks.load("a").await.unwrap().state.numbers, [7, 20, 21, 22, 23]);
    // Another shape: from the events.
    let sums = EventStore::<Db, Sum>::new(pool).snapshots_every(10);
    let mut sum = sums.load("a").await.unwrap();
    assert_eq!((sum.version(), sum.state.sum), (24, (0..24).sum::<i32>()));
    // Its own takes the place of the other.
    let mut tx = pool.begin().await.unwrap();
    for number in 24..30 {
        let said = Said { number };
        sums.append(&mut tx, &mut sum, &[&Keyed { key: &KEY, event: &said }]).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!((row().await, sums.load("a").await.unwrap().state.sum), ((30, 2), (0..30).sum::<i32>()));
    // What is no state of the type is as none.
    run("UPDATE topika_snapshots SET state = '[\"x\"]'").await;
    assert_eq!(sums.load("a").await.unwrap().state.sum, (0..30).sum::<i32>());
    assert_eq!(talks.load("a").await.unwrap().version(), 30);
    // An event that is broken is named.
    run("UPDATE topika_events SET schema_id = 'none' WHERE version = 3").await;
    let error = talks.load("a").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("event 3 of talk \"a\" cannot be read: its schema none is not in"), "{error}");
}

/// The orders of a customer.
#[derive(Debug, Default, PartialEq)]
struct Orders(Vec<FoodOrders>);

impl Aggregate for Orders {
    type Events = FoodOrders;
    const NAME: &'static str = "orders-of-customer";

    fn apply(&mut self, event: &FoodOrders) {
        self.0.push(event.clone());
    }
}

#[derive(Debug, Default)]
struct Ticket(Option<String>);

impl Aggregate for Ticket {
    type Events = KitchenTicketReady;
    const NAME: &'static str = "ticket";

    fn apply(&mut self, event: &KitchenTicketReady) {
        let KitchenTicketReady::TicketReady(ready) = event;
        self.0 = Some(ready.ticket_id.clone());
    }
}

#[tokio::test]
async fn events_of_an_earlier_version_of_their_schema_are_read_as_the_present_one() {
    let Some(held) = ready("events_of_an_earlier_version").await else { return };
    let pool = &held.0;
    let mut checkout = Checkout::seeded(1, 3);
    let mut order = checkout.next_order();
    while order.delivery_address.is_none() {
        order = checkout.next_order();
    }
    let old = as_version_1(&order);
    let store = EventStore::<Db, Orders>::new(pool);
    let mut orders = store.load("CUST").await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    store.append(&mut tx, &mut orders, &[&old, &order]).await.unwrap();
    tx.commit().await.unwrap();
    let present = FoodOrders::OrderPlaced(order.clone());
    order.delivery_address = None;
    let before = FoodOrders::OrderPlaced(order.clone());
    assert_eq!(orders.state.0, [before, present]);
    // Another process has the schema from the database.
    assert_eq!(EventStore::<Db, Orders>::new(pool).load("CUST").await.unwrap(), orders);
    let schemas = sqlx::query_scalar::<_, i64>("SELECT count(DISTINCT schema_id) FROM topika_events");
    assert_eq!(schemas.fetch_one(pool).await.unwrap(), 2);
    // JSON.
    let (tickets, ready) = (EventStore::<Db, Ticket>::new(pool), ticket("Ada", &order));
    let mut tx = pool.begin().await.unwrap();
    tickets.append(&mut tx, &mut Loaded::new("t"), &[&ready]).await.unwrap();
    tx.commit().await.unwrap();
    let loaded = EventStore::<Db, Ticket>::new(pool).load("t").await.unwrap();
    assert_eq!((loaded.version(), loaded.state.0), (1, Some(ready.ticket_id)));
}

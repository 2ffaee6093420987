use topika::handler::{Route, skip};
use topika::{Event, On, Tombstone, Topic};

#[derive(Event)]
#[event(name = "a.changed")]
struct Changed {
    id: i64,
}

#[derive(Topic)]
#[topic(name = "customers", key = "id", key_type = i64, compact)]
enum Customers {
    Changed(Changed),
    #[topic(tombstone)]
    Gone(Tombstone<i64>),
}

#[derive(Event)]
#[event(name = "a.placed")]
struct Placed {
    id: i64,
}

#[derive(Topic)]
#[topic(name = "orders", key = "id", key_type = i64)]
enum Orders {
    Placed(Placed),
}

fn app(_: impl Route<()>) {}
fn send<T: Topic>(_: &impl On<T>) {}

fn main() {
    // No handler of the tombstones.
    app(Customers::router().changed(skip));
    // Of another key.
    send::<Customers>(&Tombstone { key: "1".to_owned() });
    // On a topic that is not compacted.
    send::<Orders>(&Tombstone { key: 1_i64 });
}

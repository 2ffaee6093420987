use topika::handler::{Route, skip};
use topika::{Event, On, Topic};

#[derive(Event)]
#[event(name = "a.placed")]
struct Placed {
    id: String,
}

#[derive(Event)]
#[event(name = "a.cancelled")]
struct Cancelled {
    id: String,
}

#[derive(Event)]
#[event(name = "b.paid")]
struct Paid {
    id: String,
}

#[derive(Topic)]
#[topic(name = "orders", key = "id")]
enum Orders {
    Placed(Placed),
    Cancelled(Cancelled),
}

fn app(_: impl Route<()>) {}
fn send<T: Topic>(_: &impl On<T>) {}

fn main() {
    app(Orders::router().placed(skip));
}

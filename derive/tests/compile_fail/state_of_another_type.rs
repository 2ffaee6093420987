use topika::handler::{Route, State};
use topika::{Event, Topic};

#[derive(Event)]
#[event(name = "a.placed")]
struct Placed {
    id: String,
}

#[derive(Topic)]
#[topic(name = "orders", key = "id")]
enum Orders {
    Placed(Placed),
}

#[derive(Clone)]
struct Kitchen;

#[derive(Clone)]
struct Billing;

fn app(_: impl Route<Kitchen>) {}

async fn place(State(_): State<Billing>, _: Placed) -> Result<(), String> {
    Ok(())
}

fn main() {
    app(Orders::router().placed(place));
}

use topika::handler::{Route, skip};
use topika::{Event, Topic};

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

#[derive(Topic)]
#[topic(name = "orders", key = "id")]
enum Orders {
    Placed(Placed),
    Cancelled(Cancelled),
}

fn app(_: impl Route<()>) {}

async fn place(_: Placed) -> Result<u8, String> {
    Ok(7)
}

fn main() {
    app(Orders::router().placed(place).otherwise(skip));
}

use topika::handler::Route;
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

fn app(_: impl Route<()>) {}

struct Broken;

async fn place(_: Placed) -> Result<(), Broken> {
    Ok(())
}

fn main() {
    app(Orders::router().placed(place));
}

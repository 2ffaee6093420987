use topika::handler::Key;
use topika::{Event, Topic};

#[derive(Event)]
#[event(name = "a.placed")]
struct Placed {
    id: i64,
}

#[derive(Event)]
#[event(name = "a.cancelled")]
struct Cancelled {
    id: i64,
}

#[derive(Topic)]
#[topic(name = "orders", key = "id", key_type = i64)]
enum Orders {
    Placed(Placed),
    Cancelled(Cancelled),
}

async fn place(Key(_): Key<String>, _: Placed) -> Result<(), String> {
    Ok(())
}

fn main() {
    let _ = Orders::router::<()>().placed(place);
}

use topika::event::Member;
use topika::handler::{Handler, Key};
use topika::{Event, Topic};

#[derive(Event)]
#[event(name = "a.placed")]
struct Placed {
    id: String,
}

/// Of no topic.
#[derive(Event)]
#[event(name = "a.forgotten")]
struct Forgotten {
    id: String,
}

#[derive(Topic)]
#[topic(name = "orders", key = "id")]
enum Orders {
    Placed(Placed),
}

/// As `topika::bus::Subscriber::on`.
fn on<T: Topic, E: Member<T>, H: Handler<E, T::Key, (), M>, M>(_: H) {}

async fn place(_: Placed) -> Result<(), String> {
    Ok(())
}

async fn forget(_: Forgotten) -> Result<(), String> {
    Ok(())
}

async fn count(Key(_): Key<i64>, _: Placed) -> Result<(), String> {
    Ok(())
}

fn at_once(_: Placed) -> Result<(), String> {
    Ok(())
}

fn main() {
    on(place);
    on(forget);
    on(count);
    on(at_once);
}

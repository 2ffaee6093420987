use topika::event::Keyed;
use topika::{Event, On, Topic};

#[derive(Event)]
#[event(name = "a.b")]
struct B {
    id: i64,
}

#[derive(Topic)]
#[topic(name = "wrong-type", key = "id")]
enum WrongType {
    B(B),
}

#[derive(Event)]
#[event(name = "a.c")]
struct C {
    id: i64,
}

#[derive(Topic)]
#[topic(name = "beside", key_type = String)]
enum Beside {
    C(C),
}

fn send<T: Topic>(_: &impl On<T>) {}

fn main() {
    let event = C { id: 1 };
    send::<Beside>(&event);
    send::<Beside>(&Keyed { key: &7_i64, event: &event });
}

use topika::{Event, Topic};

#[derive(Event)]
#[event(name = "a.b")]
struct B {
    id: String,
}

#[derive(Topic)]
enum Nameless {
    B(B),
}

#[derive(Topic)]
#[topic(name = "a b", partitions = 0, retention = "7 days")]
enum Wrong {
    B(B),
    Again(B),
    Nothing,
}

fn main() {}

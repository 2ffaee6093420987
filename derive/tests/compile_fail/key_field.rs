use topika::{Event, Topic};

#[derive(Event)]
#[event(name = "a.b")]
struct B {
    score: f64,
}

#[derive(Topic)]
#[topic(name = "a.b", key = "id")]
enum NoField {
    B(B),
}

#[derive(Event)]
#[event(name = "a.c")]
struct C {
    score: f64,
}

#[derive(Topic)]
#[topic(name = "a.c", key = "score")]
enum NoKey {
    C(C),
}

fn main() {}

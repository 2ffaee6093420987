use topika::{Event, Topic};

#[derive(Event)]
#[event(name = "a.b")]
struct B {
    id: String,
}

#[derive(Topic)]
#[topic(name = "a", framing = "none", mixed)]
enum Avro {
    B(B),
}

fn main() {}

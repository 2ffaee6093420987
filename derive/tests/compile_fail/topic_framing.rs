use topika::{Event, Topic};

#[derive(Event)]
#[event(name = "a.b")]
struct B {
    id: String,
}

#[derive(Event)]
#[event(name = "a.c")]
struct C {
    id: String,
}

#[derive(Event)]
#[event(name = "a.d")]
struct D {
    id: String,
}

#[derive(Topic)]
#[topic(name = "a", framing = "plain")]
enum NoFraming {
    B(B),
}

#[derive(Topic)]
#[topic(name = "b", framing = "none")]
enum WhichOfTheTwo {
    C(C),
    D(D),
}

fn main() {}

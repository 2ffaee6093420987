use topika::{Enum, Event};

#[derive(Event)]
#[event(name = "a.b")]
struct B {
    id: String,
    #[event(rename = "id")]
    other: String,
}

#[derive(Enum)]
#[event(name = "a.E")]
enum E {
    #[event(default)]
    A,
    #[event(rename = "A", default)]
    B,
}

fn main() {}

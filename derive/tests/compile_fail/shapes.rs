use topika::{Enum, Event, Fixed, Record, Union};

#[derive(Event)]
#[event(name = "a.b")]
struct Tuple(String, String);

#[derive(Event)]
#[event(name = "a.b")]
struct Generic<T> {
    of: T,
}

#[derive(Record)]
struct Nameless {
    id: String,
}

#[derive(Enum)]
#[event(name = "a.E")]
enum NoSymbol {
    A(String),
}

#[derive(Union)]
enum NoBranch {
    A { id: String },
}

#[derive(Fixed)]
#[event(name = "a.F")]
struct NoFixed(Vec<u8>);

fn main() {}

use topika::Event;

#[derive(Event)]
#[event(name = "a.b")]
struct B {
    count: u64,
    small: u8,
}

fn main() {}

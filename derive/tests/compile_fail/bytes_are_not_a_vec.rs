use topika::Event;

#[derive(Event)]
#[event(name = "a.b")]
struct B {
    raw: Vec<u8>,
}

fn main() {}

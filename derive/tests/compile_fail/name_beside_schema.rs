use topika::Event;

#[derive(Event)]
#[event(schema = "a/b.avsc", name = "a.b")]
struct B {
    id: String,
}

fn main() {}

use topika::Event;

#[derive(Event)]
#[event(schema = "a/b.proto")]
struct B {
    id: String,
}

fn main() {}

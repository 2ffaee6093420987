use topika::Event;

#[derive(Event)]
#[event(name = "a.b", format = "json")]
struct B {
    id: String,
}

fn main() {}

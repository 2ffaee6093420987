use topika::Event;

#[derive(Event)]
#[event(name = "a.b")]
struct B {
    #[event(null_last)]
    id: String,
}

fn main() {}

use topika::Event;

#[derive(Event)]
struct OrderPlaced {
    id: String,
}

fn main() {}

use topika::Event;

#[derive(Event)]
#[event(name = "orders.order-placed")]
struct OrderPlaced {
    #[event(default)]
    id: String,
}

fn main() {}

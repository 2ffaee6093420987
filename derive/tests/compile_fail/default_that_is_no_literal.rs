use topika::Event;

#[derive(Event)]
#[event(name = "orders.order-placed")]
struct OrderPlaced {
    #[event(default = String::new())]
    id: String,
}

fn main() {}

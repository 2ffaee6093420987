use topika::Event;

#[derive(Event)]
#[event(schema = "orders/order-placed.avsc", colour = "red")]
struct OrderPlaced {
    #[event(skip)]
    id: String,
}

fn main() {}

use topika::{Event, Record, Topic};

#[derive(Clone, Debug, PartialEq, Record)]
struct Money {
    cents: i64,
}

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "orders.order-placed")]
struct OrderPlaced {
    id: String,
    total: Money,
    parts: Vec<Money>,
    refund: Option<Money>,
}

#[derive(Clone, Debug, PartialEq, Event)]
struct OrderGone {
    id: String,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "orders", key = "id")]
enum Orders {
    OrderPlaced(OrderPlaced),
    OrderGone(OrderGone),
}

fn main() {}

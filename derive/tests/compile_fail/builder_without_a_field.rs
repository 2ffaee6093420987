use topika::{Builder, Record};

#[derive(Record, Builder)]
#[event(name = "a.Order")]
struct Order {
    id: String,
    total: i64,
    #[event(default)]
    note: Option<String>,
}

fn main() {
    let _ = Order::builder().id("O-1").total(1).build();
    let _ = Order::builder().id("O-1").note("no total").build();
}

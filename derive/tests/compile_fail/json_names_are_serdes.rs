use topika::Event;

#[derive(Event)]
#[event(schema = "kitchen/ticket-ready.schema.json")]
struct TicketReady {
    #[event(rename = "orderId")]
    order_id: String,
    #[event(default)]
    note: Option<String>,
}

fn main() {}

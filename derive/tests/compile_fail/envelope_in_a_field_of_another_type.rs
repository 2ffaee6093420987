use topika::Event;

#[derive(Clone, Event)]
#[event(name = "billing.payment-taken")]
struct PaymentTaken {
    #[event(envelope = "event_id")]
    event_id: i64,
    #[event(envelope = "timestamp")]
    at: i32,
    #[event(envelope = "metadata")]
    metadata: Vec<String>,
}

fn main() {}

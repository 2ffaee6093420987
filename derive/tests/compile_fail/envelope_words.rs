use topika::{Event, Record};

#[derive(Clone, Event)]
#[event(name = "billing.refund-made")]
struct RefundMade {
    #[event(envelope = "cause")]
    cause: String,
    #[event(envelope = "event_id")]
    first: String,
    #[event(envelope = "event_id")]
    second: String,
}

#[derive(Clone, Record)]
#[event(name = "billing.Payer")]
struct Payer {
    #[event(envelope = "aggregate_id")]
    id: String,
}

fn main() {}

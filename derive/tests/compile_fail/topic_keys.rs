use topika::{Event, Tombstone, Topic};

#[derive(Event)]
#[event(name = "a.b")]
struct B {
    id: i64,
    tenant: String,
}

#[derive(Event)]
#[event(name = "a.c")]
struct C {
    id: i64,
}

#[derive(Topic)]
#[topic(name = "several", key = "tenant, id")]
enum Several {
    B(B),
}

#[derive(Topic)]
#[topic(name = "no-tombstones", key = "id", compact)]
enum NoTombstones {
    B(B),
}

#[derive(Topic)]
#[topic(name = "not-compact", key = "id")]
enum NotCompact {
    B(B),
    #[topic(tombstone)]
    Gone(Tombstone<String>),
}

#[derive(Topic)]
#[topic(name = "no-key", compact)]
enum NoKey {
    B(B),
    #[topic(tombstone)]
    Gone(Tombstone<String>),
}

fn main() {}

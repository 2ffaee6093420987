use topika::{Borrowed, Event, Record, serde};

#[derive(Event)]
#[event(name = "a.b", partial)]
struct OfNoFile {
    total: i64,
}

#[derive(Record)]
#[event(schema = "a/b.avsc", name = "a.B", partial)]
struct Nested {
    total: i64,
}

#[derive(Event)]
#[event(schema = "a/b.avsc", version = 1, topic = crate::Topic, partial)]
struct Frozen {
    total: i64,
}

#[derive(Event)]
#[event(schema = "a/b.avsc", partial)]
enum Symbols {
    X,
}

#[derive(serde::Deserialize, Event)]
#[serde(crate = "topika::serde", deny_unknown_fields)]
#[event(schema = "a/b.schema.json", partial)]
struct Closed {
    total: i64,
}

#[derive(serde::Deserialize, Event)]
#[serde(crate = "topika::serde")]
#[event(schema = "a/b.schema.json", partial)]
struct Hidden {
    #[serde(flatten)]
    total: std::collections::HashMap<String, i64>,
}

#[derive(Borrowed, Event)]
#[event(schema = "a/b.avsc", partial)]
struct Twin {
    total: i64,
}

fn main() {}

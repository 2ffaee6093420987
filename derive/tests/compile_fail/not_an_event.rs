use topika::Topic;

struct B;

#[derive(Topic)]
#[topic(name = "a.b")]
enum AB {
    B(B),
}

fn main() {}

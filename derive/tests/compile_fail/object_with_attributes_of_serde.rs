use topika::Object;

#[derive(Object)]
#[serde(tag = "kind")]
struct Tagged {
    id: String,
}

#[derive(Object)]
struct Order {
    #[serde(with = "somewhere")]
    id: String,
    note: Option<String>,
    #[serde(default)]
    count: i64,
}

#[derive(Object)]
struct Pair(String, String);

fn main() {}

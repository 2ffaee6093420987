use std::collections::BTreeMap;

#[derive(topika::Validate)]
struct Order {
    #[validate(min_length = 1)]
    count: i64,
    #[validate(items(minimum = 1))]
    tags: Option<Vec<String>>,
    #[validate(keys(maximum = 2), values(min_items = 1))]
    marks: BTreeMap<String, bool>,
}

fn main() {}

#[derive(topika::Validate)]
#[validate(min_length = 1)]
struct Order {
    #[validate(minimal = 1)]
    count: i64,
    #[validate(minimum = 1, minimum = 2)]
    twice: i64,
    #[validate(multiple_of = 0)]
    none: i64,
    #[validate(format = "mail")]
    mail: String,
    #[validate(minimum = "1")]
    text: i64,
    #[validate(min_length = -1)]
    negative: String,
}

#[derive(topika::Validate)]
#[validate(one_of, closed)]
enum Either {
    Nothing,
}

fn main() {}

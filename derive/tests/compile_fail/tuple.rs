use topika::Tuple;

#[derive(Tuple)]
struct WithoutNames(i64, String);

#[derive(Tuple)]
struct Order {
    #[tuple(optional)]
    first: Option<i64>,
    second: i64,
    #[tuple(rest)]
    rest: Vec<i64>,
    third: i64,
    #[tuple(last)]
    unknown: i64,
}

fn main() {}

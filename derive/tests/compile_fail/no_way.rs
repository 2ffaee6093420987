#[derive(topika::Record)]
#[event(name = "shop.Bill")]
struct Bill {
    #[event(as = topika::types::TimestampMicros)]
    at: std::time::Duration,
    #[event(as = Vec<topika::types::Date>)]
    days: Vec<String>,
}

#[derive(topika::Union)]
enum Either {
    #[event(as = topika::types::Date, rename = "day")]
    Day(i32),
}

#[derive(topika::Enum)]
#[event(name = "shop.Colour")]
enum Colour {
    #[event(as = i32)]
    Red,
}

#[derive(topika::Enum)]
#[event(name = "shop.Open")]
enum Open {
    Red,
    #[event(other)]
    Other,
    #[event(other, rename = "BLUE")]
    More(String),
}

fn main() {}

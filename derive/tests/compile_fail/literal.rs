use topika::Literal;

#[derive(Literal)]
enum Values {
    Bare,
    #[literal(json = "1")]
    Holds(i64),
    #[literal(value = "1")]
    Unknown,
}

#[derive(Literal)]
enum Empty {}

fn main() {}

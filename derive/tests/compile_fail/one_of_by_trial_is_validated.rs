//! By trial, the first branch that is valid is taken, so the union has to say what is valid.

use topika::OneOf;

#[derive(OneOf)]
enum Amount {
    Number(f64),
    Text(String),
}

fn main() {}

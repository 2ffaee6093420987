//! A tag and a discriminator both.

use topika::OneOf;

#[derive(OneOf)]
#[one_of(tag = "kind", discriminator = "kind")]
enum Payment {
    #[one_of("card")]
    Card(bool),
    #[one_of("cash")]
    Cash(i64),
}

fn main() {}

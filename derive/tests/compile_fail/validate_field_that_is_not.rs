use topika::__private::serde::Serialize;

#[derive(Serialize)]
#[serde(crate = "topika::__private::serde")]
struct Address;

#[derive(Serialize, topika::Validate)]
#[serde(crate = "topika::__private::serde")]
struct Order {
    address: Address,
}

fn main() {}

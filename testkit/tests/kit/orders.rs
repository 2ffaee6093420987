//! Events of a small shop.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use topika::types::Decimal;
use topika::{Event, Record, Topic};

#[derive(Clone, Debug, PartialEq, Record)]
#[event(name = "shop.Item")]
pub(crate) struct Item {
    pub(crate) dish: String,
    pub(crate) price: Decimal<10, 2>,
}

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "shop.order-placed", project = "tests/kit")]
pub(crate) struct OrderPlaced {
    pub(crate) order: String,
    pub(crate) customer: String,
    pub(crate) items: Vec<Item>,
    #[event(default)]
    pub(crate) note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "shop.order-cancelled", project = "tests/kit")]
pub(crate) struct OrderCancelled {
    pub(crate) order: String,
    pub(crate) customer: String,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "orders", key = "customer", partitions = 3)]
pub(crate) enum Orders {
    OrderPlaced(OrderPlaced),
    OrderCancelled(OrderCancelled),
}

#[derive(Clone, Debug, PartialEq, Event)]
#[event(name = "billing.invoice-made", project = "tests/kit")]
pub(crate) struct InvoiceMade {
    pub(crate) order: String,
    pub(crate) total: Decimal<10, 2>,
}

#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "invoices", key = "order")]
pub(crate) enum Invoices {
    InvoiceMade(InvoiceMade),
}

pub(crate) fn amount(text: &str) -> Decimal<10, 2> {
    text.parse().unwrap()
}

pub(crate) fn placed(order: &str, customer: &str, prices: &[&str]) -> OrderPlaced {
    let item = |price: &&str| Item { dish: "Ramen".to_owned(), price: amount(price) };
    OrderPlaced {
        order: order.to_owned(),
        customer: customer.to_owned(),
        items: prices.iter().map(item).collect(),
        note: None,
    }
}

pub(crate) fn cancelled(order: &str, customer: &str) -> OrderCancelled {
    OrderCancelled { order: order.to_owned(), customer: customer.to_owned() }
}

/// What a failed assertion says.
pub(crate) async fn told(failing: impl Future<Output = ()>) -> String {
    let panic = AssertUnwindSafe(failing).catch_unwind().await.expect_err("it fails");
    panic.downcast_ref::<String>().cloned().expect("it says why")
}

//! A topic whose key is a record of its own.

use food_orders::events::orders::{OrderCancelled, OrderPlaced};
use topika::Topic;

/// The events of the reference application, by customer and order.
#[derive(Clone, Debug, PartialEq, Topic)]
#[topic(name = "orders-of-customers", key = "customer_id, order_id", key_type = CustomerOrder)]
pub(crate) enum OrdersOfCustomers {
    Placed(OrderPlaced),
    Cancelled(OrderCancelled),
}

/// Its key.
#[derive(Clone, Debug, PartialEq, topika::Record, topika::Key)]
#[event(name = "orders.CustomerOrder")]
pub(crate) struct CustomerOrder {
    pub(crate) customer_id: String,
    pub(crate) order_id: String,
}

//! An order as it stands in the database.

use serde_json::{Value, json};
use topika::serde::Serialize;
use topika::types::{Decimal, TimestampMicros};

use crate::events::orders::{OrderItem, OrderPlaced, OrderStatus};

/// An order of the read model.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(crate = "topika::serde")]
pub struct Row {
    /// `ORD-YYYYMMDD-NNNNN`.
    pub order_id: String,
    /// `CUST-NNNNN`.
    pub customer_id: String,
    /// Its lines.
    pub items: Value,
    /// What it comes to, with two decimals.
    pub total_amount: String,
    /// How far it has come, or `CANCELLED`.
    pub status: String,
    /// When it was placed.
    pub created_at: String,
    /// When it was written here.
    pub processed_at: String,
}

/// The columns as both databases give them: amounts in cents, times in microseconds since 1970, JSON as text.
pub(super) type Columns = (String, String, String, i64, String, i64, i64);

impl Row {
    pub(super) fn of(columns: Columns) -> Self {
        let (order_id, customer_id, items, total, status, created, processed) = columns;
        Self {
            order_id,
            customer_id,
            items: serde_json::from_str(&items).unwrap_or(Value::Null),
            total_amount: shown(total),
            status,
            created_at: TimestampMicros::new(created).to_string(),
            processed_at: TimestampMicros::new(processed).to_string(),
        }
    }
}

/// What this service has accepted of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Who placed it.
    pub customer_id: String,
    /// Its lines, as JSON.
    pub items: String,
    /// What it comes to, in cents.
    pub total: i64,
    /// Whether it was cancelled here.
    pub cancelled: bool,
}

/// An amount in cents.
#[must_use]
pub fn cents(amount: Decimal<10, 2>) -> i64 {
    i64::try_from(amount.unscaled()).expect("ten digits fit 64 bits")
}

/// Cents as an amount with two decimals.
#[must_use]
pub fn shown(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}

/// The lines of an order as the column holds them.
pub fn items(order: &OrderPlaced) -> String {
    Value::from_iter(order.items.iter().map(item)).to_string()
}

fn item(item: &OrderItem) -> Value {
    json!({
        "item_id": item.item_id,
        "name": item.name,
        "quantity": item.quantity,
        "price": item.price.to_string(),
        "subtotal": item.subtotal.to_string(),
    })
}

pub(super) fn status(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Pending => "PENDING",
        OrderStatus::Confirmed => "CONFIRMED",
        OrderStatus::Preparing => "PREPARING",
        OrderStatus::Ready => "READY",
        OrderStatus::Delivered => "DELIVERED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_are_shown_with_two_decimals() {
        assert_eq!([0, 5, 1250, -905].map(shown), ["0.00", "0.05", "12.50", "-9.05"]);
        assert_eq!(cents("12.50".parse().unwrap()), 1250);
    }
}

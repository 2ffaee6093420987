//! What a shop sends to have an order placed.

use topika::serde::{Deserialize, Serialize};
use topika::types::{Decimal, TimestampMicros};

use super::refusal::Refusal;
use crate::events::orders::{OrderItem, OrderPlaced, OrderStatus};

/// An order, as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(crate = "topika::serde", deny_unknown_fields)]
pub struct Order {
    /// `CUST-NNNNN`.
    pub customer_id: String,
    /// Who they are.
    pub customer_name: String,
    /// Where they are written to.
    pub customer_email: String,
    /// At least one.
    pub items: Vec<Line>,
    /// What the kitchen should know.
    #[serde(default)]
    pub note: Option<String>,
}

/// A line of an order.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(crate = "topika::serde", deny_unknown_fields)]
pub struct Line {
    /// `ITEM-NNN`.
    pub item_id: String,
    /// What the menu calls it.
    pub name: String,
    /// How many, at least 1.
    pub quantity: i32,
    /// The price of one, with two decimals: `"9.50"`.
    pub price: String,
}

impl Order {
    /// The event that says so, placed now.
    ///
    /// # Errors
    /// [`Refusal::Wrong`], which names what is wrong.
    pub fn into_event(self, order_id: String) -> Result<OrderPlaced, Refusal> {
        let texts = [("id", &order_id), ("customer_id", &self.customer_id)].into_iter();
        let texts = texts.chain([("customer_name", &self.customer_name), ("customer_email", &self.customer_email)]);
        let texts = texts.chain(self.note.iter().map(|note| ("note", note)));
        let lines = self.items.iter().flat_map(|line| [("items.item_id", &line.item_id), ("items.name", &line.name)]);
        if let Some((name, _)) = texts.chain(lines).find(|(_, text)| text.contains('\0')) {
            // PostgreSQL's text and JSON cannot hold it.
            return Err(Refusal::Wrong(format!("{name} has a NUL character")));
        }
        if self.customer_id.is_empty() {
            return Err(Refusal::Wrong("customer_id is empty".to_owned()));
        }
        if self.items.is_empty() {
            return Err(Refusal::Wrong("items is empty: an order has at least one line".to_owned()));
        }
        let items: Vec<OrderItem> =
            self.items.into_iter().enumerate().map(|(at, line)| line.into_item(at)).collect::<Result<_, _>>()?;
        let total = Decimal::checked_sum(items.iter().map(|item| item.subtotal));
        Ok(OrderPlaced {
            order_id,
            customer_id: self.customer_id,
            customer_name: self.customer_name,
            customer_email: self.customer_email,
            total_amount: total.ok_or_else(|| Refusal::Wrong("the total has more than ten digits".to_owned()))?,
            items,
            status: OrderStatus::Pending,
            delivery_address: None,
            note: self.note,
            created_at: TimestampMicros::now(),
        })
    }
}

impl Line {
    fn into_item(self, at: usize) -> Result<OrderItem, Refusal> {
        let wrong = |what: &str| Refusal::Wrong(format!("items[{at}].{what}"));
        if self.quantity < 1 {
            return Err(wrong(&format!("quantity is {}, and has to be 1 at least", self.quantity)));
        }
        let price: Decimal<10, 2> = self.price.parse().map_err(|error| wrong(&format!("price: {error}")))?;
        if price.unscaled() < 0 {
            return Err(wrong("price is less than nothing"));
        }
        let subtotal =
            price.checked_mul(self.quantity.into()).ok_or_else(|| wrong("price: more than ten digits in all"))?;
        Ok(OrderItem { item_id: self.item_id, name: self.name, quantity: self.quantity, price, subtotal })
    }
}

//! The checkout: realistic orders, the same ones for the same seed.

use topika::types::{Decimal, TimestampMicros};

use crate::events::orders::{CancelReason, OrderCancelled, OrderItem, OrderPlaced, OrderStatus, v1};
use crate::events::types::Address;

/// Item id, name, price in cents.
const MENU: [(&str, &str, i128); 8] = [
    ("ITEM-001", "Margherita", 950),
    ("ITEM-002", "Quattro stagioni", 1290),
    ("ITEM-003", "Caesar salad", 840),
    ("ITEM-004", "Cheeseburger", 1150),
    ("ITEM-005", "Sweet potato fries", 520),
    ("ITEM-006", "Ramen", 1390),
    ("ITEM-007", "Lemonade", 390),
    ("ITEM-008", "Tiramisù", 610),
];
const FIRST: [&str; 8] = ["Ada", "Noor", "Jun", "Olga", "Mateo", "Zoë", "Kwame", "Ines"];
const LAST: [&str; 8] = ["Berger", "Haddad", "Sato", "Petrova", "García", "Lind", "Mensah", "Rocha"];
const STREETS: [(&str, &str, &str); 4] = [
    ("Lindenstraße 12", "Berlin", "10969"),
    ("Rua das Flores 7", "Porto", "4050-262"),
    ("Kungsgatan 44", "Stockholm", "111 35"),
    ("12 Mill Lane", "Cambridge", "CB2 1RX"),
];

/// What the checkout has to say: mostly orders, now and then a cancellation.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// An order was placed.
    Placed(OrderPlaced),
    /// An earlier order was cancelled.
    Cancelled(OrderCancelled),
}

/// An endless stream of orders by a number of customers.
#[derive(Clone, Debug)]
pub struct Checkout {
    random: fastrand::Rng,
    customers: u32,
    placed: u32,
    last: Option<OrderPlaced>,
}

impl Checkout {
    /// Orders that depend on `seed` alone, but for the time at which they are placed.
    #[must_use]
    pub fn seeded(seed: u64, customers: u32) -> Self {
        Self { random: fastrand::Rng::with_seed(seed), customers: customers.max(1), placed: 0, last: None }
    }

    /// The next thing to say: one time in twenty, that the last order was cancelled.
    pub fn next_event(&mut self) -> Said {
        let cancel = self.random.u8(0..20) == 0;
        match self.last.take() {
            Some(order) if cancel => Said::Cancelled(self.cancellation(&order)),
            _ => {
                let order = self.next_order();
                self.last = Some(order.clone());
                Said::Placed(order)
            }
        }
    }

    /// The next order.
    pub fn next_order(&mut self) -> OrderPlaced {
        self.placed += 1;
        let customer = self.random.u32(0..self.customers);
        let items: Vec<OrderItem> = (0..self.random.usize(1..=5)).map(|_| self.item()).collect();
        let name = format!("{} {}", pick(&mut self.random, &FIRST), pick(&mut self.random, &LAST));
        let (street, city, postal_code) = *pick(&mut self.random, &STREETS);
        OrderPlaced {
            order_id: format!("ORD-20261121-{:05}", self.placed),
            customer_id: format!("CUST-{customer:05}"),
            customer_email: format!("{}@example.com", name.to_lowercase().replace(' ', ".")),
            customer_name: name,
            total_amount: Decimal::checked_sum(items.iter().map(|item| item.subtotal))
                .expect("five lines of at most five digits have at most six"),
            items,
            status: OrderStatus::Pending,
            delivery_address: self.random.bool().then(|| Address {
                street: street.into(),
                city: city.into(),
                postal_code: postal_code.into(),
            }),
            note: (self.random.u8(0..10) == 0).then(|| "no onions, please".into()),
            created_at: TimestampMicros::now(),
        }
    }

    fn item(&mut self) -> OrderItem {
        let (id, name, cents) = *pick(&mut self.random, &MENU);
        let quantity = self.random.i32(1..=3);
        OrderItem {
            item_id: id.into(),
            name: name.into(),
            quantity,
            price: Decimal::from_unscaled(cents).expect("the menu's prices have at most four digits"),
            subtotal: Decimal::from_unscaled(cents * i128::from(quantity))
                .expect("three times a price of the menu has at most five digits"),
        }
    }

    fn cancellation(&mut self, order: &OrderPlaced) -> OrderCancelled {
        let reasons =
            [CancelReason::Customer, CancelReason::OutOfStock, CancelReason::PaymentFailed, CancelReason::Other];
        OrderCancelled {
            order_id: order.order_id.clone(),
            customer_id: order.customer_id.clone(),
            reason: *pick(&mut self.random, &reasons),
            refund: order.total_amount,
            cancelled_at: TimestampMicros::now(),
        }
    }
}

/// The order as the first release of the checkout said it: version 1 had no delivery address.
#[must_use]
pub fn as_version_1(order: &OrderPlaced) -> v1::OrderPlaced {
    v1::OrderPlaced {
        order_id: order.order_id.clone(),
        customer_id: order.customer_id.clone(),
        customer_name: order.customer_name.clone(),
        customer_email: order.customer_email.clone(),
        items: order
            .items
            .iter()
            .map(|item| v1::OrderItem {
                item_id: item.item_id.clone(),
                name: item.name.clone(),
                quantity: item.quantity,
                price: item.price,
                subtotal: item.subtotal,
            })
            .collect(),
        total_amount: order.total_amount,
        status: v1::OrderStatus::Pending,
        note: order.note.clone(),
        created_at: order.created_at,
    }
}

fn pick<'a, T, const N: usize>(random: &mut fastrand::Rng, from: &'a [T; N]) -> &'a T {
    random.choice(from).expect("the lists above are not empty")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_orders() {
        let ids = |seed| {
            let mut checkout = Checkout::seeded(seed, 50);
            (0..100).map(|_| checkout.next_order()).map(|o| (o.customer_id, o.total_amount)).collect::<Vec<_>>()
        };
        assert_eq!(ids(7), ids(7));
        assert_ne!(ids(7), ids(8));
    }

    #[test]
    fn the_total_is_the_sum_of_the_subtotals() {
        let mut checkout = Checkout::seeded(1, 10);
        for _ in 0..200 {
            let order = checkout.next_order();
            let sum: i128 = order.items.iter().map(|item| item.price.unscaled() * i128::from(item.quantity)).sum();
            assert_eq!(order.total_amount.unscaled(), sum);
        }
    }

    #[test]
    fn a_cancellation_names_an_order_that_was_placed_by_that_customer() {
        let mut checkout = Checkout::seeded(3, 10);
        let mut placed = std::collections::HashMap::new();
        let mut cancelled = 0;
        for _ in 0..500 {
            match checkout.next_event() {
                Said::Placed(order) => {
                    placed.insert(order.order_id, order.customer_id);
                }
                Said::Cancelled(event) => {
                    cancelled += 1;
                    assert_eq!(placed.get(&event.order_id), Some(&event.customer_id));
                }
            }
        }
        assert!(cancelled > 5, "{cancelled}");
    }
}

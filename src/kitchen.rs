//! The kitchen: cooks what is ordered, stops what is cancelled, and says when a ticket is ready.

use std::sync::Arc;

use topika::handler::{Metadata, State};
use topika::types::TimestampMicros;
use topika::{App, Producer};

use crate::events::kitchen::{Dish, TicketReady};
use crate::events::orders::{OrderCancelled, OrderPlaced};
use crate::events::topics::FoodOrders;
use crate::events::types::{Station, StationName};
use crate::ledger::Ledger;

/// What the handlers share.
#[derive(Clone)]
pub struct Kitchen {
    /// The cook's name: one member of the consumer group.
    pub member: String,
    /// Where everything handled is written down.
    pub ledger: Ledger,
    /// Where finished tickets are said.
    pub tickets: Arc<Producer<TicketReady>>,
}

/// The kitchen as an application of the consumer group `group`.
pub fn app(group: &str, kitchen: Kitchen) -> App<Kitchen> {
    App::new(group)
        .with_state(kitchen)
        .topic(FoodOrders::router().order_placed(cook).order_cancelled(stop))
        .dead_letters()
}

async fn cook(State(kitchen): State<Kitchen>, at: Metadata, order: OrderPlaced) -> Result<(), topika::Error> {
    let cents = order.total_amount.unscaled();
    kitchen.ledger.placed(&kitchen.member, at.partition, &order.order_id, &order.customer_id, cents, order.created_at);
    kitchen.tickets.send(&ticket(&kitchen.member, &order)).await?;
    Ok(())
}

async fn stop(State(kitchen): State<Kitchen>, at: Metadata, order: OrderCancelled) -> Result<(), topika::Error> {
    kitchen.ledger.cancelled(&kitchen.member, at.partition, &order.order_id);
    Ok(())
}

/// The ticket of an order.
#[must_use]
pub fn ticket(cook: &str, order: &OrderPlaced) -> TicketReady {
    TicketReady {
        ticket_id: order.order_id.replace("ORD", "TKT"),
        order_id: order.order_id.clone(),
        station: Station { name: StationName::Grill, cook: Some(cook.to_owned()) },
        dishes: order.items.iter().map(|i| Dish { name: i.name.clone(), count: i64::from(i.quantity) }).collect(),
        note: None,
        ready_at: TimestampMicros::now().to_string().into(),
    }
}

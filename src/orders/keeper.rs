//! The keeper: writes what is said on the topic into the database, each order once.

use sqlx::Pool;
use topika::handler::State;
use topika::inbox::{Inbox, MessageId};
use topika::{App, Retry};

use super::error::KeepError;
use super::row::{cents, shown};
use super::table::Orders;
use crate::events::orders::{OrderCancelled, OrderPlaced};
use crate::events::topics::FoodOrders;

/// What the handlers share.
pub struct Keeper<DB: Orders>(Inbox<DB>);

impl<DB: Orders> Keeper<DB> {
    /// Writes into that database.
    #[must_use]
    pub fn new(pool: &Pool<DB>) -> Self {
        Self(Inbox::new(pool))
    }
}

impl<DB: Orders> Clone for Keeper<DB> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// The keeper as an application of the consumer group `group`. A database that is away is waited for: in place, and never until a message is given up.
pub fn app<DB: Orders>(group: &str, keeper: Keeper<DB>) -> App<Keeper<DB>> {
    App::new(group)
        .with_state(keeper)
        .topic(FoodOrders::router().order_placed(keep::<DB>).order_cancelled(cancel::<DB>))
        .retry(Retry::in_place(u32::MAX))
        .dead_letters()
}

async fn keep<DB: Orders>(
    State(keeper): State<Keeper<DB>>,
    id: MessageId,
    order: OrderPlaced,
) -> Result<(), KeepError> {
    let (lines, total): (i64, _) =
        (order.items.iter().map(|item| cents(item.subtotal)).sum(), cents(order.total_amount));
    if lines != total {
        let (lines, total) = (shown(lines), shown(total));
        return Err(KeepError::TotalDiffers { order_id: order.order_id, lines, total });
    }
    let Some(mut tx) = keeper.0.begin(&id).await? else { return Ok(()) };
    DB::keep(&mut tx, &order).await?;
    Ok(tx.commit().await?)
}

async fn cancel<DB: Orders>(
    State(keeper): State<Keeper<DB>>,
    id: MessageId,
    order: OrderCancelled,
) -> Result<(), KeepError> {
    let Some(mut tx) = keeper.0.begin(&id).await? else { return Ok(()) };
    DB::cancelled(&mut tx, &order.order_id).await?;
    Ok(tx.commit().await?)
}

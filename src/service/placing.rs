//! What the service says: the event and the note that it was said, in one transaction.

use sqlx::Pool;
use topika::envelope::Envelope;
use topika::outbox::Outbox;
use topika::types::{Decimal, TimestampMicros};
use topika::{Client, Error};

use super::refusal::Refusal;
use crate::events::orders::{CancelReason, OrderCancelled, OrderPlaced};
use crate::events::topics::FoodOrders;
use crate::orders::{Accepted, Orders, cents, items};

/// Places orders and cancels them. Cloning shares the pool.
pub struct Placing<DB: Orders> {
    pool: Pool<DB>,
    outbox: Outbox<DB>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It is on its way.
    Now,
    /// It was before: a request that is sent again changes nothing.
    Before,
}

impl<DB: Orders> Placing<DB> {
    /// Over that database; what is said there goes where `kafka` leads.
    #[must_use]
    pub fn new(pool: &Pool<DB>, kafka: &Client) -> Self {
        Self { pool: pool.clone(), outbox: Outbox::new(pool, kafka) }
    }

    /// Asks the registry for the schemas, so that no order waits for it.
    ///
    /// # Errors
    /// When the registry cannot be reached or does not know them.
    pub async fn ready(&self) -> Result<(), Error> {
        self.outbox.ready::<FoodOrders>().await
    }

    /// Places an order.
    ///
    /// # Errors
    /// [`Refusal::Taken`] where its id is another order's; [`Refusal::NotNow`].
    pub async fn place(&self, order: &OrderPlaced) -> Result<Placed, Refusal> {
        let mut tx = DB::writing(&self.pool).await?;
        if !DB::accept(&mut tx, order).await? {
            let known = DB::accepted(&mut tx, &order.order_id).await?;
            let same = |known: &Accepted| {
                (&*known.customer_id, &*known.items, known.total)
                    == (&*order.customer_id, &*items(order), cents(order.total_amount))
            };
            tx.rollback().await?;
            return if known.as_ref().is_some_and(same) {
                Ok(Placed::Before)
            } else {
                Err(Refusal::Taken(order.order_id.clone()))
            };
        }
        let about = Envelope::domain("order", &order.order_id);
        self.outbox.message::<FoodOrders, _>(order).envelope(&about).publish(&mut tx).await?;
        tx.commit().await?;
        Ok(Placed::Now)
    }

    /// Cancels an order that was placed here.
    ///
    /// # Errors
    /// [`Refusal::Unknown`]; [`Refusal::NotNow`].
    pub async fn cancel(&self, order_id: &str) -> Result<Placed, Refusal> {
        let mut tx = DB::writing(&self.pool).await?;
        let Some(order) = DB::accepted(&mut tx, order_id).await? else {
            return Err(Refusal::Unknown(order_id.to_owned()));
        };
        if order.cancelled {
            return Ok(Placed::Before);
        }
        DB::take_back(&mut tx, order_id).await?;
        let said = OrderCancelled {
            order_id: order_id.to_owned(),
            customer_id: order.customer_id,
            reason: CancelReason::Customer,
            refund: Decimal::from_unscaled(order.total.into()).map_err(Error::wrap)?,
            cancelled_at: TimestampMicros::now(),
        };
        let about = Envelope::domain("order", order_id);
        self.outbox.message::<FoodOrders, _>(&said).envelope(&about).publish(&mut tx).await?;
        tx.commit().await?;
        Ok(Placed::Now)
    }
}

impl<DB: Orders> Clone for Placing<DB> {
    fn clone(&self) -> Self {
        Self { pool: self.pool.clone(), outbox: self.outbox.clone() }
    }
}

//! The checkouts: what is sent, at a rate, and what must therefore arrive.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use topika::{Error, Pending, Producer};

use super::Plan;
use crate::checkout::{Checkout, Said, as_version_1};
use crate::events::topics::FoodOrders;

/// How many deliveries may be open before the oldest is awaited.
const IN_FLIGHT: usize = 500;

/// What the checkouts send, and what the broker acknowledged of it.
pub(super) struct Checkouts {
    checkout: Checkout,
    rate: u32,
    progress: Box<dyn Fn(u64) + Send + Sync>,
    started: Instant,
    said: f64,
    pending: VecDeque<Pending>,
    totals: Totals,
}

/// The figures of a run.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Orders said by the old checkout, with version 1 of the schema.
    pub old: u64,
    /// Orders said by the new checkout.
    pub new: u64,
    /// Cancellations.
    pub cancelled: u64,
    /// What the broker acknowledged, by partition.
    pub partitions: BTreeMap<i32, u64>,
    /// The sum of each customer's orders, in cents.
    pub sums: BTreeMap<String, i128>,
    /// From the first send to the last acknowledgement.
    pub took: Duration,
}

impl Totals {
    /// Orders and cancellations.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.old + self.new + self.cancelled
    }
}

impl Checkouts {
    pub(super) fn new(plan: &Plan, progress: Box<dyn Fn(u64) + Send + Sync>) -> Self {
        Self {
            checkout: Checkout::seeded(plan.seed, plan.customers),
            rate: plan.rate.max(1),
            progress,
            started: Instant::now(),
            said: 0.0,
            pending: VecDeque::new(),
            totals: Totals::default(),
        }
    }

    /// The first half: one checkout, which knows version 1 only.
    pub(super) async fn by_the_old_checkout(&mut self, old: &Producer<FoodOrders>, orders: u32) -> Result<(), Error> {
        for _ in 0..orders {
            self.next_order(old, None).await?;
        }
        self.acknowledged(0).await
    }

    /// The second half: half of the customers have moved to the new checkout. A customer stays with one checkout, since two
    /// producers promise no order between them.
    pub(super) async fn side_by_side(
        &mut self,
        old: &Producer<FoodOrders>,
        new: &Producer<FoodOrders>,
        orders: u32,
    ) -> Result<(), Error> {
        for _ in 0..orders {
            self.next_order(old, Some(new)).await?;
        }
        self.acknowledged(0).await
    }

    /// Says what comes next, until an order was among it.
    async fn next_order(
        &mut self,
        old: &Producer<FoodOrders>,
        new: Option<&Producer<FoodOrders>>,
    ) -> Result<(), Error> {
        loop {
            self.pace().await;
            match self.checkout.next_event() {
                Said::Cancelled(event) => {
                    self.totals.cancelled += 1;
                    let producer = new.filter(|_| moved(&event.customer_id)).unwrap_or(old);
                    self.pending.push_back(producer.enqueue(&event).await?);
                }
                Said::Placed(order) => {
                    *self.totals.sums.entry(order.customer_id.clone()).or_default() += order.total_amount.unscaled();
                    let pending = match new.filter(|_| moved(&order.customer_id)) {
                        Some(new) => {
                            self.totals.new += 1;
                            new.enqueue(&order).await?
                        }
                        None => {
                            self.totals.old += 1;
                            old.enqueue(&as_version_1(&order)).await?
                        }
                    };
                    self.pending.push_back(pending);
                    (self.progress)(self.totals.old + self.totals.new);
                    return self.acknowledged(IN_FLIGHT).await;
                }
            }
        }
    }

    /// Waits until no more than `open` deliveries are open.
    async fn acknowledged(&mut self, open: usize) -> Result<(), Error> {
        while self.pending.len() > open {
            let Some(oldest) = self.pending.pop_front() else { break };
            let delivered = oldest.await?;
            *self.totals.partitions.entry(delivered.partition).or_default() += 1;
        }
        self.totals.took = self.started.elapsed();
        Ok(())
    }

    /// Waits until the next message is due.
    async fn pace(&mut self) {
        let due = self.started + Duration::from_secs_f64(self.said / f64::from(self.rate));
        self.said += 1.0;
        if due > Instant::now() + Duration::from_millis(2) {
            tokio::time::sleep_until(due.into()).await;
        }
    }

    /// What was said so far.
    pub(super) fn totals(&self) -> &Totals {
        &self.totals
    }
}

/// Whether a customer has moved to the new checkout.
fn moved(customer_id: &str) -> bool {
    customer_id.bytes().last().is_some_and(|digit| digit % 2 == 1)
}

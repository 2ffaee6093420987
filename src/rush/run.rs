use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::Pool;
use topika::{Client, Error, Event, Producer, RunningApp};

use super::checkouts::Checkouts;
use super::{Outcome, Stored, Totals};
use crate::counter;
use crate::events::kitchen::TicketReady;
use crate::events::orders::{OrderCancelled, v1};
use crate::events::topics::FoodOrders;
use crate::kitchen::{self, Kitchen};
use crate::ledger::Ledger;
use crate::orders::{self, Keeper, Orders};

/// How big a rush is.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many orders are placed, cancellations not counted.
    pub orders: u32,
    /// How many messages are said a second.
    pub rate: u32,
    /// How many customers there are.
    pub customers: u32,
    /// The same seed gives the same orders.
    pub seed: u64,
    /// The consumer group of the kitchens.
    pub group: String,
    /// How long anything may take that should take a moment.
    pub deadline: Duration,
}

impl Plan {
    /// The consumer group of the keeper, which writes into the database.
    #[must_use]
    pub fn keepers(&self) -> String {
        format!("{}-keeper", self.group)
    }
}

/// A rush that is going on.
pub struct Rush<DB: Orders> {
    plan: Plan,
    kafka: Client,
    ledger: Ledger,
    checkouts: Checkouts,
    tickets: Arc<Producer<TicketReady>>,
    kitchens: Vec<RunningApp>,
    counter: RunningApp,
    keeper: RunningApp,
    pool: Pool<DB>,
    old: Producer<FoodOrders>,
    new: Option<Producer<FoodOrders>>,
}

impl<DB: Orders> Rush<DB> {
    /// Registers the schemas of the first release, opens the old checkout, two kitchens, the counter, and the keeper of the database. `progress` hears
    /// how many orders were placed.
    ///
    /// # Errors
    /// When broker, registry or database cannot be reached, or refuse a topic, a schema or a table.
    pub async fn start(
        kafka: &Client,
        pool: &Pool<DB>,
        plan: Plan,
        progress: impl Fn(u64) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let tickets = Arc::new(kafka.producer::<TicketReady>().await?);
        let old = kafka.producer_of(&[v1::OrderPlaced::DESCRIPTOR, OrderCancelled::DESCRIPTOR]).await?;
        let ledger = Ledger::default();
        let mut kitchens = Vec::new();
        for member in ["kitchen-a", "kitchen-b"] {
            let kitchen = Kitchen { member: member.into(), ledger: ledger.clone(), tickets: tickets.clone() };
            kitchens.push(kitchen::app(&plan.group, kitchen).spawn(kafka.clone()));
        }
        // A group of two from the first order on: a rush may be over before a second member has joined.
        for kitchen in &kitchens {
            tokio::time::timeout(plan.deadline, kitchen.joined()).await.map_err(Error::wrap)?;
        }
        let counter = counter::app(&format!("{}-counter", plan.group), ledger.clone()).spawn(kafka.clone());
        DB::prepare(pool).await?;
        let keeper = orders::app(&plan.keepers(), Keeper::new(pool)).spawn(kafka.clone());
        let checkouts = Checkouts::new(&plan, Box::new(progress));
        let (kafka, pool) = (kafka.clone(), pool.clone());
        Ok(Self { plan, kafka, ledger, checkouts, tickets, kitchens, counter, keeper, pool, old, new: None })
    }

    /// The first half of the orders: one checkout, which knows version 1 only.
    ///
    /// # Errors
    /// When a message cannot be delivered.
    pub async fn first_half(&mut self) -> Result<(), Error> {
        self.checkouts.by_the_old_checkout(&self.old, self.plan.orders / 2).await
    }

    /// The evolution, mid-stream: the registry judges version 2 of the order while version 1 is in use.
    ///
    /// # Errors
    /// When the registry refuses it.
    pub async fn evolve(&mut self) -> Result<(), Error> {
        self.new = Some(self.kafka.producer::<FoodOrders>().await?);
        Ok(())
    }

    /// The second half: old and new checkouts side by side.
    ///
    /// # Errors
    /// When a message cannot be delivered.
    pub async fn second_half(&mut self) -> Result<(), Error> {
        let orders = self.plan.orders - self.plan.orders / 2;
        let new = self.new.as_ref().unwrap_or(&self.old);
        self.checkouts.side_by_side(&self.old, new, orders).await
    }

    /// What was said so far.
    #[must_use]
    pub fn totals(&self) -> &Totals {
        self.checkouts.totals()
    }

    /// Waits until the kitchens handled everything, every ticket was handed out and every order is in the database, and closes them. `progress` hears how much
    /// was handled. The dead letters of the outcome are for the caller to fill in.
    ///
    /// # Errors
    /// When a producer or a kitchen cannot be closed in time, or the database does not answer.
    pub async fn finish(self, progress: impl Fn(u64)) -> Result<Outcome, Error> {
        for producer in [Some(&self.old), self.new.as_ref()].into_iter().flatten() {
            producer.close(self.plan.deadline).await?;
        }
        let deadline = Instant::now() + self.plan.deadline;
        loop {
            let entries = self.ledger.read();
            progress(entries.distinct());
            let (said, orders) = (self.totals().all(), self.totals().old + self.totals().new);
            let kept = DB::count(&self.pool).await.map_err(Error::wrap)?;
            let handed_out = entries.handed_out.len() as u64;
            let done =
                entries.distinct() >= said && handed_out >= orders && u64::try_from(kept).is_ok_and(|n| n >= orders);
            if done || Instant::now() > deadline {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        for app in self.kitchens.into_iter().chain([self.counter, self.keeper]) {
            app.shutdown().await?;
        }
        self.tickets.close(self.plan.deadline).await?;
        let stored = Stored {
            orders: DB::count(&self.pool).await.map_err(Error::wrap)?,
            sums: DB::sums(&self.pool).await.map_err(Error::wrap)?,
        };
        Ok(Outcome { sent: self.checkouts.totals().clone(), handled: self.ledger.read(), stored, dead: Vec::new() })
    }
}

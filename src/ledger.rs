//! What a service saw of the stream: enough to say that nothing was lost and that order was kept.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use topika::types::TimestampMicros;

/// A shared book of what was handled. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub struct Ledger(Arc<Mutex<Entries>>);

/// What the book holds.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    /// Orders by id, each with how often it was handled.
    pub orders: HashMap<String, u32>,
    /// Cancelled orders by id, each with how often the cancellation was handled.
    pub cancelled: HashMap<String, u32>,
    /// Orders whose ticket was handed out, each with how often.
    pub handed_out: HashMap<String, u32>,
    /// The sum of all orders of a customer, each order counted once.
    pub sums: BTreeMap<String, i128>,
    /// Orders and cancellations by partition.
    pub partitions: BTreeMap<i32, u64>,
    /// Orders and cancellations by the member of the group that handled them.
    pub members: BTreeMap<String, u64>,
    /// From `created_at` to the handler, in microseconds, one for each order.
    pub latencies: Vec<i64>,
    /// Orders that came after a later one of the same customer.
    pub reordered: u64,
    last_of_customer: HashMap<String, String>,
}

impl Ledger {
    /// Writes down an order.
    pub fn placed(
        &self,
        member: &str,
        partition: i32,
        order_id: &str,
        customer_id: &str,
        cents: i128,
        at: TimestampMicros,
    ) {
        let mut entries = self.lock();
        entries.saw(member, partition);
        entries.latencies.push(TimestampMicros::now().get() - at.get());
        let times = entries.orders.entry(order_id.to_owned()).or_default();
        *times += 1;
        if *times > 1 {
            return;
        }
        *entries.sums.entry(customer_id.to_owned()).or_default() += cents;
        let last = entries.last_of_customer.insert(customer_id.to_owned(), order_id.to_owned());
        // The number at the end of an id grows a digit now and then: the shorter id is the earlier one.
        if last.is_some_and(|last| (last.len(), last.as_str()) > (order_id.len(), order_id)) {
            entries.reordered += 1;
        }
    }

    /// Writes down a cancellation.
    pub fn cancelled(&self, member: &str, partition: i32, order_id: &str) {
        let mut entries = self.lock();
        entries.saw(member, partition);
        *entries.cancelled.entry(order_id.to_owned()).or_default() += 1;
    }

    /// Writes down a ticket that was handed out.
    pub fn handed_out(&self, order_id: &str) {
        *self.lock().handed_out.entry(order_id.to_owned()).or_default() += 1;
    }

    /// A copy of the book.
    #[must_use]
    pub fn read(&self) -> Entries {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        // A handler that panicked leaves whole entries behind: each line above is complete in itself.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    /// How many orders and cancellations were handled, repeats included.
    #[must_use]
    pub fn handled(&self) -> u64 {
        self.partitions.values().sum()
    }

    /// How many orders and cancellations were handled, each counted once.
    #[must_use]
    pub fn distinct(&self) -> u64 {
        self.handled() - self.repeated()
    }

    /// How often one was handled again.
    #[must_use]
    pub fn repeated(&self) -> u64 {
        self.orders.values().chain(self.cancelled.values()).map(|times| u64::from(times.saturating_sub(1))).sum()
    }

    /// The latency below which `percent` of the orders stayed, in microseconds; `None` without orders.
    #[must_use]
    pub fn latency(&self, percent: usize) -> Option<i64> {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        sorted.get((sorted.len().saturating_sub(1)) * percent.min(100) / 100).copied()
    }

    fn saw(&mut self, member: &str, partition: i32) {
        *self.members.entry(member.to_owned()).or_default() += 1;
        *self.partitions.entry(partition).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_order_is_counted_once_in_the_sum() {
        let ledger = Ledger::default();
        for _ in 0..2 {
            ledger.placed("a", 0, "ORD-1", "CUST-1", 250, TimestampMicros::now());
        }
        let entries = ledger.read();
        assert_eq!((entries.sums["CUST-1"], entries.repeated(), entries.handled()), (250, 1, 2));
    }

    #[test]
    fn an_order_that_comes_late_is_seen() {
        let ledger = Ledger::default();
        for id in ["ORD-2", "ORD-1", "ORD-3"] {
            ledger.placed("a", 0, id, "CUST-1", 1, TimestampMicros::now());
        }
        assert_eq!(ledger.read().reordered, 1);
    }

    #[test]
    fn an_id_with_one_digit_more_is_a_later_one() {
        let ledger = Ledger::default();
        for id in ["ORD-20261121-99999", "ORD-20261121-100000"] {
            ledger.placed("a", 0, id, "CUST-1", 1, TimestampMicros::now());
        }
        assert_eq!(ledger.read().reordered, 0);
    }

    #[test]
    fn a_percentile_is_one_of_the_latencies() {
        let entries = Entries { latencies: (1..=100).rev().collect(), ..Entries::default() };
        assert_eq!((entries.latency(0), entries.latency(50), entries.latency(100)), (Some(1), Some(50), Some(100)));
        assert_eq!(Entries::default().latency(50), None);
    }
}

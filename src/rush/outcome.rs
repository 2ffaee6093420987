//! The table at the end: what was said, what was handled, and whether they agree.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Totals;
use crate::ledger::Entries;

/// What happened.
pub struct Outcome {
    /// What the checkouts said.
    pub sent: Totals,
    /// What the kitchens handled.
    pub handled: Entries,
    /// What the keeper wrote into the database.
    pub stored: Stored,
    /// The dead letters, each in a line.
    pub dead: Vec<String>,
}

/// What stands in the database at the end.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// How many orders.
    pub orders: i64,
    /// What they come to for each customer, in cents.
    pub sums: BTreeMap<String, i128>,
}

/// Kitchens and keeper read the poison, and each group gives it up once.
const LETTERS: usize = 2;

impl Outcome {
    /// Orders and cancellations that were acknowledged by the broker and handled by nobody.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.sent.all().saturating_sub(self.handled.distinct())
    }

    /// Orders whose ticket nobody handed out.
    #[must_use]
    pub fn not_handed_out(&self) -> u64 {
        (self.sent.old + self.sent.new).saturating_sub(self.handled.handed_out.len() as u64)
    }

    /// What is not as it should be: an event lost, a ticket not handed out, a sum that differs, order broken, or dead letters that are not
    /// the poison alone, of both groups that read it.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let checks = [
            (self.lost() == 0, format!("{} events were lost", self.lost())),
            (self.not_handed_out() == 0, format!("{} tickets were not handed out", self.not_handed_out())),
            (self.sent.sums == self.handled.sums, "the sums of some customers differ".to_owned()),
            (self.sent.sums == self.stored.sums, "the sums in the database differ".to_owned()),
            (self.handled.reordered == 0, format!("{} orders came out of order", self.handled.reordered)),
            (
                self.dead.len() == LETTERS,
                format!("{LETTERS} dead letters were expected, the poison of both groups, not {}", self.dead.len()),
            ),
        ];
        checks.into_iter().filter(|(holds, _)| !holds).map(|(_, problem)| problem).collect()
    }

    /// Whether there is no problem.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.problems().is_empty()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sent, handled, stored, dead } = self;
        let seconds = sent.took.as_secs_f64();
        let rate = f64::from(u32::try_from(sent.all()).unwrap_or(u32::MAX)) / seconds;
        writeln!(f, "produced        {:>7}   in {seconds:.1} s, {rate:.0} a second", sent.all())?;
        writeln!(f, "  version 1     {:>7}   orders of the old checkout", sent.old)?;
        writeln!(f, "  version 2     {:>7}   orders of the new checkout", sent.new)?;
        writeln!(f, "  cancellations {:>7}", sent.cancelled)?;
        writeln!(
            f,
            "handled         {:>7}   repeated {}, out of order {}",
            handled.distinct(),
            handled.repeated(),
            handled.reordered
        )?;
        for (member, count) in &handled.members {
            writeln!(f, "  {member:13} {count:>7}")?;
        }
        writeln!(f, "handed out      {:>7}   tickets, said by the kitchens in JSON", handled.handed_out.len())?;
        let same = if sent.sums == stored.sums { "equal" } else { "NOT equal" };
        writeln!(f, "in the database {:>7}   sums of {} customers {same}", stored.orders, stored.sums.len())?;
        writeln!(f, "partition      produced  handled")?;
        let partitions: BTreeSet<_> = sent.partitions.keys().chain(handled.partitions.keys()).collect();
        for partition in partitions {
            let count = |of: &std::collections::BTreeMap<i32, u64>| of.get(partition).copied().unwrap_or(0);
            writeln!(f, "  {partition:<13} {:>7}  {:>7}", count(&sent.partitions), count(&handled.partitions))?;
        }
        let millis = |percent| handled.latency(percent).unwrap_or(0) / 1000;
        writeln!(
            f,
            "latency         {:>7} ms median, {} ms p95, {} ms p99, {} ms worst",
            millis(50),
            millis(95),
            millis(99),
            millis(100)
        )?;
        writeln!(f, "dead letters    {:>7}", dead.len())?;
        for reason in dead {
            writeln!(f, "  {reason}")?;
        }
        writeln!(
            f,
            "sums            {:>7}   customers, {}",
            sent.sums.len(),
            if sent.sums == handled.sums { "all equal" } else { "NOT equal" }
        )?;
        write!(f, "lost            {:>7}", self.lost())
    }
}

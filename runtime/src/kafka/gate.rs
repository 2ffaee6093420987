//! What is on its way, and whether more may be.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Set when nothing more is let in. The count and this are one number: who comes is counted before the end looks, or sees the end.
const CLOSED: usize = 1 << (usize::BITS - 1);

#[derive(Clone, Debug, Default)]
pub(super) struct Gate(Arc<AtomicUsize>);

impl Gate {
    /// Lets one more in; `None` where it is closed.
    pub(super) fn enter(&self) -> Option<Counted> {
        let before = self.0.fetch_add(1, Ordering::AcqRel);
        let counted = Counted(Arc::clone(&self.0));
        (before & CLOSED == 0).then_some(counted)
    }

    /// So many are on their way.
    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::Acquire) & !CLOSED
    }

    /// Lets nobody in from here on.
    pub(super) fn close(&self) {
        self.0.fetch_or(CLOSED, Ordering::AcqRel);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.load(Ordering::Acquire) & CLOSED != 0
    }
}

/// One of those on their way, for as long as this lives.
#[derive(Debug)]
pub(super) struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_let_in_is_counted_and_nobody_is_after_the_end() {
        let gate = Gate::default();
        let (first, second) = (gate.enter().unwrap(), gate.enter().unwrap());
        assert_eq!(gate.count(), 2);
        drop(first);
        gate.close();
        assert!(gate.is_closed() && gate.enter().is_none());
        gate.close();
        assert_eq!(gate.count(), 1, "who was refused does not count, who is on the way does");
        drop(second);
        assert_eq!(gate.count(), 0);
        assert!(gate.is_closed());
    }

    #[test]
    fn what_the_end_does_not_count_was_not_let_in_however_many_come() {
        for _ in 0..200 {
            let gate = Gate::default();
            let comers: Vec<_> = (0..3)
                .map(|_| {
                    let gate = gate.clone();
                    std::thread::spawn(move || std::iter::from_fn(|| gate.enter()).collect::<Vec<_>>())
                })
                .collect();
            gate.close();
            let counted = gate.count();
            let held: Vec<Counted> = comers.into_iter().flat_map(|comer| comer.join().unwrap()).collect();
            assert!(held.len() <= counted, "{} of {counted}", held.len());
        }
    }
}

//! The messages of one transaction.

use tokio::sync::mpsc;

use crate::kafka::{Held, RawMessage};

/// All are in flight until this is dropped: their partitions are not given up before the transaction has ended.
#[derive(Debug, Default)]
pub(super) struct Batch {
    put: usize,
    done: Vec<Held>,
    undone: usize,
}

impl Batch {
    /// One more is in the lanes.
    pub(super) fn put(&mut self) {
        self.put = self.put.saturating_add(1);
    }

    /// One came out of the lanes.
    pub(super) fn take(&mut self, message: RawMessage) {
        if !message.is_acked() {
            self.undone = self.undone.saturating_add(1);
        }
        self.done.push(message.into_held());
    }

    /// All that are out already.
    pub(super) fn take_ready(&mut self, handled: &mut mpsc::UnboundedReceiver<RawMessage>) {
        while let Ok(message) = handled.try_recv() {
            self.take(message);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.put
    }

    /// Whether none is in the lanes any more.
    pub(super) fn is_out(&self) -> bool {
        self.done.len() >= self.put
    }

    /// Whether each was handled or given up to the dead letters, and is still this member's: what went to another one meanwhile is handled there, and what
    /// was published for it here must not be read.
    pub(super) fn is_done(&self) -> bool {
        self.is_out() && self.undone == 0 && !self.done.iter().any(Held::is_revoked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(acked: bool) -> RawMessage {
        let mut message = RawMessage::for_test("orders", 0, 0, None, None);
        if acked {
            message.ack();
        }
        message
    }

    #[test]
    fn a_batch_is_done_when_all_are_out_and_none_was_left_undone() {
        let (sender, mut handled) = mpsc::unbounded_channel();
        let mut batch = Batch::default();
        batch.put();
        batch.put();
        assert!(!batch.is_out());
        sender.send(message(true)).unwrap();
        batch.take_ready(&mut handled);
        assert!(!batch.is_out());
        batch.take(message(true));
        assert!(batch.is_out() && batch.is_done());
        batch.put();
        batch.take(message(false));
        assert!(batch.is_out() && !batch.is_done());
        assert_eq!(batch.len(), 3);
    }
}

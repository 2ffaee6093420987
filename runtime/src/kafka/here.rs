//! Messages that stay in this process: what reads them is the same, and there is no broker.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

use super::message::{RawMessage, Said};
use super::progress::Progress;
use super::taken::Run;
use super::uncommitted::Uncommitted;

/// How many messages are not at their end.
#[derive(Debug, Default)]
pub(crate) struct Debt {
    open: AtomicUsize,
    /// Rung when nothing is left.
    settling: Notify,
}

impl Debt {
    /// One more, until that is dropped.
    fn owe(self: &Arc<Self>) -> Owed {
        self.open.fetch_add(1, Ordering::SeqCst);
        Owed(Arc::clone(self))
    }

    pub(crate) fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    /// Waits until nothing is left.
    pub(crate) async fn settled(&self) {
        loop {
            let rung = self.settling.notified();
            tokio::pin!(rung);
            rung.as_mut().enable();
            if self.open() == 0 {
                return;
            }
            rung.await;
        }
    }
}

/// A message that is not at its end.
#[derive(Debug)]
pub(crate) struct Owed(Arc<Debt>);

impl Drop for Owed {
    fn drop(&mut self) {
        if self.0.open.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.settling.notify_waiters();
        }
    }
}

/// Where one reader stands in a topic of this process.
#[derive(Debug)]
pub(crate) struct Stand {
    run: Arc<Run>,
    debt: Arc<Debt>,
}

impl Stand {
    pub(crate) fn new(topic: &Arc<str>, debt: &Arc<Debt>) -> Self {
        let progress = Arc::new(Progress::new(Arc::clone(topic), 0, Uncommitted::never()));
        Self { run: Run::of(&progress), debt: Arc::clone(debt) }
    }

    /// A message for the reader, which is owed until it is dropped.
    pub(crate) fn message(&self, said: Said) -> RawMessage {
        RawMessage::here(said, &self.run, self.debt.owe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handler::Headers;

    #[tokio::test]
    async fn a_message_is_owed_until_it_is_dropped() {
        let debt = Arc::new(Debt::default());
        debt.settled().await;
        let stand = Stand::new(&Arc::from("orders"), &debt);
        let said =
            Said { partition: 0, offset: 0, timestamp_ms: None, key: None, payload: None, headers: Headers::new() };
        let mut message = stand.message(said);
        assert!(message.hand_out());
        message.ack();
        assert_eq!((debt.open(), &**message.topic()), (1, "orders"));
        let waiting = tokio::spawn({
            let debt = Arc::clone(&debt);
            async move { debt.settled().await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(message);
        waiting.await.unwrap();
    }
}

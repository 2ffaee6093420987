//! What handlers have seen, and what that took: the first message starts the clock.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Notify;

use crate::meter::{Meter, Took};

#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Inner>);

#[derive(Default)]
struct Inner {
    first: OnceLock<Meter>,
    count: AtomicU32,
    all: u32,
    done: Notify,
}

impl Seen {
    pub(crate) fn expect(all: u32) -> Self {
        Self(Arc::new(Inner { all, ..Inner::default() }))
    }

    pub(crate) fn one(&self) {
        self.0.first.get_or_init(Meter::start);
        if self.0.count.fetch_add(1, Ordering::Relaxed) + 1 == self.0.all {
            self.0.done.notify_one();
        }
    }

    pub(crate) fn count(&self) -> u32 {
        self.0.count.load(Ordering::Relaxed)
    }

    pub(crate) async fn all(&self) -> Took {
        self.0.done.notified().await;
        self.0.first.get().unwrap().stop(self.0.all - 1)
    }
}

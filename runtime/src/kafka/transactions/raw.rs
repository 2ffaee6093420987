use std::sync::Arc;
use std::time::Duration;

use super::super::config::Settings;
use super::super::positions::Positions;
use super::super::producer::{Bounds, RawProducer};
use super::super::transactional_id::TransactionalId;
use super::calls::Calls;

use super::thread::{Call, Thread};
use crate::error::{Error, ErrorKind};

/// A producer whose messages are part of transactions, one after the other.
pub(crate) struct RawTransactions {
    producer: RawProducer,
    thread: Thread,
}

impl RawTransactions {
    /// Takes the id over from whoever had it.
    pub(crate) async fn start(
        settings: &Settings,
        name: String,
        timeout: Duration,
        bounds: Bounds,
    ) -> Result<Self, Error> {
        let id = TransactionalId { name, timeout };
        let producer = RawProducer::of_transactions(settings, &id, bounds)?;
        let client =
            producer.native().ok_or_else(|| Error::new(ErrorKind::Closed, "the producer of transactions has ended"))?;
        let calls = Calls { client, id: id.name, deadline: timeout, unseen: producer.unseen() };
        let thread = Thread::start(calls)?;
        thread.call(Call::Init).await?;
        Ok(Self { producer, thread })
    }

    /// What writes into the transaction that is open.
    pub(crate) fn producer(&self) -> &RawProducer {
        &self.producer
    }

    pub(crate) async fn begin(&self) -> Result<(), Error> {
        self.thread.call(Call::Begin).await
    }

    /// Waits until all messages are delivered and the transaction is one. Where it could not become one, it is aborted.
    pub(crate) async fn commit(&self) -> Result<(), Error> {
        self.thread.call(Call::Commit(None)).await
    }

    /// As [`Self::commit`], with how far the consumer has come whose messages it is about.
    pub(crate) async fn commit_with(&self, positions: Positions) -> Result<(), Error> {
        let positions = Arc::new(positions);
        self.thread.call(Call::Commit(Some(Arc::clone(&positions)))).await?;
        positions.committed();
        Ok(())
    }

    pub(crate) async fn abort(&self) -> Result<(), Error> {
        self.thread.call(Call::Abort).await
    }

    /// Aborts it without waiting for that; what begins next does.
    pub(crate) fn abandon(&self) {
        drop(self.thread.order(Call::Abort));
    }
}

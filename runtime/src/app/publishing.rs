//! Where it goes what handlers publish.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::publish::published;
use crate::client::{Client, Publisher};
use crate::error::{Error, ErrorKind};
use crate::handler::Outcome;
use crate::kafka::RawTransactions;
use crate::memory::Memory;

/// Why nothing was published.
pub(crate) enum Unpublished {
    /// The brokers, the registry or the client refuse it.
    Refused(Error),
    /// The transaction that it was to be part of comes to nothing.
    Void,
}

/// Writes what handlers give back.
pub(crate) enum Publishing {
    Kafka(OnKafka),
    Here(Memory),
}

/// Onto topics of Kafka.
pub(crate) struct OnKafka {
    client: Client,
    /// Made when something is to be written, or declared to be.
    own: OnceLock<Publisher>,
    /// The publisher of the transactions that are being made, where all is written in such.
    within: Option<Mutex<Option<Arc<Publisher>>>>,
}

impl Publishing {
    /// Onto Kafka.
    pub(crate) fn new(client: Client, in_transactions: bool) -> Self {
        Self::Kafka(OnKafka { client, own: OnceLock::new(), within: in_transactions.then(Mutex::default) })
    }

    /// Into this process.
    pub(super) fn here(memory: &Memory) -> Self {
        Self::Here(memory.clone())
    }

    /// From here on everything is part of these transactions.
    pub(super) fn enter(&self, transactions: Option<&RawTransactions>) {
        if let Self::Kafka(kafka) = self {
            kafka.enter(transactions);
        }
    }

    /// What writes into the transaction that is open.
    pub(super) fn within(&self) -> Option<Arc<Publisher>> {
        match self {
            Self::Kafka(kafka) => kafka.within(),
            Self::Here(_) => None,
        }
    }

    /// That what is declared can be written.
    pub(crate) async fn open(&self, declared: Outcome) -> Result<(), Error> {
        match self {
            Self::Kafka(kafka) => kafka.open(declared).await,
            Self::Here(_) => Ok(()),
        }
    }

    /// Writes it, in its order, and waits until the brokers have all of it; within transactions, those wait for that.
    pub(crate) async fn publish(&self, outcome: Outcome) -> Result<(), Unpublished> {
        let memory = match self {
            Self::Kafka(kafka) => return kafka.publish(outcome).await,
            Self::Here(memory) => memory,
        };
        for published in published(outcome) {
            published.give(memory).await.map_err(Unpublished::Refused)?;
        }
        Ok(())
    }
}

impl OnKafka {
    fn enter(&self, transactions: Option<&RawTransactions>) {
        if let Some(within) = &self.within {
            let publisher = transactions.map(|transactions| Arc::new(self.client.publisher_over(transactions)));
            *within.lock().unwrap_or_else(PoisonError::into_inner) = publisher;
        }
    }

    fn within(&self) -> Option<Arc<Publisher>> {
        self.within.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn open(&self, declared: Outcome) -> Result<(), Error> {
        for published in published(declared) {
            match self.within() {
                Some(publisher) => published.open(&publisher).await?,
                None => published.open(self.own()?).await?,
            }
        }
        Ok(())
    }

    async fn publish(&self, outcome: Outcome) -> Result<(), Unpublished> {
        if self.within.is_none() {
            return self.write_and_wait(outcome).await.map_err(Unpublished::Refused);
        }
        let Some(publisher) = self.within() else { return Err(Unpublished::Void) };
        let mut pending = Vec::new();
        for published in published(outcome) {
            published.write(&publisher, &mut pending).await.map_err(|error| match error.kind() {
                // Any other message would fare the same in this transaction.
                ErrorKind::Aborted | ErrorKind::Fenced | ErrorKind::Closed | ErrorKind::Kafka => Unpublished::Void,
                _ => Unpublished::Refused(error),
            })?;
        }
        Ok(())
    }

    async fn write_and_wait(&self, outcome: Outcome) -> Result<(), Error> {
        let mut pending = Vec::new();
        for published in published(outcome) {
            published.write(self.own()?, &mut pending).await?;
        }
        for delivery in pending {
            delivery.await?;
        }
        Ok(())
    }

    fn own(&self) -> Result<&Publisher, Error> {
        if let Some(publisher) = self.own.get() {
            return Ok(publisher);
        }
        let made = self.client.publisher()?;
        Ok(self.own.get_or_init(|| made))
    }
}

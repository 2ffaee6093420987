use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::connection::Client;
use super::producer::Producer;
use crate::error::{Error, ErrorKind};
use crate::event::Topic;
use crate::kafka::RawTransactions;

/// Long enough for brokers that change their leaders; short enough that readers do not wait long behind a process that died.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Says how transactions are made; awaiting it begins with them.
#[must_use = "transactions begin when this is awaited"]
#[derive(Debug)]
pub struct TransactionsBuilder {
    client: Client,
    id: String,
    timeout: Duration,
}

impl TransactionsBuilder {
    pub(super) fn new(client: Client, id: String) -> Self {
        Self { client, id, timeout: TIMEOUT }
    }

    /// How long one transaction may take; the brokers abort what takes longer. Default: 30 s. Whoever reads what is committed waits behind
    /// an open transaction, so behind a process that died for as long as this. Brokers allow up to `transaction.max.timeout.ms`
    /// (15 minutes).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

impl IntoFuture for TransactionsBuilder {
    type Output = Result<Transactions, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            if self.id.trim().is_empty() {
                return Err(Error::new(ErrorKind::Config, "the transactional id is empty")
                    .help("name one, of its own for each process: `client.transactions(\"billing-1\")`"));
            }
            let id = format!("{}{}", self.client.topic_prefix(), self.id);
            let raw = self.client.raw_transactions(&id, self.timeout).await?;
            Ok(Transactions { client: self.client, id, raw: Arc::new(raw) })
        })
    }
}

/// Transactions of one transactional id, one after the other: what is written in one is read as a whole or not at all, over all of its topics.
///
/// Readers see nothing of a transaction before it is committed: topika's consumers read what is committed alone, as librdkafka's do by
/// default; Java's need `isolation.level=read_committed`.
///
/// Whoever begins with the same id later takes it over: what this one left open is aborted, and it is refused from then on with
/// [`Fenced`](crate::ErrorKind::Fenced). So a process that is taken for dead and is not cannot write twice. Each process needs an id
/// of its own.
///
/// ```
/// # async fn f<Invoices: topika::Topic, Bookings: topika::Topic, I: topika::On<Invoices>, B: topika::On<Bookings>>(
/// #     kafka: topika::Client, invoice: I, booking: B) -> Result<(), topika::Error> {
/// let mut transactions = kafka.transactions("billing-1").await?;
/// let invoices = transactions.producer::<Invoices>().await?;
/// let bookings = transactions.producer::<Bookings>().await?;
///
/// let transaction = transactions.begin().await?;
/// invoices.enqueue(&invoice).await?;
/// bookings.enqueue(&booking).await?;
/// transaction.commit().await?; // both are read, or neither
/// # Ok(()) }
/// ```
pub struct Transactions {
    client: Client,
    id: String,
    raw: Arc<RawTransactions>,
}

impl Transactions {
    /// A producer of the topic `T` whose messages are part of the transaction that is open. Outside of one it writes nothing, and says so.
    ///
    /// It shares its connection with the others of these transactions; `close` of one closes all.
    ///
    /// # Errors
    /// As [`Client::producer`].
    pub async fn producer<T: Topic>(&self) -> Result<Producer<T>, Error> {
        self.client.producer_over::<T>(self.raw.producer().clone()).await
    }

    /// Begins one. There is one at a time; where the one before was dropped, this waits until it is aborted.
    ///
    /// # Errors
    /// [`Fenced`](crate::ErrorKind::Fenced) where another has taken over the id. What ended the one before so that nothing can come after
    /// it is said here again.
    pub async fn begin(&mut self) -> Result<Transaction<'_>, Error> {
        self.raw.begin().await?;
        Ok(Transaction { of: self, open: true })
    }

    /// The transactional id, with the prefix of the environment.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Debug for Transactions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transactions").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A transaction that is open. Dropping it aborts it.
#[must_use = "dropping it aborts the transaction"]
#[derive(Debug)]
pub struct Transaction<'a> {
    of: &'a mut Transactions,
    open: bool,
}

impl Transaction<'_> {
    /// Waits until every message of it is delivered, and makes it one that is read.
    ///
    /// # Errors
    /// [`Aborted`](crate::ErrorKind::Aborted) where a message was not delivered, or it took too long: nothing of it is read, and all may be
    /// written again in another. [`Fenced`](crate::ErrorKind::Fenced) where another has taken over the id: nothing of it is read.
    /// [`Timeout`](crate::ErrorKind::Timeout) or [`Unreachable`](crate::ErrorKind::Unreachable) where the brokers did not answer within
    /// the transaction's time-out: it may be committed or not, and only who begins with the id anew knows that it is one of both.
    pub async fn commit(mut self) -> Result<(), Error> {
        // From here on it is the thread's: a call that is given up half-way is carried out.
        self.open = false;
        self.of.raw.commit().await
    }

    /// Takes back all that was written in it, and waits for that.
    ///
    /// # Errors
    /// Where the brokers do not answer; they abort it by themselves when its time is over.
    pub async fn abort(mut self) -> Result<(), Error> {
        self.open = false;
        self.of.raw.abort().await
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.open {
            self.of.raw.abandon();
        }
    }
}

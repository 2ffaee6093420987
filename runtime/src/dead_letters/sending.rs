use std::time::{SystemTime, UNIX_EPOCH};

use super::letter::{DeadLetter, Kept};
use super::redriven::Redriven;
use crate::client::{Backoff, header};
use crate::error::{Error, ErrorKind};
use crate::kafka::{Pending, RawTransactions, Record};

/// How often a transaction is tried that is given up for no fault of its own.
const TRIES: u32 = 8;

/// A letter, and where it goes.
#[derive(Debug)]
pub(super) struct Addressed {
    pub(super) letter: DeadLetter,
    pub(super) topic: String,
    /// `None`: by the key.
    pub(super) partition: Option<i32>,
}

/// Sends letters again, and writes down on their topic that they were.
pub(super) struct Sending {
    pub(super) transactions: RawTransactions,
    /// The topic of the letters.
    pub(super) letters: String,
}

impl Sending {
    /// Sends them as one. Where brokers find it too large, each goes alone, and with less of its history where that is what makes it too large; those that
    /// are too large all the same are given back, and wait on.
    pub(super) async fn send(&self, batch: Vec<Addressed>) -> Result<Vec<Addressed>, Error> {
        match self.at_once(&batch, Kept::All).await {
            Err(error) if error.kind() == ErrorKind::TooLarge => {}
            done => return done.map(|()| Vec::new()),
        }
        let mut held = Vec::new();
        for one in batch {
            if !self.with_less_and_less(&one).await? {
                held.push(one);
            }
        }
        Ok(held)
    }

    /// Whether it was small enough in the end.
    async fn with_less_and_less(&self, one: &Addressed) -> Result<bool, Error> {
        for kept in Kept::less_and_less(&one.letter.history) {
            match self.at_once(std::slice::from_ref(one), *kept).await {
                Err(error) if error.kind() == ErrorKind::TooLarge => {}
                done => return done.map(|()| true),
            }
        }
        Ok(false)
    }

    /// All of them, or none. Brokers may give a transaction up for what has nothing to do with it: behind one in which a message was refused, librdkafka's next
    /// may be given up too ("skipped sequence numbers").
    async fn at_once(&self, batch: &[Addressed], kept: Kept) -> Result<(), Error> {
        let mut backoff = Backoff::default();
        for _ in 1..TRIES {
            match self.once(batch, kept).await {
                Err(error) if error.kind() == ErrorKind::Aborted => tokio::time::sleep(backoff.next()).await,
                done => return done,
            }
        }
        self.once(batch, kept).await
    }

    async fn once(&self, batch: &[Addressed], kept: Kept) -> Result<(), Error> {
        self.transactions.begin().await?;
        match self.write(batch, kept).await {
            Ok(written) => match self.transactions.commit().await {
                Err(error) if error.kind() == ErrorKind::Aborted => Err(refused(written).await.unwrap_or(error)),
                done => done,
            },
            // A producer that is shut out says so at the end of a transaction, and before that only that it takes nothing.
            Err(error) => match self.transactions.abort().await {
                Err(shut_out) if shut_out.kind() == ErrorKind::Fenced => Err(shut_out),
                _ => Err(error),
            },
        }
    }

    async fn write(&self, batch: &[Addressed], kept: Kept) -> Result<Vec<(String, Pending)>, Error> {
        let producer = self.transactions.producer();
        let letters = self.letters.as_str();
        let mut pending = Vec::with_capacity(batch.len() + 4);
        let mut redriven = Redriven::default();
        for Addressed { letter, topic, partition } in batch {
            let headers = letter.headers_again(kept);
            let headers: Vec<(&str, Option<&[u8]>)> = headers.iter().collect();
            let record = Record {
                topic,
                partition: *partition,
                key: letter.key.as_deref(),
                payload: letter.payload.as_deref(),
                headers: &headers,
                ..Record::default()
            };
            let at = format!("\"{}\" partition {} offset {}", letter.topic, letter.partition, letter.offset);
            pending.push((at, producer.enqueue(&record).await?));
            redriven.add(letter.partition, letter.offset);
        }
        for (partition, key, payload) in redriven.markers(now_ms()) {
            let record = Record {
                topic: letters,
                partition: Some(partition),
                key: Some(key.as_bytes()),
                payload: Some(payload.as_bytes()),
                headers: &[(header::REDRIVEN, Some(b"1"))],
                ..Record::default()
            };
            pending
                .push((format!("the mark on \"{letters}\" partition {partition}"), producer.enqueue(&record).await?));
        }
        Ok(pending)
    }
}

/// The first that brokers refused; what went with it was given up for its sake.
async fn refused(written: Vec<(String, Pending)>) -> Option<Error> {
    for (at, pending) in written {
        match pending.await {
            Err(error) if error.kind() != ErrorKind::Closed => {
                return Some(error.at(&format!("{at} was not sent again")));
            }
            _ => {}
        }
    }
    None
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

//! Reads answers, for as long as somebody may ask.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::open::Open;
use crate::client::{Client, Decoded, Scanned, Undecoded as _, decode};
use crate::envelope::header;
use crate::error::{Error, ErrorKind};
use crate::event::Topic;
use crate::kafka::{Part, Scan};

/// How long is waited before the brokers are asked again.
const AGAIN: Duration = Duration::from_millis(500);

/// Reads the tail of the topic of answers until the task is ended; where that breaks off, those who wait are told, and it begins anew.
pub(super) async fn read<A: Topic>(
    client: Client,
    topic: Arc<str>,
    first: Scan,
    open: Open<A>,
    reads: watch::Sender<bool>,
) {
    let deserializer = client.deserializer::<A>();
    let mut scan = first;
    loop {
        reads.send_replace(true);
        let broken = loop {
            match scan.next().await {
                Some(Ok(found)) => {
                    let Some(waiting) = found.headers.text(header::CAUSATION_ID).and_then(|id| open.take(id)) else {
                        continue;
                    };
                    let answer = Scanned { topic: Arc::clone(&topic), found };
                    let (_, partition, offset) = answer.place();
                    let unread = |why: &str| {
                        Error::new(
                            ErrorKind::Decode,
                            format!("the answer on \"{topic}\"[{partition}]@{offset} cannot be read: {why}"),
                        )
                    };
                    // Whoever has stopped waiting wants no answer.
                    drop(waiting.send(match decode(&deserializer, &answer).await {
                        Decoded::Event(event, _) => Ok(event),
                        Decoded::Bad(failure) | Decoded::Unknown(failure) => Err(unread(&failure.message)),
                        Decoded::Revoked => Err(unread("nobody reads it any more")),
                    }));
                }
                Some(Err(error)) => break error.to_string(),
                None => break "the topic has no partitions".to_owned(),
            }
        };
        reads.send_replace(false);
        tracing::warn!(%topic, error = %broken, "answers are not read; it is tried again");
        for waiting in open.take_all() {
            let message = format!("answers on topic \"{topic}\" cannot be read: {broken}");
            drop(waiting.send(Err(Error::new(ErrorKind::Kafka, message).retriable(true))));
        }
        scan = loop {
            tokio::time::sleep(AGAIN).await;
            match Scan::start(client.kafka(), &topic, Part::Tail).await {
                Ok((scan, _)) => break scan,
                Err(error) => tracing::debug!(%topic, %error, "answers cannot be read yet"),
            }
        };
    }
}

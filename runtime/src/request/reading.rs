//! Reads answers, for as long as somebody may ask.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::open::Open;
use crate::client::{Client, Decoded, Scanned, Undecoded as _, decode};
use crate::envelope::header;
use crate::error::{Error, ErrorKind};
use crate::event::Topic;
use crate::kafka::{Part, Scan};
use crate::wire::TopicDeserializer;

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
    let deserializer = Arc::new(client.deserializer::<A>());
    // Beside the reading: an answer whose schema the registry is slow to give holds up no other. One for each question at most.
    let mut decoding = JoinSet::new();
    let mut scan = first;
    loop {
        reads.send_replace(true);
        let broken = loop {
            while decoding.try_join_next().is_some() {}
            match scan.next().await {
                Some(Ok(found)) => {
                    let Some(waiting) = found.headers.text(header::CAUSATION_ID).and_then(|id| open.take(id)) else {
                        continue;
                    };
                    let (deserializer, answer) =
                        (Arc::clone(&deserializer), Scanned { topic: Arc::clone(&topic), found });
                    // Whoever has stopped waiting wants no answer.
                    decoding.spawn(async move { drop(waiting.send(decoded(&deserializer, &answer).await)) });
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

async fn decoded<A: Topic>(deserializer: &TopicDeserializer<A>, answer: &Scanned) -> Result<A, Error> {
    let unread = |why: &str| {
        let (topic, partition, offset) = answer.place();
        let message = format!("the answer on \"{topic}\"[{partition}]@{offset} cannot be read: {why}");
        Error::new(ErrorKind::Decode, message)
    };
    match decode(deserializer, answer).await {
        Decoded::Event(event, _) => Ok(event),
        Decoded::Bad(failure) | Decoded::Unknown(failure) => Err(unread(&failure.message)),
        Decoded::Revoked => Err(unread("nobody reads it any more")),
    }
}

//! A topic read from where it begins to where it ends now, decoded.

use std::collections::BTreeMap;

use topika::dead_letters::{DeadLetter, DeadLetters, Filter};
use topika::event::Topic;
use topika::wire::{KEY_HEADER, SerdeConfig, TopicDeserializer, VALUE_HEADER};
use topika::{Client, Error, ErrorKind};

use super::message::{Seen, compared, event_of, place};

/// A message that was read: an event, or why it is none.
pub(super) struct Read<T: Topic> {
    pub(super) partition: i32,
    pub(super) offset: i64,
    pub(super) message: Result<Seen<T>, String>,
}

/// Reads a topic whose messages are those of `T`. One that is not there has none.
pub(super) struct Reader<T: Topic> {
    client: Client,
    topic: String,
    deserializer: TopicDeserializer<T>,
}

impl<T: Topic> Reader<T> {
    pub(super) fn new(client: &Client, topic: String) -> Self {
        let config = SerdeConfig { topic_prefix: client.topic_prefix().to_owned(), ..SerdeConfig::default() };
        let deserializer = TopicDeserializer::new(client.registry(), &config);
        Self { client: client.clone(), topic, deserializer }
    }

    pub(super) fn topic(&self) -> &str {
        &self.topic
    }

    /// Those that are there now, in the order of their times, those of a partition in their own.
    pub(super) async fn read(&self) -> Result<Vec<Read<T>>, Error> {
        // Any topic is read so, without a group.
        let topic = DeadLetters::on(&self.client, self.topic.clone());
        let mut reading = match topic.read(Filter::all()).await {
            Err(error) if error.kind() == ErrorKind::UnknownTopic => return Ok(Vec::new()),
            reading => reading?,
        };
        let mut partitions: BTreeMap<i32, Vec<(i64, Read<T>)>> = BTreeMap::new();
        while let Some(raw) = reading.next().await {
            let raw = raw?;
            let (partition, offset) = (raw.partition, raw.offset);
            let at = raw.timestamp_ms.unwrap_or_default();
            let message = self.seen(raw).await;
            partitions.entry(partition).or_default().push((at, Read { partition, offset, message }));
        }
        Ok(merged(partitions.into_values().collect()))
    }

    async fn seen(&self, raw: DeadLetter) -> Result<Seen<T>, String> {
        let place = place(raw.partition, raw.offset);
        let unread = |why: &dyn std::fmt::Display| format!("{place} is no event of the topic: {why}");
        let key = match raw.key.as_deref() {
            None => None,
            Some(bytes) => {
                let header = raw.headers.last(KEY_HEADER);
                self.deserializer.deserialize_key(header, bytes).await.map_err(|why| unread(&why))?.ok()
            }
        };
        let (event, value) = match raw.payload.as_deref() {
            None => (event_of::<T>(None, None, key.as_ref()).map_err(|why| unread(&why))?, serde_json::Value::Null),
            Some(payload) => {
                let header = raw.headers.last(VALUE_HEADER);
                let event = self.deserializer.deserialize_with(header, payload).await.map_err(|why| unread(&why))?;
                let value = match raw.schema {
                    None => topika::view::payload_to_json(self.only(), payload),
                    Some(_) => raw.decoded(self.client.registry()).await.map(Option::unwrap_or_default),
                };
                (event, value.map_err(|why| unread(&why))?)
            }
        };
        let of = raw.payload.as_ref().and_then(|_| T::TOPIC.events.get(event.index()).copied());
        let compared = compared::<T>(of, key.as_ref(), value, place);
        let DeadLetter { partition, offset, timestamp_ms, headers, .. } = raw;
        Ok(Seen { event, key, headers, partition, offset, timestamp_ms, compared })
    }

    /// The event of a plain topic, which has one.
    fn only(&self) -> &'static topika::schema::Descriptor {
        T::TOPIC.events.first().copied().expect("a topic has an event")
    }
}

/// Whichever of the partitions' next messages is the oldest.
fn merged<R>(partitions: Vec<Vec<(i64, R)>>) -> Vec<R> {
    let mut queues: Vec<_> = partitions.into_iter().map(|queue| queue.into_iter().peekable()).collect();
    let mut all = Vec::new();
    loop {
        let heads = queues.iter_mut().enumerate().filter_map(|(number, queue)| Some((queue.peek()?.0, number)));
        let Some((_, oldest)) = heads.min() else { return all };
        all.extend(queues.get_mut(oldest).and_then(Iterator::next).map(|(_, message)| message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_merged_by_time_and_each_keeps_its_order() {
        let partitions = vec![vec![(3, "a"), (1, "b")], vec![(2, "c"), (4, "d")], vec![]];
        assert_eq!(merged(partitions), ["c", "a", "b", "d"]);
    }
}

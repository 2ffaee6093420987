//! A topic read from where it begins to where it ends now, decoded.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::Duration;

use topika::dead_letters::{DeadLetter, DeadLetters, Filter};
use topika::event::Topic;
use topika::wire::{KEY_HEADER, SerdeConfig, TopicDeserializer, Undecodable, VALUE_HEADER};
use topika::{Client, Error, ErrorKind};

use super::message::{Seen, compared, event_of, place};

/// A message that was read: an event, or why it is none.
pub(super) struct Read<T: Topic> {
    pub(super) partition: i32,
    pub(super) offset: i64,
    pub(super) message: Result<Seen<T>, Unread>,
}

/// Why a message is no event.
#[derive(Debug)]
pub(super) struct Unread {
    pub(super) why: String,
    /// It may well be one, and cannot be read now: the registry is away.
    pub(super) is_retriable: bool,
}

/// What was found of each partition, with its time.
type Partitions<T> = BTreeMap<i32, Vec<(i64, Read<T>)>>;

/// Up to where partitions were read.
pub(super) type Places = BTreeMap<i32, i64>;

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
        let mut found = Partitions::new();
        self.read_into(&Places::new(), &mut found).await?;
        Ok(merged(found.into_values().collect()))
    }

    /// As [`read`](Self::read), but for what stands before those places, and until then at most: what was found by then is given.
    pub(super) async fn read_from(&self, places: &Places, left: Duration) -> Result<Vec<Read<T>>, Error> {
        let mut found = Partitions::new();
        if let Ok(read) = tokio::time::timeout(left, self.read_into(places, &mut found)).await {
            read?;
        }
        Ok(merged(found.into_values().collect()))
    }

    async fn read_into(&self, places: &Places, found: &mut Partitions<T>) -> Result<(), Error> {
        // Any topic is read so, without a group.
        let topic = DeadLetters::on(&self.client, self.topic.clone());
        let mut reading = match topic.read(Filter::all()).await {
            Err(error) if error.kind() == ErrorKind::UnknownTopic => return Ok(()),
            reading => reading?,
        };
        while let Some(raw) = reading.next().await {
            let raw = raw?;
            let (partition, offset) = (raw.partition, raw.offset);
            if places.get(&partition).is_some_and(|begin| offset < *begin) {
                continue;
            }
            let at = raw.timestamp_ms.unwrap_or_default();
            let message = self.seen(raw).await;
            found.entry(partition).or_default().push((at, Read { partition, offset, message }));
        }
        Ok(())
    }

    async fn seen(&self, raw: DeadLetter) -> Result<Seen<T>, Unread> {
        let place = place(raw.partition, raw.offset);
        let unread = |why: &dyn Display, is_retriable: bool| {
            let what = if is_retriable { "cannot be read now" } else { "is no event of the topic" };
            Unread { why: format!("{place} {what}: {why}"), is_retriable }
        };
        let undecodable = |why: Undecodable| unread(&why, why.is_retriable());
        let key = match raw.key.as_deref() {
            None => None,
            Some(bytes) => {
                let header = raw.headers.last(KEY_HEADER);
                self.deserializer.deserialize_key(header, bytes).await.map_err(undecodable)?.ok()
            }
        };
        let (event, value) = match raw.payload.as_deref() {
            None => {
                let event = event_of::<T>(None, None, key.as_ref()).map_err(|why| unread(&why, false))?;
                (event, serde_json::Value::Null)
            }
            Some(payload) => {
                let header = raw.headers.last(VALUE_HEADER);
                let event = self.deserializer.deserialize_with(header, payload).await.map_err(undecodable)?;
                let value = match raw.schema {
                    None => topika::view::payload_to_json(self.only(), payload).map_err(|why| unread(&why, false)),
                    Some(_) => match raw.decoded(self.client.registry()).await {
                        Ok(value) => Ok(value.unwrap_or_default()),
                        Err(why) => Err(unread(&why, why.is_retriable())),
                    },
                };
                (event, value?)
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

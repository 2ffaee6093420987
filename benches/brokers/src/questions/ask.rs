//! What questions are asked with.

use std::fmt::Display;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer, ProducerContext};
use rdkafka::{ClientContext, Message, Offset, TopicPartitionList};

use super::Answer;
use crate::served::Served;

pub(super) const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn why(error: impl Display) -> String {
    error.to_string().replace('|', "/")
}

pub(super) fn took(since: Instant) -> String {
    format!("{:.1} ms", since.elapsed().as_secs_f64() * 1e3)
}

pub(super) fn yes_if(holds: bool, otherwise: impl FnOnce() -> String) -> Answer {
    if holds { Ok("yes".to_owned()) } else { Err(otherwise()) }
}

pub(super) fn config(served: &Served, settings: &[(&str, &str)]) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &served.bootstrap).set_log_level(RDKafkaLogLevel::Emerg);
    for (key, value) in settings {
        config.set(*key, *value);
    }
    config
}

/// Remembers why messages were not delivered.
#[derive(Default)]
pub(super) struct Told(Mutex<Vec<String>>);

impl ClientContext for Told {}

impl ProducerContext for Told {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if let (Err((error, _)), Ok(mut told)) = (result, self.0.lock()) {
            told.push(why(error));
        }
    }
}

pub(super) type Writer = BaseProducer<Told>;

pub(super) fn producer(served: &Served, settings: &[(&str, &str)]) -> Result<Writer, String> {
    let mut config = config(served, &[("linger.ms", "0"), ("message.timeout.ms", "20000")]);
    for (key, value) in settings {
        config.set(*key, *value);
    }
    config.create_with_context(Told::default()).map_err(why)
}

/// One that idempotence and transactions are asked of.
pub(super) fn transactional(served: &Served, settings: &[(&str, &str)]) -> Result<Writer, String> {
    let producer = producer(served, &[&[("transactional.id", "worker")], settings].concat())?;
    producer.init_transactions(PATIENCE).map_err(why)?;
    Ok(producer)
}

pub(super) fn enqueue(producer: &Writer, value: &[u8]) -> Result<(), String> {
    let record = BaseRecord::<(), _>::to("t").partition(0).payload(value);
    producer.send(record).map_err(|(error, _)| why(error))
}

/// Waits until all that was sent is acknowledged.
pub(super) fn delivered(producer: &Writer) -> Result<(), String> {
    // Not by `flush`, which looks every 100 ms.
    let until = Instant::now() + PATIENCE;
    while producer.in_flight_count() > 0 {
        if Instant::now() > until {
            return Err(format!("nothing is acknowledged in {} s", PATIENCE.as_secs()));
        }
        producer.poll(Duration::from_millis(10));
    }
    let told = producer.context().0.lock().map_err(why)?;
    told.first().map_or(Ok(()), |error| Err(error.clone()))
}

pub(super) fn send(producer: &Writer, value: &[u8]) -> Result<(), String> {
    enqueue(producer, value)?;
    delivered(producer)
}

pub(super) fn consumer(served: &Served, group: &str, settings: &[(&str, &str)]) -> Result<BaseConsumer, String> {
    let mut config = config(served, &[("auto.offset.reset", "earliest"), ("enable.auto.commit", "false")]);
    for (key, value) in settings {
        config.set(*key, *value);
    }
    config.set("group.id", group).create().map_err(why)
}

pub(super) fn at(topic: &str, offset: Offset) -> Result<TopicPartitionList, String> {
    let mut list = TopicPartitionList::new();
    list.add_partition_offset(topic, 0, offset).map_err(why)?;
    Ok(list)
}

/// The offset of a list of one partition.
pub(super) fn only(list: &TopicPartitionList) -> Option<Offset> {
    list.elements().first().map(|one| one.offset())
}

/// All that somebody who reads what is committed finds in the first partition of a topic, with what `take` makes of it.
pub(super) fn read<T>(
    served: &Served,
    topic: &str,
    take: impl Fn(&rdkafka::message::BorrowedMessage<'_>) -> T,
) -> Result<Vec<T>, String> {
    let settings =
        [("isolation.level", "read_committed"), ("enable.partition.eof", "true"), ("fetch.wait.max.ms", "10")];
    let reader = consumer(served, "reader", &settings)?;
    reader.assign(&at(topic, Offset::Beginning)?).map_err(why)?;
    let until = Instant::now() + PATIENCE;
    let mut taken = Vec::new();
    while Instant::now() < until {
        match reader.poll(Duration::from_millis(20)) {
            Some(Ok(message)) => taken.push(take(&message)),
            Some(Err(KafkaError::PartitionEOF(_))) => return Ok(taken),
            Some(Err(error)) if is_passing(&error) => {}
            Some(Err(error)) => return Err(why(error)),
            None => {}
        }
    }
    Err(format!("the end of the partition does not come, behind {} messages", taken.len()))
}

/// Clients go on behind these by themselves.
pub(super) fn is_passing(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(RDKafkaErrorCode::AllBrokersDown | RDKafkaErrorCode::BrokerTransportFailure)
    )
}

pub(super) fn count(served: &Served) -> Result<usize, String> {
    Ok(read(served, "t", |_| ())?.len())
}

/// The offset of the next message; waits as long as some brokers take to let somebody into a group.
pub(super) fn next(consumer: &BaseConsumer) -> Result<i64, String> {
    let until = Instant::now() + PATIENCE * 3;
    while Instant::now() < until {
        // It comes back without one when something else has happened.
        if let Some(message) = consumer.poll(Duration::from_millis(10)) {
            return message.map(|message| message.offset()).map_err(why);
        }
    }
    Err(format!("no message comes in {} s", (PATIENCE * 3).as_secs()))
}

/// Waits until each member has so many partitions; as long as some brokers take for that.
pub(super) fn settle(members: &[&BaseConsumer], partitions: usize) -> Result<(), String> {
    let until = Instant::now() + PATIENCE * 4;
    while Instant::now() < until {
        for member in members {
            if let Some(Err(error)) = member.poll(Duration::from_millis(1)) {
                return Err(why(error));
            }
        }
        if members.iter().all(|member| member.assignment().is_ok_and(|assigned| assigned.count() == partitions)) {
            return Ok(());
        }
    }
    Err(format!("the group does not settle in {} s", (PATIENCE * 4).as_secs()))
}

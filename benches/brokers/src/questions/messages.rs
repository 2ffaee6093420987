use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rdkafka::Message;
use rdkafka::Offset;
use rdkafka::consumer::Consumer;
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::message::{Header, Headers, OwnedHeaders};
use rdkafka::producer::BaseRecord;

use super::Answer;
use super::ask::{PATIENCE, at, consumer, delivered, enqueue, only, producer, read, send, why, yes_if};
use crate::served::Served;

/// Not so long ago that it would be deleted.
fn hour_ago() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX) - 3_600_000
}

pub(super) fn as_sent(served: &mut Served) -> Answer {
    let headers = ["one", "two"]
        .into_iter()
        .fold(OwnedHeaders::new(), |headers, value| headers.insert(Header { key: "twice", value: Some(value) }));
    let time = hour_ago();
    let producer = producer(served, &[])?;
    let record = BaseRecord::<_, str>::to("t").partition(0).key("k").headers(headers).timestamp(time);
    producer.send(record).map_err(|(error, _)| why(error))?;
    delivered(&producer)?;
    let read = read(served, "t", |message| {
        let headers = message.headers().map_or(0, |headers| headers.count());
        (message.key().map(<[u8]>::to_vec), message.payload().is_none(), headers, message.timestamp().to_millis())
    })?;
    yes_if(read == [(Some(b"k".to_vec()), true, 2, Some(time))], || format!("{read:?}"))
}

pub(super) fn compressed(served: &mut Served) -> Answer {
    for codec in ["gzip", "snappy", "lz4", "zstd"] {
        let producer = producer(served, &[("compression.type", codec), ("linger.ms", "50")])?;
        for _ in 0..10 {
            enqueue(&producer, codec.repeat(100).as_bytes())?;
        }
        delivered(&producer).map_err(|error| format!("{codec}: {error}"))?;
    }
    let read = read(served, "t", |message| message.payload_len())?;
    yes_if(read.len() == 40, || format!("{} of 40 messages", read.len()))
}

pub(super) fn twenty_mebibytes(served: &mut Served) -> Answer {
    let producer = producer(served, &[])?;
    let value = vec![7; 100 << 10];
    for _ in 0..200 {
        send(&producer, &value)?;
    }
    let read = read(served, "t", |message| message.payload_len())?;
    yes_if(read.len() == 200, || format!("{} of 200 messages are read, without a word", read.len()))
}

pub(super) fn by_time(served: &mut Served) -> Answer {
    let producer = producer(served, &[])?;
    let began = hour_ago();
    for time in [began, began + 1_000, began + 2_000] {
        let record = BaseRecord::<(), _>::to("t").partition(0).payload("x").timestamp(time);
        producer.send(record).map_err(|(error, _)| why(error))?;
        delivered(&producer)?;
    }
    let consumer = consumer(served, "group", &[])?;
    let found = consumer.offsets_for_times(at("t", Offset::Offset(began + 500))?, PATIENCE).map_err(why)?;
    let found = only(&found);
    yes_if(found == Some(Offset::Offset(1)), || format!("{found:?} in place of 1"))
}

pub(super) fn compacted(served: &mut Served) -> Answer {
    served.means.create_topic("kept", 1, true)?;
    let producer = producer(served, &[])?;
    for n in 0..20 {
        let (key, value) = (format!("{}", n % 2), n.to_string());
        let record = BaseRecord::to("kept").partition(0).key(&key).payload(&value);
        producer.send(record).map_err(|(error, _)| why(error))?;
        delivered(&producer)?;
    }
    let until = Instant::now() + Duration::from_secs(5);
    loop {
        let left = read(served, "kept", |_| ())?.len();
        // The last one written may stay beside what is compacted.
        if left <= 3 || Instant::now() > until {
            return yes_if((2..=3).contains(&left), || format!("{left} of 20 messages stay"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub(super) fn not_there(served: &mut Served) -> Answer {
    let consumer = consumer(served, "group", &[])?;
    consumer.subscribe(&["nowhere"]).map_err(why)?;
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if let Some(Err(error)) = consumer.poll(Duration::from_millis(50)) {
            let told = error.rdkafka_error_code();
            return yes_if(told == Some(RDKafkaErrorCode::UnknownTopicOrPartition), || why(error));
        }
    }
    Err(format!("nothing is told in {} s", PATIENCE.as_secs()))
}

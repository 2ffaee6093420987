//! Topics: their settings, and the records that they hold.

use rdkafka::Offset;
use rdkafka::admin::{AdminOptions, AlterConfig, ResourceSpecifier};
use rdkafka::consumer::Consumer;
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::producer::{BaseRecord, Producer};

use crate::clients::{PATIENCE, admin, at, consumer, delivered, noticing, producer, send, take, topic};
use crate::cluster::Cluster;

pub(crate) async fn settings_that_are_altered_replace_those_before(cluster: &Cluster) {
    let t = topic(cluster, "t", 1, &[("retention.ms", "1000"), ("segment.ms", "1000")]).await;
    let (admin, options) = (admin(cluster), AdminOptions::new());
    let altered = AlterConfig::new(ResourceSpecifier::Topic(&t)).set("retention.ms", "5000");
    assert!(admin.alter_configs([&altered], &options).await.unwrap()[0].is_ok());
    let value = async |name: &str| {
        let described = admin.describe_configs([&ResourceSpecifier::Topic(&t)], &options).await.unwrap();
        described[0].as_ref().unwrap().entry_map().get(name).unwrap().value.clone().unwrap()
    };
    while value("retention.ms").await != "5000" {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(value("segment.ms").await, "604800000");
}

pub(crate) async fn deleted_records_are_not_read(cluster: &Cluster) {
    let t = topic(cluster, "t", 1, &[]).await;
    let producer = producer(cluster, &[]);
    for value in ["0", "1", "2", "3", "4"] {
        send(&producer, &t, 0, &[value]);
    }
    let (admin, options) = (admin(cluster), AdminOptions::new());
    let deleted = admin.delete_records(&at(&t, 0, 3), &options).await.unwrap();
    assert_eq!(deleted.find_partition(&t, 0).unwrap().offset(), Offset::Offset(3));
    let consumer = consumer(cluster, "g", &[]);
    assert_eq!(consumer.fetch_watermarks(&t, 0, PATIENCE).unwrap(), (3, 5));
    consumer.assign(&at(&t, 0, 0)).unwrap();
    assert_eq!(take(&consumer, 2), ["3", "4"]);
    let again = admin.delete_records(&at(&t, 0, 2), &options).await.unwrap();
    let again = again.find_partition(&t, 0).unwrap();
    assert_eq!((again.error(), again.offset()), (Ok(()), Offset::Offset(3)), "it is deleted already");
    let beyond = admin.delete_records(&at(&t, 0, 9), &options).await.unwrap();
    let error = beyond.find_partition(&t, 0).unwrap().error().unwrap_err();
    assert_eq!(error.rdkafka_error_code(), Some(RDKafkaErrorCode::OffsetOutOfRange));
}

pub(crate) async fn a_time_far_from_now_is_refused(cluster: &Cluster) {
    const HOUR: i64 = 3_600_000;
    // The bound for what is to come is that of brokers from 4.0 on; before, there was none.
    let (day, hour) = ((24 * HOUR).to_string(), HOUR.to_string());
    let bounds = [("message.timestamp.before.max.ms", day.as_str()), ("message.timestamp.after.max.ms", hour.as_str())];
    let t = topic(cluster, "t", 1, &bounds).await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = i64::try_from(now.as_millis()).unwrap();
    for (from_now, is_taken) in [(0, true), (2 * HOUR, false), (-2 * HOUR, true), (-48 * HOUR, false)] {
        let producer = noticing(cluster, &[]);
        let record = BaseRecord::<(), _>::to(&t).payload("x").timestamp(now + from_now);
        producer.send(record).map_err(|(error, _)| error).unwrap();
        producer.flush(PATIENCE).unwrap();
        let expected = if is_taken { Ok(()) } else { Err(RDKafkaErrorCode::InvalidTimestamp) };
        assert_eq!(delivered(&producer), [expected], "{from_now}");
    }
}

pub(crate) async fn a_compacted_topic_takes_no_record_without_a_key(cluster: &Cluster) {
    let t = topic(cluster, "t", 1, &[("cleanup.policy", "compact")]).await;
    for compression in ["none", "lz4"] {
        let producer = noticing(cluster, &[("compression.type", compression)]);
        let value = "x".repeat(500);
        producer.send(BaseRecord::<(), _>::to(&t).payload(&value)).map_err(|(error, _)| error).unwrap();
        producer.flush(PATIENCE).unwrap();
        assert_eq!(delivered(&producer), [Err(RDKafkaErrorCode::InvalidRecord)]);
        producer.send(BaseRecord::to(&t).key("k").payload(&value)).map_err(|(error, _)| error).unwrap();
        producer.flush(PATIENCE).unwrap();
        assert_eq!(delivered(&producer).last(), Some(&Ok(())));
    }
}

//! Typed producers and consumers over real librdkafka and the embedded broker.

#![cfg(feature = "kafka")]

mod kafka_support;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kafka_support::{Cancelled, Orders, placed};
use topika::client::{UndecodableMessage, header};
use topika::event::Topic as _;
use topika::{Client, ErrorKind, Provision, Undecodable};

const SOON: Duration = Duration::from_secs(20);

/// The next message, or a failed test.
async fn next(consumer: &mut topika::Consumer<Orders>) -> topika::client::Message<Orders> {
    tokio::time::timeout(SOON, consumer.next()).await.expect("in time").expect("not the end").expect("no error")
}

/// A client of the kit's broker and registry, with other settings.
fn client_of(kit: &topika_testkit::Kit) -> topika::client::ClientBuilder {
    Client::builder()
        .bootstrap(kit.bootstrap())
        .registry(kit.registry_url())
        .auto_register(true)
        .provision(Provision::Create)
}

/// Writes bytes that no serializer of ours would write.
async fn write_raw(kit: &topika_testkit::Kit, payload: Option<&[u8]>, key: &str) {
    use rdkafka::producer::{FutureProducer, FutureRecord};
    let mut config = rdkafka::ClientConfig::new();
    config.set("bootstrap.servers", kit.bootstrap()).set("partitioner", "murmur2_random");
    let producer: FutureProducer = config.create().expect("the settings are good");
    let mut record = FutureRecord::to("orders").key(key);
    if let Some(payload) = payload {
        record = record.payload(payload);
    }
    producer.send(record, SOON).await.expect("the broker is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_is_read_with_its_key_and_place() {
    let kit = topika_testkit::start().await;
    let orders = kit.client().producer::<Orders>().await.unwrap();
    let at = orders.send(&placed("CUST-1", 1)).await.unwrap();
    assert_eq!(at.offset, 0);
    let cancelled = Cancelled { customer: "CUST-1".to_owned(), number: 1, reason: "late".to_owned() };
    let second = orders.send_with(&cancelled, &topika::Headers::new().with("trace", "abc")).await.unwrap();
    assert_eq!((second.partition, second.offset), (at.partition, 1), "one customer, one partition");
    assert_eq!(orders.topic(), "orders");
    assert_eq!(orders.in_flight(), 0);
    orders.close(SOON).await.unwrap();

    let mut report = kit.client().consumer::<Orders>("report").from_start().await.unwrap();
    let first = next(&mut report).await;
    assert_eq!(first.event, Orders::Placed(placed("CUST-1", 1)));
    assert_eq!(first.key().unwrap().map(String::as_str), Some("CUST-1"));
    assert_eq!((first.topic(), first.partition(), first.offset()), ("orders", at.partition, 0));
    assert!(first.timestamp_ms().is_some());
    first.ack();
    let second = next(&mut report).await;
    assert_eq!(second.event, Orders::Cancelled(cancelled));
    assert_eq!(second.header("trace"), Some(&b"abc"[..]));
    second.ack();
    report.close(SOON).await.unwrap();
    kit.caught_up::<Orders>("report").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_in_flight_arrive_in_the_order_of_their_key() {
    let kit = topika_testkit::start().await;
    let orders = kit.client().producer::<Orders>().await.unwrap();
    let mut pending = Vec::new();
    for number in 0..3000 {
        pending.push(orders.enqueue(&placed(&format!("CUST-{}", number % 7), number)).await.unwrap());
    }
    for delivery in pending {
        delivery.await.unwrap();
    }
    orders.close(SOON).await.unwrap();
    let mut all = kit.client().consumer::<Orders>("all").await.unwrap();
    let mut last: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..3000 {
        let message = next(&mut all).await;
        let number = message.event.number();
        let before = last.insert(message.event.customer().to_owned(), number);
        assert!(before.is_none_or(|before| before < number));
        message.ack();
    }
    assert_eq!(last.len(), 7);
    all.commit().await.unwrap();
    kit.caught_up::<Orders>("all").await;
    all.close(SOON).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_acknowledged_without_a_gap_is_committed() {
    let kit = topika_testkit::start().await;
    kit.given::<Orders>((0..5).map(|n| placed("CUST-1", n))).await;
    let mut first = kit.client().consumer::<Orders>("g").await.unwrap();
    let mut held = None;
    for number in 0..5 {
        let message = next(&mut first).await;
        assert_eq!(message.event.number(), number);
        if number == 2 {
            held = Some(message);
        } else {
            message.ack();
        }
    }
    first.close(SOON).await.unwrap();
    drop(held);
    let mut second = kit.client().consumer::<Orders>("g").await.unwrap();
    for number in 2..5 {
        let message = next(&mut second).await;
        assert_eq!(message.event.number(), number, "read again from the first that was not acknowledged");
        message.ack();
    }
    second.close(SOON).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn from_start_reads_again_and_from_latest_reads_what_comes() {
    let kit = topika_testkit::start().await;
    kit.given::<Orders>((0..3).map(|n| placed("CUST-1", n))).await;
    for _ in 0..2 {
        let mut report = kit.client().consumer::<Orders>("report").from_start().await.unwrap();
        for number in 0..3 {
            let message = next(&mut report).await;
            assert_eq!(message.event.number(), number);
            message.ack();
        }
        report.close(SOON).await.unwrap();
    }
    let mut latest = kit.client().consumer::<Orders>("latest").from_latest().await.unwrap();
    kit.given::<Orders>([placed("CUST-1", 3)]).await;
    let message = next(&mut latest).await;
    assert_eq!(message.event.number(), 3);
    let now = message.timestamp_ms().unwrap();
    message.ack();
    latest.close(SOON).await.unwrap();
    let mut since = kit.client().consumer::<Orders>("since").from_time(now).await.unwrap();
    assert!(next(&mut since).await.timestamp_ms().unwrap() >= now);
    since.close(SOON).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cannot_be_read_goes_to_the_dead_letters_and_the_stream_goes_on() {
    let kit = topika_testkit::start().await;
    kit.given::<Orders>([placed("CUST-1", 0)]).await;
    write_raw(&kit, Some(b"poison"), "CUST-1").await;
    kit.given::<Orders>([placed("CUST-1", 1)]).await;
    let mut orders = kit.client().consumer::<Orders>("kitchen").await.unwrap();
    for number in 0..2 {
        let message = next(&mut orders).await;
        assert_eq!(message.event.number(), number);
        message.ack();
    }
    orders.close(SOON).await.unwrap();
    kit.caught_up::<Orders>("kitchen").await;
    let letters = kit.dead_letters::<Orders>().await;
    assert_eq!(letters.len(), 1);
    let letter = &letters.all()[0];
    assert_eq!(letter.payload.as_deref(), Some(&b"poison"[..]));
    assert_eq!(letter.key.as_deref(), Some(&b"CUST-1"[..]));
    assert_eq!(letter.reason().as_deref(), Some("not-framed"));
    assert_eq!(letter.header(header::TOPIC).as_deref(), Some("orders"));
    assert_eq!(letter.header(header::OFFSET).as_deref(), Some("1"));
    assert_eq!(letter.group().as_deref(), Some("kitchen"));
    assert_eq!(kit.broker().lag("", &["dlq.orders"]).len(), 3, "as many partitions as the source");
}

#[tokio::test(flavor = "multi_thread")]
async fn six_bytes_that_name_an_id_that_no_registry_can_have_stop_no_partition() {
    let kit = topika_testkit::start().await;
    kit.given::<Orders>([placed("CUST-1", 0)]).await;
    write_raw(&kit, Some(&[0, 0x80, 0, 0, 0, b'x']), "CUST-1").await;
    kit.given::<Orders>([placed("CUST-1", 1)]).await;
    let mut orders = kit.client().consumer::<Orders>("kitchen").await.unwrap();
    for number in 0..2 {
        let message = next(&mut orders).await;
        assert_eq!(message.event.number(), number);
        message.ack();
    }
    orders.close(SOON).await.unwrap();
    let letters = kit.dead_letters::<Orders>().await;
    assert_eq!(letters.all()[0].payload.as_deref(), Some(&[0, 0x80, 0, 0, 0, b'x'][..]));
    assert_eq!(letters.all()[0].reason().as_deref(), Some("unknown-schema"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undecodable_message_may_be_had_as_bytes_or_passed_over() {
    let kit = topika_testkit::start().await;
    kit.given::<Orders>([placed("CUST-1", 0)]).await;
    write_raw(&kit, None, "CUST-1").await;
    kit.given::<Orders>([placed("CUST-1", 1)]).await;
    let mut raw = kit.client().consumer::<Orders>("raw").undecodable(Undecodable::Yield).await.unwrap();
    next(&mut raw).await.ack();
    let error = tokio::time::timeout(SOON, raw.next()).await.unwrap().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let bad = UndecodableMessage::from_error(error).unwrap();
    assert_eq!((bad.reason(), bad.payload(), bad.origin().offset()), ("no-value", None, 1));
    bad.ack();
    next(&mut raw).await.ack();
    raw.close(SOON).await.unwrap();
    kit.caught_up::<Orders>("raw").await;

    let mut skip = kit.client().consumer::<Orders>("skip").undecodable(Undecodable::Skip).await.unwrap();
    for number in 0..2 {
        let message = next(&mut skip).await;
        assert_eq!(message.event.number(), number);
        message.ack();
    }
    skip.close(SOON).await.unwrap();
    kit.caught_up::<Orders>("skip").await;
    kit.dead_letters::<Orders>().await.assert_empty();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_members_share_the_partitions_and_lose_nothing_when_one_leaves() {
    let kit = topika_testkit::start().await;
    let orders = kit.client().producer::<Orders>().await.unwrap();
    let mut first = kit.client().consumer::<Orders>("pair").await.unwrap();
    let mut second = kit.client().consumer::<Orders>("pair").await.unwrap();
    let mut seen = std::collections::BTreeSet::new();
    let mut by_second = 0;
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut number = 0;
    // Until the second one has its share.
    while by_second < 50 {
        assert!(Instant::now() < deadline, "the second member got nothing");
        for _ in 0..20 {
            let _sent = orders.enqueue(&placed(&format!("CUST-{}", number % 50), number)).await.unwrap();
            number += 1;
        }
        let quiet = tokio::time::sleep(Duration::from_millis(50));
        tokio::pin!(quiet);
        loop {
            tokio::select! {
                m = first.next() => { let m = m.unwrap().unwrap(); seen.insert(m.event.number()); m.ack(); }
                m = second.next() => { let m = m.unwrap().unwrap(); seen.insert(m.event.number()); m.ack(); by_second += 1; }
                () = &mut quiet => break,
            }
        }
    }
    orders.close(SOON).await.unwrap();
    second.close(SOON).await.unwrap();
    while seen.len() < usize::try_from(number).unwrap() {
        let message = next(&mut first).await;
        seen.insert(message.event.number());
        message.ack();
    }
    first.close(SOON).await.unwrap();
    kit.caught_up::<Orders>("pair").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_closes_while_its_group_rebalances_commits_first() {
    let kit = topika_testkit::start().await;
    kit.given::<Orders>((0..30).map(|n| placed(&format!("CUST-{n}"), n))).await;
    // The group hands out its partitions somewhere within these milliseconds, and takes no commit meanwhile.
    for after in (0..60).step_by(4) {
        let group = format!("g{after}");
        let mut leaving = kit.client().consumer::<Orders>(&group).await.unwrap();
        for _ in 0..30 {
            next(&mut leaving).await.ack();
        }
        let coming = kit.client().consumer::<Orders>(&group).await.unwrap();
        tokio::time::sleep(Duration::from_millis(after)).await;
        leaving.close(SOON).await.unwrap();
        coming.close(SOON).await.unwrap();
        kit.caught_up::<Orders>(&group).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_does_not_take_is_paused_and_loses_nothing() {
    let kit = topika_testkit::start().await;
    kit.given::<Orders>((0..5000).map(|n| placed("CUST-1", n))).await;
    let mut slow = kit.client().consumer::<Orders>("slow").await.unwrap();
    next(&mut slow).await.ack();
    tokio::time::sleep(Duration::from_millis(500)).await;
    for number in 1..5000 {
        let message = next(&mut slow).await;
        assert_eq!(message.event.number(), number);
        message.ack();
    }
    slow.close(SOON).await.unwrap();
    kit.caught_up::<Orders>("slow").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_is_missing_or_different_is_said_with_the_next_step() {
    let kit = topika_testkit::start().await;
    let strict = client_of(&kit).provision(Provision::Verify).build().unwrap();
    let error = strict.producer::<Orders>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownTopic);
    assert!(error.to_string().starts_with("topic \"orders\" (`Orders`) does not exist"), "{error}");
    assert_eq!(strict.consumer::<Orders>("g").await.unwrap_err().kind(), ErrorKind::UnknownTopic);
    kit.broker().create_topic("orders", 1, &[]).unwrap();
    let error = strict.producer::<Orders>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TopicDiffers);
    assert!(error.to_string().contains("has 1 partitions"), "{error}");
    let lenient = client_of(&kit).provision(Provision::Exists).build().unwrap();
    lenient.producer::<Orders>().await.unwrap().send(&placed("CUST-1", 0)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_prefix_of_an_environment_stands_before_topic_and_subject() {
    let kit = topika_testkit::start().await;
    let dev = client_of(&kit).topic_prefix("dev.").build().unwrap();
    assert_eq!(dev.topic_name(Orders::TOPIC), "dev.orders");
    let orders = dev.producer::<Orders>().await.unwrap();
    orders.send(&placed("CUST-1", 0)).await.unwrap();
    assert!(kit.broker().topics().contains(&"dev.orders".to_owned()));
    assert!(dev.registry().subjects().await.unwrap().contains(&"dev.orders-Placed".to_owned()));
    let mut consumer = dev.consumer::<Orders>("g").await.unwrap();
    next(&mut consumer).await.ack();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_the_registry_does_not_hold_is_an_error_that_names_the_subject() {
    let kit = topika_testkit::start().await;
    let strict = client_of(&kit).auto_register(false).build().unwrap();
    let error = strict.producer::<Orders>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema);
    assert!(error.to_string().contains("orders-Placed") && error.to_string().contains("help:"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_or_a_registry_that_is_down_is_an_error_and_not_a_wait() {
    let kit = topika_testkit::start().await;
    let start = Instant::now();
    let nowhere =
        client_of(&kit).bootstrap("127.0.0.1:1").connect_deadline(Duration::from_millis(500)).build().unwrap();
    let error = nowhere.producer::<Orders>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(error.to_string().starts_with("cannot reach Kafka at \"127.0.0.1:1\""), "{error}");
    assert_eq!(nowhere.consumer::<Orders>("g").await.unwrap_err().kind(), ErrorKind::Unreachable);
    let deaf = client_of(&kit).registry("http://127.0.0.1:1").build().unwrap();
    let error = deaf.producer::<Orders>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Registry);
    assert!(error.to_string().contains("127.0.0.1:1"), "{error}");
    assert!(start.elapsed() < Duration::from_secs(40));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_producer_says_so_and_has_room_again_later() {
    let kit = topika_testkit::start().await;
    let small = client_of(&kit).queue(2, 1 << 20).kafka_property("linger.ms", "200").build().unwrap();
    let orders = small.producer::<Orders>().await.unwrap();
    let first = orders.try_enqueue(&placed("CUST-1", 0)).unwrap();
    let second = orders.try_enqueue(&placed("CUST-1", 1)).unwrap();
    assert_eq!(orders.try_enqueue(&placed("CUST-1", 2)).unwrap_err().kind(), ErrorKind::QueueFull);
    let third = orders.enqueue(&placed("CUST-1", 2)).await.unwrap();
    for (pending, offset) in [(first, 0), (second, 1), (third, 2)] {
        assert_eq!(pending.await.unwrap().offset, offset);
    }
    orders.close(SOON).await.unwrap();
    assert_eq!(orders.send(&placed("CUST-1", 3)).await.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_producer_that_is_dropped_still_writes_what_it_took() {
    let kit = topika_testkit::start().await;
    let client = client_of(&kit).kafka_property("linger.ms", "300").build().unwrap();
    let orders = client.producer::<Orders>().await.unwrap();
    let pending: Vec<_> = (0..100).map(|n| orders.try_enqueue(&placed("CUST-1", n)).unwrap()).collect();
    drop(orders);
    for delivery in pending {
        delivery.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_is_a_stream_too() {
    use futures_util::StreamExt as _;
    let kit = topika_testkit::start().await;
    kit.given::<Orders>((0..4).map(|n| placed("CUST-1", n))).await;
    let stream = kit.client().consumer::<Orders>("stream").await.unwrap().into_stream();
    let numbers: Vec<u32> = tokio::time::timeout(
        SOON,
        stream
            .map(|m| {
                let (event, ack) = m.unwrap().into_parts();
                ack.ack();
                event.number()
            })
            .take(4)
            .collect(),
    )
    .await
    .unwrap();
    assert_eq!(numbers, [0, 1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_any_size_that_cannot_be_read_finds_room_among_the_dead_letters() {
    use rdkafka::producer::{FutureProducer, FutureRecord};
    let kit = topika_testkit::start().await;
    kit.broker().create_topic("orders", 3, &[("max.message.bytes", "4000000")]).unwrap();
    let mut config = rdkafka::ClientConfig::new();
    config
        .set("bootstrap.servers", kit.bootstrap())
        .set("message.max.bytes", "4000000")
        .set("partitioner", "murmur2_random");
    let outsider: FutureProducer = config.create().unwrap();
    // As large as the topic takes; the letter has headers on top.
    let poison = vec![b'x'; 3_999_800];
    outsider.send(FutureRecord::to("orders").key("CUST-1").payload(&poison), SOON).await.unwrap();
    kit.given::<Orders>([placed("CUST-1", 1)]).await;
    let mut orders = kit.client().consumer::<Orders>("kitchen").await.unwrap();
    let message = next(&mut orders).await;
    assert_eq!(message.event.number(), 1, "the stream goes on");
    message.ack();
    orders.close(SOON).await.unwrap();
    kit.caught_up::<Orders>("kitchen").await;
    let letters = kit.dead_letters::<Orders>().await;
    assert_eq!(letters.len(), 1);
    assert!(letters.all()[0].payload.as_ref().is_some_and(|bytes| *bytes == poison));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_that_comes_back_to_a_latest_reader_does_not_begin_at_its_first_message() {
    let kit = topika_testkit::start().await;
    kit.given::<Orders>((0..60).map(|n| placed(&format!("CUST-{n}"), n))).await;
    // A member that closes between two joins sends no word; the group waits for its session then.
    let client = client_of(&kit)
        .kafka_property("session.timeout.ms", "6000")
        .kafka_property("heartbeat.interval.ms", "500")
        .build()
        .unwrap();
    let mut stays = client.consumer::<Orders>("latest").from_latest().await.unwrap();
    let reader = tokio::spawn(async move {
        let mut last_ones = std::collections::BTreeSet::new();
        while last_ones.len() < 30 {
            // Not acknowledged: nothing but the beginning is committed.
            let number = next(&mut stays).await.event.number();
            assert!(number >= 100, "{number} was written before");
            if number >= 1000 {
                last_ones.insert(number);
            }
        }
        stays.close(SOON).await.unwrap();
    });
    let mut goes = client.consumer::<Orders>("latest").from_latest().await.unwrap();
    let deadline = Instant::now() + SOON;
    loop {
        kit.given::<Orders>((100..130).map(|n| placed(&format!("CUST-{n}"), n))).await;
        if tokio::time::timeout(Duration::from_millis(100), goes.next()).await.is_ok() {
            break;
        }
        assert!(Instant::now() < deadline, "the second member got no share");
    }
    goes.close(SOON).await.unwrap();
    kit.given::<Orders>((1000..1030).map(|n| placed(&format!("CUST-{n}"), n))).await;
    tokio::time::timeout(2 * SOON, reader).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_the_broker_refuses_is_an_error() {
    let kit = topika_testkit::start().await;
    kit.given::<Orders>([placed("CUST-1", 0)]).await;
    // No other commit comes before the one that is asked for.
    let mut orders = kit.client().consumer::<Orders>("g").commit_interval(SOON).await.unwrap();
    let message = next(&mut orders).await;
    let admin: rdkafka::admin::AdminClient<_> =
        rdkafka::ClientConfig::new().set("bootstrap.servers", kit.bootstrap()).create().unwrap();
    admin.delete_topics(&["orders"], &rdkafka::admin::AdminOptions::new()).await.unwrap();
    message.ack();
    let error = orders.commit().await.unwrap_err();
    assert!(error.to_string().starts_with("cannot commit"), "{error}");
}

//! Code that takes a producer, without any broker.

use std::time::Duration;

use topika::{ErrorKind, Producer};
use topika_testkit::RecordingProducer;

use crate::orders::{Orders, cancelled, placed, told};

async fn check_out(orders: &Producer<Orders>, order: &str) -> Result<(), topika::Error> {
    orders.message(&placed(order, "ann", &["1.00"])).header("tenant", "north").send().await?;
    orders.send(&cancelled(order, "ann")).await?;
    Ok(())
}

#[tokio::test]
async fn what_is_sent_is_recorded_with_its_key_headers_and_place() {
    let recorder = RecordingProducer::<Orders>::new();
    check_out(&recorder.producer(), "O-1").await.unwrap();
    let sent = recorder.sent();
    sent.assert_eq([
        Orders::OrderPlaced(placed("O-1", "ann", &["1.00"])),
        Orders::OrderCancelled(cancelled("O-1", "ann")),
    ]);
    let first = &sent.all()[0];
    assert_eq!((first.key.as_deref(), first.header("tenant"), first.offset), (Some("ann"), Some("north"), 0));
    assert!(first.header("ce_id").is_some(), "{:?}", first.headers);
    let text = told(async { sent.assert_eq([cancelled("O-1", "bob")]) }).await;
    assert!(text.starts_with("what was sent on \"orders\" is not as expected (1 expected, 2 found):"), "{text}");
    recorder.clear();
    recorder.sent().assert_empty();
}

#[tokio::test]
async fn a_recorder_fails_as_it_is_told_and_records_nothing_of_that() {
    let recorder = RecordingProducer::<Orders>::new();
    let orders = recorder.producer();
    for kind in [ErrorKind::Timeout, ErrorKind::TooLarge, ErrorKind::Denied, ErrorKind::QueueFull] {
        recorder.fail_next(1, kind);
        let error = orders.send(&cancelled("O-1", "ann")).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.is_retriable()),
            (kind, matches!(kind, ErrorKind::Timeout | ErrorKind::QueueFull))
        );
    }
    recorder.sent().assert_empty();
    recorder.fail_next(1, ErrorKind::QueueFull);
    assert_eq!(orders.try_enqueue(&cancelled("O-1", "ann")).unwrap_err().kind(), ErrorKind::QueueFull);
    recorder.fail_next(1, ErrorKind::Timeout);
    let pending = orders.try_enqueue(&cancelled("O-1", "ann")).expect("it is taken, and fails later");
    assert_eq!(pending.await.unwrap_err().kind(), ErrorKind::Timeout);
    recorder.fail_where(|seen| seen.json()["customer"] == "bob", ErrorKind::TooLarge);
    let many = ["ann", "bob", "cid"].map(|customer| cancelled("O-1", customer));
    let deliveries = orders.send_all(&many).await;
    assert_eq!(
        deliveries.failed().map(|(at, error)| (at, error.kind())).collect::<Vec<_>>(),
        [(1, ErrorKind::TooLarge)]
    );
    let messages = many.iter().map(|event| orders.message(event).key("dee"));
    assert_eq!(orders.enqueue_messages(messages).await.await.failed().count(), 1);
    recorder.heal();
    orders.send(&many[1]).await.unwrap();
    assert_eq!((recorder.sent().len(), recorder.refused()), (5, 8));
    recorder.fail_all(ErrorKind::Unreachable);
    assert_eq!(check_out(&orders, "O-2").await.unwrap_err().kind(), ErrorKind::Unreachable);
}

#[tokio::test(start_paused = true)]
async fn a_delivery_takes_as_long_as_it_is_told_on_a_clock_that_may_be_paused() {
    let recorder = RecordingProducer::<Orders>::new();
    recorder.delay(Duration::from_secs(3600));
    let start = tokio::time::Instant::now();
    check_out(&recorder.producer(), "O-1").await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(7200));
    let cut = tokio::time::timeout(Duration::from_secs(1), check_out(&recorder.producer(), "O-2")).await;
    assert!(cut.is_err());
}

#[tokio::test]
async fn a_closed_producer_takes_nothing() {
    let recorder = RecordingProducer::<Orders>::new();
    let orders = recorder.producer();
    assert!(orders.is_alive() && orders.check_connection(Duration::ZERO).await.is_ok());
    assert_eq!((orders.topic(), orders.in_flight()), ("orders", 0));
    orders.clone().close(Duration::ZERO).await.unwrap();
    assert!(!orders.is_alive());
    assert_eq!(orders.send(&cancelled("O-1", "ann")).await.unwrap_err().kind(), ErrorKind::Closed);
}

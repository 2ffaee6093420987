//! Given events, when an app has handled them, then: published, put off, given up.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use topika::app::Publish;
use topika::handler::{Failure, State};
use topika::types::Decimal;
use topika::{App, HandlerError, Retry};

use crate::orders::{InvoiceMade, Invoices, OrderCancelled, OrderPlaced, Orders, amount, cancelled, placed, told};

const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, HandlerError)]
enum BillingError {
    /// Nobody is billed for nothing.
    #[handler(code = "no-items", fatal)]
    NoItems,
    #[handler(code = "bank-away")]
    BankAway,
}

impl std::fmt::Display for BillingError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoItems => "an order of nothing",
            Self::BankAway => "the bank does not answer",
        })
    }
}

#[derive(Clone, Default)]
struct Books(Arc<Mutex<Vec<String>>>);

async fn bill(State(books): State<Books>, order: OrderPlaced) -> Result<Publish<Invoices>, BillingError> {
    if order.items.is_empty() {
        return Err(BillingError::NoItems);
    }
    if order.note.as_deref() == Some("bank away") {
        return Err(BillingError::BankAway);
    }
    books.0.lock().unwrap().push(order.order.clone());
    let total = Decimal::checked_sum(order.items.iter().map(|item| item.price)).unwrap();
    Ok(Publish::one(InvoiceMade { order: order.order, total }))
}

async fn forget(State(books): State<Books>, order: OrderCancelled) -> Result<(), BillingError> {
    books.0.lock().unwrap().retain(|kept| *kept != order.order);
    Ok(())
}

fn billing(books: Books) -> App<Books> {
    App::new("billing")
        .with_state(books)
        .topic(Orders::router().order_placed(bill).order_cancelled(forget))
        .retry(Retry::in_place(1).then_tiers([Duration::from_secs(3600)]))
        .dead_letters()
}

fn bank_away(order: &str, customer: &str) -> OrderPlaced {
    OrderPlaced { note: Some("bank away".to_owned()), ..placed(order, customer, &["1.00"]) }
}

#[tokio::test]
async fn given_orders_when_handled_then_invoices_are_published_and_what_failed_is_put_off_or_given_up() {
    let kit = topika_testkit::start().await;
    let books = Books::default();
    kit.given::<Orders>([placed("O-1", "ann", &["9.50", "2.00"]), placed("O-2", "bob", &[])]).await;
    kit.given::<Orders>([bank_away("O-3", "cid"), placed("O-4", "cid", &["3.00"])]).await;
    let run = kit.handled(billing(books.clone())).await;
    assert_eq!(run.group(), "billing");
    kit.published::<Invoices>().await.assert_eq([InvoiceMade { order: "O-1".to_owned(), total: amount("11.50") }]);
    kit.dead_letters::<Orders>().await.assert_reasons(["no-items"]);
    let retried = kit.retried::<Orders>(&run).await;
    retried.assert_reasons(["bank-away"]);
    assert_eq!(retried.len(), 2, "one failed, the other one of its key waits behind it");
    assert_eq!(retried.all().iter().map(|one| one.attempts).max(), Some(2));
    assert!(
        retried.all().iter().all(|one| one.due_ms.is_some() && one.tier == "retry.billing.orders.1h"),
        "{retried:?}"
    );
    assert_eq!(*books.0.lock().unwrap(), ["O-1"]);
    let reasons = told(async { retried.assert_reasons(["no-items"]) }).await;
    assert!(reasons.contains("after 2 tries (bank-away): shop.order-placed of key \"cid\""), "{reasons}");
    assert!(told(async { retried.assert_empty() }).await.starts_with("\"billing\" has put off 2 messages:"));
    let reasons = told(async { kit.dead_letters::<Orders>().await.assert_reasons(["bank-away"]) }).await;
    assert!(reasons.contains("(expected [\"bank-away\"], found [\"no-items\"])"), "{reasons}");
}

#[tokio::test]
async fn what_was_published_otherwise_is_told_field_by_field() {
    let kit = topika_testkit::start().await;
    let (one, two) = (placed("O-1", "ann", &["9.50", "9.60"]), cancelled("O-1", "ann"));
    kit.given::<Orders>([one.clone()]).await;
    kit.given::<Orders>([two.clone()]).await;
    let orders = kit.published::<Orders>().await;
    orders.assert_eq([Orders::OrderPlaced(one.clone()), Orders::OrderCancelled(two.clone())]);
    orders.assert_contains(&two);
    orders.assert_len(2);
    assert_eq!(orders.events().next(), Some(&Orders::OrderPlaced(one.clone())));
    assert_eq!(orders.all()[0].json()["items"][1]["price"], "9.60");
    let place = |number: usize| (orders.all()[number].partition, orders.all()[number].offset);
    assert_eq!((place(0).1, place(1)), (0, (place(0).0, 1)));

    let other = OrderPlaced { note: Some("x".to_owned()), ..placed("O-1", "ann", &["9.50", "9.50"]) };
    let text = told(async { orders.assert_eq([other.clone()]) }).await;
    assert_eq!(
        text,
        format!(
            "what is on \"orders\" is not as expected (1 expected, 2 found):
  differs: shop.order-placed, number 1 of key \"ann\" (partition {0} offset 0)
    items[1].price: expected \"9.50\", got \"9.60\"
    note: expected \"x\", got null
  not expected: shop.order-cancelled, number 2 of key \"ann\" (partition {0} offset 1): {{\"order\":\"O-1\",\"customer\":\"ann\"}}",
            place(0).0
        )
    );
    let text = told(async { orders.assert_contains(&other) }).await;
    assert!(text.starts_with("what is on \"orders\" does not contain shop.order-placed: {"), "{text}");
    assert!(
        text.contains("\n  nearest: shop.order-placed (partition")
            && text.ends_with("\n    note: expected \"x\", got null"),
        "{text}"
    );
    let text = told(async { orders.assert_empty() }).await;
    assert!(text.starts_with("what is on \"orders\" is not as expected (0 expected, 2 found):\n  shop.order-placed of key \"ann\" (partition"), "{text}");
    let orders = orders.ignoring("note").ignoring("items[].price");
    orders.assert_eq([Orders::OrderPlaced(other), Orders::OrderCancelled(two)]);
}

#[tokio::test]
async fn a_topic_is_read_until_a_message_comes_and_else_what_was_read_is_told() {
    let kit = topika_testkit::start().await;
    let late = async {
        kit.given::<Orders>([placed("O-1", "ann", &["1.00"])]).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        kit.given::<Orders>([placed("O-2", "ann", &["2.00"]), placed("O-3", "ann", &["3.00"])]).await;
    };
    let is_second = |seen: &topika_testkit::Seen<Orders>| seen.json()["order"] == "O-2";
    let (seen, ()) = tokio::join!(kit.consume_until::<Orders>(is_second, PATIENCE), late);
    seen.assert_eq([placed("O-1", "ann", &["1.00"]), placed("O-2", "ann", &["2.00"])]);
    let text = told(async {
        kit.consume_until::<Orders>(|seen| seen.json()["order"] == "O-4", Duration::from_secs(2)).await;
    })
    .await;
    let begin = "what is waited for did not come on \"orders\" within 2s; 3 messages were read instead:\n  shop.order-placed of key \"ann\" (partition ";
    assert!(text.starts_with(begin), "{text}");
    assert!(
        text.contains(r#"{"order":"O-3","customer":"ann","items":[{"dish":"Ramen","price":"3.00"}],"note":null}"#),
        "{text}"
    );
}

#[tokio::test]
async fn what_is_stored_elsewhere_is_waited_for() {
    let kit = topika_testkit::start().await;
    let tries = Mutex::new(0);
    let third = kit
        .eventually(PATIENCE, || async {
            let mut tries = tries.lock().unwrap();
            *tries += 1;
            if *tries == 3 { Ok(*tries) } else { Err(format!("{tries} rows")) }
        })
        .await;
    assert_eq!(third, 3);
    let text = told(async { kit.eventually(Duration::ZERO, || async { Err::<(), _>("no row") }).await }).await;
    assert_eq!(text, "it has not come to pass within 0ns: no row");
}

#[tokio::test]
async fn a_message_that_is_no_event_of_the_topic_is_told_beside_the_others() {
    let kit = topika_testkit::start().await;
    kit.given::<Orders>([cancelled("O-1", "ann")]).await;
    let raw: rdkafka::producer::BaseProducer =
        rdkafka::ClientConfig::new().set("bootstrap.servers", kit.bootstrap()).create().unwrap();
    raw.send(rdkafka::producer::BaseRecord::<(), str>::to("orders").payload("no frame")).map_err(|(e, _)| e).unwrap();
    rdkafka::producer::Producer::flush(&raw, PATIENCE).unwrap();
    let orders = kit.published::<Orders>().await;
    assert_eq!((orders.len(), orders.all().len(), orders.unreadable().len()), (2, 1, 1));
    let text = told(async { orders.assert_eq([cancelled("O-1", "ann")]) }).await;
    assert!(text.contains("\n  not expected: partition") && text.contains("is no event of the topic"), "{text}");
}

#[test]
fn a_failure_keeps_its_code() {
    assert_eq!(Failure::from(BillingError::BankAway).code, "bank-away");
}

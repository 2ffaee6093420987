//! Handlers that are called without any broker.

use topika::app::Publish;
use topika::handler::{Headers, Key, Metadata, State};
use topika_testkit::{Calling, handle};

use crate::orders::{InvoiceMade, Invoices, OrderCancelled, OrderPlaced, Orders, amount, cancelled, placed, told};

#[derive(Clone)]
struct Rate(&'static str);

async fn bill(
    State(rate): State<Rate>,
    Key(customer): Key<String>,
    headers: Headers,
    metadata: Metadata,
    order: OrderPlaced,
) -> Result<(Publish<Invoices>, Publish<Orders>), topika::Error> {
    if metadata.attempt > 1 {
        return Err(topika::Error::wrap("the bank does not answer"));
    }
    assert_eq!((customer.as_str(), headers.text("tenant")), (order.customer.as_str(), Some("north")));
    let invoice = InvoiceMade { order: order.order.clone(), total: amount(rate.0) };
    Ok((Publish::one(invoice).header("by", "test"), Publish::one(cancelled(&order.order, &customer))))
}

async fn refuse(_: OrderCancelled) -> Result<(), topika::Error> {
    Err(topika::Error::wrap("too late"))
}

#[tokio::test]
async fn a_handler_is_called_with_what_it_would_get_of_kafka_and_gives_what_it_publishes() {
    let router = Orders::router().order_placed(bill).order_cancelled(refuse);
    let calling = Calling::new(&router, Rate("7.00")).header("tenant", "north");
    let mut call = calling.event(&placed("O-1", "ann", &["1.00"])).await;
    let invoices = call.assert_ok();
    assert!(invoices.failure().is_none());
    let invoices = call.published::<Invoices>().await;
    invoices.assert_eq([InvoiceMade { order: "O-1".to_owned(), total: amount("7.00") }]);
    assert_eq!((invoices.all()[0].header("by"), invoices.all()[0].key.as_deref()), (Some("test"), Some("O-1")));
    call.published::<Invoices>().await.assert_empty();
    call.published::<Orders>().await.assert_eq([cancelled("O-1", "ann")]);
}

#[tokio::test]
async fn a_failure_is_looked_at_by_its_code() {
    let router = Orders::router().order_placed(bill).order_cancelled(refuse);
    let call = handle(&router, Rate("1.00"), &cancelled("O-1", "ann")).await;
    assert_eq!(call.assert_failed("handler-failed").message, "too late");
    let again = Calling::new(&router, Rate("1.00")).attempt(2).group("billing").event(&placed("O-1", "ann", &[])).await;
    let text = told(async {
        again.assert_ok();
    })
    .await;
    assert_eq!(text, "the handler of an event on \"orders\" failed: the bank does not answer (handler-failed)");
    let text = told(async {
        again.assert_failed("bank-away");
    })
    .await;
    assert!(text.starts_with("the handler of an event on \"orders\" failed otherwise than with bank-away: "), "{text}");
}

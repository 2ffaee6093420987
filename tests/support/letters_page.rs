//! The examples of docs/dead-letters.md.

use std::fmt;

use food_orders::checkout::Checkout;
use food_orders::events::topics::FoodOrders;
use topika::Error;
use topika::dead_letters::{DeadLetters, Filter};
use topika::handler::HandlerError as _;

#[derive(Debug)]
struct Gas;

impl fmt::Display for Gas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no gas")
    }
}

impl std::error::Error for Gas {}

#[derive(Debug, thiserror::Error, topika::HandlerError)]
enum CookError {
    #[error("the oven is broken")]
    #[handler(fatal)]
    OvenBroken(#[source] Gas), // code "oven-broken": the name in kebab-case
    #[error("nobody cooks {0}")]
    #[handler(code = "no-such-dish", poison)]
    Unknown(String),
    #[error("no hands are free")]
    Busy, // retriable
    #[error(transparent)]
    #[handler(transparent)]
    Kafka(#[from] topika::Error), // what the error within is
}

#[test]
fn an_error_says_what_it_is() {
    let kafka = Error::wrap("x");
    let errors = [CookError::OvenBroken(Gas), CookError::Unknown("tea".to_owned()), CookError::Busy, kafka.into()];
    let said = errors.iter().map(|error| (error.code(), error.is_fatal() || error.is_poison())).collect::<Vec<_>>();
    assert_eq!(
        said,
        [
            ("oven-broken", true),
            ("no-such-dish", true),
            ("busy", false),
            ("handler-failed", !Error::wrap("x").is_retriable())
        ]
    );
}

fn cook(_: &FoodOrders) -> Result<(), CookError> {
    Err(CookError::OvenBroken(Gas))
}

async fn by_hand(kafka: &topika::Client, mut left: usize) -> Result<(), Error> {
    let mut orders = kafka.consumer::<FoodOrders>("kitchen").await?;
    while let Some(message) = orders.next().await {
        let message = message?;
        match cook(&message.event) {
            Ok(()) => message.ack(),
            Err(error) => message.dead_letter(&error).await?,
        }
        left -= 1;
        if left == 0 {
            break;
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_given_up_by_hand_is_sent_again() -> Result<(), Error> {
    let kit = topika_testkit::start().await;
    let kafka = kit.client();
    kit.given::<FoodOrders>((0..3).map(|at| Checkout::seeded(at, 1).next_order())).await;
    by_hand(&kafka, 3).await?;
    kit.dead_letters::<FoodOrders>().await.assert_reasons(["oven-broken"; 3]);

    let letters = DeadLetters::of::<FoodOrders>(&kafka);
    let done = letters.redrive(Filter::all().reason("oven-broken")).per_second(50).await?;
    println!("{} sent again, {} held back", done.sent, done.looping + done.homeless + done.too_large);

    assert_eq!((done.sent, done.too_large), (3, 0));
    Ok(())
}

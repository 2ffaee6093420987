//! Consume, process, produce: at least once beside exactly once.

use topika::app::{ExactlyOnce, Publish};
use topika::handler::State;
use topika::{App, Client, Error};

use crate::events::{Answered, Answers, Measured, Measurements};
use crate::meter::Took;
use crate::seen::Seen;

async fn answer(State(seen): State<Seen>, event: Measured) -> Result<Publish<Answers>, Error> {
    seen.one();
    Ok(Publish::one(Answered { customer: event.customer, payload: event.payload }))
}

pub(crate) async fn app(
    client: &Client,
    group: &str,
    lanes: Option<usize>,
    once: Option<ExactlyOnce>,
    messages: u32,
) -> Took {
    let seen = Seen::expect(messages);
    let mut app = App::new(group).with_state(seen.clone()).topic(Measurements::router().measured(answer));
    if let Some(lanes) = lanes {
        app = app.lanes(lanes);
    }
    if let Some(once) = once {
        app = app.exactly_once_with(once);
    }
    let app = app.spawn(client.clone());
    let took = seen.all().await;
    app.shutdown().await.unwrap();
    took
}

//! Request and reply over topics.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use topika::app::Publish;
use topika::dead_letters::{DeadLetters, Filter};
use topika::envelope::{Envelope, EnvelopeHeaders, within};
use topika::event::Keyed;
use topika::handler::State;
use topika::request::{Asked, Requests};
use topika::types::Bytes;
use topika::{App, Error, ErrorKind, Retry};

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};
use crate::transactional::{Echoed, Echoes};

/// What the answering side has seen.
#[derive(Clone, Default)]
struct Desk {
    correlations: Arc<std::sync::Mutex<Vec<Option<String>>>>,
    tries: Arc<AtomicU32>,
}

/// Answers with the double; 13 is answered at the second try, 99 too late.
async fn double(
    State(desk): State<Desk>,
    asked: Asked<Echoes>,
    envelope: Envelope,
    said: Said,
) -> Result<Publish<Echoes>, Error> {
    desk.correlations.lock().unwrap().push(envelope.correlation_id().map(str::to_owned));
    if said.number == 13 && desk.tries.fetch_add(1, Ordering::SeqCst) == 0 {
        return Err(Error::wrap("not yet"));
    }
    if said.number == 99 {
        tokio::time::sleep(asked.remaining().unwrap() + Duration::from_millis(50)).await;
    }
    Ok(asked.answer_keyed(Bytes(vec![1]), Echoed { number: said.number * 2 }))
}

pub(crate) async fn each_question_has_its_own_answer_or_an_error_when_its_time_is_over(cluster: &Cluster) {
    let kafka = client(cluster).envelope(EnvelopeHeaders::none()).build().unwrap();
    let (desk, name) = (Desk::default(), cluster.name("desk"));
    let retry = Retry::in_place(3).waits(Duration::from_millis(1), Duration::from_millis(2));
    let app = App::new(name).with_state(desk.clone()).topic(Sayings::router().said(double)).retry(retry).dead_letters();
    let first = Requests::<Sayings, Echoes>::start(&kafka).await.unwrap();
    let second = Requests::<Sayings, Echoes>::start(&kafka).await.unwrap();

    // Nobody is there to answer.
    let (key, early) = (Bytes(vec![0]), Said { number: 99 });
    let error = first.ask(&Keyed { key: &key, event: &early }, Duration::from_millis(300)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(error.to_string().contains("echoed") && error.to_string().contains("said"), "{error}");

    let app = app.spawn(kafka.clone());
    let asks = (1..=60).map(|number| {
        let asker = if number % 2 == 0 { &first } else { &second };
        async move {
            let (key, said) = (Bytes(vec![u8::try_from(number).unwrap()]), Said { number });
            let Echoes::Echoed(Echoed { number: answer }) =
                asker.ask(&Keyed { key: &key, event: &said }, PATIENCE).await.unwrap();
            (number, answer)
        }
    });
    let answers: BTreeSet<_> = futures_util::future::join_all(asks).await.into_iter().collect();
    assert_eq!(answers, (1..=60).map(|number| (number, number * 2)).collect());
    assert_eq!(desk.tries.load(Ordering::SeqCst), 2, "what fails is tried again, within the time of the question");

    // What the question belongs to flows to whoever answers.
    let (key, said) = (Bytes(vec![1]), Said { number: 1 });
    let visit = Envelope::integration("visit-7");
    within(&visit, first.ask(&Keyed { key: &key, event: &said }, PATIENCE)).await.unwrap();
    let correlated = client(cluster).build().unwrap();
    let third = Requests::<Sayings, Echoes>::start(&correlated).await.unwrap();
    within(&visit, third.ask(&Keyed { key: &key, event: &said }, PATIENCE)).await.unwrap();
    let seen = desk.correlations.lock().unwrap().iter().rev().take(2).cloned().collect::<Vec<_>>();
    assert_eq!(seen, [Some("visit-7".to_owned()), None], "as the client's envelope says");

    for asker in [first, second, third] {
        asker.close(PATIENCE).await.unwrap();
    }
    app.shutdown().await.unwrap();
}

pub(crate) async fn what_asks_for_no_answer_is_given_up_and_the_app_goes_on(cluster: &Cluster) {
    let kafka = client(cluster).build().unwrap();
    // Without `dead_letters`: nobody stops a service with a message that asks for nothing.
    let app = App::new(cluster.name("desk")).with_state(Desk::default()).topic(Sayings::router().said(double));
    let app = app.spawn(kafka.clone());
    let producer = kafka.producer::<Sayings>().await.unwrap();
    let (key, said) = (Bytes(vec![1]), Said { number: 1 });
    producer.send(&Keyed { key: &key, event: &said }).await.unwrap();
    let asker = Requests::<Sayings, Echoes>::start(&kafka).await.unwrap();
    asker.ask(&Keyed { key: &key, event: &said }, PATIENCE).await.unwrap();
    let mut letters = DeadLetters::of::<Sayings>(&kafka).read(Filter::all()).await.unwrap();
    let letter = letters.next().await.unwrap().unwrap();
    assert_eq!(letter.reason.as_deref(), Some("not-asked"));
    assert!(letters.next().await.is_none());
    app.shutdown().await.unwrap();
    asker.close(PATIENCE).await.unwrap();
    producer.close(PATIENCE).await.unwrap();
}

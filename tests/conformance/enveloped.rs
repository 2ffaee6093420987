//! What stands beside an event on its way, whichever broker it is.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use topika::app::Publish;
use topika::envelope::{self, Envelope, EnvelopeHeaders, Kind, header};
use topika::event::Keyed;
use topika::handler::{Headers, State};
use topika::types::{Bytes, TimestampMillis};
use topika::{App, Client, Consumer, Topic};

use crate::clients::PATIENCE;
use crate::cluster::Cluster;
use crate::producing::{Said, Sayings, client};
use crate::transactional::{Echoed, Echoes};

const KEY: Bytes = Bytes(Vec::new());

async fn say(client: &Client, number: i32, envelope: &Envelope) {
    let sayings = client.producer::<Sayings>().await.unwrap();
    let said = Said { number };
    sayings.message(&Keyed { key: &KEY, event: &said }).partition(0).envelope(envelope).send().await.unwrap();
    sayings.close(PATIENCE).await.unwrap();
}

async fn read<T: Topic>(client: &Client, group: &str, count: usize) -> Vec<Headers> {
    let mut consumer: Consumer<T> = client.consumer::<T>(group).from_start().await.unwrap();
    let mut all = Vec::new();
    while all.len() < count {
        let message = tokio::time::timeout(PATIENCE, consumer.next()).await.unwrap().unwrap().unwrap();
        all.push(message.headers().clone());
    }
    consumer.close(PATIENCE).await.unwrap();
    all
}

fn names(headers: &Headers) -> Vec<&str> {
    headers.iter().map(|(name, _)| name).collect()
}

type Seen = Arc<Mutex<Vec<Envelope>>>;

async fn answer(State(seen): State<Seen>, envelope: Envelope, said: Said) -> Result<Publish<Echoes>, String> {
    seen.lock().unwrap().push(envelope);
    Ok(Publish::nothing().and_keyed(KEY.clone(), Echoed { number: said.number }))
}

pub(crate) async fn what_a_handler_publishes_belongs_to_what_it_handled(cluster: &Cluster) {
    let client = client(cluster).envelope(EnvelopeHeaders::new().causation_id()).build().unwrap();
    say(&client, 1, &Envelope::new().with_id("first")).await;
    say(&client, 2, &Envelope::domain("order", "ORD-1").with_id("second").with_correlation_id("request")).await;
    let seen = Seen::default();
    let app = App::new(cluster.name("answering")).with_state(Arc::clone(&seen));
    let running = app.topic(Sayings::router().said(answer)).spawn(client.clone());
    let answers = read::<Echoes>(&client, &cluster.name("answers"), 2).await;
    running.shutdown().await.unwrap();
    let of = |headers: &Headers| {
        let envelope = Envelope::of(headers, None);
        assert_eq!(envelope.id().map(str::len), Some(36), "an id of its own: {headers:?}");
        let text = |text: Option<&str>| text.unwrap().to_owned();
        (text(envelope.correlation_id()), text(envelope.causation_id()))
    };
    let pair = |correlation: &str, cause: &str| (correlation.to_owned(), cause.to_owned());
    assert_eq!(answers.iter().map(of).collect::<Vec<_>>(), [pair("first", "first"), pair("request", "second")]);
    let seen = seen.lock().unwrap();
    assert_eq!((seen[0].kind(), seen[1].kind()), (Kind::Base, Kind::Domain));
    assert_eq!((seen[1].aggregate_type(), seen[1].aggregate_id()), (Some("order"), Some("ORD-1")));
    assert!(seen[0].time().is_some(), "the record's own");
}

pub(crate) async fn a_message_has_at_most_the_headers_that_were_asked_for(cluster: &Cluster) {
    let plain = client(cluster).build().unwrap();
    say(&plain, 1, &Envelope::new()).await;
    envelope::within(&Envelope::integration("request"), say(&plain, 2, &Envelope::new())).await;
    say(&client(cluster).envelope(EnvelopeHeaders::none()).build().unwrap(), 3, &Envelope::new()).await;
    let whole = client(cluster).envelope(EnvelopeHeaders::cloud_events("orders").version()).build().unwrap();
    let command = Envelope::command("cook").with_reply_to("replies").with_timeout(Duration::from_millis(1500));
    let before = TimestampMillis::now();
    say(&whole, 4, &command.with_metadata("channel", "app")).await;

    let all = read::<Sayings>(&plain, &cluster.name("reader"), 4).await;
    assert_eq!(names(&all[0]), [header::ID]);
    assert_eq!(names(&all[1]), [header::ID, header::CORRELATION_ID]);
    assert_eq!(all[1].text(header::CORRELATION_ID), Some("request"));
    assert_eq!(names(&all[2]), [""; 0]);
    let mut last = names(&all[3]);
    last.sort_unstable();
    let said = ["commandname", "id", "replyto", "source", "specversion", "time", "timeoutms", "type"];
    let mut expected: Vec<String> = said.iter().map(|name| format!("ce_{name}")).collect();
    expected.push("meta.channel".to_owned());
    assert_eq!(last, expected);
    let envelope = Envelope::of(&all[3], None);
    assert_eq!((envelope.service(), envelope.event_type()), (Some("orders"), Some("cases.said")));
    let time = envelope.time().unwrap();
    assert!(before <= time && time <= TimestampMillis::now());
    assert!(envelope.is_expired_at(TimestampMillis::new(time.get() + 1500)) && !envelope.is_expired_at(time));
}

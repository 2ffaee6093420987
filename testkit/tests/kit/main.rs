//! The kit, with a topic written by hand.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed step is a failed test")]

mod away;
mod elsewhere;
mod faked;
mod leaving;
mod orders;
mod recorded;
mod scenarios;
mod units;

use std::sync::{Arc, Mutex};

use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use topika::App;
use topika::codec::{DecodeError, EncodeError, Resolution};
use topika::event::{Event, On, Payload, Topic};
use topika::handler::{Context, Failure, Handled, Outcome, Route};
use topika::schema::{Descriptor, Format, TopicDescriptor, TopicSettings};

/// What somebody said.
#[derive(Clone, Debug, PartialEq)]
struct Said(String);

static SAID: Descriptor = Descriptor {
    event: "talk.said",
    record: "Said",
    format: Format::Json,
    file: None,
    rust: "Said",
    fields: None,
    text: || r#"{"title": "Said", "type": "object", "properties": {"text": {"type": "string"}}}"#,
};

impl Event for Said {
    const DESCRIPTOR: &'static Descriptor = &SAID;

    fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.extend(format!("{{\"text\":\"{}\"}}", self.0).bytes());
        Ok(())
    }

    fn decode(payload: &[u8]) -> Result<Self, DecodeError> {
        let text = std::str::from_utf8(payload).map_err(|e| DecodeError::json("Said", 0, &e))?;
        Ok(Said(text.trim_start_matches("{\"text\":\"").trim_end_matches("\"}").to_owned()))
    }

    fn decode_resolved(payload: &[u8], _: &Resolution) -> Result<Self, DecodeError> {
        <Self as Event>::decode(payload)
    }
}

impl Topic for Said {
    type Key = String;
    const TOPIC: &'static TopicDescriptor = &TopicDescriptor {
        name: "talk.said",
        events: &[&SAID],
        key: &[],
        key_type: "none",
        compact: false,
        settings: TopicSettings { partitions: Some(3), ..TopicSettings::NONE },
        environments: &[],
        dead_letters: None,
        plain: false,
        mixed: false,
        rust: "Said",
    };

    fn index(&self) -> usize {
        0
    }

    fn decode_event(_: usize, payload: &[u8], _: Option<&Resolution>) -> Result<Self, DecodeError> {
        <Self as Event>::decode(payload)
    }
}

impl On<Said> for Said {
    fn payload(&self) -> Option<&dyn Payload> {
        Some(self)
    }

    fn write_key(&self, out: &mut Vec<u8>) -> Result<bool, EncodeError> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(true)
    }
}

/// Hears all, and cannot bear "noise".
#[derive(Clone, Default)]
struct Ears(Arc<Mutex<Vec<String>>>);

impl Route<()> for Ears {
    type Topic = Said;

    fn call(&self, event: Said, _: Context<String, ()>) -> Handled<'_> {
        Box::pin(async move {
            if event.0 == "noise" {
                return Err(Failure::fatal("noise", &"too loud"));
            }
            self.0.lock().unwrap().push(event.0);
            Ok(Outcome::default())
        })
    }
}

fn said(texts: &[&str]) -> Vec<Said> {
    texts.iter().map(|text| Said((*text).to_owned())).collect()
}

#[tokio::test]
async fn what_is_given_is_handled_and_the_app_settles() {
    let kit = topika_testkit::start().await;
    let ears = Ears::default();
    let app = App::new("ears").topic(ears.clone()).spawn(kit.client());
    let given = kit.given::<Said>(said(&["a", "b", "c"])).await;
    assert_eq!(given.len(), 3);
    kit.settled(&app).await;
    let mut heard = ears.0.lock().unwrap().clone();
    heard.sort();
    assert_eq!(heard, ["a", "b", "c"]);
    kit.caught_up::<Said>("ears").await;
    kit.dead_letters::<Said>().await.assert_empty();
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn dead_letters_are_read_with_their_reasons() {
    let kit = topika_testkit::start().await;
    let ears = Ears::default();
    let app = App::new("ears").topic(ears.clone()).dead_letters().spawn(kit.client());
    kit.given::<Said>(said(&["a", "noise", "b"])).await;
    let raw: BaseProducer = rdkafka::ClientConfig::new().set("bootstrap.servers", kit.bootstrap()).create().unwrap();
    raw.send(BaseRecord::<(), str>::to("talk.said").payload("no frame")).map_err(|(e, _)| e).unwrap();
    raw.flush(std::time::Duration::from_secs(10)).unwrap();
    kit.settled(&app).await;
    let letters = kit.dead_letters::<Said>().await;
    assert_eq!((letters.len(), letters.is_empty()), (2, false));
    letters.assert_reasons(["noise", "not-framed"]);
    let noise = letters.all().iter().find(|letter| letter.reason().as_deref() == Some("noise")).unwrap();
    assert_eq!((noise.group().unwrap(), noise.message().unwrap()), ("ears".to_owned(), "too loud".to_owned()));
    assert_eq!(noise.key.as_deref(), Some(&b"noise"[..]));
    let told = std::panic::catch_unwind(|| letters.assert_empty()).unwrap_err();
    let told = told.downcast_ref::<String>().unwrap();
    assert!(told.starts_with("2 dead letters on \"dlq.talk.said\":") && told.contains("too loud (noise)"), "{told}");
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_transactions_leave_behind_is_not_waited_for() {
    let kit = topika_testkit::start().await;
    let app = App::new("ears").topic(Ears::default()).dead_letters().spawn(kit.client());
    kit.given::<Said>(said(&["a", "noise"])).await;
    kit.settled(&app).await;
    let raw: BaseProducer = rdkafka::ClientConfig::new()
        .set("bootstrap.servers", kit.bootstrap())
        .set("transactional.id", "raw")
        .create()
        .unwrap();
    let patience = std::time::Duration::from_secs(60);
    raw.init_transactions(patience).unwrap();
    for (topic, is_kept) in
        [("talk.said", true), ("talk.said", false), ("dlq.talk.said", true), ("dlq.talk.said", false)]
    {
        raw.begin_transaction().unwrap();
        raw.send(BaseRecord::<(), str>::to(topic).payload("no frame")).map_err(|(e, _)| e).unwrap();
        raw.flush(patience).unwrap();
        match is_kept {
            true => raw.commit_transaction(patience).unwrap(),
            false => raw.abort_transaction(patience).unwrap(),
        }
    }
    kit.settled(&app).await;
    assert_eq!(kit.dead_letters::<Said>().await.len(), 3, "two of the app, and one that was committed");
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn an_app_that_ends_early_is_said_while_waiting() {
    let kit = topika_testkit::start().await;
    let app = App::new("ears").topic(Ears::default()).spawn(kit.client());
    kit.given::<Said>(said(&["noise"])).await;
    let waiting = tokio::spawn(async move {
        kit.settled(&app).await;
    });
    let told = waiting.await.unwrap_err().into_panic();
    let told = told.downcast_ref::<String>().unwrap();
    assert!(told.starts_with("the app has ended before it was done"), "{told}");
    assert!(told.contains("1 left (committed nothing, end 1)"), "{told}");
}

#[test]
fn a_kit_outlives_the_runtime_that_started_it() {
    let runtime = || tokio::runtime::Runtime::new().unwrap();
    let kit = runtime().block_on(topika_testkit::start());
    runtime().block_on(kit.given::<Said>(said(&["a"])));
    runtime().block_on(kit.given::<Said>(said(&["b"])));
    assert_eq!(kit.broker().topics(), ["talk.said"]);
    assert!(kit.registry_url().starts_with("http://127.0.0.1:"));
}

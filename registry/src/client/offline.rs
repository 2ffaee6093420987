//! The client with a bundle, and a registry that is up, down and dying.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::api::{Guid, NewSchema, Reference, SchemaType, SubjectVersion};
use crate::bundle::Bundle;
use crate::client::script::{Script, down, say};
use crate::client::{Client, ErrorKind};

fn version(subject: &str, id: u32, schema: &str) -> SubjectVersion {
    SubjectVersion {
        subject: subject.to_owned(),
        id,
        version: 1,
        guid: Some(Guid([7; 16]).to_string()),
        schema_type: SchemaType::Avro,
        references: Vec::new(),
        schema: schema.to_owned(),
        ts: None,
        deleted: false,
        aliases: Vec::new(),
        metadata: None,
        rule_set: None,
    }
}

fn bundle() -> Bundle {
    let mut order =
        version("orders", 8, r#"{"type": "record", "name": "Order", "fields": [{"name": "m", "type": "Money"}]}"#);
    order.references.push(Reference { name: "Money".into(), subject: "money".into(), version: 1 });
    order.guid = None;
    Bundle::new("prod", vec![order, version("money", 7, r#"{"type": "fixed", "name": "Money", "size": 8}"#)]).unwrap()
}

fn order() -> NewSchema {
    // Another layout than the frozen one.
    NewSchema::avro(r#"{"name":"Order","type":"record","fields":[{"type":"Money","name":"m"}]}"#)
        .reference("Money", "money", 1)
}

/// Everything that a producer and a consumer ask at their start.
async fn start(client: &Client) {
    assert_eq!(client.lookup("orders", &order()).await.unwrap().id, 8);
    assert_eq!(client.register("orders", &order()).await.unwrap().id, 8);
    let schema = client.schema(8).await.unwrap();
    assert_eq!(client.referenced(&schema.references).await.unwrap()[0].version.id, 7);
    assert_eq!(client.schema_by_guid(Guid([7; 16])).await.unwrap().schema, bundle().schema(7).unwrap().schema);
    assert_eq!(client.version("money", 1).await.unwrap().id, 7);
}

fn with_bundle(script: &Arc<Script>) -> Client {
    script.client(Client::builder().url("http://r").bundle_of(bundle()))
}

#[tokio::test(start_paused = true)]
async fn a_client_starts_from_its_bundle_without_asking() {
    let script = Script::new(|_, _| down());
    let begun = Instant::now();
    start(&with_bundle(&script)).await;
    assert_eq!((script.count(), begun.elapsed()), (0, Duration::ZERO));
    let in_context = script.client(Client::builder().url("http://r").context("staging").bundle_of(bundle()));
    start(&in_context).await;
    assert_eq!(in_context.version(":.staging:money", 1).await.unwrap().id, 7);
    assert_eq!(in_context.version(":.other:money", 1).await.unwrap_err().kind(), ErrorKind::Unreachable);
}

#[tokio::test(start_paused = true)]
async fn what_may_change_is_asked_for_and_the_bundle_answers_where_the_registry_does_not() {
    let up = Script::new(|request, _| match request.url.path() {
        "/subjects/orders/versions" => say(200, "[1,2]"),
        path if path.ends_with("/versions") => say(200, r#"[{"subject":"new","version":3}]"#),
        _ => say(200, r#"{"subject":"orders","id":9,"version":2,"schema":"\"int\""}"#),
    });
    let client = with_bundle(&up);
    assert_eq!(client.versions("orders").await.unwrap(), [1, 2]);
    assert_eq!(client.latest("orders").await.unwrap().id, 9);
    assert_eq!(client.versions_of_id(8).await.unwrap()[0].subject, "new");

    for away in [|| down(), || say(503, ""), || say(200, "<html>login</html>"), || crate::client::script::Turn::Hang] {
        let client = with_bundle(&Script::new(move |_, _| away()));
        let begun = Instant::now();
        assert_eq!(client.versions("orders").await.unwrap(), [1]);
        assert_eq!(client.versions_of_id(8).await.unwrap()[0].subject, "orders");
        assert_eq!(client.latest("orders").await.unwrap().id, 8);
        assert!(begun.elapsed() <= Duration::from_secs(9), "{:?}", begun.elapsed());
        let begun = Instant::now();
        assert_eq!(client.latest("orders").await.unwrap().id, 8);
        assert_eq!(begun.elapsed(), Duration::ZERO, "and is not waited for with each call");
        assert!(client.latest("unknown").await.is_err());
    }
    let refusing = with_bundle(&Script::new(|_, _| say(401, "")));
    assert_eq!(refusing.latest("orders").await.unwrap_err().kind(), ErrorKind::Unauthorized, "that is an answer");
}

#[tokio::test(start_paused = true)]
async fn without_a_registry_the_bundle_answers_all_that_it_knows() {
    let client = Client::builder().nowhere().bundle_of(bundle()).build().unwrap();
    start(&client).await;
    assert_eq!(client.latest("orders").await.unwrap().id, 8);
    assert_eq!(client.versions("orders").await.unwrap(), [1]);
    assert_eq!(client.versions_of_id(8).await.unwrap()[0].subject, "orders");
    assert_eq!(client.versions_of_guid(Guid([7; 16])).await.unwrap()[0].subject, "money");
    assert_eq!(client.latest("unknown").await.unwrap_err().kind(), ErrorKind::Settings);
}

#[tokio::test(start_paused = true)]
async fn the_versions_of_a_guid_are_those_of_the_clients_context() {
    let script = Script::new(|request, _| match (request.url.path(), request.url.query()) {
        ("/schemas/guids/07070707-0707-0707-0707-070707070707/ids", _) => {
            say(200, r#"[{"context":".","id":3},{"context":".staging","id":4}]"#)
        }
        ("/schemas/ids/3/versions", None) => say(200, r#"[{"subject":"a","version":1}]"#),
        ("/schemas/ids/4/versions", Some("subject=%3A.staging%3A")) => {
            say(200, r#"[{"subject":":.staging:b","version":2}]"#)
        }
        _ => say(500, ""),
    });
    for (context, subject) in [("", "a"), ("staging", "b")] {
        let client = script.client(Client::builder().url("http://r").context(context));
        assert_eq!(client.versions_of_guid(Guid([7; 16])).await.unwrap()[0].subject, subject);
    }
    let away = with_bundle(&Script::new(|_, _| crate::client::script::Turn::Hang));
    let begun = Instant::now();
    assert_eq!(away.versions_of_guid(Guid([7; 16])).await.unwrap()[0].subject, "money");
    assert!(begun.elapsed() <= Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_the_bundle_does_not_have_is_asked_for_and_kept_when_the_registry_dies() {
    let script = Script::new(|_, n| {
        if n < 3 { say(200, r#"{"subject":"new","id":99,"version":1,"schema":"\"int\""}"#) } else { down() }
    });
    let client = with_bundle(&script);
    for _ in 0..2 {
        assert_eq!(client.schema(99).await.unwrap().schema, "\"int\"");
        assert_eq!(client.latest("new").await.unwrap().id, 99);
        assert_eq!(client.lookup("new", &NewSchema::avro("\"int\"")).await.unwrap().id, 99);
        tokio::time::advance(Duration::from_secs(3_600)).await;
    }
    assert!(script.count() > 3, "the registry was asked again");
    let other = NewSchema { references: Vec::new(), ..order() };
    assert!(client.lookup("orders", &other).await.unwrap_err().is_retriable(), "another schema is not in the bundle");
}

#[tokio::test(start_paused = true)]
async fn a_bundle_of_another_registry_is_told_where_the_registry_answers() {
    let of = |orders: u32, money: u32| {
        Script::new(move |request, _| {
            let (subject, id) =
                if request.url.path().contains("orders") { ("orders", orders) } else { ("money", money) };
            match id {
                0 => say(404, r#"{"error_code":40401,"message":"not there"}"#),
                id => say(200, format!(r#"{{"subject":"{subject}","id":{id},"version":1,"schema":"\"int\""}}"#)),
            }
        })
    };
    for same in [of(8, 7), of(0, 7)] {
        assert!(with_bundle(&same).check_bundle().await.unwrap());
    }
    for (other, said) in [(of(7, 8), "the id 7, and the registry 8"), (of(0, 0), "none of the 2 versions")] {
        let error = with_bundle(&other).check_bundle().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Settings);
        assert!(error.to_string().contains(said) && error.to_string().contains("TOPIKA_BUNDLE"), "{error}");
    }
    for away in [|| down(), || say(503, ""), || say(200, "<html>login</html>"), || crate::client::script::Turn::Hang] {
        let begun = Instant::now();
        assert!(!with_bundle(&Script::new(move |_, _| away())).check_bundle().await.unwrap());
        assert!(begun.elapsed() <= Duration::from_secs(3), "{:?}", begun.elapsed());
    }
    let script = Script::new(|_, _| down());
    assert!(
        script.client(Client::builder().url("http://r")).check_bundle().await.unwrap(),
        "there is nothing to compare"
    );
    assert!(!script.client(Client::builder().nowhere().bundle_of(bundle())).check_bundle().await.unwrap());
}

#[test]
fn a_bundle_that_cannot_be_used_stops_the_client_before_it_starts() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let build = || Client::builder().url("http://r").bundle(file.path()).build();
    let text = bundle().print();
    std::fs::write(file.path(), &text).unwrap();
    assert!(build().is_ok());
    std::fs::write(file.path(), &text[..text.len() / 2]).unwrap();
    let error = build().unwrap_err();
    let name = file.path().display().to_string();
    assert_eq!(error.kind(), ErrorKind::Settings);
    assert!(error.to_string().contains(&name) && error.to_string().contains("ends in the middle"), "{error}");
}

//! What a registry may answer about the schema that a message names, and what that says about the message.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use topika::wire::{SerdeConfig, TopicDeserializer, UndecodableKind};
use topika_registry::client::Client;

use crate::events::FoodOrders;

/// A status and a body, for a path.
type Answers = dyn Fn(&str) -> (u16, String) + Send + Sync;

/// An HTTP server that answers as it is told, and counts.
struct Odd {
    client: Client,
    asked: Arc<AtomicUsize>,
}

impl Odd {
    async fn start(answers: impl Fn(&str) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (answers, asked): (Arc<Answers>, _) = (Arc::new(answers), Arc::new(AtomicUsize::new(0)));
        let count = asked.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, answers.clone(), count.clone()));
            }
        });
        Self { client: Client::builder().url(url).retries(0).build().unwrap(), asked }
    }

    fn deserializer(&self) -> TopicDeserializer<FoodOrders> {
        TopicDeserializer::new(&self.client, &SerdeConfig::default())
    }
}

async fn answer(mut stream: TcpStream, answers: Arc<Answers>, count: Arc<AtomicUsize>) {
    let mut asked = Vec::new();
    while !asked.ends_with(b"\r\n\r\n") {
        let mut part = [0; 1024];
        match stream.read(&mut part).await {
            Ok(read) if read > 0 => asked.extend_from_slice(&part[..read]),
            _ => return,
        }
    }
    count.fetch_add(1, Ordering::SeqCst);
    let head = String::from_utf8(asked).unwrap();
    let (status, body) = answers(head.split(' ').nth(1).unwrap());
    let head = format!("HTTP/1.1 {status} So\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    let _ = stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await;
}

#[tokio::test]
async fn a_message_whose_id_no_registry_can_have_is_given_up_without_a_question() {
    // What registries answer where a path should hold a 32-bit number and does not.
    let registry = Odd::start(|_| (404, String::new())).await;
    let deserializer = registry.deserializer();
    for id in [0x8000_0000_u32, 0xDEAD_BEEF, u32::MAX] {
        let framed = [&[0][..], &id.to_be_bytes()].concat();
        let message = [&framed[..], b"x"].concat();
        for error in [
            deserializer.deserialize(&message).await.unwrap_err(),
            deserializer.deserialize_with(Some(&framed), b"x").await.unwrap_err(),
        ] {
            let found = (error.kind, error.is_retriable(), error.schema_id);
            assert_eq!(found, (UndecodableKind::UnknownSchema, false, Some(id)), "{error}");
        }
    }
    assert_eq!(registry.asked.load(Ordering::SeqCst), 0);
}

/// What becomes of a message with schema 7, and of one that names a GUID, where every question for a schema is answered so. Whether the registry
/// has the route of its types.
async fn verdict(status: u16, body: &str, types: bool) -> [(UndecodableKind, bool); 2] {
    let body = body.to_owned();
    let registry = Odd::start(move |path| match path {
        "/schemas/types" if types => (200, r#"["AVRO"]"#.to_owned()),
        _ => (status, body.clone()),
    })
    .await;
    let deserializer = registry.deserializer();
    let by_id = deserializer.deserialize(&[0, 0, 0, 0, 7, 9]).await.unwrap_err();
    assert_eq!(by_id.schema_id, Some(7), "{by_id}");
    let by_guid = deserializer.deserialize(&[1; 18]).await.unwrap_err();
    [by_id, by_guid].map(|error| (error.kind, error.is_retriable()))
}

#[tokio::test]
async fn an_answer_that_will_never_get_better_gives_the_message_up() {
    use UndecodableKind::{GuidsUnknown, NotOnTopic, UnknownSchema};
    let large = format!(r#"{{"schema":"{}"}}"#, "x".repeat(16 * 1024 * 1024));
    let unnamed = r#"{"schema":"\"int\"","references":[{"name":"a","subject":"","version":1}]}"#;
    for (status, body, by_id, by_guid) in [
        (200, r#"{"schemaType":"XML","schema":"<a/>"}"#, NotOnTopic, NotOnTopic),
        (200, &large, NotOnTopic, NotOnTopic),
        (200, unnamed, NotOnTopic, NotOnTopic),
        (400, r#"{"error_code":400,"message":"no"}"#, UnknownSchema, UnknownSchema),
        (422, r#"{"error_code":422,"message":"no"}"#, UnknownSchema, UnknownSchema),
        (400, "", UnknownSchema, UnknownSchema),
        (422, r#"{"message":"no"}"#, UnknownSchema, UnknownSchema),
        (422, r#"{"error_code":42201,"message":"no"}"#, NotOnTopic, NotOnTopic),
        (404, r#"{"errorCode":40403}"#, UnknownSchema, UnknownSchema),
        (404, r#"{"error":"not found"}"#, UnknownSchema, GuidsUnknown),
        (404, "", UnknownSchema, GuidsUnknown),
        (410, r#"{"error_code":40403,"message":"gone"}"#, UnknownSchema, UnknownSchema),
    ] {
        let said = body.get(..80).unwrap_or(body);
        assert_eq!(verdict(status, body, true).await, [(by_id, false), (by_guid, false)], "{status} {said}");
    }
}

#[tokio::test]
async fn what_passes_or_can_be_mended_lets_the_message_wait() {
    for (status, body) in [
        (200, "<html>please log in</html>"),
        (200, r#"{"schema":7,"schemaType":"XML"}"#),
        (302, ""),
        (400, "<html>this is the port for HTTPS</html>"),
        (401, r#"{"error_code":401,"message":"no"}"#),
        (403, ""),
        (404, "<html>no such page</html>"),
        (407, ""),
        (422, ""),
        (429, ""),
        (500, r#"{"error_code":50001,"message":"no"}"#),
        (501, ""),
        (503, "<html>starting</html>"),
        (511, "<html>please log in</html>"),
    ] {
        let waits = (UndecodableKind::RegistryUnavailable, true);
        assert_eq!(verdict(status, body, false).await, [waits, waits], "{status} {body}");
    }
}

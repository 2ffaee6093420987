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

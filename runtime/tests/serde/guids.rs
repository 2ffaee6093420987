//! Messages that name their schema by a GUID, and registries that know none.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use topika::wire::{SerdeConfig, TopicDeserializer, UndecodableKind, VALUE_HEADER};
use topika_registry::client::Client;

use crate::events::FoodOrders;

/// An HTTP server that says which types of schemas it has, where it has any, and has no other route.
async fn without_guids(no_route: &'static str, types: bool) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, no_route, types));
        }
    });
    Client::builder().url(url).retries(0).build().unwrap()
}

async fn answer(mut stream: TcpStream, no_route: &'static str, types: bool) {
    let mut asked = Vec::new();
    while !asked.ends_with(b"\r\n\r\n") {
        let mut part = [0; 1024];
        match stream.read(&mut part).await {
            Ok(read) if read > 0 => asked.extend_from_slice(&part[..read]),
            _ => return,
        }
    }
    let (status, body) = match asked.starts_with(b"GET /schemas/types ") && types {
        true => ("200 OK", r#"["JSON","AVRO"]"#),
        false => ("404 Not Found", no_route),
    };
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let _ = stream.write_all(head.as_bytes()).await;
}

#[tokio::test]
async fn a_guid_that_no_registry_of_that_kind_knows_is_a_message_that_cannot_be_read() {
    let by_guid = [&[1; 17][..], b"payload"].concat();
    for no_route in ["<html>404</html>", r#"{"error_code":404,"message":"HTTP 404 Not Found"}"#, ""] {
        let client = without_guids(no_route, true).await;
        let deserializer = TopicDeserializer::<FoodOrders>::new(&client, &SerdeConfig::default());
        let error = deserializer.deserialize(&by_guid).await.unwrap_err();
        assert_eq!((error.kind, error.is_retriable()), (UndecodableKind::GuidsUnknown, false), "{error}");
        assert_eq!(error.kind.name(), "guids-unknown");
        let said = "schema 01010101-0101-0101-0101-010101010101 cannot be asked for: the registry does not know GUIDs";
        assert!(error.to_string().starts_with(said), "{error}");
        // The same in a header; and what was found out is believed for a while.
        let in_header = deserializer.deserialize_with(Some(&by_guid[..17]), b"payload").await.unwrap_err();
        assert_eq!(in_header, error, "{VALUE_HEADER}");
        assert_eq!(deserializer.try_deserialize(&by_guid).unwrap().unwrap_err(), error);
    }
}

#[tokio::test]
async fn what_has_no_route_at_all_is_no_registry_and_the_message_waits() {
    let client = without_guids("<html>404</html>", false).await;
    let deserializer = TopicDeserializer::<FoodOrders>::new(&client, &SerdeConfig::default());
    let error = deserializer.deserialize(&[1; 17]).await.unwrap_err();
    assert_eq!((error.kind, error.is_retriable()), (UndecodableKind::RegistryUnavailable, true), "{error}");
}

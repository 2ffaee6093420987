//! The server through real HTTP.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Helpers of tests fail by panicking, as tests do.

mod auth;
mod disk;
mod killed;
mod routes;
mod slow;

use serde_json::Value;
use topika_registry::api::{CONTENT_TYPE, NewSchema};
use topika_registry::client::Client;
use topika_registry::server::Server;

async fn start() -> (Server, Client) {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = Client::builder().url(server.url()).build().unwrap();
    (server, client)
}

fn schema() -> NewSchema {
    NewSchema::avro(r#"{"type":"record","name":"R","fields":[{"name":"id","type":"string"}]}"#)
}

/// Status, media type and body of a bare request.
async fn ask(
    server: &Server,
    method: &str,
    path: &str,
    content_type: Option<&str>,
    body: &str,
) -> (u16, String, Value) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = http.request(method.parse().unwrap(), format!("{}{path}", server.url())).body(body.to_owned());
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    let response = request.send().await.unwrap();
    let media = response.headers().get("content-type").map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
    let status = response.status().as_u16();
    let body = response.text().await.unwrap();
    (status, media, serde_json::from_str(&body).unwrap_or(Value::String(body)))
}

async fn get(server: &Server, path: &str) -> (u16, Value) {
    let (status, media, body) = ask(server, "GET", path, None, "").await;
    assert_eq!(media, CONTENT_TYPE, "{path}");
    (status, body)
}

//! What is logged while everything goes wrong: at the finest level, by every crate underneath, and never a secret.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Helpers of tests fail by panicking, as tests do.

use std::io;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use topika_registry::client::{Client, ClientBuilder, OAuth};
use tracing_subscriber::filter::LevelFilter;

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A registry, proxy and token endpoint that sends back every header and body that it got, with a status of one's choice.
async fn echo(status: StatusCode) -> String {
    let routes = Router::new().fallback(back).with_state(status);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    address
}

async fn back(State(status): State<StatusCode>, uri: Uri, sent: HeaderMap, body: String) -> Response {
    if uri.path() == "/good-token" {
        return r#"{"access_token":"t0p-tok3n","expires_in":3600}"#.into_response();
    }
    let sent: Vec<String> = sent.iter().map(|(name, value)| format!("{name} {value:?}")).collect();
    (status, format!("{} {body} hunter2", sent.join(" "))).into_response()
}

#[tokio::test]
async fn no_log_at_any_level_holds_a_secret_when_servers_send_them_back() {
    let log = Log::default();
    let writer = log.clone();
    // For the whole process, so that what the crates underneath give to the crate `log` arrives, too.
    tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(move || writer.clone()).init();
    let mut said = String::new();
    for status in [StatusCode::OK, StatusCode::UNAUTHORIZED, StatusCode::BAD_GATEWAY] {
        let host = echo(status).await;
        let oauth = |path| OAuth::client_credentials(format!("http://{host}/{path}?key=k3y-k3y"), "me", "hunter2");
        let at = || Client::builder().url(format!("http://{host}"));
        let clients: Vec<ClientBuilder> = vec![
            Client::builder().url(format!("http://me:hunter2@{host}")),
            at().basic_auth("me", "hunter2"),
            at().bearer_auth("t0p-tok3n"),
            at().header("x-api-key", "k3y-k3y"),
            at().proxy(format!("http://me:hunter2@{host}")),
            at().oauth(oauth("token")),
            at().oauth(oauth("token").credentials_in_body().parameter("assertion", "k3y-k3y")),
            at().oauth(oauth("good-token")),
        ];
        for builder in clients {
            let builder = builder.retries(1);
            said += &format!("{builder:?}");
            let client = builder.build().unwrap();
            let error = client.schema(1).await.unwrap_err();
            said += &format!("{client:?} {error} {error:?}");
        }
    }
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        logged.contains("TRACE") && logged.contains("hyper") && logged.contains("reqwest"),
        "the crates underneath are heard, too"
    );
    assert!(logged.contains("asked again") || logged.contains("does not answer"), "and so are we");
    // What basic authentication makes of it.
    for secret in ["hunter2", "t0p-tok3n", "k3y-k3y", "bWU6aHVudGVyMg"] {
        for (place, text) in [("errors", &said), ("the log", &logged)] {
            let at = text.find(secret).map(|at| &text[at.saturating_sub(300)..(at + 100).min(text.len())]);
            assert!(at.is_none(), "{secret} in {place}: {at:?}");
        }
    }
}

//! The client against registries that are down, slow, broken or hostile: a bare TCP server plays them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Helpers of tests fail by panicking, as tests do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use topika_registry::api::NewSchema;
use topika_registry::client::{Client, ClientBuilder, ErrorKind};
use topika_registry::server::Server;

/// A server that gives the answers in turn, the last one for ever; an answer is a whole HTTP response, or `None` for silence.
struct Play {
    url: String,
    asked: Arc<AtomicUsize>,
}

impl Play {
    async fn start(answers: Vec<Option<String>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let (counter, answers) = (asked.clone(), Arc::new(answers));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, counter.clone(), answers.clone()));
            }
        });
        Self { url, asked }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, asked: Arc<AtomicUsize>, answers: Arc<Vec<Option<String>>>) {
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while !seen.windows(4).any(|w| w == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(read @ 1..) => seen.extend_from_slice(&buffer[..read]),
            _ => return,
        }
    }
    let turn = asked.fetch_add(1, Ordering::SeqCst);
    match answers.get(turn).or(answers.last()).unwrap() {
        Some(answer) => drop(stream.write_all(answer.as_bytes()).await),
        None => tokio::time::sleep(Duration::from_secs(30)).await,
    }
}

fn http(status: &str, headers: &str, body: &str) -> Option<String> {
    Some(format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len()))
}

fn good() -> Option<String> {
    http("200 OK", "", r#"{"schema":"\"string\""}"#)
}

fn client(url: &str) -> ClientBuilder {
    Client::builder().url(url)
}

#[tokio::test]
async fn a_registry_that_is_down_is_named_with_the_next_step() {
    let begun = Instant::now();
    let error = client("http://127.0.0.1:1").build().unwrap().schema(1).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Unreachable, true));
    let said = error.to_string();
    assert!(
        said.starts_with("cannot reach registry \"http://127.0.0.1:1\": connection refused; is it running?"),
        "{said}"
    );
    assert!(said.contains("SCHEMA_REGISTRY_URL"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn passing_errors_are_retried_and_never_cached() {
    let busy = http("503 Service Unavailable", "", r#"{"error_code":50004,"message":"no leader"}"#);
    let play = Play::start(vec![busy.clone(), http("429 Too Many Requests", "retry-after: 0\r\n", ""), good()]).await;
    let client = client(&play.url).build().unwrap();
    assert_eq!(client.schema(1).await.unwrap().schema, "\"string\"");
    assert_eq!(play.asked(), 3);
    assert_eq!(client.schema(1).await.unwrap().schema, "\"string\"");
    assert_eq!(play.asked(), 3, "the second answer came from the cache");

    let play = Play::start(vec![busy.clone(), good()]).await;
    let client = with_retries(&play.url, 0);
    let error = client.schema(1).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.is_retriable()), (ErrorKind::Unavailable, Some(503), true));
    assert!(error.to_string().contains("no leader"), "{error}");
    assert!(client.schema(1).await.is_ok(), "the error was not kept");
}

fn with_retries(url: &str, retries: u32) -> Client {
    client(url).retries(retries).build().unwrap()
}

#[tokio::test]
async fn a_500_that_stays_ends_after_the_retries() {
    let play = Play::start(vec![http("500 Internal Server Error", "", "<html>oops</html>")]).await;
    let error = with_retries(&play.url, 2).schema(1).await.unwrap_err();
    assert_eq!((error.kind(), play.asked()), (ErrorKind::Unavailable, 3));
    assert!(error.to_string().contains("<html>oops</html>"), "{error}");
}

#[tokio::test]
async fn garbage_is_named_as_such_and_not_retried() {
    for answer in
        [http("200 OK", "", "<html>hello</html>"), http("200 OK", "", ""), http("404 Not Found", "", "nothing here")]
    {
        let play = Play::start(vec![answer]).await;
        let error = with_retries(&play.url, 3).schema(1).await.unwrap_err();
        assert_eq!((error.kind(), play.asked()), (ErrorKind::Protocol, 1), "{error}");
        assert!(error.to_string().contains("is it a Schema Registry"), "{error}");
    }
    let play = Play::start(vec![Some("\u{1}\u{2}garbage\r\n\r\n".to_owned())]).await;
    let error = with_retries(&play.url, 0).schema(1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
}

#[tokio::test]
async fn a_slow_registry_meets_the_timeouts() {
    let play = Play::start(vec![None]).await;
    let begun = Instant::now();
    let one = client(&play.url).request_timeout(Duration::from_millis(50)).retries(1).build().unwrap();
    let error = one.schema(1).await.unwrap_err();
    assert_eq!((error.kind(), play.asked()), (ErrorKind::Timeout, 2), "{error}");
    let all = client(&play.url).total_timeout(Duration::from_millis(50)).build().unwrap();
    let error = all.schema(1).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Timeout, true), "{error}");
    assert!(error.to_string().contains("50ms"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn the_registry_may_not_ask_for_a_wait_beyond_the_deadline() {
    let play = Play::start(vec![http("429 Too Many Requests", "retry-after: 3600\r\n", "")]).await;
    let begun = Instant::now();
    let error = client(&play.url).build().unwrap().schema(1).await.unwrap_err();
    assert_eq!((error.kind(), play.asked()), (ErrorKind::Unavailable, 1), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn another_url_stands_by() {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let urls = format!("http://127.0.0.1:1, {}", server.url());
    let client = client(&urls).retries(1).build().unwrap();
    let begun = Instant::now();
    client.register("s", &NewSchema::avro("\"string\"")).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_eq!(client.versions("s").await.unwrap(), [1], "the one that answered is asked first");
}

#[tokio::test]
async fn who_asks_for_the_same_schema_meanwhile_shares_the_fetch() {
    let slow = Play::start(vec![good()]).await;
    let client = client(&slow.url).build().unwrap();
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.schema(1).await })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap().is_ok());
    }
    assert_eq!(slow.asked(), 1);
}

#[tokio::test]
async fn that_a_schema_is_not_there_is_believed_briefly() {
    let missing = http("404 Not Found", "", r#"{"error_code":40403,"message":"not there"}"#);
    let play = Play::start(vec![missing, good()]).await;
    let client = client(&play.url).missing_ttl(Duration::from_millis(100)).build().unwrap();
    assert_eq!(client.schema(1).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(client.schema(1).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(play.asked(), 1);
    tokio::time::sleep(Duration::from_millis(120)).await;
    assert!(client.schema(1).await.is_ok());
}

#[tokio::test]
async fn refusals_have_their_kinds() {
    for (answer, kind, word) in [
        (http("401 Unauthorized", "", "no"), ErrorKind::Unauthorized, "check the user"),
        (http("301 Moved", "location: http://elsewhere\r\n", ""), ErrorKind::Protocol, "http://elsewhere"),
        (http("409 Conflict", "", r#"{"error_code":40901,"message":"why"}"#), ErrorKind::Incompatible, "why"),
        (http("409 Conflict", "", r#"{"error_code":409,"message":"why"}"#), ErrorKind::Incompatible, "why"),
        (http("422 X", "", r#"{"error_code":42201,"message":"bad"}"#), ErrorKind::InvalidSchema, "bad"),
        (http("422 X", "", r#"{"error_code":42205,"message":"readonly"}"#), ErrorKind::Refused, "readonly"),
    ] {
        let play = Play::start(vec![answer]).await;
        let error = with_retries(&play.url, 3).register("s", &NewSchema::avro("\"int\"")).await.unwrap_err();
        assert_eq!((error.kind(), play.asked(), error.is_retriable()), (kind, 1, false), "{error}");
        assert!(error.to_string().contains(word), "{error}");
        assert!(format!("{error:?}").starts_with(&format!("{kind:?}")));
    }
}

#[tokio::test]
async fn credentials_are_sent_and_levels_that_nobody_knows_are_refused() {
    let play = Play::start(vec![http("200 OK", "", r#"{"compatibilityLevel":"SOMETIMES"}"#)]).await;
    let basic = client(&play.url).basic_auth("me", "secret").build().unwrap();
    let error = basic.level(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(error.to_string().contains("SOMETIMES"), "{error}");
    let play = Play::start(vec![http("200 OK", "", r#"{"mode":"SOMETIMES"}"#)]).await;
    let bearer = client(&play.url).bearer_auth("token").build().unwrap();
    assert_eq!(bearer.mode(Some("s")).await.unwrap_err().kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn a_reference_that_is_no_version_and_a_circle_of_references_end() {
    let own = r#"{"subject":"s","id":1,"version":1,"schema":"\"int\"","references":[{"name":"n","subject":"s","version":1}]}"#;
    let play = Play::start(vec![http("200 OK", "", own)]).await;
    let client = client(&play.url).build().unwrap();
    let at = |version| topika_registry::api::Reference { name: "n".into(), subject: "s".into(), version };
    assert_eq!(client.referenced(&[at(1)]).await.unwrap().len(), 1);
    assert_eq!(client.referenced(&[at(-7)]).await.unwrap_err().kind(), ErrorKind::Protocol);
}

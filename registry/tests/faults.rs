//! The client against registries that are down, broken or hostile, over real sockets. What depends on time is tested beside the code,
//! with a clock that stands still.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Helpers of tests fail by panicking, as tests do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use topika_registry::api::{NewSchema, SchemaType};
use topika_registry::client::{Client, ErrorKind, SchemaQuery};
use topika_registry::server::Server;

/// A server that gives the answers in turn, the last one for ever; an answer is a whole HTTP response, byte by byte.
struct Play {
    url: String,
    asked: Arc<AtomicUsize>,
}

impl Play {
    async fn start(answers: Vec<String>) -> Self {
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

    fn client(&self, retries: u32) -> Client {
        client(&self.url, retries)
    }
}

async fn serve(mut stream: TcpStream, asked: Arc<AtomicUsize>, answers: Arc<Vec<String>>) {
    if !read_request(&mut stream).await {
        return;
    }
    let turn = asked.fetch_add(1, Ordering::SeqCst);
    let answer = answers.get(turn).or(answers.last()).unwrap();
    drop(stream.write_all(answer.as_bytes()).await);
}

/// Reads a request to the end of its head and its body; false where there is none.
async fn read_request(stream: &mut TcpStream) -> bool {
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let head = seen.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = head {
            let head = String::from_utf8_lossy(&seen[..end]).to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"))
                .map_or(0, |l| l.trim().parse().unwrap());
            if seen.len() >= end + 4 + length {
                return true;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(read @ 1..) => seen.extend_from_slice(&buffer[..read]),
            _ => return false,
        }
    }
}

fn http(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len())
}

fn good() -> String {
    http("200 OK", "", r#"{"schema":"\"string\""}"#)
}

fn client(url: &str, retries: u32) -> Client {
    Client::builder().url(url).retries(retries).build().unwrap()
}

#[tokio::test]
async fn a_registry_that_is_down_is_named_with_the_next_step() {
    let error = client("http://127.0.0.1:1", 1).schema(1).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Unreachable, true));
    let said = error.to_string();
    assert!(
        said.starts_with("cannot reach registry \"http://127.0.0.1:1\": connection refused; is it running?"),
        "{said}"
    );
    assert!(said.contains("SCHEMA_REGISTRY_URL"), "{said}");
}

#[tokio::test]
async fn passing_errors_are_retried_and_never_cached() {
    let busy = http("503 Service Unavailable", "", r#"{"error_code":50004,"message":"no leader"}"#);
    let play = Play::start(vec![busy.clone(), http("429 Too Many Requests", "retry-after: 0\r\n", ""), good()]).await;
    let client = play.client(3);
    assert_eq!(client.schema(1).await.unwrap().schema, "\"string\"");
    assert_eq!(play.asked(), 3);
    assert_eq!(client.schema(1).await.unwrap().schema, "\"string\"");
    assert_eq!(play.asked(), 3, "the second answer came from the cache");

    let play = Play::start(vec![busy.clone(), good()]).await;
    let client = play.client(0);
    let error = client.schema(1).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.is_retriable()), (ErrorKind::Unavailable, Some(503), true));
    assert!(error.to_string().contains("no leader"), "{error}");
    assert!(client.schema(1).await.is_ok(), "the error was not kept");
}

#[tokio::test]
async fn a_500_that_stays_ends_after_the_retries() {
    let play = Play::start(vec![http("500 Internal Server Error", "", "<html>oops</html>")]).await;
    let error = play.client(2).schema(1).await.unwrap_err();
    assert_eq!((error.kind(), play.asked()), (ErrorKind::Unavailable, 3));
    assert!(error.to_string().contains("<html>oops</html>"), "{error}");
}

#[tokio::test]
async fn garbage_is_named_as_such_and_not_retried() {
    let html = "content-type: text/html\r\n";
    for (answer, asked) in [
        (http("200 OK", html, "<html>hello</html>"), 1),
        (http("200 OK", "", ""), 1),
        // The second question is whether this is a registry.
        (http("404 Not Found", html, "<html>nothing here</html>"), 2),
    ] {
        let play = Play::start(vec![answer]).await;
        let error = play.client(3).schema(1).await.unwrap_err();
        assert_eq!((error.kind(), play.asked()), (ErrorKind::Protocol, asked), "{error}");
        assert!(error.to_string().contains("is it a Schema Registry"), "{error}");
    }
    let plain = http("200 OK", "content-type: text/plain\r\n", r#"{"schema":"\"string\""}"#);
    let play = Play::start(vec![plain]).await;
    play.client(0).schema(1).await.expect("what is said counts, not what it is called");
}

#[tokio::test]
async fn answers_that_break_off_are_asked_for_again() {
    for broken in [
        "\u{1}\u{2}garbage\r\n\r\n",
        "",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"schema\":",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"sch",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ] {
        let play = Play::start(vec![broken.to_owned(), good()]).await;
        play.client(1).schema(1).await.unwrap_or_else(|error| panic!("{broken:?}: {error}"));
        assert_eq!(play.asked(), 2, "{broken:?}");
        let error = Play::start(vec![broken.to_owned()]).await.client(0).schema(1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreachable, "{broken:?}: {error}");
        assert!(error.to_string().contains("broke off"), "{broken:?}: {error}");
    }
}

/// An answer of which nothing more comes, on a connection that stays.
async fn stops(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            assert!(read_request(&mut stream).await);
            stream.write_all(answer.as_bytes()).await.unwrap();
            open.push(stream);
        }
    });
    url
}

#[tokio::test]
async fn an_answer_that_stops_in_the_middle_is_told_as_such_and_asked_for_elsewhere() {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let all = client(&server.url(), 0);
    let id = all.register("s", &NewSchema::avro("\"string\"")).await.unwrap().id;
    for (answer, words) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"schema\":", "nothing came for 200ms after 10 of 100 bytes"),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"sch\r\n",
            "nothing came for 200ms after 5 bytes",
        ),
        // Half of what it means is no refusal: it could be that there is no such schema, or no such route.
        (
            "HTTP/1.1 404 X\r\ncontent-length: 50\r\n\r\n{\"error_code\":404",
            "nothing came for 200ms after 17 of 50 bytes",
        ),
    ] {
        let short = || Client::builder().retries(0).request_timeout(Duration::from_millis(600));
        let url = stops(answer).await;
        let error = short().url(&url).build().unwrap().schema(id).await.unwrap_err();
        assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Unreachable, true), "{error}");
        let said = error.to_string();
        assert!(said.starts_with(&format!("the answer of registry \"{url}\" broke off: {words}; ")), "{said}");
        let client = short().url(format!("{url},{}", server.url())).build().unwrap();
        assert_eq!(client.schema(id).await.unwrap().schema, "\"string\"", "{answer:?}");
    }
    // What the status alone says waits for no words.
    let url = stops("HTTP/1.1 503 X\r\ncontent-length: 50\r\n\r\nwords").await;
    let client = Client::builder().url(url).retries(0).request_timeout(Duration::from_millis(600)).build().unwrap();
    let error = client.schema(id).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Unavailable, Some(503)), "{error}");
}

#[tokio::test]
async fn a_body_without_end_is_read_to_its_bound_only() {
    const MOST: usize = 16 * 1024 * 1024;
    let claimed = "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n".to_owned();
    let play = Play::start(vec![claimed]).await;
    let error = play.client(3).schema(1).await.unwrap_err();
    assert_eq!((error.kind(), play.asked()), (ErrorKind::TooLarge, 1), "{error}");

    for (status, kind) in [("200 OK", ErrorKind::TooLarge), ("500 Oops", ErrorKind::Unavailable)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let head = format!("HTTP/1.1 {status}\r\ntransfer-encoding: chunked\r\n\r\n");
        let sending = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            assert!(read_request(&mut stream).await);
            stream.write_all(head.as_bytes()).await.unwrap();
            let chunk = [b"10000\r\n".as_slice(), &[b'x'; 65_536], b"\r\n"].concat();
            let mut sent = 0;
            // Until the client hangs up.
            while stream.write_all(&chunk).await.is_ok() {
                sent += chunk.len();
            }
            sent
        });
        let error = client(&url, 0).schema(1).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let sent = sending.await.unwrap();
        // What the sockets hold comes on top.
        assert!(sent < MOST + 16 * 1024 * 1024, "{status}: {sent}");
    }
}

#[tokio::test]
async fn another_url_stands_by() {
    let server = Server::start("127.0.0.1:0").await.unwrap();
    let client = client(&format!("http://127.0.0.1:1, {}", server.url()), 0);
    client.register("s", &NewSchema::avro("\"string\"")).await.unwrap();
    assert_eq!(client.versions("s").await.unwrap(), [1]);
}

#[tokio::test]
async fn who_asks_for_the_same_schema_meanwhile_shares_the_fetch() {
    let play = Play::start(vec![good()]).await;
    let client = play.client(0);
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.schema(1).await })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap().is_ok());
    }
    assert_eq!(play.asked(), 1);
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
        let error = play.client(3).register("s", &NewSchema::avro("\"int\"")).await.unwrap_err();
        assert_eq!((error.kind(), play.asked(), error.is_retriable()), (kind, 1, false), "{error}");
        assert!(error.to_string().contains(word), "{error}");
        assert!(format!("{error:?}").starts_with(&format!("{kind:?}")));
    }
}

#[tokio::test]
async fn a_schema_of_a_type_that_nobody_knows_is_kept_as_text_and_hides_no_other() {
    let version =
        |subject: &str, more: &str| format!(r#"{{"subject":"{subject}","version":1,"id":7,"schema":"<a/>"{more}}}"#);
    let list = [version("a", ""), version("b", r#","schemaType":"THRIFT""#), version("c", r#","schemaType":"JSON""#)];
    let client = Play::start(vec![http("200 OK", "", &format!("[{}]", list.join(",")))]).await.client(0);
    let all = client.schemas(&SchemaQuery::default()).await.unwrap();
    let types: Vec<&str> = all.iter().map(|version| version.schema_type.name()).collect();
    assert_eq!(types, ["AVRO", "THRIFT", "JSON"]);
    assert_eq!((all[1].subject.as_str(), all[1].schema.as_str()), ("b", "<a/>"));
    assert_eq!(serde_json::to_value(&all[1]).unwrap()["schemaType"], "THRIFT");
    let play = Play::start(vec![http("200 OK", "", &list[1])]).await;
    let thrift = SchemaType::of_name("THRIFT");
    assert_eq!(play.client(0).version("b", 1).await.unwrap().schema_type, thrift);
    assert_eq!(play.client(0).schema(7).await.unwrap().schema_type, thrift);
    // A type that is no name is none of the protocol's.
    let odd = http("200 OK", "", r#"{"schema":"<a/>","schemaType":7}"#);
    assert_eq!(Play::start(vec![odd]).await.client(0).schema(7).await.unwrap_err().kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn levels_and_modes_that_nobody_knows_are_refused() {
    let play = Play::start(vec![http("200 OK", "", r#"{"compatibilityLevel":"SOMETIMES"}"#)]).await;
    let error = play.client(0).level(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(error.to_string().contains("SOMETIMES"), "{error}");
    let play = Play::start(vec![http("200 OK", "", r#"{"mode":"SOMETIMES"}"#)]).await;
    assert_eq!(play.client(0).mode(Some("s")).await.unwrap_err().kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn a_reference_that_is_no_version_and_a_circle_of_references_end() {
    let own = r#"{"subject":"s","id":1,"version":1,"schema":"\"int\"","references":[{"name":"n","subject":"s","version":1}]}"#;
    let client = Play::start(vec![http("200 OK", "", own)]).await.client(0);
    let at = |version| topika_registry::api::Reference { name: "n".into(), subject: "s".into(), version };
    assert_eq!(client.referenced(&[at(1)]).await.unwrap().len(), 1);
    assert_eq!(client.referenced(&[at(-7)]).await.unwrap_err().kind(), ErrorKind::InvalidSchema);
}

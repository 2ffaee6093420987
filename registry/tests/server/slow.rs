//! Clients that keep the server waiting, by bare sockets. Nothing here is timed: what would wait for ever fails after a minute.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use topika_registry::server::{Server, ServerBuilder};

const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(3600);
const GET: &[u8] = b"GET /subjects HTTP/1.1\r\nhost: a\r\n\r\n";

async fn start(builder: ServerBuilder) -> Server {
    builder.start("127.0.0.1:0").await.unwrap()
}

/// A connection over which these bytes have gone.
fn send(server: &Server, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(server.addr()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(bytes).unwrap();
    stream
}

fn post(body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST /subjects/s/versions HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes()
}

/// What comes until the server closes the connection.
fn rest(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    String::from_utf8(all).unwrap()
}

/// An answer whose body is `end`, of a connection that stays.
fn answer(stream: &mut TcpStream, end: &str) {
    let (mut all, mut byte) = (Vec::new(), [0]);
    while !all.ends_with(end.as_bytes()) {
        stream.read_exact(&mut byte).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&all)));
        all.push(byte[0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_says_nothing_half_a_head_or_nothing_more_is_closed() {
    let server = start(Server::builder().patience(SHORT)).await;
    for nothing in ["", "GET /subjects HTTP/1.1\r\nhost"] {
        assert_eq!(rest(&mut send(&server, nothing.as_bytes())), "", "{nothing:?}");
    }
    // Also where an idle connection may stay.
    let server = start(Server::builder().patience(SHORT).idle_time(LONG)).await;
    let mut half = send(&server, GET);
    answer(&mut half, "\r\n\r\n[]");
    half.write_all(b"GET /subjects").unwrap();
    assert_eq!(rest(&mut half), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_is_closed_however_long_a_head_may_take() {
    let server = start(Server::builder().patience(LONG).idle_time(SHORT)).await;
    assert!(rest(&mut send(&server, GET)).ends_with("\r\n\r\n[]"));
}

#[tokio::test(flavor = "multi_thread")]
async fn times_that_no_clock_can_say_are_taken() {
    let never = Duration::MAX;
    let server = start(Server::builder().patience(never).idle_time(never).body_time(never)).await;
    let mut stream = send(&server, GET);
    answer(&mut stream, "\r\n\r\n[]");
    stream.write_all(&post(r#"{"schema":"\"int\""}"#)).unwrap();
    answer(&mut stream, "\"int\\\"\"}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stays_out_is_answered_and_closed() {
    let server = start(Server::builder().patience(SHORT)).await;
    let request = post(r#"{"schema":"\"int\""}"#);
    let (begun, _) = request.split_at(request.len() - 1);
    let said = rest(&mut send(&server, begun));
    assert!(
        said.starts_with("HTTP/1.1 408 ") && said.contains(r#"{"error_code":408,"message":"the body did not"#),
        "{said}"
    );
    let server = start(Server::builder().patience(LONG).body_time(SHORT)).await;
    let said = rest(&mut send(&server, begun));
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    assert!(server.store().read(|store| store.subjects("", topika_registry::store::Deleted::Shown)).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_too_many_waits_until_one_is_closed() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let tells = Arc::clone(&told);
    let notices = move |text: &str| tells.lock().unwrap().push(text.to_owned());
    let server = start(Server::builder().patience(LONG).connections(1).notices(notices)).await;
    let mut first = send(&server, GET);
    answer(&mut first, "\r\n\r\n[]");
    let mut second = send(&server, GET);
    second.set_nonblocking(true).unwrap();
    assert_eq!(second.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    second.set_nonblocking(false).unwrap();
    drop(first);
    answer(&mut second, "\r\n\r\n[]");
    drop(second);
    answer(&mut send(&server, GET), "\r\n\r\n[]");
    // Once, not for each of them.
    let told = told.lock().unwrap().clone();
    assert_eq!(told, ["1 connections are open, as many as may be: new ones wait until one is closed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_ask_for_nothing_keep_nobody_out_for_good() {
    let server = start(Server::builder().patience(SHORT).connections(4)).await;
    let mut half: Vec<TcpStream> = (0..12).map(|_| send(&server, b"GET /subjects")).collect();
    let mut asks = send(&server, GET);
    answer(&mut asks, "\r\n\r\n[]");
    // Of those before it no more than three are open still.
    let mut open = 0;
    for stream in &mut half {
        stream.set_nonblocking(true).unwrap();
        open += usize::from(stream.read(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock));
    }
    assert!(open <= 3, "{open}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_nothing_more_still_gets_the_answer() {
    let server = start(Server::builder()).await;
    for _ in 0..20 {
        let mut stream = send(&server, &post(r#"{"schema":"\"int\""}"#));
        stream.shutdown(Shutdown::Write).unwrap();
        let said = rest(&mut stream);
        assert!(said.starts_with("HTTP/1.1 200 ") && said.contains(r#""id":1"#), "{said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_stop_waits_for_no_head() {
    let server = start(Server::builder().patience(LONG)).await;
    let mut half = send(&server, b"GET /subjects");
    answer(&mut send(&server, GET), "\r\n\r\n[]");
    server.shutdown().await;
    assert!(half.read(&mut [0]).map_or_else(|error| error.kind() == ErrorKind::ConnectionReset, |read| read == 0));
}

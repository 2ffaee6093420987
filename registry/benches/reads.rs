//! How many requests the server answers in a second: `cargo bench -p topika-registry --bench reads`.
//!
//! A registry with 2,000 subjects of five versions each, 16 connections that ask one thing after the other, all on this machine: so the
//! figure holds for server and clients together. `-- --data DIR` also writes, to a directory on the disk that is meant. On Linux it also says how
//! much CPU time the server's threads took for a request: that depends far less on what else the machine does.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing)] // A benchmark fails by panicking, and prints.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use topika_registry::api::{ConfigUpdate, NewSchema};
use topika_registry::server::{Server, StoreHandle};
use topika_registry::store::Store;

const SUBJECTS: usize = 2_000;
const VERSIONS: usize = 5;
const CONNECTIONS: usize = 16;
const TIME: Duration = Duration::from_secs(3);

fn text(subject: usize, version: usize) -> String {
    let field =
        |n: usize| format!(r#"{{"name":"field{n}","type":["null","string"],"default":null,"doc":"the field {n}"}}"#);
    let fields: Vec<String> = (0..15 + version).map(field).collect();
    format!(r#"{{"type":"record","name":"Event{subject}","namespace":"bench","fields":[{}]}}"#, fields.join(","))
}

fn filled() -> Store {
    let mut store = Store::new();
    let none = ConfigUpdate { compatibility: Some("NONE".into()), ..ConfigUpdate::default() };
    store.set_config(None, &none).unwrap();
    for subject in 0..SUBJECTS {
        for version in 0..VERSIONS {
            store.register(&format!("topic-{subject}-value"), &NewSchema::avro(text(subject, version)), false).unwrap();
        }
    }
    store
}

/// Asks one thing after the other, over one connection; a new request for each number.
async fn ask(
    addr: SocketAddr,
    next: Arc<AtomicUsize>,
    until: Instant,
    request: fn(usize) -> String,
) -> (usize, Vec<Duration>) {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut answered, mut took, mut buffer) = (0, Vec::new(), vec![0; 64 * 1024]);
    while Instant::now() < until {
        let request = request(next.fetch_add(1, Ordering::Relaxed));
        let begun = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut got = 0;
        loop {
            got += stream.read(&mut buffer[got..]).await.unwrap();
            let text = &buffer[..got];
            let Some(head) = text.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
            let says = std::str::from_utf8(&text[..head]).unwrap().to_lowercase();
            assert!(says.starts_with("http/1.1 200"), "{says}");
            let length = says.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            if got >= head + 4 + length.parse::<usize>().unwrap() {
                break;
            }
        }
        took.push(begun.elapsed());
        answered += 1;
    }
    (answered, took)
}

/// The threads of the server are called so.
const SERVES: &str = "serves";

/// The CPU time of the server's threads so far, in nanoseconds; none where the system does not say it.
fn cpu() -> Option<u64> {
    let tasks = std::fs::read_dir("/proc/self/task").ok()?.flatten().map(|task| task.path());
    let serves = |task: &PathBuf| std::fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == SERVES);
    let of =
        |task: PathBuf| std::fs::read_to_string(task.join("schedstat")).ok()?.split(' ').next()?.parse::<u64>().ok();
    tasks.filter(serves).map(of).sum()
}

async fn measure(name: &str, addr: SocketAddr, request: fn(usize) -> String) {
    let before = cpu();
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let tasks: Vec<_> =
        (0..CONNECTIONS).map(|_| tokio::spawn(ask(addr, Arc::clone(&next), begun + TIME, request))).collect();
    let (mut answered, mut took) = (0, Vec::new());
    for task in tasks {
        let (count, times) = task.await.unwrap();
        answered += count;
        took.extend(times);
    }
    took.sort_unstable();
    let rate = answered as f64 / begun.elapsed().as_secs_f64();
    let at = |share: usize| took[took.len() * share / 1000].as_secs_f64() * 1000.0;
    let spent = before.zip(cpu()).map(|(before, now)| now.saturating_sub(before) as f64 / 1000.0 / answered as f64);
    let cpu = spent.map_or_else(String::new, |micros| format!(", {micros:.1} us CPU of the server"));
    println!("{name:34} {rate:8.0}/s   median {:.2} ms, 99 % {:.2} ms{cpu}", at(500), at(990));
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: registry\r\naccept: application/vnd.schemaregistry.v1+json\r\n\r\n")
}

fn post(path: &str, body: &str) -> String {
    let media = "content-type: application/vnd.schemaregistry.v1+json";
    format!("POST {path} HTTP/1.1\r\nhost: registry\r\n{media}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

#[tokio::main]
async fn main() {
    let data = std::env::args().skip_while(|arg| arg != "--data").nth(1);
    let threads = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name(SERVES).build().unwrap();
    let start = |store| async { threads.spawn(Server::start_with("127.0.0.1:0", store)).await.unwrap().unwrap() };
    let server = start(StoreHandle::new(filled())).await;
    let addr = server.addr();
    measure("a schema by its id", addr, |n| get(&format!("/schemas/ids/{}", n % (SUBJECTS * VERSIONS) + 1))).await;
    measure("the latest version", addr, |n| get(&format!("/subjects/topic-{}-value/versions/latest", n % SUBJECTS)))
        .await;
    measure("a look-up of 16 fields", addr, |n| {
        let subject = n % SUBJECTS;
        let body = serde_json::json!({ "schema": text(subject, 1) }).to_string();
        post(&format!("/subjects/topic-{subject}-value"), &body)
    })
    .await;
    if let Some(dir) = data {
        let server = start(StoreHandle::open(dir).unwrap()).await;
        measure("a registration, synced to disk", server.addr(), |n| {
            let body = serde_json::json!({ "schema": text(n, 1) }).to_string();
            post(&format!("/subjects/{}-{n}-value/versions", std::process::id()), &body)
        })
        .await;
    }
    // A runtime cannot be dropped within another one.
    threads.shutdown_background();
}

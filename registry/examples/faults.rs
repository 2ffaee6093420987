//! What the client makes of registries in trouble, measured: requests, time, memory.
//!
//! `cargo run --release -p topika-registry --example faults`; takes about a minute and a half, two thirds of a minute for the made-up ids
//! that a registry cannot rule out at once.
#![allow(clippy::print_stdout)] // An example talks to a person.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use futures_util::{Stream, StreamExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use topika_registry::client::{Client, ErrorKind};

/// The schemas of the registry have the ids from 1 to this.
const LARGEST: u32 = 1_000;
const MADE_UP: u32 = 10_000;

/// What is wrong with a registry.
#[derive(Clone, Copy, PartialEq)]
enum Trouble {
    None,
    /// It does not know the question for its largest id.
    Silent,
    /// Every other answer is 503.
    Flaps,
    /// Its answers have no end.
    Endless,
    /// It closes the connection in the middle of its answers.
    Truncates,
    /// Nothing more comes from the middle of its answers on.
    Stalls,
    /// A page for people, as a login or a proxy gives it.
    Page,
    /// JSON that says something else.
    OtherJson,
    Hangs,
}

/// A registry and the count of what it was asked.
struct Registry {
    url: String,
    asked: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Registry {
    async fn start(trouble: Trouble) -> Result<Self, Box<dyn Error>> {
        let asked = Arc::new(AtomicUsize::new(0));
        let routes = Router::new()
            .route("/schemas/ids/{id}", get(by_id))
            .route("/subjects/{subject}/versions/latest", get(latest))
            .with_state((trouble, Arc::clone(&asked)));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let task = tokio::spawn(async move { drop(axum::serve(listener, routes).await) });
        Ok(Self { url, asked, task })
    }

    fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::Relaxed)
    }
}

type Known = State<(Trouble, Arc<AtomicUsize>)>;

async fn by_id(State((trouble, asked)): Known, Path(id): Path<u32>, RawQuery(query): RawQuery) -> Response {
    let turn = asked.fetch_add(1, Ordering::Relaxed);
    match trouble {
        Trouble::Hangs => std::future::pending().await,
        Trouble::Flaps if turn.is_multiple_of(2) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Trouble::Endless => {
            Body::from_stream(futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 65_536])))
                .into_response()
        }
        Trouble::Truncates => half(futures_util::stream::once(async { Err(std::io::Error::other("cut")) })),
        Trouble::Stalls => half(futures_util::stream::pending()),
        Trouble::Page => Html("<!DOCTYPE html><title>Sign in</title>").into_response(),
        Trouble::OtherJson => r#"{"status":"UP"}"#.into_response(),
        _ if id > LARGEST => {
            (StatusCode::NOT_FOUND, r#"{"error_code":40403,"message":"Schema not found"}"#).into_response()
        }
        Trouble::None if query.is_some_and(|query| query.contains("fetchMaxId=true")) => {
            format!(r#"{{"schema":"\"string\"","maxId":{LARGEST}}}"#).into_response()
        }
        _ => r#"{"schema":"\"string\""}"#.into_response(),
    }
}

/// The first half of an answer whose length is said, and what follows.
fn half(then: impl Stream<Item = Result<Vec<u8>, std::io::Error>> + Send + 'static) -> Response {
    let begin = futures_util::stream::once(async { Ok(br#"{"schema":"#.to_vec()) });
    ([(CONTENT_LENGTH, "21")], Body::from_stream(begin.chain(then))).into_response()
}

async fn latest() -> &'static str {
    r#"{"subject":"s","id":1,"version":1,"schema":"\"string\""}"#
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    println!("| trouble | requests | time | memory |\n|---|---|---|---|");
    made_up("10,000 made-up ids, one after the other", Trouble::None, 1).await?;
    made_up("10,000 made-up ids, from 16 tasks", Trouble::None, 16).await?;
    dies().await?;
    hangs().await?;
    flaps().await?;
    endless().await?;
    answers("an answer that is cut off", Trouble::Truncates, ErrorKind::Unreachable).await?;
    answers("an answer that stands still", Trouble::Stalls, ErrorKind::Unreachable).await?;
    answers("a page in place of an answer", Trouble::Page, ErrorKind::Protocol).await?;
    answers("JSON of another kind", Trouble::OtherJson, ErrorKind::Protocol).await?;
    // The longest one.
    made_up("10,000 made-up ids, of a registry that does not tell its largest id", Trouble::Silent, 16).await
}

/// A registry that gives answers which are none: alone, and as the first of two URLs.
async fn answers(what: &str, trouble: Trouble, kind: ErrorKind) -> Result<(), Box<dyn Error>> {
    let (first, second) = (Registry::start(trouble).await?, Registry::start(Trouble::None).await?);
    let alone = Client::builder().url(&first.url).build()?;
    let watch = Watch::start()?;
    assert!(alone.schema(1).await.is_err_and(|error| error.kind() == kind));
    watch.row(&format!("{what}, until the error"), first.asked())?;
    let both = Client::builder().url(&first.url).url(&second.url).build()?;
    let watch = Watch::start()?;
    for id in 1..=100 {
        both.schema(id).await?;
    }
    watch.row(&format!("{what}, of the first of two URLs: 100 ids"), first.asked() + second.asked())
}

async fn made_up(what: &str, trouble: Trouble, tasks: u32) -> Result<(), Box<dyn Error>> {
    let registry = Registry::start(trouble).await?;
    let client = Client::builder().url(&registry.url).total_timeout(Duration::from_secs(600)).build()?;
    client.schema(1).await?;
    registry.asked();
    let watch = Watch::start()?;
    let begun = (0..tasks).map(|task| {
        let client = client.clone();
        tokio::spawn(async move {
            for n in (task..MADE_UP).step_by(tasks.try_into().unwrap_or(1)) {
                let id = n.wrapping_mul(2_654_435_761) | 0x4000_0000;
                assert!(client.schema(id).await.is_err_and(|error| error.kind() == ErrorKind::NotFound));
            }
        })
    });
    for task in begun.collect::<Vec<_>>() {
        task.await?;
    }
    watch.row(what, registry.asked())
}

async fn dies() -> Result<(), Box<dyn Error>> {
    let registry = Registry::start(Trouble::None).await?;
    let client = Client::builder().url(&registry.url).latest_ttl(Duration::ZERO).build()?;
    for id in 1..=LARGEST {
        client.schema(id).await?;
    }
    client.latest("s").await?;
    registry.task.abort();
    registry.asked();
    let watch = Watch::start()?;
    for id in 1..=LARGEST {
        client.schema(id).await?;
    }
    watch.row("dead: 1,000 ids that are known", registry.asked())?;
    let watch = Watch::start()?;
    client.latest("s").await?;
    watch.row("dead: an expired look-up, the first time", registry.asked())?;
    let watch = Watch::start()?;
    client.latest("s").await?;
    watch.row("dead: an expired look-up, after that", registry.asked())?;
    let watch = Watch::start()?;
    assert!(client.schema(LARGEST + 1).await.is_err_and(|error| error.is_retriable()));
    watch.row("dead: an id that is not known, until the error", registry.asked())
}

async fn hangs() -> Result<(), Box<dyn Error>> {
    let (first, second) = (Registry::start(Trouble::Hangs).await?, Registry::start(Trouble::None).await?);
    let client = Client::builder().url(&first.url).url(&second.url).build()?;
    let watch = Watch::start()?;
    client.schema(1).await?;
    watch.row("the first of two URLs hangs: the first call", first.asked() + second.asked())?;
    let watch = Watch::start()?;
    for id in 2..=LARGEST {
        client.schema(id).await?;
    }
    watch.row("the first of two URLs hangs: the next 999 calls", first.asked() + second.asked())
}

async fn flaps() -> Result<(), Box<dyn Error>> {
    let registry = Registry::start(Trouble::Flaps).await?;
    let client = Client::builder().url(&registry.url).build()?;
    let watch = Watch::start()?;
    for id in 1..=100 {
        client.schema(id).await?;
    }
    watch.row("every other answer is 503: 100 ids", registry.asked())
}

async fn endless() -> Result<(), Box<dyn Error>> {
    let registry = Registry::start(Trouble::Endless).await?;
    let client = Client::builder().url(&registry.url).build()?;
    let watch = Watch::start()?;
    assert!(client.schema(1).await.is_err_and(|error| error.kind() == ErrorKind::TooLarge));
    watch.row("an answer without end (client and registry in one process)", registry.asked())
}

/// Time, and how far memory grows meanwhile.
struct Watch {
    begun: Instant,
    memory: u64,
}

impl Watch {
    fn start() -> Result<Self, Box<dyn Error>> {
        // Linux forgets the peak.
        std::fs::write("/proc/self/clear_refs", "5")?;
        Ok(Self { begun: Instant::now(), memory: peak()? })
    }

    fn row(&self, what: &str, requests: usize) -> Result<(), Box<dyn Error>> {
        let (time, memory) = (self.begun.elapsed(), peak()?.saturating_sub(self.memory));
        println!("| {what} | {requests} | {time:.2?} | {memory} kB |");
        Ok(())
    }
}

/// The most memory that this process had, in kB.
fn peak() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("Linux says no peak")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

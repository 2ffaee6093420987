//! Connections: how many are open, and how long each may keep the server waiting.

use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout};

use super::limits::{Limits, Notice};
use super::stalled::Stalled;
use super::waits::{ANY, Waits};

/// How long running requests may take when the server is asked to stop.
const GRACE: Duration = Duration::from_secs(5);

/// How much of a connection is read ahead. The head of a request has to fit.
const READ_AHEAD: usize = 64 * 1024;

/// How long nothing is accepted after the system could not open a connection.
const PAUSE: Duration = Duration::from_millis(200);

/// What is the matter is said again after this time, if it still is.
const AGAIN: Duration = Duration::from_secs(60);

/// Serves until `stopped`. It returns when every connection is closed.
pub(super) async fn serve(listener: TcpListener, app: Router, limits: &Limits, stopped: impl Future<Output = ()>) {
    let mut http = http1::Builder::new();
    http.header_read_timeout(ANY).max_buf_size(READ_AHEAD);
    // Whoever has nothing more to send still wants the answer.
    http.half_close(true);
    let most = super::limits::connections(limits.connections);
    let (mut full, mut failing) = (Told::new(&limits.notice), Told::new(&limits.notice));
    let graceful = GracefulShutdown::new();
    let mut open = JoinSet::new();
    let mut stopped = pin!(stopped);
    loop {
        tokio::select! {
            () = &mut stopped => break,
            Some(ended) = open.join_next(), if !open.is_empty() => well(ended),
            accepted = listener.accept(), if open.len() < most => match accepted {
                Ok((stream, _)) => {
                    at_once(&stream);
                    let waits = Waits::new(limits.idle, limits.patience);
                    let io = TokioIo::new(Stalled::new(stream, limits.patience, waits.clone()));
                    let service = TowerToHyperService::new(app.clone());
                    let connection = graceful.watch(http.timer(waits).serve_connection(io, service));
                    open.spawn(async move {
                        if let Err(error) = connection.await {
                            tracing::debug!(%error, "a connection ended");
                        }
                    });
                    if open.len() >= most {
                        full.tell(|| format!("{most} connections are open, as many as may be: new ones wait until one is closed"));
                    }
                }
                Err(error) if of_the_connection(&error) => {}
                Err(error) => {
                    failing.tell(|| format!("no connection can be accepted: {error}; let the process open more files"));
                    tokio::select! {
                        () = &mut stopped => break,
                        () = sleep(PAUSE) => {}
                    }
                }
            },
        }
    }
    drop(listener);
    let ended = async {
        graceful.shutdown().await;
        while let Some(ended) = open.join_next().await {
            well(ended);
        }
    };
    if timeout(GRACE, ended).await.is_err() {
        // A request that never ends must not keep its server for ever.
        open.shutdown().await;
    }
}

/// The last piece of a long answer does not wait until the other side has confirmed the one before.
fn at_once(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "long answers on a connection may be slow");
    }
}

/// Whoever gave up before it was accepted says nothing of the next one.
fn of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

fn well(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a connection did not end well");
    }
}

/// What is told when it begins, and not with every connection.
struct Told<'a> {
    notice: &'a Notice,
    last: Option<Instant>,
}

impl<'a> Told<'a> {
    fn new(notice: &'a Notice) -> Self {
        Self { notice, last: None }
    }

    fn tell(&mut self, text: impl FnOnce() -> String) {
        if self.last.is_none_or(|last| last.elapsed() >= AGAIN) {
            self.last = Some(Instant::now());
            self.notice.say(&text());
        }
    }
}

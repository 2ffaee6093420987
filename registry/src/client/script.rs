//! A registry that is a function, for tests: no socket, and with a paused clock no time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::builder::ClientBuilder;
use super::exchange::{Answer, Exchange, Exchanged, Failure, Request};
use super::handle::Client;

/// What the registry does with one request.
pub(super) enum Turn {
    Answer(Answer),
    Fail(Failure),
    /// It answers nothing for ever.
    Hang,
    After(Duration, Box<Self>),
}

pub(super) struct Script {
    play: Box<Play>,
    asked: Mutex<Vec<Request>>,
}

type Play = dyn Fn(&Request, usize) -> Turn + Send + Sync;

impl Script {
    /// `play` gets each request and how many there were before it.
    pub(super) fn new(play: impl Fn(&Request, usize) -> Turn + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { play: Box::new(play), asked: Mutex::default() })
    }

    /// A client of the registry.
    pub(super) fn client(self: &Arc<Self>, builder: ClientBuilder) -> Client {
        builder.build_over(self.clone()).unwrap()
    }

    /// What was asked: `GET http://a/subjects?x=y`.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|request| format!("{} {}", request.method, request.url)).collect()
    }

    pub(super) fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// A header of each request; empty where it had none.
    pub(super) fn headers(&self, name: &str) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let header = |request: &Request| request.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        asked.iter().map(|request| header(request).unwrap_or_default()).collect()
    }

    /// The body of each request.
    pub(super) fn bodies(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|r| String::from_utf8(r.body.clone().unwrap_or_default()).unwrap()).collect()
    }
}

impl Exchange for Script {
    fn exchange(&self, request: Request, _: Duration) -> Exchanged<'_> {
        let turn = {
            let mut asked = self.asked.lock().unwrap();
            let turn = (self.play)(&request, asked.len());
            asked.push(request);
            turn
        };
        Box::pin(act(turn))
    }
}

async fn act(mut turn: Turn) -> Result<Answer, Failure> {
    loop {
        match turn {
            Turn::Answer(answer) => return Ok(answer),
            Turn::Fail(failure) => return Err(failure),
            Turn::Hang => std::future::pending().await,
            Turn::After(pause, next) => {
                tokio::time::sleep(pause).await;
                turn = *next;
            }
        }
    }
}

/// An answer with a status and a body.
pub(super) fn say(status: u16, body: impl Into<String>) -> Turn {
    Turn::Answer(Answer { status, retry_after: None, location: None, body: body.into().into_bytes() })
}

/// A refusal that says how long to wait.
pub(super) fn wait(status: u16, seconds: u64) -> Turn {
    let retry_after = Some(Duration::from_secs(seconds));
    Turn::Answer(Answer { status, retry_after, location: None, body: Vec::new() })
}

/// A server that is not there.
pub(super) fn down() -> Turn {
    Turn::Fail(Failure::Unreached("connection refused".to_owned()))
}

/// A schema.
pub(super) fn good() -> Turn {
    say(200, r#"{"schema":"\"string\""}"#)
}

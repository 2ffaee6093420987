use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Method, Response, Url};
use tokio::time::timeout;

use super::deadline::Deadline;

/// More of a refusal is not read.
const MOST_WORDS: usize = 64 * 1024;

/// One HTTP request with everything that it needs.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
    /// A longer answer is not read to its end.
    pub(super) most: usize,
}

/// What came back, whole.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
    pub(super) location: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// No connection, with the cause in few words.
    Unreached(String),
    /// A connection that ended, or brought nothing more, before the answer was there as a whole.
    Broken(String),
    /// This try took too long.
    Late,
    /// The call took too long.
    Over,
    /// More bytes than the request takes.
    TooLarge(usize),
}

/// What carries one request there and one answer back. Tests put a script in its place, so that no test needs a clock or a socket.
pub(super) trait Exchange: Send + Sync {
    /// `pause`: how long nothing may come in the middle of an answer. A registry writes an answer that it has in one piece, so what stops
    /// there will not go on.
    fn exchange(&self, request: Request, pause: Duration) -> Exchanged<'_>;
}

pub(super) type Exchanged<'a> = Pin<Box<dyn Future<Output = Result<Answer, Failure>> + Send + 'a>>;

/// HTTP.
pub(super) struct Http(pub(super) reqwest::Client);

impl Exchange for Http {
    fn exchange(&self, request: Request, pause: Duration) -> Exchanged<'_> {
        Box::pin(async move {
            let Request { method, url, headers, body, most } = request;
            let mut sent = self.0.request(method, url).headers(headers);
            if let Some(body) = body {
                sent = sent.body(body);
            }
            let response = sent.send().await.map_err(|error| unreached(&error))?;
            let status = response.status().as_u16();
            let retry_after = retry_after(response.headers());
            let location = response.headers().get(LOCATION).and_then(|l| l.to_str().ok()).map(str::to_owned);
            let body = if response.status().is_success() {
                read(response, most, pause).await?
            } else {
                words(response, pause).await?
            };
            Ok(Answer { status, retry_after, location, body })
        })
    }
}

/// One try: no longer than `limit`, no pause in the middle of the answer longer than a third of that, and not beyond the deadline.
pub(super) async fn within(
    exchange: &dyn Exchange,
    request: Request,
    limit: Duration,
    deadline: Deadline,
) -> Result<Answer, Failure> {
    match timeout(limit.min(deadline.remaining()), exchange.exchange(request, limit / 3)).await {
        Ok(outcome) => outcome,
        Err(_) if deadline.is_over() => Err(Failure::Over),
        Err(_) => Err(Failure::Late),
    }
}

fn unreached(error: &reqwest::Error) -> Failure {
    if error.is_connect() {
        Failure::Unreached(reason(error))
    } else if error.is_timeout() {
        Failure::Late
    } else {
        Failure::Broken(reason(error))
    }
}

/// The innermost cause, in few words.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no connection in time".to_owned();
    }
    let mut last: &dyn StdError = error;
    while let Some(cause) = last.source() {
        if let Some(io) = cause.downcast_ref::<io::Error>()
            && io.kind() == io::ErrorKind::ConnectionRefused
        {
            return "connection refused".to_owned();
        }
        last = cause;
    }
    last.to_string()
}

async fn read(mut response: Response, most: usize, pause: Duration) -> Result<Vec<u8>, Failure> {
    if response.content_length().is_some_and(|length| usize::try_from(length).map_or(true, |length| length > most)) {
        return Err(Failure::TooLarge(most));
    }
    let mut body = Vec::new();
    while let Some(chunk) = next(&mut response, body.len(), pause).await? {
        let chunk = chunk.as_ref();
        if body.len().saturating_add(chunk.len()) > most {
            return Err(Failure::TooLarge(most));
        }
        body.extend_from_slice(chunk);
    }
    Ok(body)
}

/// The next piece of a body of which `come` bytes are there.
async fn next(
    response: &mut Response,
    come: usize,
    pause: Duration,
) -> Result<Option<impl AsRef<[u8]> + use<>>, Failure> {
    let why = match timeout(pause, response.chunk()).await {
        Ok(Ok(chunk)) => return Ok(chunk),
        Ok(Err(error)) => reason(&error),
        Err(_) => format!("nothing came for {pause:?}"),
    };
    let length = response.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let whole = length.and_then(|length| length.parse::<u64>().ok()).map_or_else(String::new, |l| format!(" of {l}"));
    Err(Failure::Broken(format!("{why} after {come}{whole} bytes")))
}

/// As much of a refusal as a message may need. The code of the protocol stands in it and says what the refusal means, so half of one is none;
/// where the status says it all, what there is of the words is enough.
async fn words(mut response: Response, pause: Duration) -> Result<Vec<u8>, Failure> {
    let enough = !matches!(response.status().as_u16(), 400 | 404 | 409 | 422);
    let mut body = Vec::new();
    loop {
        let chunk = match next(&mut response, body.len(), pause).await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break,
            Err(_) if enough => break,
            Err(broken) => return Err(broken),
        };
        let chunk = chunk.as_ref();
        let room = MOST_WORDS.saturating_sub(body.len()).min(chunk.len());
        body.extend_from_slice(chunk.get(..room).unwrap_or_default());
        if body.len() >= MOST_WORDS {
            break;
        }
    }
    Ok(body)
}

/// Only the form in seconds; a date would ask us to trust two clocks.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither headers nor body: both may hold secrets.
        write!(f, "{} {}", self.method, self.url.path())
    }
}

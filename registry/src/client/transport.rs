use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::{Response, Url, header};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, timeout_at};

use super::auth::Auth;
use super::backoff::pause;
use super::error::{Error, ErrorKind};
use super::request::Call;
use crate::api::{CONTENT_TYPE, ErrorBody, ErrorCode};

/// Longer answers are not read to their end.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// How much of an answer that is none of the protocol's a message shows.
const SHOWN: usize = 120;

/// Carries calls to one of several servers, with retries under one deadline.
pub(super) struct Transport {
    http: reqwest::Client,
    urls: Vec<Url>,
    auth: Auth,
    total: Duration,
    retries: u32,
    /// The server that answered last.
    preferred: AtomicUsize,
}

impl Transport {
    pub(super) fn new(http: reqwest::Client, urls: Vec<Url>, auth: Auth, total: Duration, retries: u32) -> Self {
        Self { http, urls, auth, total, retries, preferred: AtomicUsize::new(0) }
    }

    /// Sends a call and reads the answer.
    pub(super) async fn send<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Error> {
        let (bytes, url) = self.deliver(call).await?;
        serde_json::from_slice(&bytes).map_err(|error| {
            Error::new(
                ErrorKind::Protocol,
                format!(
                    "registry \"{}\" answers {} with something else than the protocol says ({error}): {}; is it a Schema Registry?",
                    shown(&url),
                    call.name(),
                    excerpt(&bytes)
                ),
            )
        })
    }

    async fn deliver(&self, call: &Call) -> Result<(Vec<u8>, Url), Error> {
        let deadline = Instant::now() + self.total;
        let mut tries = 0;
        loop {
            let at = self.preferred.load(Ordering::Relaxed);
            let url = self.urls.get(at % self.urls.len().max(1)).cloned();
            let Some(url) = url else { return Err(Error::new(ErrorKind::Settings, "no registry is set")) };
            let error = match timeout_at(deadline, self.attempt(call, &url)).await {
                Ok(Ok(bytes)) => return Ok((bytes, url)),
                Ok(Err(error)) => error,
                Err(_) => return Err(too_slow(&url, self.total)),
            };
            if !error.is_retriable() || tries >= self.retries {
                return Err(error);
            }
            // The next server is tried at once; only when all were tried is there a pause.
            self.preferred.store(at.wrapping_add(1), Ordering::Relaxed);
            tries += 1;
            let servers = u32::try_from(self.urls.len()).unwrap_or(u32::MAX).max(1);
            if tries % servers == 0 {
                let pause = error.retry_after().unwrap_or_else(|| pause(tries / servers - 1));
                if Instant::now() + pause >= deadline {
                    return Err(error);
                }
                tracing::debug!(%error, ?pause, "the registry is asked again");
                sleep(pause).await;
            }
        }
    }

    async fn attempt(&self, call: &Call, url: &Url) -> Result<Vec<u8>, Error> {
        let mut request = self.http.request(call.method.clone(), call.url(url)).header(header::ACCEPT, CONTENT_TYPE);
        if let Some(body) = &call.body {
            request = request.header(header::CONTENT_TYPE, CONTENT_TYPE).body(body.clone());
        }
        let response = self.auth.sign(request).send().await.map_err(|error| unreached(url, &error))?;
        let status = response.status();
        let retry_after = retry_after(&response);
        let location = response.headers().get(header::LOCATION).and_then(|l| l.to_str().ok()).map(str::to_owned);
        let body = read(response, url).await?;
        if status.is_success() {
            return Ok(body);
        }
        Err(refused(&Refusal { url, call, status: status.as_u16(), retry_after, location, body }))
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let urls: Vec<&str> = self.urls.iter().map(Url::as_str).collect();
        f.debug_struct("Transport").field("urls", &urls).field("auth", &self.auth).finish_non_exhaustive()
    }
}

struct Refusal<'a> {
    url: &'a Url,
    call: &'a Call,
    status: u16,
    retry_after: Option<Duration>,
    location: Option<String>,
    body: Vec<u8>,
}

async fn read(mut response: Response, url: &Url) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unreached(url, &error))? {
        if body.len().saturating_add(chunk.len()) > MOST_BYTES {
            let message = format!(
                "registry \"{}\" answers with more than {MOST_BYTES} bytes; is it a Schema Registry?",
                shown(url)
            );
            return Err(Error::new(ErrorKind::Protocol, message));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What an answer that is no success means.
fn refused(refusal: &Refusal<'_>) -> Error {
    let Refusal { url, call, status, retry_after, location, body } = refusal;
    let (name, url) = (call.name(), shown(url));
    let said = serde_json::from_slice::<ErrorBody>(body).ok().filter(|said| said.error_code != 0);
    let code = said.as_ref().map(|said| ErrorCode::from(said.error_code));
    let words = said.map_or_else(|| excerpt(body), |said| format!("{} (error code {})", said.message, said.error_code));
    let (kind, message) = match (status, code) {
        (408 | 429 | 500 | 502 | 503 | 504, _) => (
            ErrorKind::Unavailable,
            format!("registry \"{url}\" cannot answer {name} now (status {status}): {words}; try again later"),
        ),
        (401 | 403, _) => (
            ErrorKind::Unauthorized,
            format!(
                "registry \"{url}\" refuses {name} (status {status}): {words}; check the user and password or the token"
            ),
        ),
        (300..=399, _) => (
            ErrorKind::Protocol,
            format!("registry \"{url}\" sends {name} on to {}; use that URL", location.as_deref().unwrap_or("nowhere")),
        ),
        (_, Some(ErrorCode::Incompatible)) => {
            (ErrorKind::Incompatible, format!("registry \"{url}\" finds the schema incompatible: {words}"))
        }
        (_, Some(ErrorCode::InvalidSchema)) => {
            (ErrorKind::InvalidSchema, format!("registry \"{url}\" finds the schema invalid: {words}"))
        }
        (404, Some(code)) if code != ErrorCode::NotFound => {
            (ErrorKind::NotFound, format!("registry \"{url}\" does not have it: {words}"))
        }
        (404, _) => (
            ErrorKind::Protocol,
            format!(
                "registry \"{url}\" has no route {name}: {words}; is it a Schema Registry, and its path in the URL complete?"
            ),
        ),
        _ => (ErrorKind::Refused, format!("registry \"{url}\" refuses {name} (status {status}): {words}")),
    };
    Error::answered(kind, message, *status, code, *retry_after)
}

fn unreached(url: &Url, error: &reqwest::Error) -> Error {
    if error.is_timeout() && !error.is_connect() {
        return Error::new(
            ErrorKind::Timeout,
            format!(
                "registry \"{}\" did not answer in time; is it overloaded, or the URL another service's?",
                shown(url)
            ),
        );
    }
    let message = format!(
        "cannot reach registry \"{}\": {}; is it running? set SCHEMA_REGISTRY_URL or the builder's url to where it listens",
        shown(url),
        reason(error)
    );
    Error::new(ErrorKind::Unreachable, message)
}

fn too_slow(url: &Url, total: Duration) -> Error {
    let message =
        format!("registry \"{}\" did not answer within {total:?}, all tries together; is it overloaded?", shown(url));
    Error::new(ErrorKind::Timeout, message)
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

/// The URL without the slash that every parser adds.
fn shown(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        None if line.is_empty() => "(nothing)".to_owned(),
        None => line,
        Some((at, _)) => format!("{}...", line.get(..at).unwrap_or_default()),
    }
}

/// Only the form in seconds; a date would ask us to trust two clocks.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

//! Tokens for SASL/OAUTHBEARER: who gives them, and the thread on which they are fetched.

use std::ffi::{CStr, CString, c_char};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::ptr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rdkafka::bindings::rd_kafka_oauthbearer_set_token;
use rdkafka::client::{Client, ClientContext, OAuthToken};
use rdkafka::types::RDKafkaRespErr;
use tokio::sync::oneshot;

use crate::error::{BoxError, Error, ErrorKind};

/// How long a source may take; librdkafka asks again ten seconds after a failure.
const PATIENCE: Duration = Duration::from_secs(30);

/// A token for the brokers, from a source of the application's own.
///
/// ```
/// use std::time::Duration;
///
/// let token = topika::client::Token::new("eyJhbGciOi...", Duration::from_secs(900)).principal("orders");
/// assert!(!format!("{token:?}").contains("eyJ"));
/// ```
#[derive(Clone)]
pub struct Token {
    value: String,
    life: Duration,
    principal: String,
}

impl Token {
    /// The token, and how long it is good from now on: it is renewed when four fifths of that are over.
    #[must_use]
    pub fn new(value: impl Into<String>, life: Duration) -> Self {
        Self { value: value.into(), life, principal: String::new() }
    }

    /// Who it stands for, for librdkafka's logs; the brokers read that in the token.
    #[must_use]
    pub fn principal(mut self, name: impl Into<String>) -> Self {
        self.principal = name.into();
        self
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { life, principal, .. } = self;
        f.debug_struct("Token").field("value", &"[redacted]").field("life", life).field("principal", principal).finish()
    }
}

type Fetched = Pin<Box<dyn Future<Output = Result<Token, BoxError>> + Send>>;

/// What gives a new token each time that it is called.
#[derive(Clone)]
pub(crate) struct TokenSource(Arc<dyn Fn() -> Fetched + Send + Sync>);

impl TokenSource {
    pub(crate) fn new<F, R, E>(fetch: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<Token, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        Self(Arc::new(move || {
            let fetched = fetch();
            Box::pin(async { fetched.await.map_err(Into::into) })
        }))
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSource")
    }
}

/// The one token of a client and all that is made from it, fetched on a thread of its own with a runtime of its own: librdkafka asks on the threads that
/// poll, which may not wait for the application's runtime, since that may be waiting for them.
#[derive(Clone, Debug)]
pub(crate) struct Tokens(Sender<Ask>);

enum Answer {
    Thread(SyncSender<Result<Kept, String>>),
    Task(oneshot::Sender<Result<Kept, String>>),
}

type Ask = Answer;

/// A token, and when it ends.
#[derive(Clone)]
pub(super) struct Kept {
    token: Token,
    renew_at: Instant,
    ends_at: SystemTime,
}

impl Kept {
    fn of(token: Token) -> Self {
        let now = Instant::now();
        // Before librdkafka asks, which it does when four fifths of the life that it was told are over.
        let renew_at = now.checked_add(token.life * 3 / 4).unwrap_or(now);
        let ends_at = SystemTime::now().checked_add(token.life).unwrap_or(UNIX_EPOCH);
        Self { token, renew_at, ends_at }
    }

    pub(super) fn native(&self) -> OAuthToken {
        let ends = self.ends_at.duration_since(UNIX_EPOCH).unwrap_or_default();
        OAuthToken {
            token: self.token.value.clone(),
            principal_name: self.token.principal.clone(),
            lifetime_ms: i64::try_from(ends.as_millis()).unwrap_or(i64::MAX),
        }
    }
}

impl Tokens {
    pub(crate) fn start(source: TokenSource) -> Result<Self, Error> {
        let no_thread = |e| Error::new(ErrorKind::Kafka, "no thread to fetch Kafka's tokens on").caused_by(e);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(no_thread)?;
        let (asks, asked) = channel();
        std::thread::Builder::new()
            .name("topika-kafka-token".to_owned())
            .spawn(move || serve(&runtime, &source, &asked))
            .map_err(no_thread)?;
        Ok(Self(asks))
    }

    /// For the threads that poll librdkafka.
    pub(super) fn wait(&self) -> Result<Kept, String> {
        let (answer, answered) = sync_channel(1);
        self.0.send(Answer::Thread(answer)).map_err(|_| ended())?;
        answered.recv_timeout(PATIENCE * 2).map_err(|_| ended())?
    }

    pub(super) async fn get(&self) -> Result<Kept, String> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Answer::Task(answer)).map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }
}

fn ended() -> String {
    "the thread that fetches tokens does not answer".to_owned()
}

/// Answers until nobody can ask any more.
fn serve(runtime: &tokio::runtime::Runtime, source: &TokenSource, asked: &Receiver<Ask>) {
    let mut kept: Option<Kept> = None;
    for answer in asked {
        let token = match kept.as_ref().filter(|kept| Instant::now() < kept.renew_at) {
            Some(kept) => Ok(kept.clone()),
            None => fetch(runtime, source).map(Kept::of),
        };
        kept = token.as_ref().ok().cloned().or(kept);
        // Whoever asked may have stopped waiting.
        match answer {
            Answer::Thread(sender) => drop(sender.send(token)),
            Answer::Task(sender) => drop(sender.send(token)),
        }
    }
}

fn fetch(runtime: &tokio::runtime::Runtime, source: &TokenSource) -> Result<Token, String> {
    let fetch = Arc::clone(&source.0);
    let token = runtime.block_on(async {
        // As a task, so that a panic of the application's is an error.
        tokio::time::timeout(PATIENCE, tokio::spawn(async move { fetch().await })).await
    });
    match token {
        Ok(Ok(Ok(token))) => Ok(token),
        Ok(Ok(Err(error))) => Err(error.to_string()),
        Ok(Err(_)) => Err("what gives the token panicked".to_owned()),
        Err(_) => Err(format!("no token came within {} s", PATIENCE.as_secs())),
    }
}

/// What a context answers to librdkafka, on the thread that polls it.
pub(super) fn for_thread(tokens: Option<&Tokens>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
    match tokens {
        Some(tokens) => Ok(tokens.wait()?.native()),
        None => Err("nothing gives tokens".into()),
    }
}

/// Gives the token to a client that nobody polls.
#[expect(
    unsafe_code,
    reason = "the crate gives tokens to clients that are polled, and its client for admin calls is not"
)]
pub(super) fn give<C: ClientContext>(client: &Client<C>, token: &Kept) -> Result<(), String> {
    let OAuthToken { token, principal_name, lifetime_ms } = token.native();
    let no_text = |_| "the token, or its principal, holds a zero byte".to_owned();
    let (token, principal) = (CString::new(token).map_err(no_text)?, CString::new(principal_name).map_err(no_text)?);
    let mut words: [c_char; 256] = [0; 256];
    // SAFETY: librdkafka's client lives as long as the borrow; it copies both strings, each of which ends with a zero; there are no extensions; and it
    // writes no more words than the length that it is told, with a zero behind them.
    let words = unsafe {
        let code = rd_kafka_oauthbearer_set_token(
            client.native_ptr(),
            token.as_ptr(),
            lifetime_ms,
            principal.as_ptr(),
            ptr::null_mut(),
            0,
            words.as_mut_ptr(),
            words.len(),
        );
        if code == RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR {
            return Ok(());
        }
        CStr::from_ptr(words.as_ptr())
    };
    Err(words.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Each token has the number of its fetch.
    fn counted(life: Duration) -> (Tokens, Arc<AtomicUsize>) {
        let count = Arc::new(AtomicUsize::new(0));
        let fetched = Arc::clone(&count);
        let source = TokenSource::new(move || {
            let number = fetched.fetch_add(1, Ordering::SeqCst);
            async move { Ok::<_, BoxError>(Token::new(format!("t{number}"), life)) }
        });
        (Tokens::start(source).unwrap(), count)
    }

    #[tokio::test]
    async fn all_clients_share_a_token_until_it_is_time_for_the_next() {
        let (tokens, count) = counted(Duration::from_secs(3600));
        assert_eq!(tokens.get().await.unwrap().native().token, "t0");
        let thread = std::thread::spawn({
            let tokens = tokens.clone();
            move || tokens.wait().unwrap().native().token
        });
        assert_eq!(thread.join().unwrap(), "t0");
        assert_eq!(count.load(Ordering::SeqCst), 1);
        let (short, count) = counted(Duration::ZERO);
        short.get().await.unwrap();
        assert_eq!(short.get().await.unwrap().native().token, "t1");
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_source_that_fails_or_panics_is_an_error_and_is_asked_again() {
        let count = AtomicUsize::new(0);
        let tokens = Tokens::start(TokenSource::new(move || {
            let number = count.fetch_add(1, Ordering::SeqCst);
            async move {
                assert!(number != 1, "no");
                if number == 0 { Err("the vault is sealed") } else { Ok(Token::new("t", Duration::from_secs(60))) }
            }
        }));
        let tokens = tokens.unwrap();
        assert_eq!(tokens.get().await.err().as_deref(), Some("the vault is sealed"));
        assert_eq!(tokens.get().await.err().as_deref(), Some("what gives the token panicked"));
        assert_eq!(tokens.get().await.unwrap().native().token, "t");
    }

    #[test]
    fn a_token_is_not_shown() {
        let token = Token::new("hunter2", Duration::from_secs(1)).principal("ada");
        let shown = format!("{token:?}");
        assert!(shown.contains("ada") && !shown.contains("hunter2"), "{shown}");
    }
}

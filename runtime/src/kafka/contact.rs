//! The first contact with a cluster that wants to know who we are: a login or a certificate that will never do is said at once and in plain words.
//! librdkafka itself would try on, and keep the reason from a client that nobody polls.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::client::OAuthToken;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use tokio::sync::OnceCell;

use super::config::Settings;
use super::context::LastTrouble;
use super::sasl_token::{self, Tokens};
use crate::error::{Error, ErrorKind};

/// How long the first look at the metadata may take; each further one twice as long.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// Whether the cluster has taken us.
#[derive(Debug)]
pub(super) struct Contact {
    settings: Settings,
    made: OnceCell<()>,
}

impl Contact {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { settings: settings.clone(), made: OnceCell::new() }
    }

    /// Makes it, once. Where no credentials and no certificates are in play there is nothing to be said before.
    pub(super) async fn make(&self, deadline: Duration) -> Result<(), Error> {
        if !self.settings.is_secured() {
            return Ok(());
        }
        self.made
            .get_or_try_init(async || {
                let settings = self.settings.clone();
                let greeting = tokio::task::spawn_blocking(move || greet(&settings, deadline));
                greeting.await.map_err(|e| {
                    Error::new(ErrorKind::Kafka, "the first contact with Kafka was cut off").caused_by(e)
                })?
            })
            .await?;
        Ok(())
    }
}

/// Hears what librdkafka says of a connection.
#[derive(Clone)]
struct Ear {
    trouble: LastTrouble,
    tokens: Option<Tokens>,
    refused: Arc<Mutex<Option<(Code, String)>>>,
}

impl ClientContext for Ear {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.trouble.log(level, facility, text);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.trouble.error(&error, reason);
        let code = error.rdkafka_error_code();
        if let Some(
            code @ (Code::Authentication | Code::SaslAuthenticationFailed | Code::UnsupportedSASLMechanism | Code::SSL),
        ) = code
        {
            let words = self.trouble.get().unwrap_or_default();
            self.refused.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert((code, words));
        }
    }

    fn generate_oauth_token(&self, _: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        sasl_token::for_thread(self.tokens.as_ref())
    }
}

impl ConsumerContext for Ear {}

fn greet(settings: &Settings, deadline: Duration) -> Result<(), Error> {
    let ear = Ear { trouble: settings.trouble(), tokens: settings.tokens(), refused: Arc::default() };
    let refused = Arc::clone(&ear.refused);
    let bootstrap = settings.bootstrap();
    // A consumer without a group serves its main queue when it is polled, which no client for admin calls does.
    let client: BaseConsumer<Ear> =
        settings.plain().create_with_context(ear).map_err(|e| super::fault::error("start the Kafka client", &e))?;
    let (start, mut look) = (Instant::now(), FIRST_LOOK);
    loop {
        // What it hears goes to its context; messages it has none.
        drop(client.poll(Duration::from_millis(20)));
        let told = refused.lock().unwrap_or_else(PoisonError::into_inner).take();
        // In TLS 1.3 a broker refuses a client behind the handshake, which librdkafka takes for a connection that broke.
        let alert = || client.context().trouble.get().filter(|words| words.contains("SSL alert number"));
        if let Some((code, words)) = told.or_else(|| Some((Code::SSL, alert()?))) {
            return Err(refusal(settings, code, &words));
        }
        let left = deadline.saturating_sub(start.elapsed());
        if client.fetch_metadata(None, look.min(left.max(FIRST_LOOK))).is_ok() {
            return Ok(());
        }
        if left.is_zero() {
            let why = client.context().trouble.get().unwrap_or_else(|| "no answer came".to_owned());
            let message =
                format!("cannot reach Kafka at \"{bootstrap}\" within {:.1} s: {why}", deadline.as_secs_f64());
            return Err(Error::new(ErrorKind::Unreachable, message)
                .help("is the broker running, and does this listener speak the `security.protocol` that is set?"));
        }
        look = (look * 2).min(LONGEST_LOOK);
    }
}

fn refusal(settings: &Settings, code: Code, words: &str) -> Error {
    let bootstrap = settings.bootstrap();
    if code != Code::SSL {
        let message = format!("Kafka at \"{bootstrap}\" does not let this client in: {words}");
        return Error::new(ErrorKind::Denied, message).help(
            "see `sasl.mechanism`, `sasl.username` and `sasl.password`, or what gives the token; the broker's log has the reason",
        );
    }
    if !words.contains("certificate verify failed") {
        let message = format!("no encrypted connection to Kafka at \"{bootstrap}\" comes about: {words}");
        return Error::new(ErrorKind::Untrusted, message)
            .help("does this listener speak TLS, and does it ask for a certificate (`ssl.certificate.location`, `ssl.key.location`)?");
    }
    if is_of_known_authority(settings) {
        let message = format!("the certificate of Kafka at \"{bootstrap}\" is good, and for another host");
        return Error::new(ErrorKind::OtherHost, message).help(
            "name the broker in `bootstrap` as its certificate does, or give it a certificate with this name; \
             `ssl.endpoint.identification.algorithm=none` would take any host's",
        );
    }
    let message = format!(
        "the certificate of Kafka at \"{bootstrap}\" is of an authority that this client does not trust: {words}"
    );
    Error::new(ErrorKind::Untrusted, message)
        .help("set `ssl.ca.location` to the certificate of the authority that signed the broker's")
}

/// Whether the certificate would do for another host. librdkafka has the same words for both, so the handshake is tried once more without a look at the
/// name; nothing is sent over it that tells who we are.
fn is_of_known_authority(settings: &Settings) -> bool {
    let ear = Ear { trouble: settings.trouble(), tokens: None, refused: Arc::default() };
    let refused = Arc::clone(&ear.refused);
    let Ok(client) = settings.handshake_with_any_name().create_with_context::<Ear, BaseConsumer<Ear>>(ear) else {
        return false;
    };
    let (start, mut look) = (Instant::now(), FIRST_LOOK);
    while start.elapsed() < LONGEST_LOOK * 2 {
        drop(client.poll(Duration::from_millis(20)));
        if refused.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return false;
        }
        // A listener that wants a login hangs up on the question, behind a handshake that came about.
        if client.fetch_metadata(None, look).is_ok() || client.context().trouble.get().is_some() {
            return refused.lock().unwrap_or_else(PoisonError::into_inner).is_none();
        }
        look *= 2;
    }
    false
}

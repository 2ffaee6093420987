//! The first contact with a cluster that wants to know who we are: a login or a certificate that will never do is said at once and in plain words.
//! librdkafka itself would try on, and keep the reason from a client that nobody polls.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::client::OAuthToken;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use tokio::sync::{OnceCell, oneshot};

use super::config::Settings;
use super::context::LastTrouble;
use super::sasl_token::{self, Tokens};
use crate::error::{Error, ErrorKind};

/// How long the first look at the metadata may take; each further one twice as long.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// How long a first contact may go on behind its deadline, to say in its own words what it heard.
const GRACE: Duration = Duration::from_millis(500);

/// What OpenSSL says of a certificate that is of no authority that it trusts, or for another host.
const NOT_VERIFIED: &str = "certificate verify failed";

/// Why nothing came of a login with tokens, where its source does not answer.
pub(super) const NO_TOKEN: &str = "no token came";

/// Why there is no contact.
#[derive(Debug)]
pub(super) enum NoContact {
    /// What will not pass by itself.
    Refused(Error),
    /// No answer came before the deadline, and why, as far as that is known.
    Silent(Option<String>),
}

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
    pub(super) async fn make(&self, deadline: Duration) -> Result<(), NoContact> {
        if !self.settings.is_secured() {
            return Ok(());
        }
        self.made
            .get_or_try_init(async || {
                let (settings, trouble) = (self.settings.clone(), self.settings.trouble());
                let heard = trouble.clone();
                let cut_off = || Error::new(ErrorKind::Kafka, "the first contact with Kafka was cut off");
                let (answer, greeting) = oneshot::channel();
                // Whoever gives the token may take longer than the caller waits. A runtime that ends would wait for a thread of its own.
                std::thread::Builder::new()
                    .name("topika-kafka-contact".to_owned())
                    .spawn(move || drop(answer.send(greet(&settings, heard, deadline))))
                    .map_err(|e| NoContact::Refused(cut_off().caused_by(e)))?;
                match tokio::time::timeout(deadline.saturating_add(GRACE), greeting).await {
                    Ok(Ok(greeted)) => greeted,
                    Ok(Err(e)) => Err(NoContact::Refused(cut_off().caused_by(e))),
                    Err(_) if self.settings.tokens().is_some() => {
                        Err(NoContact::Silent(trouble.get().or_else(|| Some(NO_TOKEN.to_owned()))))
                    }
                    Err(_) => Err(NoContact::Silent(trouble.get())),
                }
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
            if code == Code::SSL && is_broken_off(&words) {
                return;
            }
            self.refused.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert((code, words));
        }
    }

    fn generate_oauth_token(&self, _: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        sasl_token::for_thread(self.tokens.as_ref())
    }
}

impl ConsumerContext for Ear {}

/// Whether a handshake ended without a word of why: a listener that speaks no TLS does that, and so does a broker on its way up or down, or what
/// stands in front of it. That is no verdict.
fn is_broken_off(words: &str) -> bool {
    ["handshake failed: Disconnected", "SSL transport error"].iter().any(|end| words.contains(end))
}

fn greet(settings: &Settings, trouble: LastTrouble, deadline: Duration) -> Result<(), NoContact> {
    let ear = Ear { trouble, tokens: settings.tokens(), refused: Arc::default() };
    let refused = Arc::clone(&ear.refused);
    // A consumer without a group serves its main queue when it is polled, which no client for admin calls does.
    let client: BaseConsumer<Ear> = settings
        .plain()
        .create_with_context(ear)
        .map_err(|e| NoContact::Refused(super::fault::error("start the Kafka client", &e)))?;
    let (start, mut look) = (Instant::now(), FIRST_LOOK);
    loop {
        // What it hears goes to its context; messages it has none.
        drop(client.poll(Duration::from_millis(20)));
        let told = refused.lock().unwrap_or_else(PoisonError::into_inner).take();
        // In TLS 1.3 a broker refuses a client behind the handshake, which librdkafka takes for a connection that broke.
        let alert = || client.context().trouble.get().filter(|words| words.contains("SSL alert number"));
        if let Some((code, words)) = told.or_else(|| Some((Code::SSL, alert()?))) {
            return Err(NoContact::Refused(refusal(settings, code, &words)));
        }
        let left = deadline.saturating_sub(start.elapsed());
        if client.fetch_metadata(None, look.min(left.max(FIRST_LOOK))).is_ok() {
            return Ok(());
        }
        if left.is_zero() {
            return Err(NoContact::Silent(client.context().trouble.get()));
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
    if !words.contains(NOT_VERIFIED) {
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
        let told = refused.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The log may be quicker than the error.
        let heard = told.map(|(_, words)| words).or_else(|| client.context().trouble.get());
        if let Some(is_known) = heard.and_then(|words| is_known_by(&words)) {
            return is_known;
        }
        if client.fetch_metadata(None, look).is_ok() {
            return true;
        }
        look *= 2;
    }
    false
}

/// Whether the authority is one that we know, by what is heard of a handshake with any name; `None` where that says nothing of it, as an address where
/// nobody listens.
fn is_known_by(words: &str) -> Option<bool> {
    if words.contains(NOT_VERIFIED) {
        return Some(false);
    }
    // A listener that wants a login, or a certificate, hangs up on the question, behind a handshake that came about.
    let hangs_up = words.starts_with("Disconnected") || words.contains("SSL alert number");
    hangs_up.then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handshake_that_is_broken_off_is_no_verdict_and_a_certificate_that_is_not_trusted_is_one() {
        assert!(is_broken_off("SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener?"));
        assert!(is_broken_off("SSL handshake failed: SSL transport error: Connection reset by peer"));
        assert!(!is_broken_off("SSL handshake failed: error:0A000086:SSL routines::certificate verify failed"));
    }

    #[test]
    fn an_address_where_nobody_listens_says_nothing_of_certificates() {
        for (words, is_known) in [
            ("Connect to ipv6#[::1]:9093 failed: Connection refused", None),
            ("Failed to resolve 'kafka:9093': Name or service not known", None),
            ("SSL handshake failed: Disconnected", None),
            ("error:0A000086:SSL routines::certificate verify failed", Some(false)),
            (
                "SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate",
                Some(false),
            ),
            ("Disconnected while requesting ApiVersion", Some(true)),
            (
                "Receive failed: error:0A00045C:SSL routines::tlsv13 alert certificate required: SSL alert number 116",
                Some(true),
            ),
        ] {
            assert_eq!(is_known_by(words), is_known, "{words}");
        }
    }
}

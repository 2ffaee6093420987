//! That no log line holds a secret, librdkafka's own among them.

use std::fmt::Write as _;
use std::sync::{Mutex, Once, PoisonError};

use topika::client::{Sasl, Tls, Token};

use crate::broker::{PASSWORD, Secured, at, writes_and_reads};
use crate::tokens::{HOUR, unsigned};

/// What is logged in this process, of all tests.
static LOGGED: Mutex<String> = Mutex::new(String::new());

struct Listener;

impl tracing::Subscriber for Listener {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        struct Text<'a>(&'a mut String);
        impl tracing::field::Visit for Text<'_> {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                write!(self.0, "{field}={value:?} ").ok();
            }
        }
        let mut logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
        event.record(&mut Text(&mut logged));
        logged.push('\n');
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

/// From now on everything is kept.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Listener).unwrap());
}

#[tokio::test]
async fn librdkafka_s_most_talkative_log_shows_no_secret() {
    let Some(kafka) = Secured::start("librdkafka_s_most_talkative_log_shows_no_secret") else { return };
    let (_, key) = &kafka.client;
    let secret_lines: Vec<&str> = key.lines().filter(|line| line.len() > 40).collect();
    for sasl in [Sasl::plain("ada", PASSWORD), Sasl::scram_sha_512("ada", PASSWORD)] {
        let client = kafka.client("talkative", sasl).kafka_property("debug", "all").build().unwrap();
        writes_and_reads(&client).await;
    }
    let token = unsigned(HOUR);
    let given = token.clone();
    let sasl = Sasl::token(move || std::future::ready(Ok::<_, std::io::Error>(Token::new(given.clone(), HOUR))));
    writes_and_reads(&kafka.client("talkative", sasl).kafka_property("debug", "all").build().unwrap()).await;
    let tls = Tls::ca_pem(&kafka.ca).identity_pem(&kafka.client.0, key);
    writes_and_reads(&at(kafka.identity(), "talkative").kafka_tls(tls).kafka_property("debug", "all").build().unwrap())
        .await;
    let logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(logged.contains("sasl.password") && logged.contains("SASL"), "librdkafka says nothing of its settings");
    assert!(!secret_lines.is_empty() && !secret_lines.iter().any(|line| logged.contains(line)));
    assert!(!logged.contains(PASSWORD) && !logged.contains(&token));
}

//! What librdkafka tells while it works: logs to `tracing`, the last trouble kept for messages, statistics for lag.

use std::sync::{Arc, Mutex, PoisonError};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::properties::Secrets;
use super::reach::Link;

/// The last thing that went wrong with a connection, in librdkafka's words. Secrets in them are not kept, nor logged.
#[derive(Clone, Debug)]
pub(super) struct LastTrouble {
    last: Arc<Mutex<Option<String>>>,
    /// What all connections of the client know of the brokers.
    pub(super) link: Link,
    secrets: Secrets,
}

impl LastTrouble {
    pub(super) fn of(link: Link, secrets: Secrets) -> Self {
        Self { last: Arc::default(), link, secrets }
    }

    pub(super) fn set(&self, text: &str) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(plain(&self.secrets.scrub(text)));
    }

    pub(super) fn get(&self) -> Option<String> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes a line of librdkafka's log: to `tracing`, and where it says that a connection failed, into memory.
    pub(super) fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        if matches!(facility, "FAIL" | "ERROR") {
            self.set(text);
        }
        // A property that only consumers mind is no trouble on a producer; it is how auto-creation is kept off on both.
        if facility == "CONFWARN" && text.contains("allow.auto.create.topics") {
            return;
        }
        let text = self.secrets.scrub(text);
        match level {
            RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical | RDKafkaLogLevel::Error => {
                tracing::warn!(target: "topika::librdkafka", facility, "{text}");
            }
            RDKafkaLogLevel::Warning | RDKafkaLogLevel::Notice => {
                tracing::info!(target: "topika::librdkafka", facility, "{text}")
            }
            RDKafkaLogLevel::Info | RDKafkaLogLevel::Debug => {
                tracing::debug!(target: "topika::librdkafka", facility, "{text}")
            }
        }
    }

    pub(super) fn error(&self, error: &KafkaError, reason: &str) {
        self.link.error(error);
        // That all brokers are down is said behind what brought each of them down, and explains nothing.
        if error.rdkafka_error_code() != Some(RDKafkaErrorCode::AllBrokersDown) || self.get().is_none() {
            self.set(reason);
        }
        tracing::warn!(target: "topika::librdkafka", %error, "{}", self.secrets.scrub(reason));
    }
}

/// `[thrd:a:1/bootstrap]: a:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state CONNECT)` holds four
/// words for a person: everything in front of "Connect" and behind the reason goes.
fn plain(text: &str) -> String {
    let text = match text.strip_prefix("[thrd:").and_then(|rest| rest.split_once("]: ")) {
        Some((_, rest)) => rest,
        None => text,
    };
    let text = match text.split_once(": ") {
        Some((broker, rest)) if broker.contains('/') && !broker.contains(' ') => rest,
        _ => text,
    };
    match text.find(" (after ") {
        Some(end) => text.get(..end).unwrap_or(text).to_owned(),
        None => text.to_owned(),
    }
}

/// For clients that neither produce nor consume, and that nobody polls.
#[derive(Debug)]
pub(super) struct Quiet {
    pub(super) trouble: LastTrouble,
}

impl ClientContext for Quiet {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.trouble.log(level, facility, text);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.trouble.error(&error, reason);
    }

    fn stats_raw(&self, _statistics: &[u8]) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_trouble_is_kept_in_plain_words() {
        let trouble = LastTrouble::of(Link::new("a:1"), Secrets::default());
        assert_eq!(trouble.get(), None);
        trouble.log(RDKafkaLogLevel::Info, "CONNECT", "hello");
        assert_eq!(trouble.get(), None);
        trouble.log(
            RDKafkaLogLevel::Error,
            "FAIL",
            "[thrd:127.0.0.1:1/bootstrap]: 127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state CONNECT)",
        );
        assert_eq!(trouble.get().as_deref(), Some("Connect to ipv4#127.0.0.1:1 failed: Connection refused"));
        Quiet { trouble: trouble.clone() }.error(KafkaError::Canceled, "all brokers are down");
        assert_eq!(trouble.get().as_deref(), Some("all brokers are down"));
        let down = KafkaError::Global(RDKafkaErrorCode::AllBrokersDown);
        Quiet { trouble: trouble.clone() }.error(down.clone(), "1/1 brokers are down");
        assert_eq!(trouble.get().as_deref(), Some("all brokers are down"), "no word of why is lost");
        let silent = LastTrouble::of(Link::new("a:1"), Secrets::default());
        silent.error(&down, "1/1 brokers are down");
        assert_eq!(silent.get().as_deref(), Some("1/1 brokers are down"));
    }

    #[test]
    fn other_levels_are_only_logged() {
        let quiet = Quiet { trouble: LastTrouble::of(Link::new("a:1"), Secrets::default()) };
        for level in [RDKafkaLogLevel::Warning, RDKafkaLogLevel::Debug, RDKafkaLogLevel::Emerg] {
            quiet.log(level, "CONFWARN", "Configuration property allow.auto.create.topics is a consumer property");
            quiet.log(level, "OTHER", "text");
        }
        quiet.stats_raw(b"{}");
        assert_eq!(quiet.trouble.get(), None);
    }
}

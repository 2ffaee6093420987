//! Why a message was not delivered, whether it may be tried again, and what to do.

use std::fmt;
use std::time::Duration;

use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};

use super::fault;
use super::outcome::Tally;
use super::room::NoPlace;
use crate::error::{Error, ErrorKind};

/// `doing` is `produce on` or `deliver to`; `trouble` the last thing that a connection said.
pub(super) fn error(doing: &str, topic: &str, partition: i32, error: &KafkaError, trouble: Option<&str>) -> Error {
    let code = error.rdkafka_error_code();
    let what = match code {
        Some(Code::UnknownPartition) => format!("{doing} partition {partition} of topic \"{topic}\""),
        _ => format!("{doing} topic \"{topic}\""),
    };
    let fault = fault::error(&what, error);
    let fault = match (fault.kind(), trouble) {
        (ErrorKind::Timeout | ErrorKind::Unreachable, Some(why)) => {
            Error::new(fault.kind(), format!("{} ({why})", fault.message())).retriable(fault.is_retriable())
        }
        _ => fault,
    };
    match help(fault.kind(), fault.is_retriable(), code) {
        Some(help) => fault.help(help),
        None => fault,
    }
}

/// `None` where the error says it already.
fn help(kind: ErrorKind, retriable: bool, code: Option<Code>) -> Option<&'static str> {
    let of_code = match code {
        Some(Code::UnknownPartition) => {
            Some("the topic has fewer partitions: leave the partition to the key, or give the topic more")
        }
        Some(Code::NotEnoughReplicas | Code::NotEnoughReplicasAfterAppend) => Some(
            "fewer replicas are in step than the topic's `min.insync.replicas` asks for: bring the brokers back, then send it again",
        ),
        Some(Code::InvalidTimestamp) => Some(
            "the topic takes no timestamp so far from now: see its `message.timestamp.before.max.ms` and `message.timestamp.after.max.ms`",
        ),
        Some(Code::InvalidRecord) => Some(
            "the broker checks what it takes: a compacted topic, say, takes no message without a key; its log has the reason",
        ),
        Some(Code::TopicAuthorizationFailed) => Some("give the client's user the right WRITE on this topic"),
        Some(Code::ClusterAuthorizationFailed) => {
            Some("give the client's user the right WRITE on this topic, or IDEMPOTENT_WRITE on the cluster")
        }
        Some(Code::State) => Some("it belongs into a transaction, and none is open: call `begin` before"),
        Some(Code::Fatal) => {
            Some("this producer takes nothing more: make a new one with `client.producer()`; its own log line says why")
        }
        _ => None,
    };
    of_code.or(match kind {
        ErrorKind::TooLarge => None,
        ErrorKind::Unreachable => Some("see that the brokers can be reached; then the same message may be sent again"),
        ErrorKind::Timeout => {
            Some("the brokers may have it all the same: sent again, it may stand there twice; `delivery.timeout.ms` says how long to try")
        }
        ErrorKind::UnknownTopic => Some("create the topic, or let the client do it: `Client::builder().provision(Provision::Create)`"),
        ErrorKind::Denied => Some("see the user and the password: the properties `sasl.username` and `sasl.password`"),
        ErrorKind::QueueFull => Some("wait for deliveries, or use `enqueue`, which waits for room"),
        ErrorKind::Closed => {
            Some("the producer was closed or dropped, or its transaction aborted, before the brokers had it: give `close` more time, and send it again with a new producer, or in another transaction")
        }
        _ if retriable => Some("it passes by itself as a rule: send the message again after a while"),
        _ => Some("the broker's log has the reason; the same message will be refused again"),
    })
}

/// Nobody will ever say what became of the message.
pub(super) fn without_answer() -> Error {
    Error::new(ErrorKind::Closed, "the producer was dropped before the message was delivered")
        .help("call `close` and look at its error before the producer goes")
}

pub(super) fn no_place(why: NoPlace, topic: &str) -> Error {
    match why {
        NoPlace::Full => Error::new(ErrorKind::QueueFull, format!("the producer of topic \"{topic}\" has no room"))
            .help("wait for deliveries, or use `enqueue`, which waits for room"),
        NoPlace::Late(waited) => {
            let message = format!("the producer of topic \"{topic}\" has had no room for {} s", waited.as_secs_f64());
            Error::new(ErrorKind::QueueFull, message)
                .help("the brokers are slower than what is sent: send less, or give it more time (`queue_wait`) or more room (`queue`)")
        }
        NoPlace::Closed => Error::new(ErrorKind::Closed, format!("the producer of topic \"{topic}\" is closed"))
            .help("make a new one with `client.producer()`: a closed one and its clones take nothing more"),
    }
}

/// What stands for a batch.
pub(super) fn of_batch(messages: usize, failed: usize, first: usize, error: Error) -> Error {
    let message = format!("{failed} of {messages} messages were not delivered; number {first}: {}", error.message());
    Error::new(error.kind(), message)
        .retriable(error.is_retriable())
        .help("`failed()` has them all: send these again, not the others")
        .caused_by(error)
}

/// How many messages a producer did not deliver: [`Error::downcast`] takes it out of the error of
/// [`Producer::close`](crate::Producer::close).
///
/// ```
/// # async fn f<T: topika::Topic>(orders: topika::Producer<T>) {
/// if let Err(error) = orders.close(std::time::Duration::from_secs(10)).await {
///     eprintln!("{error}");
///     if let Ok(lost) = error.downcast::<topika::client::Undelivered>() {
///         assert!(lost.given_up + lost.failed_unseen > 0);
///     }
/// }
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// Messages that were still on their way at the deadline, and are given up. Their futures, and the hook, say which.
    pub given_up: usize,
    /// Messages that had failed before, and whose futures nobody awaited.
    pub failed_unseen: usize,
}

impl fmt::Display for Undelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} given up, {} failed before", self.given_up, self.failed_unseen)
    }
}

impl std::error::Error for Undelivered {}

/// What `close` has to say; nothing where all was delivered, or has told whoever awaited it.
pub(super) fn at_close(given_up: usize, unseen: Tally, deadline: Duration, trouble: Option<&str>) -> Result<(), Error> {
    let undelivered = Undelivered { given_up, failed_unseen: unseen.count };
    let before = match unseen.first {
        Some(first) => {
            let them = if unseen.count == 1 { "it" } else { "them" };
            let why = format!("{} not delivered, and nobody awaited {them}: {}", were(unseen.count), first.message());
            Some((first.kind(), why))
        }
        None => None,
    };
    let late = (given_up > 0).then(|| {
        let trouble = trouble.map(|why| format!(" ({why})")).unwrap_or_default();
        format!("{} not delivered within {:.1} s: given up{trouble}", were(given_up), deadline.as_secs_f64())
    });
    let (kind, message, help) = match (late, before) {
        (None, None) => return Ok(()),
        (Some(late), None) => (
            ErrorKind::Timeout,
            late,
            "their delivery futures say which; give `close` more time, or see whether the brokers are reachable",
        ),
        (None, Some((kind, before))) => {
            (kind, before, "await each delivery, or see them all with `Client::builder().on_delivery(..)`")
        }
        (Some(late), Some((_, before))) => (
            ErrorKind::Timeout,
            format!("{late}; {before}"),
            "await each delivery, or see them all with `Client::builder().on_delivery(..)`; give `close` more time, or see whether the brokers are reachable",
        ),
    };
    Err(Error::new(kind, message).retriable(false).help(help).caused_by(undelivered))
}

fn were(messages: usize) -> String {
    if messages == 1 { "1 message was".to_owned() } else { format!("{messages} messages were") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What librdkafka and brokers answer to producers.
    const CODES: [Code; 29] = [
        Code::BrokerTransportFailure,
        Code::AllBrokersDown,
        Code::Resolve,
        Code::NetworkException,
        Code::MessageTimedOut,
        Code::RequestTimedOut,
        Code::UnknownTopic,
        Code::UnknownTopicOrPartition,
        Code::UnknownPartition,
        Code::MessageSizeTooLarge,
        Code::MessageBatchTooLarge,
        Code::TopicAuthorizationFailed,
        Code::ClusterAuthorizationFailed,
        Code::SaslAuthenticationFailed,
        Code::QueueFull,
        Code::PurgeQueue,
        Code::PurgeInflight,
        Code::LeaderNotAvailable,
        Code::NotLeaderForPartition,
        Code::NotEnoughReplicas,
        Code::NotEnoughReplicasAfterAppend,
        Code::KafkaStorageError,
        Code::InvalidTimestamp,
        Code::InvalidRecord,
        Code::InvalidMessage,
        Code::PolicyViolation,
        Code::OutOfOrderSequenceNumber,
        Code::Fatal,
        Code::ThrottlingQuotaExceeded,
    ];

    #[test]
    fn each_refusal_of_a_message_says_what_to_do_and_whether_to_try_again() {
        for code in CODES {
            let error = error("deliver to", "orders", 3, &KafkaError::MessageProduction(code), None);
            let text = error.to_string();
            assert!(text.starts_with("cannot deliver to ") && text.contains("\"orders\": "), "{code:?}: {text}");
            let help = text.split_once("\n  help: ").map(|(_, help)| help).unwrap_or_default();
            assert!(!help.is_empty(), "{code:?}: {text}");
            let again = help.contains("send it again")
                || help.contains("sent again")
                || help.contains("send the message again");
            let passes = error.is_retriable();
            let closed = matches!(error.kind(), ErrorKind::Closed | ErrorKind::QueueFull);
            assert!(closed || passes == again, "{code:?}, retriable {passes}: {text}");
        }
    }

    #[test]
    fn the_last_trouble_explains_a_wait_that_was_in_vain_and_changes_nothing_else() {
        let late = KafkaError::MessageProduction(Code::MessageTimedOut);
        let error = error("deliver to", "orders", 0, &late, Some("Connection refused"));
        assert_eq!(error.message(), "cannot deliver to topic \"orders\": message timed out (Connection refused)");
        assert!(error.is_retriable());
        assert!(error.to_string().contains("it may stand there twice"), "{error}");
    }

    #[test]
    fn closing_says_both_what_it_gave_up_and_what_had_failed_unseen() {
        assert!(at_close(0, Tally::default(), Duration::ZERO, None).is_ok());
        let first = Error::new(ErrorKind::TooLarge, "message size too large");
        let tally = Tally { count: 2, first: Some(first) };
        let error = at_close(1, tally, Duration::from_secs(1), Some("Connection refused")).unwrap_err();
        assert_eq!(
            error.message(),
            "1 message was not delivered within 1.0 s: given up (Connection refused); 2 messages were not delivered, and nobody awaited them: message size too large"
        );
        assert_eq!((error.kind(), error.is_retriable()), (ErrorKind::Timeout, false));
        assert_eq!(error.downcast::<Undelivered>().ok(), Some(Undelivered { given_up: 1, failed_unseen: 2 }));
    }
}

//! From librdkafka's error codes to our kinds.

use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};

use super::admin_calls::Refusal;
use super::properties::canonical;
use crate::error::{Error, ErrorKind};

/// `what` says what was being done: `produce on "orders"`.
pub(super) fn error(what: &str, error: &KafkaError) -> Error {
    match (error, error.rdkafka_error_code()) {
        // The crate's text would show the value, which may be a password.
        (KafkaError::ClientConfig(_, why, name, _), _) => {
            Error::new(ErrorKind::Config, format!("cannot {what}: the Kafka property \"{name}\": {why}"))
        }
        (KafkaError::ClientCreation(why), _) => {
            Error::new(ErrorKind::Config, format!("cannot {what}: {}", by_one_name(why)))
        }
        (_, Some(code)) => of_code(what, code),
        (_, None) => Error::new(kind_without_code(error), format!("cannot {what}: {error}")),
    }
}

/// librdkafka's words with its properties by the names that we have for them: it may say `message.timeout.ms` of `delivery.timeout.ms`.
fn by_one_name(words: &str) -> String {
    words.split('`').map(canonical).collect::<Vec<_>>().join("`")
}

fn kind_without_code(error: &KafkaError) -> ErrorKind {
    match error {
        KafkaError::ClientConfig(..) | KafkaError::AdminOpCreation(_) | KafkaError::Nul(_) => ErrorKind::Config,
        _ => ErrorKind::Kafka,
    }
}

pub(super) fn of_code(what: &str, code: Code) -> Error {
    let kind = kind(code);
    let error = Error::new(kind, format!("cannot {what}: {}", describe(code))).retriable(is_retriable(code));
    match kind {
        ErrorKind::TooLarge => error.help(
            "raise `max.message.bytes` of that topic, and `message.max.bytes` of the client (`kafka_property` or TOPIKA_KAFKA_MESSAGE_MAX_BYTES)",
        ),
        ErrorKind::Fenced => error.help("another process of the group has the same instance name: give each its own"),
        _ => error,
    }
}

/// The same with the words of the broker, which know more than a code.
pub(super) fn refusal(what: &str, refusal: Refusal) -> Error {
    let Refusal { code, words } = refusal;
    let error = of_code(what, code);
    let Some(words) = words.map(|words| words.trim_end_matches('.').to_owned()) else { return error };
    Error::new(error.kind(), format!("cannot {what}: {words}")).retriable(is_retriable(code))
}

fn describe(code: Code) -> String {
    // "BrokerTransportFailure (Local: Broker transport failure)" repeats itself; the words are enough.
    let text = code.to_string();
    let words = text.split_once(" (").and_then(|(_, words)| words.strip_suffix(')')).unwrap_or(&text);
    let text = words.strip_prefix("Local: ").or_else(|| words.strip_prefix("Broker: ")).unwrap_or(words);
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => format!("{code:?}"),
    }
}

fn kind(code: Code) -> ErrorKind {
    match code {
        Code::BrokerTransportFailure
        | Code::AllBrokersDown
        | Code::Resolve
        | Code::BrokerNotAvailable
        | Code::NetworkException
        | Code::WaitingForCoordinator
        | Code::CoordinatorNotAvailable => ErrorKind::Unreachable,
        Code::MessageTimedOut | Code::OperationTimedOut | Code::TimedOutQueue | Code::RequestTimedOut => {
            ErrorKind::Timeout
        }
        Code::UnknownTopic | Code::UnknownTopicOrPartition | Code::UnknownPartition => ErrorKind::UnknownTopic,
        Code::MessageSizeTooLarge | Code::MessageBatchTooLarge | Code::InvalidMessageSize => ErrorKind::TooLarge,
        Code::Authentication
        | Code::SaslAuthenticationFailed
        | Code::TopicAuthorizationFailed
        | Code::GroupAuthorizationFailed
        | Code::ClusterAuthorizationFailed
        | Code::TransactionalIdAuthorizationFailed
        | Code::UnsupportedSASLMechanism => ErrorKind::Denied,
        Code::SSL => ErrorKind::Untrusted,
        Code::FencedInstanceId => ErrorKind::Fenced,
        Code::QueueFull => ErrorKind::QueueFull,
        Code::PurgeQueue | Code::PurgeInflight | Code::DestroyBroker | Code::BrokerDestroy => ErrorKind::Closed,
        Code::InvalidArgument
        | Code::InvalidConfig
        | Code::InvalidTopic
        | Code::InvalidGroupId
        | Code::InvalidSessionTimeout => ErrorKind::Config,
        _ => ErrorKind::Kafka,
    }
}

fn is_retriable(code: Code) -> bool {
    matches!(kind(code), ErrorKind::Unreachable | ErrorKind::Timeout | ErrorKind::QueueFull)
        || matches!(
            code,
            Code::LeaderNotAvailable
                | Code::NotLeaderForPartition
                | Code::NotEnoughReplicas
                | Code::NotEnoughReplicasAfterAppend
                | Code::CoordinatorLoadInProgress
                | Code::NotCoordinator
                | Code::RebalanceInProgress
                | Code::IllegalGeneration
                | Code::NotController
                | Code::KafkaStorageError
                | Code::ThrottlingQuotaExceeded
        )
}

/// Whether a broker does not let us in, or is not one that we trust: it may be set right while the consumer runs, or not.
pub(super) fn is_about_trust(error: &KafkaError) -> bool {
    matches!(error.rdkafka_error_code(), Some(Code::Authentication | Code::SSL))
}

/// Whether a consumer can never read again after this; everything else librdkafka mends by itself.
pub(super) fn ends_a_consumer(error: &KafkaError) -> bool {
    if matches!(error, KafkaError::MessageConsumptionFatal(_)) {
        return true;
    }
    let Some(code) = error.rdkafka_error_code() else { return false };
    matches!(
        code,
        Code::UnknownTopicOrPartition
            | Code::UnknownTopic
            | Code::TopicAuthorizationFailed
            | Code::GroupAuthorizationFailed
            | Code::ClusterAuthorizationFailed
            | Code::SaslAuthenticationFailed
            | Code::Fatal
            | Code::Fenced
            | Code::FencedInstanceId
            | Code::InconsistentGroupProtocol
            | Code::InvalidGroupId
            | Code::InvalidSessionTimeout
            | Code::UnsupportedVersion
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_that_is_gone_is_unreachable_and_may_come_back() {
        let error = error("produce on \"orders\"", &KafkaError::MetadataFetch(Code::AllBrokersDown));
        assert_eq!(error.kind(), ErrorKind::Unreachable);
        assert!(error.is_retriable());
        assert!(error.to_string().starts_with("cannot produce on \"orders\": "), "{error}");
    }

    #[test]
    fn each_refusal_has_its_kind() {
        for (code, kind) in [
            (Code::MessageTimedOut, ErrorKind::Timeout),
            (Code::UnknownTopicOrPartition, ErrorKind::UnknownTopic),
            (Code::MessageSizeTooLarge, ErrorKind::TooLarge),
            (Code::TopicAuthorizationFailed, ErrorKind::Denied),
            (Code::FencedInstanceId, ErrorKind::Fenced),
            (Code::Authentication, ErrorKind::Denied),
            (Code::SSL, ErrorKind::Untrusted),
            (Code::QueueFull, ErrorKind::QueueFull),
            (Code::PurgeQueue, ErrorKind::Closed),
            (Code::InvalidTopic, ErrorKind::Config),
            (Code::InvalidMessage, ErrorKind::Kafka),
        ] {
            assert_eq!(of_code("do it", code).kind(), kind, "{code:?}");
        }
    }

    #[test]
    fn a_refusal_is_said_in_words_and_not_in_names_of_code() {
        let error = of_code("produce on topic \"orders\"", Code::MessageSizeTooLarge);
        assert_eq!(error.message(), "cannot produce on topic \"orders\": message size too large");
        assert!(error.to_string().contains("help: raise `max.message.bytes`"), "{error}");
        assert_eq!(of_code("read", Code::AllBrokersDown).message(), "cannot read: all broker connections are down");
    }

    #[test]
    fn a_passing_trouble_does_not_end_a_consumer() {
        assert!(!ends_a_consumer(&KafkaError::MessageConsumption(Code::BrokerTransportFailure)));
        assert!(!ends_a_consumer(&KafkaError::NoMessageReceived));
        assert!(ends_a_consumer(&KafkaError::MessageConsumption(Code::UnknownTopicOrPartition)));
        assert!(ends_a_consumer(&KafkaError::MessageConsumptionFatal(Code::Fenced)));
    }

    #[test]
    fn a_setting_that_librdkafka_refuses_is_a_config_error() {
        let refused = rdkafka::ClientConfig::new().set("no.such", "hunter2").create_native_config().err();
        let refused = error("start", &refused.unwrap());
        assert_eq!(refused.kind(), ErrorKind::Config);
        assert!(refused.message().contains("no.such") && !refused.message().contains("hunter2"), "{refused}");
    }

    #[test]
    fn a_leader_election_is_worth_waiting_for() {
        assert!(of_code("send", Code::NotLeaderForPartition).is_retriable());
        assert!(!of_code("send", Code::InvalidMessage).is_retriable());
    }
}

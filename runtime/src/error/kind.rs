use std::fmt;

/// What went wrong, for code that has to decide. The text of an [`Error`](super::Error) is for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting is missing, malformed, or needs a feature that this build does not have.
    Config,
    /// No broker has answered this client yet, since it was made: what `check_connection` says where the address is wrong, or the brokers
    /// were never up.
    NotConnected,
    /// No broker answered before the deadline. Of `check_connection`: they have answered before, and do not now.
    Unreachable,
    /// The Schema Registry did not answer, or refused.
    Registry,
    /// The registry does not hold the schema that is to be written with, and registering it is not allowed.
    Schema,
    /// The topic does not exist, and creating it is not allowed.
    UnknownTopic,
    /// The topic exists and is not as its declaration says.
    TopicDiffers,
    /// The producer has no room: `try_enqueue` says so at once, the others when they have waited as long as they may (`queue_wait`).
    QueueFull,
    /// A deadline passed.
    Timeout,
    /// The client, producer, consumer or app was closed before.
    Closed,
    /// The value could not be written.
    Encode,
    /// The message could not be read.
    Decode,
    /// The broker refuses us: wrong credentials, or no right to the topic or group.
    Denied,
    /// No encrypted connection comes about: the broker's certificate is of an authority that is not trusted, or its listener speaks no TLS.
    Untrusted,
    /// The broker's certificate is good, and for another host.
    OtherHost,
    /// The broker does not take a message of that size.
    TooLarge,
    /// The transaction was aborted: nothing of it will be read, and the same may be tried in another.
    Aborted,
    /// Another process has taken over: the transactional id of this one, or its name in the consumer group.
    Fenced,
    /// A message is acknowledged and cannot be committed: its partition went to another member, or one before it was dropped without
    /// acknowledgement. It is read again.
    NotCommitted,
    /// A handler failed, and nothing says where such a message should go.
    Handler,
    /// The database of an outbox, an inbox or a saga did not answer, or refused.
    Database,
    /// Another has written first: what this was to build on is not the last any more. Load it anew, and try again.
    Conflict,
    /// The Kafka client gave up for another reason, said in the text.
    Kafka,
    /// An error of the application, wrapped.
    Other,
}

impl ErrorKind {
    /// Whether an error of this kind usually passes when the same is tried again later.
    pub(super) fn usually_passes(self) -> bool {
        matches!(
            self,
            Self::NotConnected | Self::Unreachable | Self::QueueFull | Self::Timeout | Self::Aborted | Self::Conflict
        )
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Config => "config",
            Self::NotConnected => "not-connected",
            Self::Unreachable => "unreachable",
            Self::Registry => "registry",
            Self::Schema => "schema",
            Self::UnknownTopic => "unknown-topic",
            Self::TopicDiffers => "topic-differs",
            Self::QueueFull => "queue-full",
            Self::Timeout => "timeout",
            Self::Closed => "closed",
            Self::Encode => "encode",
            Self::Decode => "decode",
            Self::Denied => "denied",
            Self::Untrusted => "untrusted",
            Self::OtherHost => "other-host",
            Self::TooLarge => "too-large",
            Self::Aborted => "aborted",
            Self::Fenced => "fenced",
            Self::NotCommitted => "not-committed",
            Self::Handler => "handler",
            Self::Database => "database",
            Self::Conflict => "conflict",
            Self::Kafka => "kafka",
            Self::Other => "other",
        })
    }
}

use std::fmt;

use super::ErrorKind;

/// Any error, as the standard library boxes it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// What a call of this crate fails with. One pointer wide; ask [`kind`](Self::kind) and [`is_retriable`](Self::is_retriable).
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    retriable: bool,
    message: String,
    help: Option<String>,
    source: Option<BoxError>,
}

impl Error {
    /// An error of that kind. The message is lower case, without a full stop, and names the thing and the place.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            retriable: kind.usually_passes(),
            message: message.into(),
            help: None,
            source: None,
        }))
    }

    /// Wraps an error of the application, so that a handler may return it. It counts as retriable.
    ///
    /// ```
    /// let error = topika::Error::wrap(std::io::Error::other("the oven is broken"));
    /// assert_eq!(error.to_string(), "the oven is broken");
    /// assert!(error.is_retriable());
    /// ```
    #[must_use]
    pub fn wrap(error: impl Into<BoxError>) -> Self {
        let source = error.into();
        let mut wrapped = Self::new(ErrorKind::Other, source.to_string()).retriable(true);
        wrapped.0.source = Some(source);
        wrapped
    }

    /// Says what to do next; shown on a line of its own.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Says where, in front of the message.
    #[cfg(feature = "kafka")]
    pub(crate) fn at(mut self, place: &str) -> Self {
        self.0.message.insert_str(0, ": ");
        self.0.message.insert_str(0, place);
        self
    }

    /// Says whether the same may succeed later.
    #[must_use]
    pub fn retriable(mut self, retriable: bool) -> Self {
        self.0.retriable = retriable;
        self
    }

    /// Keeps the error that this one comes from.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Takes the cause out, where it is of that type.
    ///
    /// # Errors
    /// Gives the error back where it is not.
    pub fn downcast<E: std::error::Error + Send + Sync + 'static>(mut self) -> Result<E, Self> {
        match self.0.source.take().map(|source| source.downcast::<E>()) {
            Some(Ok(cause)) => Ok(*cause),
            Some(Err(source)) => {
                self.0.source = Some(source);
                Err(self)
            }
            None => Err(self),
        }
    }

    /// What went wrong, to match on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the same may succeed when it is tried again later.
    #[must_use]
    pub fn is_retriable(&self) -> bool {
        self.0.retriable
    }

    /// The message without the help.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match &self.0.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `fn main() -> Result<(), topika::Error>` prints this: the words, not the fields.
        write!(f, "{self} [{}]", self.0.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // A wrapped error is shown as this one's own text, so its chain goes on behind it.
        match (&self.0.source, self.0.kind) {
            (Some(source), ErrorKind::Other) => source.source(),
            (Some(source), _) => Some(source.as_ref()),
            (None, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn an_error_says_its_message_and_then_the_help() {
        let error = Error::new(ErrorKind::UnknownTopic, "topic \"orders\" does not exist").help("create it");
        assert_eq!(error.to_string(), "topic \"orders\" does not exist\n  help: create it");
        assert_eq!(error.message(), "topic \"orders\" does not exist");
        assert_eq!(format!("{error:?}"), "topic \"orders\" does not exist\n  help: create it [unknown-topic]");
        assert!(!error.is_retriable());
    }

    #[test]
    fn what_passes_by_itself_is_retriable() {
        assert!(Error::new(ErrorKind::Unreachable, "no broker").is_retriable());
        assert!(Error::new(ErrorKind::QueueFull, "full").is_retriable());
        assert!(!Error::new(ErrorKind::Timeout, "late").retriable(false).is_retriable());
    }

    #[test]
    fn the_cause_is_kept() {
        let error = Error::new(ErrorKind::Registry, "no answer").caused_by(std::io::Error::other("refused"));
        assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("refused"));
        assert!(Error::wrap("oven").source().is_none());
        assert_eq!(Error::wrap("oven").kind(), ErrorKind::Other);
    }

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        use ErrorKind as K;
        let kinds = [
            K::Config,
            K::NotConnected,
            K::Unreachable,
            K::Registry,
            K::Schema,
            K::UnknownTopic,
            K::TopicDiffers,
            K::QueueFull,
            K::Timeout,
            K::Closed,
            K::Encode,
            K::Decode,
            K::Denied,
            K::Untrusted,
            K::OtherHost,
            K::TooLarge,
            K::Aborted,
            K::Fenced,
            K::Handler,
            K::Database,
            K::Conflict,
            K::Kafka,
            K::Other,
        ];
        let names: std::collections::HashSet<String> = kinds.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), kinds.len());
    }
}

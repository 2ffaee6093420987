use std::error::Error as StdError;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use super::brief::brief;
use crate::error::Error;

/// An error that a handler returns, by `#[derive(HandlerError)]` or by hand. [`Error`] wraps any other.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no error of a handler",
    note = "derive `topika::HandlerError` for it, or return `topika::Error`, which wraps any other"
)]
pub trait HandlerError: fmt::Display + Send + 'static {
    /// A short label for dead letters and metrics: `oven-broken`. Once dead letters carry it, it should stay what it is.
    fn code(&self) -> &str {
        "handler-failed"
    }

    /// Whether trying the same message again is useless.
    fn is_fatal(&self) -> bool {
        false
    }

    /// Whether it is the message that is wrong, and no handler could have taken it: it goes where unreadable messages go, and is not tried again.
    fn is_poison(&self) -> bool {
        false
    }

    /// The error as the standard library knows it, so that its sources are kept with it; `None` where it is none.
    fn as_error(&self) -> Option<&(dyn StdError + 'static)> {
        None
    }
}

impl HandlerError for Error {
    fn is_fatal(&self) -> bool {
        !self.is_retriable()
    }

    fn as_error(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self)
    }
}

impl HandlerError for std::convert::Infallible {}
impl HandlerError for String {}
impl HandlerError for Box<dyn StdError + Send + Sync> {
    fn as_error(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&**self)
    }
}

/// How many sources of an error are kept; the texts of endless chains would be.
const MOST_CAUSES: usize = 8;
/// The longest text of a source, in bytes.
const LONGEST_CAUSE: usize = 300;

/// What is kept of a handler's error: the same for all of their types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The label: `oven-broken`.
    pub code: String,
    /// What went wrong, in words.
    pub message: String,
    /// The errors that it came from, the nearest first: of at most eight the first 300 bytes.
    pub causes: Vec<String>,
    /// When that was, in milliseconds since 1970.
    pub time_ms: i64,
    /// Whether trying the same message again is useless.
    pub fatal: bool,
    /// Whether it is the message that is wrong, and no handler could have taken it: it goes where unreadable messages go.
    pub unreadable: bool,
}

impl Failure {
    /// A failure that no other try mends, now.
    pub fn fatal(code: &str, message: &dyn fmt::Display) -> Self {
        Self {
            code: code.to_owned(),
            message: message.to_string(),
            causes: Vec::new(),
            time_ms: now_ms(),
            fatal: true,
            unreadable: false,
        }
    }

    /// A message that is not what its topic says.
    pub fn unreadable(code: &str, message: &dyn fmt::Display) -> Self {
        Self { unreadable: true, ..Self::fatal(code, message) }
    }

    /// With the sources of that error.
    #[must_use]
    pub fn with_causes_of(mut self, error: &(dyn StdError + 'static)) -> Self {
        let mut source = error.source();
        while let Some(error) = source.filter(|_| self.causes.len() < MOST_CAUSES) {
            let text = error.to_string();
            // An error that only wraps says what the one within says.
            let is_news = self.causes.last().unwrap_or(&self.message) != brief(&text, LONGEST_CAUSE);
            if is_news {
                self.causes.push(brief(&text, LONGEST_CAUSE).to_owned());
            }
            source = error.source();
        }
        self
    }

    /// What that error says, now.
    pub fn of<E: HandlerError + ?Sized>(error: &E) -> Self {
        let poison = error.is_poison();
        let failure =
            Self { fatal: poison || error.is_fatal(), unreadable: poison, ..Self::fatal(error.code(), &error) };
        match error.as_error() {
            Some(error) => failure.with_causes_of(error),
            None => failure,
        }
    }
}

impl<E: HandlerError> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::of(&error)
    }
}

/// Layers of tower hand errors on as boxes.
impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

/// Milliseconds since 1970.
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// What `derive(HandlerError)` asks whether a type is an error of std's: without a bound, which would ask it of every type.
#[derive(Debug)]
pub struct Probed<'a, T: ?Sized>(pub &'a T);

/// The answer of types that are.
pub trait IsError<'a> {
    /// The error.
    fn error(self) -> Option<&'a (dyn StdError + 'static)>;
}

/// The answer of all others: a method that is found one reference later.
pub trait IsNoError<'a> {
    /// None.
    fn error(self) -> Option<&'a (dyn StdError + 'static)>;
}

impl<'a, T: StdError + 'static> IsError<'a> for Probed<'a, T> {
    fn error(self) -> Option<&'a (dyn StdError + 'static)> {
        Some(self.0)
    }
}

impl<'a, T: ?Sized> IsNoError<'a> for &Probed<'a, T> {
    fn error(self) -> Option<&'a (dyn StdError + 'static)> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_runtime_is_fatal_unless_it_may_pass() {
        let failure = Failure::from(Error::wrap("the oven is broken"));
        assert_eq!((failure.code.as_str(), failure.fatal), ("handler-failed", false));
        assert_eq!(failure.to_string(), "the oven is broken (handler-failed)");
        assert!(Failure::from(Error::new(crate::ErrorKind::Decode, "no")).fatal);
    }

    #[derive(Debug)]
    struct Layer(String, Option<Box<Layer>>);

    impl fmt::Display for Layer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(&self.0)
        }
    }

    impl StdError for Layer {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            self.1.as_deref().map(|source| source as _)
        }
    }

    fn layers(texts: impl DoubleEndedIterator<Item = String>) -> Layer {
        let inner = |inner, text| Some(Box::new(Layer(text, inner)));
        *texts.rev().fold(None, inner).unwrap()
    }

    #[test]
    fn the_sources_of_an_error_are_kept_once_each_and_no_more_than_eight() {
        let gas = || ["no order", "the oven is cold", "the oven is cold", "no gas"].into_iter().map(str::to_owned);
        let failure = Failure::from(Error::wrap(layers(gas())));
        assert_eq!(
            (failure.message.as_str(), &*failure.causes),
            ("no order", &["the oven is cold", "no gas"].map(str::to_owned)[..])
        );
        let boxed: Box<dyn StdError + Send + Sync> = Box::new(layers(gas()));
        assert_eq!(Failure::from(boxed).causes.len(), 2);
        let endless = layers((0..100).map(|at| format!("{at}{}", "é".repeat(400))));
        let failure = Failure::fatal("x", &endless).with_causes_of(&endless);
        assert_eq!(failure.causes.len(), MOST_CAUSES);
        assert!(failure.causes.iter().all(|cause| cause.len() <= LONGEST_CAUSE));
        assert!(failure.time_ms > 1_700_000_000_000);
    }

    #[test]
    fn a_poisoned_message_is_unreadable_and_not_tried_again() {
        struct Poison;
        impl fmt::Display for Poison {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a soup without a bowl")
            }
        }
        impl HandlerError for Poison {
            fn is_poison(&self) -> bool {
                true
            }
        }
        let failure = Failure::from(Poison);
        assert_eq!((failure.fatal, failure.unreadable, failure.causes.len()), (true, true, 0));
    }
}

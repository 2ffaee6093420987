use std::fmt;

/// Why a step of a [`Kit`](super::Kit) did not work.
#[derive(Debug)]
pub struct KitError {
    step: String,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl KitError {
    pub(super) fn new(
        step: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> KitError {
        KitError { step: step.into(), source: source.into() }
    }
}

impl fmt::Display for KitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.step, self.source)
    }
}

impl std::error::Error for KitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}

/// Ends the test.
#[expect(clippy::panic, reason = "a kit is made for tests, and a step of it that does not work is a failed test")]
pub(super) fn fail(error: impl fmt::Display) -> ! {
    panic!("{error}")
}

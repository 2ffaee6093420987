use std::fmt;

/// Why a bundle cannot be used: what, where, and the next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleError {
    message: String,
}

impl BundleError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }

    /// The same error with the file in which it is.
    pub(super) fn within(self, file: &std::path::Path) -> Self {
        Self { message: format!("bundle {}: {}", file.display(), self.message) }
    }
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BundleError {}

use std::fmt;

/// Why a writer's schema cannot be read into a type: the place in the reader's schema and both types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolveError {
    /// The way from the root: `orders.OrderPlaced.items[].price`.
    pub path: String,
    /// What is wrong there.
    pub reason: String,
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, reason } = self;
        if path.is_empty() { f.write_str(reason) } else { write!(f, "{path}: {reason}") }
    }
}

impl std::error::Error for ResolveError {}

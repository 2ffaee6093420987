use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// How the transactions of an app that handles exactly once are made: [`App::exactly_once_with`](crate::App::exactly_once_with).
///
/// ```
/// # use std::time::Duration;
/// use topika::app::ExactlyOnce;
///
/// let transactions = ExactlyOnce::new().instance("billing-0").messages(500).interval(Duration::from_millis(50));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ExactlyOnce {
    pub(super) instance: Option<String>,
    pub(super) messages: usize,
    pub(super) interval: Duration,
    pub(super) timeout: Duration,
}

impl ExactlyOnce {
    /// As [`App::exactly_once`](crate::App::exactly_once) does.
    pub const fn new() -> Self {
        Self { instance: None, messages: 2000, interval: Duration::from_millis(100), timeout: Duration::from_secs(30) }
    }

    /// What this process is called among those of its group, and again when it has been started anew: the name of a pod of a stateful set,
    /// say. What it left open is ended at once then; otherwise the brokers do so after [`timeout`](Self::timeout), and readers
    /// wait that long behind it. Two processes of one name shut each other out: the app of the earlier one ends with the error
    /// [`Fenced`](crate::ErrorKind::Fenced). Default: a name made up at each start.
    pub fn instance(mut self, name: impl Into<String>) -> Self {
        self.instance = Some(name.into());
        self
    }

    /// With that name, unless it has one.
    pub(in super::super) fn or_instance(mut self, name: Option<&String>) -> Self {
        self.instance = self.instance.or_else(|| name.cloned());
        self
    }

    /// A transaction is committed when it has that many messages. Default: 2,000.
    pub fn messages(mut self, messages: usize) -> Self {
        self.messages = messages;
        self
    }

    /// A transaction is committed that long after its first message. Default: 100 ms. It is what a reader waits longer than with an app
    /// that handles at least once.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// The brokers abort a transaction that takes longer, and its messages are handled again: longer than the slowest handler takes with all
    /// its tries. Default: 30 s. Brokers allow up to `transaction.max.timeout.ms` (15 minutes).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The transactional id of this process in that group.
    pub(super) fn id(&self, prefix: &str, group: &str) -> String {
        match &self.instance {
            Some(name) => format!("{prefix}{group}.{name}"),
            // Each hasher of the standard library has keys of its own from the system's randomness.
            None => format!(
                "{prefix}{group}.{:016x}{:016x}",
                RandomState::new().hash_one(0),
                RandomState::new().hash_one(1)
            ),
        }
    }
}

impl Default for ExactlyOnce {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_instances_or_made_up_and_never_the_same_twice() {
        assert_eq!(ExactlyOnce::new().instance("billing-0").id("prod.", "billing"), "prod.billing.billing-0");
        let made_up = ExactlyOnce::new();
        let (one, other) = (made_up.id("", "billing"), made_up.id("", "billing"));
        assert!(one.starts_with("billing.") && one.len() == "billing.".len() + 32, "{one}");
        assert_ne!(one, other);
    }
}

use std::time::Duration;

/// Who writes in transactions, and how long one of them may take.
#[derive(Clone, Debug)]
pub(super) struct TransactionalId {
    /// Whoever comes with the same name later shuts out those before.
    pub(super) name: String,
    /// The broker aborts what takes longer.
    pub(super) timeout: Duration,
}

impl TransactionalId {
    /// As librdkafka takes it.
    pub(super) fn timeout_ms(&self) -> u64 {
        u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX)
    }
}

//! The brokers that the cases run on.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use topika_testkit::Broker;

use crate::support::kafka::ApacheKafka;

/// A broker, as a case sees it.
pub(crate) struct Cluster {
    bootstrap: String,
    /// What makes the names of a case its own: the cases share one Apache Kafka.
    prefix: String,
    _held: Held,
}

#[expect(dead_code, reason = "they are held, so that they stay")]
enum Held {
    /// Somebody else holds it.
    Elsewhere,
    Embedded(Broker),
    Apache(Arc<ApacheKafka>),
}

/// The Apache Kafka that the cases share while one of them runs.
static SHARED: Mutex<Weak<ApacheKafka>> = Mutex::new(Weak::new());

impl Cluster {
    pub(crate) fn embedded() -> Self {
        let broker = Broker::start().unwrap();
        Self::of(broker.bootstrap(), Held::Embedded(broker))
    }

    /// None where this machine has none, which is told.
    pub(crate) fn apache_kafka(test: &str) -> Option<Self> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let kafka = match shared.upgrade() {
            Some(kafka) => kafka,
            None => Arc::new(ApacheKafka::start(test)?),
        };
        *shared = Arc::downgrade(&kafka);
        Some(Self::of(kafka.bootstrap(), Held::Apache(kafka)))
    }

    /// A broker that the caller holds.
    pub(crate) fn at(bootstrap: String) -> Self {
        Self::of(bootstrap, Held::Elsewhere)
    }

    fn of(bootstrap: String, held: Held) -> Self {
        static CASES: AtomicU32 = AtomicU32::new(0);
        let prefix = format!("case-{}", CASES.fetch_add(1, Ordering::Relaxed));
        Self { bootstrap, prefix, _held: held }
    }

    pub(crate) fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    /// A name of a topic, a group or a producer that no other case has.
    pub(crate) fn name(&self, of: &str) -> String {
        format!("{}.{of}", self.prefix)
    }
}

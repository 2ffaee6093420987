use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use topika::{Client, Provision};

use super::failure::KitError;
use super::harness::Kit;
use super::hosted::HostedRegistry;
use super::outside::Outside;
use super::place::Place;
use super::producers::Producers;

/// Each name of a kit on a cluster begins so.
const BEGIN: &str = "topika-test-";

/// Where [`start`](crate::start) finds a cluster, and its registry.
const BOOTSTRAP: &str = "TOPIKA_TEST_BOOTSTRAP";
const REGISTRY: &str = "TOPIKA_TEST_REGISTRY";

/// A real cluster for tests. Each [`Kit`] on it has names of its own for topics, groups, transactional ids and subjects, and removes them at its end.
///
/// [`start`](crate::start) goes there by itself where the variable `TOPIKA_TEST_BOOTSTRAP` names brokers, so the same tests run on the embedded broker and on a
/// cluster. `TOPIKA_TEST_REGISTRY` names its registry; without it each kit has an embedded one.
///
/// ```no_run
/// # async fn f() -> Result<(), topika_testkit::KitError> {
/// use topika_testkit::TestCluster;
///
/// let kit = TestCluster::at("localhost:9092").start().await?;
/// // ... as with any kit
/// kit.close().await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct TestCluster {
    bootstrap: String,
    registry: Option<String>,
}

/// What was removed of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Swept {
    /// Topics.
    pub topics: Vec<String>,
    /// Consumer groups.
    pub groups: Vec<String>,
    /// Subjects.
    pub subjects: Vec<String>,
}

impl Swept {
    /// Whether there was nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.topics.is_empty() && self.groups.is_empty() && self.subjects.is_empty()
    }
}

impl fmt::Display for Swept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { topics, groups, subjects } = self;
        write!(f, "topics {topics:?}, groups {groups:?}, subjects {subjects:?}")
    }
}

impl TestCluster {
    /// The cluster of these brokers, without encryption or login.
    #[must_use]
    pub fn at(bootstrap: impl Into<String>) -> Self {
        Self { bootstrap: bootstrap.into(), registry: None }
    }

    /// With that registry, in place of an embedded one for each kit.
    #[must_use]
    pub fn registry(mut self, url: impl Into<String>) -> Self {
        self.registry = Some(url.into());
        self
    }

    /// What the environment names: `TOPIKA_TEST_BOOTSTRAP`, and `TOPIKA_TEST_REGISTRY`; `None` where it names no brokers.
    #[must_use]
    pub fn from_env() -> Option<Self> {
        let said = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        Some(Self { bootstrap: said(BOOTSTRAP)?, registry: said(REGISTRY) })
    }

    /// Starts a kit there.
    ///
    /// # Errors
    /// When the brokers do not answer, or no client can be made of the addresses.
    pub async fn start(&self) -> Result<Kit, KitError> {
        let prefix = format!("{BEGIN}{}-{:08x}.", now_s(), unique());
        let embedded = match self.registry {
            Some(_) => None,
            None => Some(HostedRegistry::start().await?),
        };
        let registry = self.registry.clone().or_else(|| Some(embedded.as_ref()?.url().to_owned())).unwrap_or_default();
        let client = self.client(&registry, &prefix)?;
        let asked = client.check_connection(Duration::from_secs(15)).await;
        asked
            .map_err(|error| KitError::new(format!("cannot use the test cluster at \"{}\"", self.bootstrap), error))?;
        let outside = Outside::new(self.bootstrap.clone(), self.registry.clone(), prefix);
        Ok(Kit::of(Producers::default(), client, Place::Cluster { outside, registry, embedded }))
    }

    /// Removes what kits have left that ended before that time, killed ones say: everything on the cluster and in its registry that has the name of a kit.
    ///
    /// # Errors
    /// When brokers or registry do not answer.
    pub async fn sweep(&self, older_than: Duration) -> Result<Swept, KitError> {
        let outside = Outside::new(self.bootstrap.clone(), self.registry.clone(), String::new());
        let before = now_s().saturating_sub(older_than.as_secs());
        outside.remove(move |name| begun(name).is_some_and(|at| at <= before), Duration::from_secs(60), |_| ()).await
    }

    fn client(&self, registry: &str, prefix: &str) -> Result<Client, KitError> {
        Client::builder()
            .bootstrap(&self.bootstrap)
            .registry(registry)
            .topic_prefix(prefix)
            .group_prefix(prefix)
            .auto_register(true)
            .provision(Provision::Create)
            .development(true)
            .kafka_property("heartbeat.interval.ms", "500")
            .build()
            .map_err(|error| KitError::new("cannot make a client", error))
    }
}

/// When the kit began that a name is of, in seconds since 1970; `None` where it is of none.
fn begun(name: &str) -> Option<u64> {
    let (begun, rest) = name.strip_prefix(BEGIN)?.split_once('-')?;
    rest.contains('.').then(|| begun.parse().ok()).flatten()
}

fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn unique() -> u32 {
    let [a, b, c, d, ..] = *uuid::Uuid::new_v4().as_bytes();
    u32::from_be_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_when_its_kit_began() {
        assert_eq!(begun("topika-test-1700000000-00c0ffee.orders"), Some(1_700_000_000));
        for other in
            ["orders", "topika-test-", "topika-test-x-1.orders", "topika-test-17-1", "my-topika-test-1-2.orders"]
        {
            assert_eq!(begun(other), None, "{other}");
        }
    }
}

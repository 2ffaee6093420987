use std::time::{Duration, Instant};

use super::failure::{KitError, fail};
use super::hosted::HostedRegistry;
use super::outside::Outside;
use crate::broker::{Broker, PartitionLag};

/// How long a kit that ends may hold its thread to clean up.
pub(super) const CLEAN_UP: Duration = Duration::from_secs(10);
/// How long it does so for groups alone, whose members may be waiting for just this thread to leave them.
const FOR_GROUPS: Duration = Duration::from_secs(2);
/// How long it is tried behind that, while the process lives.
const BEHIND: Duration = Duration::from_secs(60);

/// Where a kit is.
#[derive(Debug)]
pub(super) enum Place {
    Embedded {
        registry: HostedRegistry,
        broker: Broker,
    },
    Cluster {
        outside: Outside,
        registry: String,
        #[expect(dead_code, reason = "it is held, so that it answers")]
        embedded: Option<HostedRegistry>,
    },
}

impl Place {
    pub(super) fn bootstrap(&self) -> String {
        match self {
            Self::Embedded { broker, .. } => broker.bootstrap(),
            Self::Cluster { outside, .. } => outside.bootstrap().to_owned(),
        }
    }

    pub(super) fn registry_url(&self) -> &str {
        match self {
            Self::Embedded { registry, .. } => registry.url(),
            Self::Cluster { registry, .. } => registry,
        }
    }

    pub(super) fn broker(&self) -> Option<&Broker> {
        match self {
            Self::Embedded { broker, .. } => Some(broker),
            Self::Cluster { .. } => None,
        }
    }

    /// How far the group is behind; without a name, where the partitions end.
    pub(super) async fn lag(&self, group: &str, topics: &[&str]) -> Vec<PartitionLag> {
        match self {
            Self::Embedded { broker, .. } => broker.lag(group, topics),
            Self::Cluster { outside, .. } => {
                let asked = outside.lag(group, topics).await;
                asked.unwrap_or_else(|error| {
                    fail(KitError::new(format!("cannot ask how far \"{group}\" has come"), error))
                })
            }
        }
    }

    pub(super) async fn group_state(&self, group: &str) -> String {
        let state = match self {
            Self::Embedded { broker, .. } => broker.group_state(group).map(str::to_owned),
            Self::Cluster { outside, .. } => outside.group_state(group).await,
        };
        state.unwrap_or_else(|| "not there".to_owned())
    }

    pub(super) fn outside(&self) -> Option<&Outside> {
        match self {
            Self::Embedded { .. } => None,
            Self::Cluster { outside, .. } => Some(outside),
        }
    }
}

/// Cleans up on a thread of its own, and waits for it for a while: whoever drops a kit may be within a runtime, or panicking.
pub(super) fn clean_up(outside: Outside) {
    let (done, ended) = std::sync::mpsc::channel();
    let clean = move || {
        let start = Instant::now();
        // Nobody may be waiting any more.
        let is_enough = |groups_alone: bool| {
            if groups_alone && start.elapsed() >= FOR_GROUPS {
                let _gone = done.send(());
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        if let Ok(runtime) = runtime
            && let Err(error) = runtime.block_on(outside.clean(BEHIND, is_enough))
        {
            tracing::warn!(%error, "a kit has left something behind; `TestCluster::sweep` removes it");
        }
        let _gone = done.send(());
    };
    if std::thread::Builder::new().name("topika-clean-up".to_owned()).spawn(clean).is_ok() {
        let _late = ended.recv_timeout(CLEAN_UP + Duration::from_secs(2));
    }
}

use std::time::{Duration, Instant};

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{HeartbeatRequest, HeartbeatResponse};

use super::answer::{code, some_text};
use super::placed::coordinates;
use crate::broker::cluster::Cluster;

/// A heartbeat whose answer may be held back.
///
/// The answer is how a member learns of a rebalance, and clients ask for it every few seconds only (librdkafka: 3 s). Held back
/// while all is well, it tells of a rebalance at once.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    node: i32,
    request: HeartbeatRequest,
    until: Instant,
}

impl Heartbeat {
    pub(crate) fn new(cluster: &Cluster, node: i32, request: HeartbeatRequest) -> Heartbeat {
        let session = match cluster.lock().groups.known(&request.group_id.0) {
            Ok(group) => group.session_timeout(&request.member_id),
            Err(_) => Duration::ZERO,
        };
        // Clients give up on an answer after the session timeout.
        let hold = cluster.settings.heartbeat_hold.min(session / 2);
        Heartbeat { node, request, until: Instant::now() + hold }
    }

    /// Waits until there is something to tell, or until it has been held long enough. May be cancelled.
    pub(crate) async fn wait(&self, cluster: &Cluster) -> HeartbeatResponse {
        loop {
            let changed = cluster.grouped.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let outcome = self.beat(cluster);
            if outcome.is_err() || Instant::now() >= self.until {
                return HeartbeatResponse::default().with_error_code(code(&outcome));
            }
            tokio::select! {
                () = &mut changed => {}
                () = tokio::time::sleep_until(self.until.into()) => {}
            }
        }
    }

    /// The answer as of now.
    pub(crate) fn now(&self, cluster: &Cluster) -> HeartbeatResponse {
        HeartbeatResponse::default().with_error_code(code(&self.beat(cluster)))
    }

    fn beat(&self, cluster: &Cluster) -> Result<(), ResponseError> {
        let request = &self.request;
        let instance = some_text(request.group_instance_id.as_ref());
        let mut state = cluster.lock();
        coordinates(&state, self.node, &request.group_id.0)?;
        let group = state.groups.known(&request.group_id.0)?;
        group.heartbeat(&request.member_id, instance.as_deref(), request.generation_id, Instant::now())
    }
}

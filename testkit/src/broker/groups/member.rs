use std::time::{Duration, Instant};

use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use tokio::sync::oneshot;

use super::join::{Joined, Refusal, protocols_size};

/// One consumer of a group.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) id: String,
    /// `group.instance.id` of a static member.
    pub(crate) instance_id: Option<String>,
    pub(crate) client_id: String,
    pub(crate) client_host: String,
    /// Assignors that the member offers, best first, with what it tells them.
    pub(crate) protocols: Vec<(String, Bytes)>,
    pub(crate) assignment: Bytes,
    pub(super) session_timeout: Duration,
    pub(super) rebalance_timeout: Duration,
    pub(super) last_seen: Instant,
    pub(super) joining: Option<oneshot::Sender<Result<Joined, Refusal>>>,
    pub(super) syncing: Option<oneshot::Sender<Result<Bytes, ResponseError>>>,
}

impl Member {
    /// Waits for the other members to join, on a connection that is still there.
    pub(super) fn is_joining(&self) -> bool {
        self.joining.as_ref().is_some_and(|waiter| !waiter.is_closed())
    }

    /// When the member counts as gone, unless it is heard of before. Never while it waits for an answer of ours.
    pub(super) fn expires(&self) -> Option<Instant> {
        let syncing = self.syncing.as_ref().is_some_and(|waiter| !waiter.is_closed());
        if self.is_joining() || syncing { None } else { self.last_seen.checked_add(self.session_timeout) }
    }

    /// Bytes of what it says of itself and is assigned, about.
    pub(super) fn size(&self) -> usize {
        let names = [Some(&self.id), self.instance_id.as_ref(), Some(&self.client_id)];
        let names: usize = names.into_iter().flatten().map(String::len).sum();
        protocols_size(&self.protocols).saturating_add(names).saturating_add(self.assignment.len())
    }

    /// What the member told the assignor `protocol`.
    pub(crate) fn metadata(&self, protocol: &str) -> Bytes {
        self.protocols.iter().find(|(name, _)| name == protocol).map(|(_, data)| data.clone()).unwrap_or_default()
    }

    pub(super) fn answer_join(&mut self, answer: Result<Joined, Refusal>) {
        if let Some(waiter) = self.joining.take() {
            // A closed receiver is a lost connection: the session timeout deals with the member.
            let _gone = waiter.send(answer);
        }
    }

    pub(super) fn answer_sync(&mut self, answer: Result<Bytes, ResponseError>) {
        if let Some(waiter) = self.syncing.take() {
            let _gone = waiter.send(answer);
        }
    }
}

use std::time::Instant;

use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use tokio::sync::oneshot;

use super::group::{Group, State};

/// A member asks for its assignment; the leader brings everybody's.
#[derive(Clone, Debug, Default)]
pub(crate) struct SyncRequest {
    pub(crate) member_id: String,
    pub(crate) instance_id: Option<String>,
    pub(crate) generation: i32,
    pub(crate) assignments: Vec<(String, Bytes)>,
}

impl SyncRequest {
    /// Bytes of what it assigns.
    pub(super) fn size(&self) -> usize {
        self.assignments.iter().map(|(_, assignment)| assignment.len()).sum()
    }
}

#[derive(Debug)]
pub(crate) enum SyncAnswer {
    Now(Result<Bytes, ResponseError>),
    Wait(oneshot::Receiver<Result<Bytes, ResponseError>>),
}

impl Group {
    pub(crate) fn sync(&mut self, request: SyncRequest, now: Instant) -> SyncAnswer {
        let (state, current) = (self.state, self.generation);
        let leads = self.leader == request.member_id;
        let member = match self.member_mut(&request.member_id, request.instance_id.as_deref()) {
            Ok(member) => member,
            Err(error) => return SyncAnswer::Now(Err(error)),
        };
        if request.generation != current {
            return SyncAnswer::Now(Err(ResponseError::IllegalGeneration));
        }
        member.last_seen = now;
        match state {
            State::Empty => SyncAnswer::Now(Err(ResponseError::UnknownMemberId)),
            State::Preparing { .. } => SyncAnswer::Now(Err(ResponseError::RebalanceInProgress)),
            State::Stable => SyncAnswer::Now(Ok(member.assignment.clone())),
            State::Completing => {
                let (waiter, answer) = oneshot::channel();
                member.syncing = Some(waiter);
                if leads {
                    self.assign(request.assignments, now);
                }
                SyncAnswer::Wait(answer)
            }
        }
    }

    fn assign(&mut self, assignments: Vec<(String, Bytes)>, now: Instant) {
        for member in &mut self.members {
            let own = assignments.iter().find(|(id, _)| *id == member.id);
            member.assignment = own.map(|(_, assignment)| assignment.clone()).unwrap_or_default();
            if member.syncing.is_some() {
                member.last_seen = now;
            }
            let assignment = member.assignment.clone();
            member.answer_sync(Ok(assignment));
        }
        self.state = State::Stable;
        self.is_unsaved = true;
    }
}

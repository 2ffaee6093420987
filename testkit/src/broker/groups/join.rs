use std::time::{Duration, Instant};

use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::ENTRY;
use super::group::{Group, State};
use super::member::Member;

/// A member's wish to be part of the next generation.
#[derive(Clone, Debug, Default)]
pub(crate) struct JoinRequest {
    /// Empty for a new member.
    pub(crate) member_id: String,
    pub(crate) instance_id: Option<String>,
    pub(crate) client_id: String,
    pub(crate) client_host: String,
    pub(crate) session_timeout: Duration,
    pub(crate) rebalance_timeout: Duration,
    pub(crate) protocol_type: String,
    pub(crate) protocols: Vec<(String, Bytes)>,
    /// A new member first gets an id and joins again with it (KIP-394).
    pub(crate) id_first: bool,
}

impl JoinRequest {
    /// Bytes of what the member says of itself, about.
    pub(super) fn size(&self) -> usize {
        let named = self.instance_id.as_ref().map_or(0, String::len).saturating_add(self.client_id.len());
        // Its id is made of one of its names.
        protocols_size(&self.protocols).saturating_add(named.saturating_mul(2))
    }
}

/// Bytes of the assignors that a member offers, about.
pub(super) fn protocols_size(protocols: &[(String, Bytes)]) -> usize {
    protocols.iter().map(|(name, data)| ENTRY.saturating_add(name.len()).saturating_add(data.len())).sum()
}

/// A generation, as one of its members learns of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Joined {
    pub(crate) generation: i32,
    pub(crate) protocol_type: String,
    pub(crate) protocol: String,
    pub(crate) leader: String,
    pub(crate) member: String,
    /// Id, instance and metadata of each member: for the leader only.
    pub(crate) members: Vec<(String, Option<String>, Bytes)>,
}

/// Why a member is not in; with the id it is to come back with, if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) error: ResponseError,
    pub(crate) member: String,
}

impl Refusal {
    pub(crate) fn of(error: ResponseError) -> Refusal {
        Refusal { error, member: String::new() }
    }
}

#[derive(Debug)]
pub(crate) enum JoinAnswer {
    Now(Result<Joined, Refusal>),
    Wait(oneshot::Receiver<Result<Joined, Refusal>>),
}

impl Group {
    /// Joins, or joins again. `delay`: how long an empty group waits for more members.
    pub(crate) fn join(&mut self, request: JoinRequest, now: Instant, delay: Duration) -> JoinAnswer {
        if !self.accepts(&request) {
            return refuse(ResponseError::InconsistentGroupProtocol);
        }
        let answer = if request.member_id.is_empty() {
            self.join_new(request, now, delay)
        } else if self.promised.remove(&request.member_id).is_some() {
            self.add(request, now, delay)
        } else {
            self.join_again(request, now)
        };
        self.complete_if_all_joined(now);
        answer
    }

    /// Whether there are as many members as may be, and this would be one more.
    pub(super) fn is_full(&self, request: &JoinRequest, most: usize) -> bool {
        let is_known = self.promised.contains_key(&request.member_id)
            || self.members.iter().any(|member| {
                member.id == request.member_id
                    || member.instance_id.is_some() && member.instance_id == request.instance_id
            });
        !is_known && self.members.len().saturating_add(self.promised.len()) >= most
    }

    /// One kind of protocol, and one assignor that all members share.
    fn accepts(&self, request: &JoinRequest) -> bool {
        if request.protocol_type.is_empty() || request.protocols.is_empty() {
            return false;
        }
        let same = |m: &&Member| {
            m.id == request.member_id || (m.instance_id.is_some() && m.instance_id == request.instance_id)
        };
        let others: Vec<&Member> = self.members.iter().filter(|m| !same(m)).collect();
        let shared = |name: &str| others.iter().all(|m| m.protocols.iter().any(|(n, _)| n == name));
        let fits = self.members.is_empty() || self.protocol_type == request.protocol_type;
        fits && request.protocols.iter().any(|(name, _)| shared(name))
    }

    fn join_new(&mut self, mut request: JoinRequest, now: Instant, delay: Duration) -> JoinAnswer {
        let id = new_member_id(&request);
        let before = self.members.iter().position(|m| m.instance_id.is_some() && m.instance_id == request.instance_id);
        if let Some(at) = before {
            return self.replace_static(at, id, request, now);
        }
        if request.id_first && request.instance_id.is_none() {
            self.promised.insert(id.clone(), now + request.session_timeout);
            return JoinAnswer::Now(Err(Refusal { error: ResponseError::MemberIdRequired, member: id }));
        }
        request.member_id = id;
        self.add(request, now, delay)
    }

    /// A static member that was restarted takes over its predecessor's place; in a settled group nobody else notices
    /// (KIP-345).
    fn replace_static(&mut self, at: usize, id: String, mut request: JoinRequest, now: Instant) -> JoinAnswer {
        request.member_id.clone_from(&id);
        let Some(member) = self.members.get_mut(at) else { return refuse(ResponseError::UnknownMemberId) };
        let fenced = Refusal::of(ResponseError::FencedInstanceId);
        member.answer_join(Err(fenced));
        member.answer_sync(Err(ResponseError::FencedInstanceId));
        let was_leader = member.id == self.leader;
        let unchanged = member.protocols == request.protocols;
        member.id = id.clone();
        member.last_seen = now;
        if was_leader {
            self.leader.clone_from(&id);
        }
        if self.state == State::Completing {
            // The leader shares out among the ids that it was told of, and this one is not among them: nobody would read what is for it.
            self.prepare(now, Duration::ZERO);
        }
        if self.state == State::Stable && unchanged {
            self.is_unsaved = true;
            let mut joined = self.joined(&id);
            // Without the list of members it does not assign again, though it leads.
            joined.members.clear();
            if was_leader {
                joined.leader = String::from("(the leader before its restart)");
            }
            return JoinAnswer::Now(Ok(joined));
        }
        self.join_again(request, now)
    }

    fn add(&mut self, request: JoinRequest, now: Instant, delay: Duration) -> JoinAnswer {
        let first = self.members.is_empty() && self.state == State::Empty;
        if self.members.is_empty() {
            self.protocol_type.clone_from(&request.protocol_type);
        }
        let (waiter, answer) = oneshot::channel();
        self.members.push(Member {
            id: request.member_id,
            instance_id: request.instance_id,
            client_id: request.client_id,
            client_host: request.client_host,
            protocols: request.protocols,
            assignment: Bytes::new(),
            session_timeout: request.session_timeout,
            rebalance_timeout: request.rebalance_timeout,
            last_seen: now,
            joining: Some(waiter),
            syncing: None,
        });
        self.prepare(now, if first { delay } else { Duration::ZERO });
        JoinAnswer::Wait(answer)
    }

    fn join_again(&mut self, request: JoinRequest, now: Instant) -> JoinAnswer {
        let (state, leads) = (self.state, self.leader == request.member_id);
        let member = match self.member_mut(&request.member_id, request.instance_id.as_deref()) {
            Ok(member) => member,
            Err(error) => return JoinAnswer::Now(Err(Refusal { error, member: request.member_id })),
        };
        let unchanged = member.protocols == request.protocols;
        // The same wish once more, after the generation began: the answer may have been lost on the way.
        let settled = match state {
            State::Completing => unchanged,
            State::Stable => unchanged && !leads,
            State::Empty | State::Preparing { .. } => false,
        };
        member.last_seen = now;
        if settled {
            return JoinAnswer::Now(Ok(self.joined(&request.member_id)));
        }
        let (waiter, answer) = oneshot::channel();
        member.protocols = request.protocols;
        member.session_timeout = request.session_timeout;
        member.rebalance_timeout = request.rebalance_timeout;
        member.joining = Some(waiter);
        self.prepare(now, Duration::ZERO);
        JoinAnswer::Wait(answer)
    }
}

/// As Kafka's: nobody has it, nor had it before this broker was started.
fn new_member_id(request: &JoinRequest) -> String {
    let name = request.instance_id.as_ref().unwrap_or(&request.client_id);
    format!("{name}-{}", Uuid::new_v4())
}

fn refuse(error: ResponseError) -> JoinAnswer {
    JoinAnswer::Now(Err(Refusal::of(error)))
}

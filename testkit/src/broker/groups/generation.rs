//! A generation of a group, as it is written down when it is settled: so that members go on when the broker starts anew, as Kafka has it.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::group::{Group, State};
use super::member::Member;

/// A settled generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Generation {
    number: i32,
    protocol_type: String,
    protocol: String,
    leader: String,
    members: Vec<Settled>,
}

/// One of its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Settled {
    id: String,
    instance_id: Option<String>,
    client_id: String,
    client_host: String,
    protocols: Vec<(String, Vec<u8>)>,
    assignment: Vec<u8>,
    session_timeout: Duration,
    rebalance_timeout: Duration,
}

impl Group {
    /// The generation that it is in, or was in before members were called to join again; none where no member ever was.
    pub(super) fn generation(&self) -> Option<Generation> {
        let members = self.members.iter().map(|member| Settled {
            id: member.id.clone(),
            instance_id: member.instance_id.clone(),
            client_id: member.client_id.clone(),
            client_host: member.client_host.clone(),
            protocols: member.protocols.iter().map(|(name, data)| (name.clone(), data.to_vec())).collect(),
            assignment: member.assignment.to_vec(),
            session_timeout: member.session_timeout,
            rebalance_timeout: member.rebalance_timeout,
        });
        (self.generation > 0).then(|| Generation {
            number: self.generation,
            protocol_type: self.protocol_type.clone(),
            protocol: self.protocol.clone(),
            leader: self.leader.clone(),
            members: members.collect(),
        })
    }

    /// Goes on with a generation. Its members have their time from `now` on.
    pub(super) fn settle(&mut self, generation: Generation, now: Instant) {
        let Generation { number, protocol_type, protocol, leader, members } = generation;
        let member = |of: Settled| Member {
            id: of.id,
            instance_id: of.instance_id,
            client_id: of.client_id,
            client_host: of.client_host,
            protocols: of.protocols.into_iter().map(|(name, data)| (name, data.into())).collect(),
            assignment: of.assignment.into(),
            session_timeout: of.session_timeout,
            rebalance_timeout: of.rebalance_timeout,
            last_seen: now,
            joining: None,
            syncing: None,
        };
        self.consumers = None;
        self.members = members.into_iter().map(member).collect();
        self.state = if self.members.is_empty() { State::Empty } else { State::Stable };
        (self.generation, self.protocol_type, self.protocol, self.leader) = (number, protocol_type, protocol, leader);
        self.empty_since = now;
    }
}

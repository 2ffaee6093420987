use bytes::{Bytes, BytesMut};
use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{
    ApiKey, SaslAuthenticateRequest, SaslAuthenticateResponse, SaslHandshakeRequest, SaslHandshakeResponse,
};
use kafka_protocol::protocol::StrBytes;

use super::dispatch::{Reply, frame, refuse};
use crate::broker::cluster::Cluster;
use crate::broker::security::{Exchange, Step};
use crate::broker::wire::Request;

/// The largest message of a client that has not said who it is: Kafka's `sasl.server.max.receive.size`.
const MAX_UNPROVEN: usize = 512 << 10;

/// How far a client has come in saying who it is.
#[derive(Debug)]
pub(super) enum Admission {
    /// It is asked nothing, or nothing more.
    In,
    Asked,
    Proving {
        exchange: Exchange,
        /// It sends what it has to say as it is, and not as requests: what followed the first version of SaslHandshake.
        bare: bool,
    },
}

impl Admission {
    pub(super) fn of(cluster: &Cluster) -> Admission {
        if cluster.door.is_some() { Admission::Asked } else { Admission::In }
    }

    /// The largest request that it may send now.
    pub(super) fn max_request(&self, cluster: &Cluster) -> usize {
        let max = cluster.settings.max_request_bytes;
        if matches!(self, Admission::In) { max } else { max.min(MAX_UNPROVEN) }
    }

    pub(super) fn admits(&self, key: ApiKey) -> bool {
        matches!(self, Admission::In)
            || matches!(key, ApiKey::ApiVersions | ApiKey::SaslHandshake | ApiKey::SaslAuthenticate)
    }

    /// The answer to what is no request; `None` where a request is expected.
    pub(super) fn bare(&mut self, cluster: &Cluster, message: &Bytes) -> Option<Reply> {
        let (Admission::Proving { exchange, bare: true }, Some(door)) = (&mut *self, &cluster.door) else {
            return None;
        };
        let (answer, proven) = match exchange.take(door, message) {
            Step::Next(answer) => (answer, false),
            Step::Proven(answer) => (answer, true),
            // There is no way to say so.
            Step::Refused => return Some(Reply::Close("it could not prove who it is".to_owned())),
        };
        if proven {
            *self = Admission::In;
        }
        let length = u32::try_from(answer.len()).unwrap_or(u32::MAX).to_be_bytes();
        Some(Reply::Frame(BytesMut::from([&length[..], &answer].concat().as_slice())))
    }

    /// The answer to what is asked of who it is; `None` for other requests.
    pub(super) fn answer(&mut self, cluster: &Cluster, request: &Request) -> Option<Reply> {
        let answered = match request.api.key {
            ApiKey::SaslHandshake => request.decode().map(|asked| self.handshake(cluster, request, &asked)),
            ApiKey::SaslAuthenticate => request.decode().map(|asked| self.authenticate(cluster, request, &asked)),
            _ => return None,
        };
        Some(answered.unwrap_or_else(refuse))
    }

    fn handshake(&mut self, cluster: &Cluster, request: &Request, asked: &SaslHandshakeRequest) -> Reply {
        let (id, version) = (request.correlation_id, request.version);
        let answer = SaslHandshakeResponse::default();
        // To say anew who one is (KIP-368) is not served; Kafka says the same where nobody is asked.
        let (Admission::Asked, Some(door)) = (&*self, &cluster.door) else {
            return frame(id, version, &answer.with_error_code(ResponseError::IllegalSaslState.code()));
        };
        let answer = answer.with_mechanisms(door.offered().map(StrBytes::from_static_str).collect());
        match door.begin(&asked.mechanism) {
            Some(exchange) => {
                *self = Admission::Proving { exchange, bare: version == 0 };
                frame(id, version, &answer)
            }
            None => last(frame(id, version, &answer.with_error_code(ResponseError::UnsupportedSaslMechanism.code()))),
        }
    }

    fn authenticate(&mut self, cluster: &Cluster, request: &Request, asked: &SaslAuthenticateRequest) -> Reply {
        let (id, version) = (request.correlation_id, request.version);
        let answer = SaslAuthenticateResponse::default();
        let (Admission::Proving { exchange, bare: false }, Some(door)) = (&mut *self, &cluster.door) else {
            let said = "SaslHandshake comes first, and once";
            let answer = answer.with_error_code(ResponseError::IllegalSaslState.code());
            return frame(id, version, &answer.with_error_message(Some(StrBytes::from_static_str(said))));
        };
        match exchange.take(door, &asked.auth_bytes) {
            Step::Next(said) => frame(id, version, &answer.with_auth_bytes(said.into())),
            Step::Proven(said) => {
                *self = Admission::In;
                frame(id, version, &answer.with_auth_bytes(said.into()))
            }
            Step::Refused => {
                let said = format!("wrong user or password, with SASL mechanism {}", exchange.mechanism());
                let answer = answer.with_error_code(ResponseError::SaslAuthenticationFailed.code());
                last(frame(id, version, &answer.with_error_message(Some(StrBytes::from_string(said)))))
            }
        }
    }
}

fn last(reply: Reply) -> Reply {
    match reply {
        Reply::Frame(frame) => Reply::Last(frame),
        other => other,
    }
}

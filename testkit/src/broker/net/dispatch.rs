use std::net::SocketAddr;

use bytes::BytesMut;
use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{ApiKey, ProduceRequest};
use kafka_protocol::protocol::{Encodable, HeaderVersion};

use crate::broker::api;
use crate::broker::cluster::Cluster;
use crate::broker::wire::{BadRequest, Connection, Request, encode};

/// What a request leads to.
#[derive(Debug)]
pub(super) enum Reply {
    Frame(BytesMut),
    /// `acks=0`.
    Nothing,
    /// Answered later.
    Held(api::Heartbeat),
    /// Answered, and nothing more is said.
    Last(BytesMut),
    Close(String),
}

/// Answers one request to a node.
pub(super) async fn dispatch(
    cluster: &Cluster,
    node: i32,
    request: &mut Request,
    peer: SocketAddr,
    connection: &mut Connection,
) -> Reply {
    if !api::is_coordinated_here(cluster, node, request) {
        return fail(request, ResponseError::NotCoordinator.code());
    }
    let answered = match waiting(cluster, node, request, peer, connection).await {
        Ok(None) => direct(cluster, node, request),
        Ok(Some(reply)) => Ok(reply),
        Err(error) => Err(error),
    };
    answered.unwrap_or_else(refuse)
}

/// The answer to a request that goes wrong on demand: an error. Without acknowledgements there is nobody to tell.
pub(super) fn fail(request: &Request, code: i16) -> Reply {
    match api::refused(request, code) {
        Ok(_) if request.api.key == ApiKey::Produce && !wants_answer(request) => Reply::Nothing,
        Ok(frame) => frame.map_or_else(Reply::Close, Reply::Frame),
        Err(error) => refuse(error),
    }
}

fn wants_answer(request: &Request) -> bool {
    request.decode::<ProduceRequest>().is_ok_and(|request| request.acks != 0)
}

/// The answer to what is no request, or none that is served.
pub(super) fn refuse(error: BadRequest) -> Reply {
    match error {
        BadRequest::NewerApiVersions { correlation_id } => {
            frame(correlation_id, 0, &api::api_versions(ResponseError::UnsupportedVersion.code()))
        }
        BadRequest::NotServed { key, version } => {
            let name = ApiKey::try_from(key).map_or_else(|()| format!("key {key}"), |key| format!("{key:?}"));
            tracing::warn!(api = name, version, "the embedded broker does not serve this request");
            Reply::Close(format!("{name} version {version} is not served"))
        }
        BadRequest::Malformed => Reply::Close(String::from("not a Kafka request")),
    }
}

pub(super) fn frame<T: Encodable + HeaderVersion>(correlation_id: i32, version: i16, answer: &T) -> Reply {
    match encode(correlation_id, version, answer) {
        Ok(frame) => Reply::Frame(frame),
        Err(error) => {
            tracing::error!(error, "an answer of the embedded broker cannot be written");
            Reply::Close(error)
        }
    }
}

/// Requests whose answer may have to wait, or that want to know who asks; `None` for the others.
async fn waiting(
    cluster: &Cluster,
    node: i32,
    request: &mut Request,
    peer: SocketAddr,
    connection: &mut Connection,
) -> Result<Option<Reply>, BadRequest> {
    let version = request.version;
    let gone = || Reply::Close(String::from("the client went away while it waited"));
    let reply = match request.api.key {
        ApiKey::Fetch => {
            let answer = api::fetch(cluster, node, request.decode()?, connection).await;
            frame(request.correlation_id, version, &answer)
        }
        ApiKey::ConsumerGroupHeartbeat => {
            let host = peer.ip().to_string();
            let answer = api::consumer_group_heartbeat(cluster, request.decode()?, &request.client_id, &host);
            frame(request.correlation_id, version, &answer)
        }
        ApiKey::JoinGroup => {
            let host = peer.ip().to_string();
            let asked = request.decode_once()?;
            let join = api::join_group(cluster, asked, version, &request.client_id, &host, connection);
            join.await.map_or_else(gone, |answer| frame(request.correlation_id, version, &answer))
        }
        ApiKey::SyncGroup => {
            let sync = api::sync_group(cluster, request.decode_once()?, version, connection);
            sync.await.map_or_else(gone, |answer| frame(request.correlation_id, version, &answer))
        }
        _ => return Ok(None),
    };
    Ok(Some(reply))
}

fn direct(cluster: &Cluster, node: i32, request: &Request) -> Result<Reply, BadRequest> {
    let (id, v) = (request.correlation_id, request.version);
    Ok(match request.api.key {
        ApiKey::Produce => match api::produce(cluster, node, request.decode()?) {
            Some(answer) => frame(id, v, &answer),
            None => Reply::Nothing,
        },
        ApiKey::ListOffsets => frame(id, v, &api::list_offsets(cluster, node, request.decode()?, v)),
        ApiKey::Metadata => frame(id, v, &api::metadata(cluster, request.decode()?, v)),
        ApiKey::OffsetCommit => frame(id, v, &api::offset_commit(cluster, request.decode()?, v)),
        ApiKey::OffsetFetch => frame(id, v, &api::offset_fetch(cluster, node, request.decode()?, v)),
        ApiKey::FindCoordinator => frame(id, v, &api::find_coordinator(cluster, request.decode()?, v)),
        ApiKey::Heartbeat => Reply::Held(api::Heartbeat::new(cluster, node, request.decode()?)),
        ApiKey::LeaveGroup => frame(id, v, &api::leave_group(cluster, request.decode()?, v)),
        ApiKey::DescribeGroups => frame(id, v, &api::describe_groups(cluster, node, request.decode()?)),
        ApiKey::ListGroups => frame(id, v, &api::list_groups(cluster, node, &request.decode()?, v)),
        ApiKey::ApiVersions => frame(id, v, &api::api_versions(0)),
        ApiKey::CreateTopics => frame(id, v, &api::create_topics(cluster, request.decode()?, v)),
        ApiKey::DeleteTopics => frame(id, v, &api::delete_topics(cluster, request.decode()?, v)),
        ApiKey::InitProducerId => frame(id, v, &api::init_producer_id(cluster, &request.decode()?, v)),
        ApiKey::AddPartitionsToTxn => frame(id, v, &api::add_partitions_to_txn(cluster, request.decode()?, v)),
        ApiKey::AddOffsetsToTxn => frame(id, v, &api::add_offsets_to_txn(cluster, &request.decode()?, v)),
        ApiKey::EndTxn => frame(id, v, &api::end_txn(cluster, &request.decode()?, v)),
        ApiKey::TxnOffsetCommit => frame(id, v, &api::txn_offset_commit(cluster, request.decode()?, v)),
        ApiKey::DescribeConfigs => frame(id, v, &api::describe_configs(cluster, request.decode()?)),
        ApiKey::DeleteRecords => frame(id, v, &api::delete_records(cluster, node, request.decode()?)),
        ApiKey::OffsetDelete => frame(id, v, &api::offset_delete(cluster, request.decode()?)),
        ApiKey::OffsetForLeaderEpoch => frame(id, v, &api::offset_for_leader_epoch(cluster, node, request.decode()?)),
        ApiKey::AlterConfigs => frame(id, v, &api::alter_configs(cluster, request.decode()?)),
        ApiKey::IncrementalAlterConfigs => frame(id, v, &api::incremental_alter_configs(cluster, request.decode()?)),
        ApiKey::DescribeCluster => frame(id, v, &api::describe_cluster(cluster, &request.decode()?, v)),
        ApiKey::CreatePartitions => frame(id, v, &api::create_partitions(cluster, request.decode()?)),
        ApiKey::DescribeProducers => frame(id, v, &api::describe_producers(cluster, node, request.decode()?)),
        ApiKey::ListTransactions => frame(id, v, &api::list_transactions(cluster, node, request.decode()?)),
        ApiKey::DescribeTransactions => frame(id, v, &api::describe_transactions(cluster, node, request.decode()?)),
        ApiKey::ConsumerGroupDescribe => {
            frame(id, v, &api::consumer_group_describe(cluster, node, request.decode()?, v))
        }
        ApiKey::DeleteGroups => frame(id, v, &api::delete_groups(cluster, node, request.decode()?)),
        other => return Err(BadRequest::NotServed { key: i16::try_from(other as i32).unwrap_or(-1), version: v }),
    })
}

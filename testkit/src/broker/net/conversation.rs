use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use kafka_protocol::messages::{ApiKey, ApiVersionsRequest};
use tokio::net::TcpStream;

use super::admission::Admission;
use super::dispatch::{Reply, dispatch, fail, frame, refuse};
use crate::broker::api::Heartbeat;
use crate::broker::cluster::Cluster;
use crate::broker::faults::What;
use crate::broker::wire::{Connection, Request, Stream};

/// As long may a client take to agree on how it is encrypted.
const HANDSHAKE: Duration = Duration::from_secs(30);

struct Held {
    heartbeat: Heartbeat,
    correlation_id: i32,
    version: i16,
}

/// One client of a node, until it goes. What it sends that is no request ends its connection, and nothing else.
pub(super) async fn converse(cluster: &Cluster, node: i32, stream: TcpStream, peer: SocketAddr) -> io::Result<()> {
    let mut admission = Admission::of(cluster);
    let stream = opened(cluster, stream).await?;
    let mut connection = Connection::new(stream, admission.max_request(cluster), Arc::clone(&cluster.room));
    let idle_time = cluster.settings.idle_time;
    let mut held: Option<Held> = None;
    let mut librdkafka = false;
    loop {
        let received = tokio::select! {
            received = connection.request(held.is_none().then_some(idle_time)) => received?,
            answer = wait(cluster, held.as_ref()) => {
                held = None;
                send(cluster, &mut connection, answer).await?;
                continue;
            }
        };
        let Some(received) = received else { return Ok(()) };
        if let Some(reply) = admission.bare(cluster, &received) {
            connection.limit(admission.max_request(cluster));
            connection.release();
            send(cluster, &mut connection, reply).await?;
            continue;
        }
        let mut request = match Request::parse(received) {
            Ok(request) => request,
            Err(error) => {
                connection.release();
                send(cluster, &mut connection, refuse(error)).await?;
                continue;
            }
        };
        if !admission.admits(request.api.key) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it has not said who it is"));
        }
        if request.api.key == ApiKey::ApiVersions {
            librdkafka = is_librdkafka(&request);
        }
        if !passes_a_heartbeat(request.api.key)
            && let Some(held) = held.take()
        {
            send(cluster, &mut connection, held.frame(&held.heartbeat.now(cluster))).await?;
        }
        let fault = cluster.faults.meets(node, request.api.key);
        let reply = match fault {
            Some(What::LostRequest) => return Err(io::Error::other("lost on demand")),
            Some(What::Error(code)) => fail(&request, code),
            Some(What::Delay(_) | What::LostAnswer) | None => {
                if let Some(What::Delay(delay)) = fault {
                    tokio::time::sleep(delay).await;
                }
                match admission.answer(cluster, &request) {
                    Some(reply) => {
                        connection.limit(admission.max_request(cluster));
                        reply
                    }
                    None => Box::pin(dispatch(cluster, node, &mut request, peer, &mut connection)).await,
                }
            }
        };
        if cluster.is_broken() {
            return Err(io::Error::other("what was done could not be written down"));
        }
        let (correlation_id, version) = (request.correlation_id, request.version);
        drop(request);
        connection.release();
        match reply {
            _ if fault == Some(What::LostAnswer) => return Err(io::Error::other("the answer is lost on demand")),
            Reply::Held(heartbeat) => {
                let beat = Held { heartbeat, correlation_id, version };
                if librdkafka {
                    held = Some(beat);
                } else {
                    send(cluster, &mut connection, beat.frame(&beat.heartbeat.now(cluster))).await?;
                }
            }
            reply => send(cluster, &mut connection, reply).await?,
        }
    }
}

/// The connection as it is spoken over: encrypted where the broker has a certificate.
async fn opened(cluster: &Cluster, stream: TcpStream) -> io::Result<Box<dyn Stream>> {
    stream.set_nodelay(true)?;
    match &cluster.settings.tls {
        Some(tls) => Ok(Box::new(tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await??)),
        None => Ok(Box::new(stream)),
    }
}

/// Never ends while nothing is held.
async fn wait(cluster: &Cluster, held: Option<&Held>) -> Reply {
    match held {
        Some(held) => held.frame(&held.heartbeat.wait(cluster).await),
        None => std::future::pending().await,
    }
}

impl Held {
    fn frame(&self, answer: &kafka_protocol::messages::HeartbeatResponse) -> Reply {
        frame(self.correlation_id, self.version, answer)
    }
}

async fn send(cluster: &Cluster, connection: &mut Connection, reply: Reply) -> io::Result<()> {
    let time = cluster.settings.idle_time;
    match reply {
        Reply::Frame(frame) => connection.answer(&frame, time).await,
        Reply::Last(frame) => {
            connection.answer(&frame, time).await?;
            Err(io::Error::new(io::ErrorKind::PermissionDenied, "it could not prove who it is"))
        }
        Reply::Nothing | Reply::Held(_) => Ok(()),
        Reply::Close(reason) => Err(io::Error::new(io::ErrorKind::InvalidData, reason)),
    }
}

/// For librdkafka alone heartbeats are held: it finds the request of an answer by its id, so that commits may pass a held one, and does
/// nothing else meanwhile that waits for it. Other clients count on the order of answers, and some wait for a heartbeat before they commit.
fn is_librdkafka(request: &Request) -> bool {
    request.decode::<ApiVersionsRequest>().is_ok_and(|versions| {
        versions.client_software_name.contains("rdkafka") || versions.client_software_version.contains("rdkafka")
    })
}

/// What changes no membership: a heartbeat's answer from before a member joined again would throw it out.
fn passes_a_heartbeat(key: ApiKey) -> bool {
    !matches!(key, ApiKey::Heartbeat | ApiKey::JoinGroup | ApiKey::SyncGroup | ApiKey::LeaveGroup)
}

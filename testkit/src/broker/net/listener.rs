use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::conversation::converse;
use crate::broker::cluster::Cluster;

/// Takes connections to a node until it is dropped, and every connection with it.
pub(crate) async fn serve(cluster: Arc<Cluster>, node: i32, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((_closed, peer)) if connections.len() >= cluster.settings.max_connections => {
                    tracing::warn!(%peer, "the embedded broker has as many connections as it may have");
                }
                Ok((stream, peer)) => start(&mut connections, &cluster, node, stream, peer),
                Err(error) => {
                    // Out of files, most likely: trying on at once would be a busy loop.
                    tracing::warn!(%error, "the embedded broker cannot take a connection");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            },
            Some(_ended) = connections.join_next() => {}
        }
    }
}

fn start(connections: &mut JoinSet<()>, cluster: &Arc<Cluster>, node: i32, stream: TcpStream, peer: SocketAddr) {
    let cluster = Arc::clone(cluster);
    connections.spawn(async move {
        let cut = cluster.cut.notified();
        tokio::select! {
            ended = converse(&cluster, node, stream, peer) => {
                if let Err(reason) = ended {
                    tracing::debug!(%peer, %reason, "connection closed");
                }
            }
            () = cut => tracing::debug!(%peer, "connection cut on demand"),
        }
    });
}

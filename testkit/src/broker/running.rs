//! The thread that a node of a broker runs on.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::net::TcpSocket;
use tokio::sync::oneshot;

use super::cluster::Cluster;
use super::error::BrokerError;
use super::net;

/// Takes an address for itself.
pub(super) fn bind(address: SocketAddr) -> Result<TcpListener, BrokerError> {
    let socket = TcpListener::bind(address).map_err(|error| BrokerError::bind(address, error))?;
    socket.set_nonblocking(true).map_err(|error| BrokerError::bind(address, error))?;
    Ok(socket)
}

/// Keeps the port of a node that is stopped, without listening: connections to it are refused as ever. A free port would be given to an
/// outgoing connection sooner or later, even to that of a client that looks for the node, and the node could not come back.
#[derive(Debug)]
pub(super) struct Held(#[expect(dead_code, reason = "it is held, and let go of when this is dropped")] TcpSocket);

impl Held {
    /// `None` where somebody was faster; it is then told when the node is to run again.
    pub(super) fn hold(address: SocketAddr) -> Option<Held> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.ok()?;
        // Connections that were open a moment ago still have the port. (On Windows the flag would mean that anybody may take it.)
        socket.set_reuseaddr(cfg!(unix)).ok()?;
        socket.bind(address).ok()?;
        Some(Held(socket))
    }
}

/// A node that takes connections, until this is dropped. Each does what is due, so that it is done whichever of them run.
#[derive(Debug)]
pub(super) struct Running {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    pub(super) fn start(cluster: &Arc<Cluster>, node: i32, socket: TcpListener) -> Result<Running, BrokerError> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(BrokerError::runtime)?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(socket).map_err(BrokerError::runtime)?
        };
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(cluster);
        let run = move || {
            runtime.block_on(async move {
                tokio::select! {
                    () = net::serve(Arc::clone(&served), node, listener) => {}
                    () = served.keep_deadlines() => {}
                    () = served.broken() => {}
                    _dropped = stopped => {}
                }
            });
        };
        let thread =
            std::thread::Builder::new().name("topika-broker".into()).spawn(run).map_err(BrokerError::runtime)?;
        Ok(Running { stop: Some(stop), thread: Some(thread) })
    }
}

#[cfg(test)]
impl Running {
    /// Waits until it has ended by itself.
    pub(super) fn ended(&mut self) {
        self.thread.take().unwrap().join().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It ends at once; a panic in it has been printed already.
            let _ended = thread.join();
        }
    }
}

use std::fmt;
use std::io;
use std::net::SocketAddr;

use super::disk::DiskError;

/// Why a broker could not be started.
#[derive(Debug)]
pub struct BrokerError(Kind);

#[derive(Debug)]
enum Kind {
    NotLoopback(SocketAddr),
    Bind(SocketAddr, io::Error),
    Runtime(io::Error),
    Topic(String, String),
    Data(DiskError),
    #[cfg(feature = "tls")]
    Tls(String),
    /// What was done is not written down.
    Broken,
    Stopped,
    Nodes {
        asked: i32,
        most: i32,
    },
    NoNode {
        node: i32,
        nodes: i32,
    },
    NodeStopped(i32),
    LastNode(i32),
    Partition(String, i32),
}

impl BrokerError {
    pub(crate) fn not_loopback(address: SocketAddr) -> BrokerError {
        BrokerError(Kind::NotLoopback(address))
    }

    pub(crate) fn bind(address: SocketAddr, error: io::Error) -> BrokerError {
        BrokerError(Kind::Bind(address, error))
    }

    pub(crate) fn runtime(error: io::Error) -> BrokerError {
        BrokerError(Kind::Runtime(error))
    }

    pub(crate) fn data(error: DiskError) -> BrokerError {
        BrokerError(Kind::Data(error))
    }

    #[cfg(feature = "tls")]
    pub(crate) fn tls(reason: String) -> BrokerError {
        BrokerError(Kind::Tls(reason))
    }

    pub(crate) fn broken() -> BrokerError {
        BrokerError(Kind::Broken)
    }

    pub(crate) fn stopped() -> BrokerError {
        BrokerError(Kind::Stopped)
    }

    pub(crate) fn nodes(asked: i32, most: i32) -> BrokerError {
        BrokerError(Kind::Nodes { asked, most })
    }

    pub(crate) fn no_node(node: i32, nodes: i32) -> BrokerError {
        BrokerError(Kind::NoNode { node, nodes })
    }

    pub(crate) fn node_stopped(node: i32) -> BrokerError {
        BrokerError(Kind::NodeStopped(node))
    }

    pub(crate) fn last_node(node: i32) -> BrokerError {
        BrokerError(Kind::LastNode(node))
    }

    pub(crate) fn partition(topic: &str, partition: i32) -> BrokerError {
        BrokerError(Kind::Partition(topic.to_owned(), partition))
    }

    pub(crate) fn topic(name: &str, reason: String) -> BrokerError {
        BrokerError(Kind::Topic(name.to_owned(), reason))
    }
}

impl fmt::Display for BrokerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::NotLoopback(address) => write!(
                f,
                "the embedded broker does not listen on {address}: it asks nobody for a password; use a loopback address, \
                 ask for one with `Broker::builder().sasl(...)`, or allow it with `.beyond_loopback(true)`"
            ),
            Kind::Bind(address, error) if error.kind() == io::ErrorKind::AddrInUse => write!(
                f,
                "cannot listen on {address}: another process has the port; stop it, or use port 0 for one that is free"
            ),
            Kind::Bind(address, error) => {
                write!(f, "cannot listen on {address}: {error}; use 127.0.0.1:0 for an address that is always there")
            }
            Kind::Runtime(error) => {
                write!(
                    f,
                    "cannot start the broker's thread: {error}; the limits on threads and files of this process may be reached"
                )
            }
            Kind::Data(error) => error.fmt(f),
            #[cfg(feature = "tls")]
            Kind::Tls(reason) => {
                write!(f, "{reason}; give certificate and key in PEM, or make them with `Tls::self_signed`")
            }
            Kind::Broken => {
                write!(
                    f,
                    "the broker cannot write to its data directory; its log says why: mend that, and start it anew"
                )
            }
            Kind::Stopped => write!(f, "the broker is stopped; start it anew with `Broker::restart`"),
            Kind::Nodes { asked, most } => {
                write!(f, "a broker of {asked} nodes asked for; it can have from 1 to {most}: see `Builder::nodes`")
            }
            Kind::NoNode { node, nodes } => {
                write!(
                    f,
                    "there is no node {node}: the broker has the nodes 1 to {nodes}; `Builder::nodes` gives it more"
                )
            }
            Kind::NodeStopped(node) => {
                write!(f, "node {node} is stopped; start it anew with `Broker::restart_node`, or choose another one")
            }
            Kind::LastNode(node) => {
                write!(f, "node {node} is the last one that runs; stop the whole broker with `Broker::stop`")
            }
            Kind::Partition(topic, partition) => {
                write!(f, "there is no partition {partition} of a topic \"{topic}\"; create it first")
            }
            Kind::Topic(name, reason) => write!(f, "cannot create topic \"{name}\": {reason}"),
        }
    }
}

impl std::error::Error for BrokerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Kind::Bind(_, error) | Kind::Runtime(error) => Some(error),
            Kind::Data(error) => error.source(),
            _ => None,
        }
    }
}

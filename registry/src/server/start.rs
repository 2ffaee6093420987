use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::auth::Users;
use super::connections::serve;
use super::limits::{Limits, Notice};
use super::room::Room;
use super::router::router;
use super::state::StoreHandle;

/// A registry that listens. Dropping it stops it.
///
/// ```
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use topika_registry::api::NewSchema;
/// use topika_registry::client::Client;
/// use topika_registry::server::Server;
///
/// let server = Server::start("127.0.0.1:0").await?; // 0: any free port
/// let client = Client::builder().url(server.url()).build()?;
/// let registered = client.register("orders-value", &NewSchema::avro(r#""string""#)).await?;
/// assert_eq!(client.schema(registered.id).await?.schema, r#""string""#);
/// server.shutdown().await;
/// # Ok(())
/// # }
/// # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
/// ```
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    store: StoreHandle,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts an empty registry on an address such as `127.0.0.1:0`; port 0 takes any free one.
    ///
    /// # Errors
    /// When the address is none, or cannot be listened on.
    pub async fn start(addr: &str) -> Result<Self, StartError> {
        Self::start_with(addr, StoreHandle::default()).await
    }

    /// Starts a registry over a store that may be filled already.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_with(addr: &str, store: StoreHandle) -> Result<Self, StartError> {
        Self::builder().store(store).start(addr).await
    }

    /// A registry with settings of its own.
    #[must_use]
    pub fn builder() -> ServerBuilder {
        ServerBuilder::default()
    }

    /// Its URL: `http://127.0.0.1:8081`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The address it listens on, with the real port.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its store, to look into or to fill from outside.
    #[must_use]
    pub fn store(&self) -> &StoreHandle {
        &self.store
    }

    /// Stops listening, gives the running requests five seconds to end, and returns then.
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            // The task may have ended by itself already.
            let _ = stop.send(());
        }
        if let Err(error) = (&mut self.task).await {
            tracing::error!(%error, "the registry server did not end well");
        }
    }
}

/// What a server is started with: by default an empty store in memory, open to everyone who reaches it.
///
/// ```
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use topika_registry::client::Client;
/// use topika_registry::server::{Server, Users};
///
/// let server = Server::builder().users(Users::one("ann", "secret")).start("127.0.0.1:0").await?;
/// assert!(Client::builder().url(server.url()).build()?.subjects().await.is_err());
/// let ann = Client::builder().url(server.url()).basic_auth("ann", "secret").build()?;
/// assert!(ann.subjects().await?.is_empty());
/// # Ok(())
/// # }
/// # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
/// ```
#[derive(Clone, Debug, Default)]
pub struct ServerBuilder {
    store: StoreHandle,
    users: Option<Users>,
    limits: Limits,
}

impl ServerBuilder {
    /// The store that it serves.
    #[must_use]
    pub fn store(mut self, store: StoreHandle) -> Self {
        self.store = store;
        self
    }

    /// Who may use it, by basic authentication. Without this everyone may.
    #[must_use]
    pub fn users(mut self, users: Users) -> Self {
        self.users = Some(users);
        self
    }

    /// How long a connection may stay open between an answer and the first byte of the next request. By default 30 seconds, as Jetty has it,
    /// on which the reference implementation stands.
    #[must_use]
    pub fn idle_time(mut self, time: Duration) -> Self {
        self.limits.idle = time;
        self
    }

    /// How long what has begun may bring nothing forward: until the head of a request is there as a whole (the first one from the moment that
    /// the connection stands), between two pieces of a body, or while nothing of an answer is taken. Then the connection is closed; a body
    /// that stays out is answered with 408 first. By default 30 seconds.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.limits.patience = patience;
        self
    }

    /// How long a body may take as a whole, however it trickles in; then the answer is 408. By default 120 seconds.
    #[must_use]
    pub fn body_time(mut self, time: Duration) -> Self {
        self.limits.body_time = time;
        self
    }

    /// How many bytes the bodies may have that are read at once, those up to 64 KiB aside. The next one waits for its turn, and is answered
    /// with 503 where that does not come within [`Self::patience`]. By default 64 MiB, and never less than the 16 MiB of one body.
    #[must_use]
    pub fn body_room(mut self, bytes: usize) -> Self {
        self.limits.body_room = bytes;
        self
    }

    /// How many connections may be open at once; more wait until one is closed. By default 1,000, and never more than three quarters of the
    /// files that the process may open.
    #[must_use]
    pub fn connections(mut self, most: usize) -> Self {
        self.limits.connections = most;
        self
    }

    /// Whom to tell what whoever runs the server should know, such as that no further connection is taken: at most once in a minute. It
    /// goes to `tracing` as a warning, too.
    #[must_use]
    pub fn notices(mut self, listener: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.limits.notice = Notice::to(listener);
        self
    }

    /// Starts it on an address such as `127.0.0.1:0`; port 0 takes any free one.
    ///
    /// # Errors
    /// When the address is none, or cannot be listened on.
    pub async fn start(self, addr: &str) -> Result<Server, StartError> {
        let failed = |error| StartError { addr: addr.to_owned(), error };
        let listener = TcpListener::bind(addr).await.map_err(failed)?;
        let local = listener.local_addr().map_err(failed)?;
        let (stop, stopped) = oneshot::channel();
        let limits = self.limits;
        let app = router(self.store.clone(), self.users, Room::new(&limits));
        let task = tokio::spawn(async move {
            let until = async {
                // Both a message and a dropped sender mean: stop.
                let _ = stopped.await;
            };
            serve(listener, app, &limits, until).await;
        });
        tracing::debug!(%local, "the registry server listens");
        Ok(Server { addr: local, store: self.store, stop: Some(stop), task })
    }
}

/// Why a server could not start.
#[derive(Debug)]
pub struct StartError {
    addr: String,
    error: io::Error,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { addr, error } = self;
        match error.kind() {
            io::ErrorKind::AddrInUse => write!(
                f,
                "the registry cannot listen on {addr}: the port is taken; stop what listens there, or use port 0 for any free one"
            ),
            io::ErrorKind::PermissionDenied => {
                write!(
                    f,
                    "the registry cannot listen on {addr}: permission denied; use a port from 1024 on, or port 0 for any free one"
                )
            }
            _ => write!(
                f,
                "the registry cannot listen on {addr}: {error}; give an address of this machine such as 127.0.0.1:0"
            ),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

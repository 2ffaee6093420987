//! The service's life: its producers and consumers start and stop with it.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use sqlx::Pool;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use topika::app::Probe;
use topika::outbox::{Outbox, RelayProbe, RunningRelay};
use topika::{App, Client, Error, RunningApp};

use super::http::routes;
use super::placing::Placing;
use crate::orders::{Keeper, Orders};

/// How long what is under way may take when the service stops.
const DEADLINE: Duration = Duration::from_secs(30);

/// A running service.
pub struct Service<DB: Orders> {
    pool: Pool<DB>,
    address: SocketAddr,
    keeper: RunningApp,
    relay: RunningRelay,
    server: JoinHandle<std::io::Result<()>>,
    stop: oneshot::Sender<()>,
}

impl<DB: Orders> Service<DB> {
    /// Makes the tables, starts the keeper ([`orders::app`](crate::orders::app)), the relay of the outbox, and the HTTP server, with `further` routes made of the
    /// probes of keeper and relay (those of `topika::observe`, say).
    ///
    /// # Errors
    /// When the database or the registry cannot be reached.
    pub async fn start(
        kafka: &Client,
        pool: Pool<DB>,
        keeper: App<Keeper<DB>>,
        listener: TcpListener,
        further: impl FnOnce(Probe, RelayProbe) -> Router,
    ) -> Result<Self, Error> {
        DB::prepare(&pool).await?;
        let placing = Placing::new(&pool, kafka);
        placing.ready().await?;
        let keeper = keeper.spawn(kafka.clone());
        let relay = Outbox::relay(&pool, kafka).spawn();
        let address = listener.local_addr().map_err(Error::wrap)?;
        let routes = routes(placing, pool.clone()).merge(further(keeper.probe(), relay.probe()));
        let (stop, stopped) = oneshot::channel();
        let serve = axum::serve(listener, routes).with_graceful_shutdown(async move { drop(stopped.await) });
        let server = tokio::spawn(serve.into_future());
        Ok(Self { pool, address, keeper, relay, server, stop })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The keeper, which writes the read model.
    pub fn keeper(&self) -> &RunningApp {
        &self.keeper
    }

    /// Takes no more requests, ends those under way, waits for what the relay has read from the outbox, commits what was kept and leaves the group. What the
    /// outbox holds beyond that is handed over when the service is started again.
    ///
    /// # Errors
    /// The first thing that did not end well; all the others are ended all the same.
    pub async fn shutdown(self) -> Result<(), Error> {
        drop(self.stop);
        let served = match tokio::time::timeout(DEADLINE, self.server).await {
            Ok(ended) => ended.map_err(Error::wrap).and_then(|served| served.map_err(Error::wrap)),
            Err(late) => Err(Error::wrap(late)),
        };
        let relayed = self.relay.shutdown(DEADLINE).await;
        let kept = self.keeper.shutdown().await;
        self.pool.close().await;
        served.and(relayed).and(kept)
    }
}

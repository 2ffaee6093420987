use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::app::Probe;
use crate::client::Client;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
use crate::outbox::RelayProbe;

/// What a [`router`] looks at: an app by its [`Probe`], or a [`Client`], which is live always, and ready while
/// [`is_alive`](Client::is_alive); with the feature `postgres` or `sqlite`, the relay of an outbox by its
/// probe (`RunningRelay::probe`). Of several kinds: `[Watched::from(app.probe()), relay.probe().into()]`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Watched {
    /// An app.
    App(Probe),
    /// A client, for programs that only produce.
    Client(Client),
    /// The relay of an outbox.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    Relay(RelayProbe),
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
impl From<RelayProbe> for Watched {
    fn from(probe: RelayProbe) -> Self {
        Self::Relay(probe)
    }
}

impl From<Probe> for Watched {
    fn from(probe: Probe) -> Self {
        Self::App(probe)
    }
}

impl From<Client> for Watched {
    fn from(client: Client) -> Self {
        Self::Client(client)
    }
}

/// A router for axum: `/live` and `/ready` answer 200, or 503 with a line for each thing that is wrong, and `/metrics` in the format of
/// Prometheus. It may be served by itself, or merged into another.
///
/// ```no_run
/// # async fn f(app: topika::App, kafka: topika::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let metrics = topika::observe::prometheus()?; // before the client is made
/// let routes = topika::observe::router([app.probe()], metrics);
/// let listener = tokio::net::TcpListener::bind("0.0.0.0:9090").await?;
/// tokio::spawn(async move { axum::serve(listener, routes).await });
/// app.run(kafka).await?;
/// # Ok(()) }
/// ```
pub fn router<W: Into<Watched>>(watched: impl IntoIterator<Item = W>, metrics: PrometheusHandle) -> Router {
    let watched: Arc<[Watched]> = watched.into_iter().map(Into::into).collect();
    let ready = Arc::clone(&watched);
    Router::new()
        .route("/live", get(|| async move { answer(&watched, |one| one.is_live()) }))
        .route("/ready", get(|| async move { answer(&ready, |one| one.is_ready()) }))
        .route(
            "/metrics",
            get(|| async move { ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render()) }),
        )
}

/// One of the watched, at one moment.
struct Seen {
    live: bool,
    ready: bool,
    says: String,
}

impl Seen {
    fn of(watched: &Watched) -> Self {
        match watched {
            Watched::App(probe) => {
                let health = probe.health();
                Self { live: health.is_live(), ready: health.is_ready(), says: health.to_string() }
            }
            Watched::Client(client) => {
                let ready = client.is_alive();
                let is = if ready { "connected" } else { "not connected" };
                Self { live: true, ready, says: format!("client of \"{}\": {is}", client.bootstrap()) }
            }
            #[cfg(any(feature = "postgres", feature = "sqlite"))]
            Watched::Relay(probe) => {
                let health = probe.health();
                Self { live: health.is_live, ready: health.is_ready, says: health.to_string() }
            }
        }
    }

    fn is_live(&self) -> bool {
        self.live
    }

    fn is_ready(&self) -> bool {
        self.ready
    }
}

fn answer(watched: &[Watched], is: impl Fn(&Seen) -> bool) -> (StatusCode, String) {
    let seen: Vec<Seen> = watched.iter().map(Seen::of).collect();
    let status = if seen.iter().all(is) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let mut text = String::new();
    for one in seen {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{}", one.says);
    }
    (status, text)
}

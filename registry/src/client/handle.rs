use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::builder::ClientBuilder;
use super::cache::Cache;
use super::error::{Error, ErrorKind};
use super::flight::SingleFlight;
use super::transport::Transport;
use crate::api::{NewSchema, Registered, Schema, SubjectVersion};

/// A client of a Confluent-compatible Schema Registry. Cloning gives another handle to the same connections and caches.
///
/// ```
/// use topika_registry::client::Client;
///
/// let client = Client::builder().url("http://localhost:8081").basic_auth("me", "secret").build()?;
/// # Ok::<(), topika_registry::client::Error>(())
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

pub(super) struct Inner {
    pub(super) transport: Transport,
    pub(super) normalize: bool,
    pub(super) missing_ttl: Duration,
    /// By id or GUID, as text; an error in it is a "not there" that is still believed.
    pub(super) schemas: Lookup<String, Arc<Schema>>,
    pub(super) versions: Lookup<(String, u32), Arc<SubjectVersion>>,
    pub(super) lookups: Lookup<(String, NewSchema), Arc<SubjectVersion>>,
    pub(super) registered: Lookup<(String, NewSchema), Registered>,
}

/// A cache and the fetches that fill it.
pub(super) struct Lookup<K, V> {
    pub(super) cache: Cache<K, Result<V, Error>>,
    pub(super) flight: SingleFlight<K, V>,
}

impl Client {
    /// Settings of a new client.
    #[must_use]
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(super) fn new(transport: Transport, capacity: usize, missing_ttl: Duration, normalize: bool) -> Self {
        Self(Arc::new(Inner {
            transport,
            normalize,
            missing_ttl,
            schemas: Lookup::new(capacity),
            versions: Lookup::new(capacity),
            lookups: Lookup::new(capacity),
            registered: Lookup::new(capacity),
        }))
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }
}

impl<K: Clone + Eq + std::hash::Hash, V: Clone> Lookup<K, V> {
    fn new(capacity: usize) -> Self {
        Self { cache: Cache::new(capacity), flight: SingleFlight::new() }
    }

    /// The cached answer, or a fetched one. Of errors only "not there" is kept, and that briefly.
    pub(super) async fn get(
        &self,
        key: K,
        missing_ttl: Duration,
        fetch: impl AsyncFnOnce() -> Result<V, Error>,
    ) -> Result<V, Error> {
        if let Some(known) = self.cache.get(&key) {
            return known;
        }
        self.flight
            .run(&key, async || {
                // The fetch before this one may have ended between the look into the cache and here.
                if let Some(known) = self.cache.get(&key) {
                    return known;
                }
                let outcome = fetch().await;
                match &outcome {
                    Ok(_) => self.cache.put(key.clone(), outcome.clone(), None),
                    Err(error) if error.kind() == ErrorKind::NotFound => {
                        self.cache.put(key.clone(), outcome.clone(), Some(missing_ttl));
                    }
                    Err(_) => {}
                }
                outcome
            })
            .await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.0.transport).finish()
    }
}

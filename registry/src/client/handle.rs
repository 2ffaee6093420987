use std::fmt;
use std::sync::Arc;

use super::builder::ClientBuilder;
use super::context::Context;
use super::lookup::Lookup;
use super::transport::Transport;
use super::unknown::Unknown;
use crate::api::{NewSchema, Registered, Schema, SubjectVersion};
use crate::bundle::Bundle;

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
    pub(super) context: Context,
    pub(super) bundle: Option<Arc<Bundle>>,
    pub(super) normalize: bool,
    pub(super) unknown: Unknown,
    /// By id or GUID, as text.
    pub(super) schemas: Lookup<String, Arc<Schema>>,
    pub(super) versions: Lookup<(String, u32), Arc<SubjectVersion>>,
    pub(super) latest: Lookup<String, Arc<SubjectVersion>>,
    pub(super) lookups: Lookup<Arc<(String, NewSchema)>, Arc<SubjectVersion>>,
    pub(super) registered: Lookup<Arc<(String, NewSchema)>, Registered>,
}

impl Client {
    /// Settings of a new client.
    #[must_use]
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(super) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.0.transport).finish()
    }
}

//! The values that a client is made of.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::provision::Provision;
use super::tokens::Tokens;
use crate::envelope::EnvelopeHeaders;
use crate::kafka::Hook;
use crate::wire::{Framing, SchemaChoice, SubjectStrategy};

/// What becomes of a message that cannot be read as an event of its topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Undecodable {
    /// It goes to the dead letter topic with its raw bytes and the reason, and the stream goes on.
    #[default]
    DeadLetter,
    /// It comes out of `next()` as an error of kind [`Decode`](crate::ErrorKind::Decode) that holds the raw bytes
    /// ([`UndecodableMessage::from_error`](super::UndecodableMessage::from_error)); the stream goes on after it.
    Yield,
    /// It is acknowledged and logged, nothing more: for streams where losing it is right.
    Skip,
}

/// Credentials and text that must not be shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Secret(pub(super) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Addresses of the registry, which may hold a user and a password: these are not shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Addresses(pub(super) Vec<String>);

impl Addresses {
    fn shown(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|url| {
            let (scheme, rest) = url
                .split_once("://")
                .map_or(("", url.as_str()), |(_, rest)| (url.get(..url.len() - rest.len()).unwrap_or_default(), rest));
            let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            match rest.get(..host).and_then(|authority| authority.rfind('@')) {
                Some(at) => format!("{scheme}...{}", rest.get(at..).unwrap_or_default()),
                None => url.clone(),
            }
        })
    }
}

impl fmt::Debug for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.shown()).finish()
    }
}

impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown().collect::<Vec<_>>().join(","))
    }
}

#[derive(Clone, Debug)]
pub(super) struct ClientSettings {
    pub(super) bootstrap: String,
    pub(super) registry: Addresses,
    pub(super) without_registry: bool,
    pub(super) registry_user: Option<(String, Secret)>,
    pub(super) registry_client: topika_registry::client::ClientBuilder,
    pub(super) topic_prefix: String,
    pub(super) group_prefix: String,
    pub(super) environment: Option<String>,
    pub(super) development: bool,
    pub(super) auto_register: bool,
    pub(super) subjects: SubjectStrategy,
    pub(super) framing: Framing,
    pub(super) schema: SchemaChoice,
    pub(super) provision: Provision,
    pub(super) connect_deadline: Duration,
    pub(super) queue_messages: usize,
    pub(super) queue_bytes: u32,
    pub(super) queue_wait: Option<Duration>,
    pub(super) envelope: Arc<EnvelopeHeaders>,
    pub(super) properties: Properties,
    pub(super) tokens: Option<Tokens>,
    pub(super) on_delivery: Option<Hook>,
}

/// Kafka properties; values of secret ones are not shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Properties(pub(super) BTreeMap<String, String>);

impl Properties {
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }
}

impl fmt::Debug for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names only: which values are secret is librdkafka's to say, and a new one must not slip out.
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            bootstrap: String::new(),
            registry: Addresses::default(),
            without_registry: false,
            registry_user: None,
            registry_client: topika_registry::client::ClientBuilder::default(),
            topic_prefix: String::new(),
            group_prefix: String::new(),
            environment: None,
            development: false,
            auto_register: false,
            subjects: SubjectStrategy::default(),
            framing: Framing::default(),
            schema: SchemaChoice::default(),
            provision: Provision::Verify,
            connect_deadline: Duration::from_secs(10),
            queue_messages: 100_000,
            queue_bytes: 64 << 20,
            queue_wait: None,
            envelope: Arc::default(),
            properties: Properties::default(),
            tokens: None,
            on_delivery: None,
        }
    }
}

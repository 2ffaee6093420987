//! The client: what is known about the cluster and the registry, and the typed producers and consumers made from it.

mod backoff;
mod builder;
mod connection;
mod consumer;
mod dead_letter;
mod decode;
mod encoder;
mod env;
mod env_registry;
mod fault;
mod file;
mod message;
mod outgoing;
mod producer;
mod producing;
mod provision;
mod publisher;
mod retry_topic;
mod said;
mod scanned;
mod security;
mod settings;
mod stand_in;
mod tokens;
mod topics;
mod transactions;

pub(crate) use backoff::Backoff;
pub use builder::ClientBuilder;
pub use connection::Client;
pub use consumer::{Consumer, ConsumerBuilder};
pub(crate) use dead_letter::Reason;
pub use dead_letter::header;
pub(crate) use decode::{Decoded, Undecoded, decode};
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(crate) use encoder::Encoder;
pub use message::{Ack, Message, UndecodableMessage};
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(crate) use outgoing::Beside;
pub use outgoing::Outgoing;
pub use producer::Producer;
pub use producing::{Compression, ProducerBuilder};
pub use provision::Provision;
pub(crate) use publisher::Publisher;
pub(crate) use scanned::Scanned;
pub use security::{Sasl, Tls};
pub use settings::Undecodable;
pub use stand_in::{Answer, HandedOver, StandIn};
pub use topics::{NewTopic, TopicConfig, TopicState, Topics};
pub use transactions::{Transaction, Transactions, TransactionsBuilder};

pub use crate::kafka::{Deliveries, Delivery, PendingBatch, Token, Undelivered};

//! Broker, registry and a client for both, in one line.

mod cluster;
mod compare;
mod dead_letters;
mod failure;
mod handled;
mod harness;
mod hosted;
mod message;
mod messages;
mod outside;
mod place;
mod producers;
mod reading;
mod reads;
mod recording;
mod retried;
mod unit;

pub use cluster::{Swept, TestCluster};
pub use dead_letters::{DeadLetter, DeadLetters};
pub use failure::KitError;
pub use handled::HandledRun;
pub use harness::{Kit, start, try_start};
pub use message::Seen;
pub use messages::Messages;
pub use recording::RecordingProducer;
pub use retried::{Retried, Waiting};
pub use unit::{Calling, HandlerCall, handle};

//! What stands beside an event: its id, when and by whom it was made, what it belongs to and what it answers. It travels in headers, under the
//! names of [CloudEvents] (binary mode of its Kafka binding), so the payload stays the event alone.
//!
//! | usual name | header | fills itself |
//! |---|---|---|
//! | `event_id` | `ce_id` | a UUID of version 7; written unless told otherwise |
//! | `correlation_id` | `ce_correlationid` | within a handler, what the handled message has; written unless told otherwise |
//! | `causation_id` | `ce_causationid` | within a handler, the id of the handled message; on request |
//! | `event_type` | `ce_type` | the event's name; on request |
//! | `timestamp` | `ce_time`, else the record's own time | the moment of writing; on request |
//! | `service_name` | `ce_source` | what [`EnvelopeHeaders::service`] says |
//! | `version` | `ce_dataversion` | the locked version of the schema; on request |
//! | `data` | the payload | |
//! | `metadata` | `meta.<name>` | |
//! | `aggregate_id`, `aggregate_type` | `ce_subject`, `ce_aggregatetype` | |
//! | `command_name`, `reply_to`, `timeout_ms` | `ce_commandname`, `ce_replyto`, `ce_timeoutms` | |
//!
//! By default a message has at most three headers of ours: `ce_id`, `ce_correlationid` where there is one, and `traceparent` where a span is
//! open. All others are on request ([`EnvelopeHeaders`]), or written where a message is given them ([`Envelope`]).
//!
//! Who must have some of it inside the payload marks fields of the event: `#[event(envelope = "event_id")]`, or `"topika.envelope": "event_id"` on the field of an Avro
//! schema or the property of a JSON Schema. What is marked and empty is filled when the event is written, with what the header would have had, and stands in no header then, but for
//! `ce_id`. Where a message is read, what its fields hold counts as if it stood in headers.
//!
//! ```
//! use topika::Event;
//! use topika::types::{TimestampMillis, Uuid};
//!
//! #[derive(Clone, Event)]
//! #[event(name = "billing.payment-taken")]
//! struct PaymentTaken {
//!     #[event(envelope = "event_id")]
//!     event_id: Uuid,
//!     #[event(envelope = "timestamp")]
//!     occurred_at: TimestampMillis,
//!     #[event(envelope = "correlation_id", default)]
//!     correlation_id: Option<String>,
//!     account: i64,
//! }
//! ```
//!
//! [CloudEvents]: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md

#[cfg(feature = "kafka")]
mod carrying;
mod contents;
#[cfg(feature = "kafka")]
mod flow;
pub mod header;
mod id;
#[cfg(feature = "kafka")]
mod kept;
#[cfg(feature = "kafka")]
mod marks;
#[cfg(feature = "kafka")]
mod origin;

#[cfg(feature = "kafka")]
pub(crate) use carrying::Given;
#[cfg(feature = "kafka")]
pub use carrying::with_carried;
pub use contents::{Envelope, Kind};
#[cfg(feature = "kafka")]
pub(crate) use flow::Flow;
#[cfg(feature = "kafka")]
pub use flow::within;
pub use id::new_id;
#[cfg(feature = "kafka")]
pub use kept::EnvelopeHeaders;
#[cfg(feature = "kafka")]
pub(crate) use marks::Marks;
#[cfg(feature = "kafka")]
pub(crate) use origin::Origin;

//! The names of the headers. Values are UTF-8 text.

/// The version of CloudEvents, `1.0`: written where whole CloudEvents are.
pub const SPEC_VERSION: &str = "ce_specversion";
/// The event's id.
pub const ID: &str = "ce_id";
/// The service that wrote it.
pub const SOURCE: &str = "ce_source";
/// The event's name: `orders.order-placed`.
pub const TYPE: &str = "ce_type";
/// When it was made, as RFC 3339 has it: `2026-11-23T09:30:00.250Z`.
pub const TIME: &str = "ce_time";
/// The id of the aggregate that it is about.
pub const SUBJECT: &str = "ce_subject";
/// The type of that aggregate.
pub const AGGREGATE_TYPE: &str = "ce_aggregatetype";
/// The locked version of its schema.
pub const DATA_VERSION: &str = "ce_dataversion";
/// What all messages have in common that come of one request.
pub const CORRELATION_ID: &str = "ce_correlationid";
/// The id of the message whose handler wrote this one.
pub const CAUSATION_ID: &str = "ce_causationid";
/// What is to be done.
pub const COMMAND_NAME: &str = "ce_commandname";
/// The topic that an answer is expected on.
pub const REPLY_TO: &str = "ce_replyto";
/// How long an answer is of use, in milliseconds.
pub const TIMEOUT_MS: &str = "ce_timeoutms";
/// What stands before the names of free metadata.
pub const METADATA: &str = "meta.";

/// What kind of number a [`Metric`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// How often which values came.
    Histogram,
}

/// One of the metrics that topika gives: a row of [`METRICS`].
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name, as Prometheus has it.
    pub name: &'static str,
    /// What kind of number it is.
    pub kind: Kind,
    /// The labels that each of its series has.
    pub labels: &'static [&'static str],
    /// What it says.
    pub help: &'static str,
}

const fn metric(kind: Kind, name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind, labels, help }
}

use Kind::{Counter, Gauge, Histogram};

/// All metrics that topika gives, as `docs/observability.md` lists them.
pub const METRICS: &[Metric] = &[
    metric(Counter, "topika_produced_total", &["topic"], "Messages handed over to producers."),
    metric(Counter, "topika_produced_bytes_total", &["topic"], "Their keys, values and headers, in bytes."),
    metric(Counter, "topika_delivered_total", &["topic"], "Messages that the brokers have acknowledged."),
    metric(
        Counter,
        "topika_failed_total",
        &["topic", "kind"],
        "Messages that were not delivered, by the kind of their error.",
    ),
    metric(Gauge, "topika_in_flight", &["topic"], "Messages that no broker has answered yet."),
    metric(Histogram, "topika_delivery_seconds", &["topic"], "From handing a message over to the broker's answer."),
    metric(Counter, "topika_consumed_total", &["topic", "group"], "Messages taken from consumers."),
    metric(Counter, "topika_consumed_bytes_total", &["topic", "group"], "Their keys and values, in bytes."),
    metric(
        Gauge,
        "topika_lag",
        &["topic", "partition", "group"],
        "Messages that are not read yet; 0 once the partition is another member's.",
    ),
    metric(
        Gauge,
        "topika_commit_age_seconds",
        &["topic", "partition", "group"],
        "How long messages that were read wait for a commit; 0 where none does.",
    ),
    metric(
        Counter,
        "topika_commits_total",
        &["group", "result"],
        "Commits by their result, ok or failed; within transactions, those that came to pass.",
    ),
    metric(Counter, "topika_rebalances_total", &["group", "event"], "Partitions assigned, revoked or lost, as events."),
    metric(
        Counter,
        "topika_handled_total",
        &["topic", "group", "result"],
        "Tries of handlers: done, failed, unreadable, or left to another member.",
    ),
    metric(
        Counter,
        "topika_retries_total",
        &["topic", "group", "delay", "why"],
        "Messages moved into the tier of that delay: they failed, or wait for the order of their key.",
    ),
    metric(Gauge, "topika_handlers", &["topic", "group"], "Handlers at work."),
    metric(
        Histogram,
        "topika_handler_seconds",
        &["topic", "group"],
        "How long a try of a handler took, with what it published.",
    ),
    metric(Gauge, "topika_outbox_rows", &[], "Rows of the outbox that are not sent, as a relay counted them last."),
    metric(Gauge, "topika_outbox_held", &[], "Those among them that were refused for good."),
    metric(
        Gauge,
        "topika_outbox_oldest_seconds",
        &[],
        "How long ago the oldest row that is not held was stored; 0 where there is none.",
    ),
    metric(
        Counter,
        "topika_outbox_refused_total",
        &["topic", "kind"],
        "Rows of the outbox that were refused for good, by the kind of their error.",
    ),
    metric(Gauge, "topika_rdkafka_queue_messages", &["client"], "Messages in librdkafka's queues to the brokers."),
    metric(Gauge, "topika_rdkafka_queue_bytes", &["client"], "Their bytes."),
    metric(Counter, "topika_rdkafka_requests_total", &["client"], "Requests to brokers."),
    metric(Counter, "topika_rdkafka_sent_bytes_total", &["client"], "Their bytes."),
    metric(Counter, "topika_rdkafka_responses_total", &["client"], "Answers of brokers."),
    metric(Counter, "topika_rdkafka_received_bytes_total", &["client"], "Their bytes."),
    metric(
        Gauge,
        "topika_rdkafka_broker_connections",
        &["client", "broker"],
        "Clients that are connected to the broker.",
    ),
    metric(Counter, "topika_rdkafka_broker_errors_total", &["client", "broker"], "Sends and receipts that failed."),
    metric(
        Counter,
        "topika_rdkafka_broker_timeouts_total",
        &["client", "broker"],
        "Requests that were not answered in time.",
    ),
    metric(
        Gauge,
        "topika_rdkafka_broker_rtt_seconds",
        &["client", "broker"],
        "Mean time to the broker's answer in the last 5 s, of the client that told last.",
    ),
];

/// Tells the recorder what the metrics are.
pub(crate) fn describe() {
    for Metric { name, kind, help, .. } in METRICS {
        match kind {
            Counter => metrics::describe_counter!(*name, *help),
            Gauge => metrics::describe_gauge!(*name, *help),
            Histogram => metrics::describe_histogram!(*name, *help),
        }
    }
}

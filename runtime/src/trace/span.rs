//! The span of a handler at work, by OpenTelemetry's conventions for messaging.

use tracing::Span;
use tracing::field::{Empty, display};

use super::Trace;
use crate::envelope::Flow;
use crate::handler::Metadata;

/// A span for one try of a handler. It is a child of the span in which the message was written: one message is handled by itself, so it has one
/// origin, and a trace goes on through the topic to whatever comes of it.
pub(crate) fn handling(of: &Metadata, trace: Option<&Trace>, flow: Option<&Flow>) -> Span {
    let Metadata { topic, partition, offset, group, attempt, .. } = of;
    // The level of a span says who sees it: of the highest, it stands around each line of a handler's log, however few of ours are asked for.
    let span = tracing::error_span!(
        target: "topika",
        parent: None,
        "process",
        otel.name = %format_args!("process {topic}"),
        otel.kind = "consumer",
        otel.status_code = Empty,
        "error.type" = Empty,
        messaging.system = "kafka",
        messaging.operation.name = "process",
        "messaging.operation.type" = "process",
        messaging.destination.name = &**topic,
        messaging.destination.partition.id = %partition,
        messaging.kafka.offset = offset,
        messaging.consumer.group.name = &**group,
        topika.attempt = attempt,
        traceparent = Empty,
        correlation_id = Empty,
        causation_id = Empty,
    );
    if let Some(flow) = flow {
        span.record("correlation_id", &*flow.correlation_id);
        if let Some(cause) = &flow.causation_id {
            span.record("causation_id", &**cause);
        }
    }
    if let Some(trace) = trace {
        span.record("traceparent", trace.parent());
        #[cfg(feature = "opentelemetry")]
        super::otel::continues(&span, trace);
    }
    span
}

/// The handler failed; `kind` is a short label of why.
pub(crate) fn failed(span: &Span, kind: &str) {
    span.record("otel.status_code", "ERROR");
    span.record("error.type", display(kind));
}

//! Between W3C's headers and the spans of OpenTelemetry.

use std::str::FromStr as _;

use bytes::Bytes;
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::Trace;

/// Of the span that is open here; `None` where there is none, or nobody takes it to OpenTelemetry.
pub(super) fn current() -> Option<Trace> {
    let span = Span::current();
    if span.is_none() {
        return None;
    }
    let context = span.context();
    let span = context.span();
    let of = span.span_context();
    if !of.is_valid() {
        return None;
    }
    let parent = format!("00-{}-{}-{:02x}", of.trace_id(), of.span_id(), of.trace_flags().to_u8());
    let state = of.trace_state().header();
    Some(Trace { parent: Bytes::from(parent), state: (!state.is_empty()).then(|| Bytes::from(state)) })
}

/// Makes the span a child of the one that the message was written in.
pub(super) fn continues(span: &Span, trace: &Trace) {
    let Some(origin) = origin(trace) else { return };
    // Refused where nobody takes the span to OpenTelemetry: then there is nothing to be a child of.
    let _ = span.set_parent(Context::new().with_remote_span_context(origin));
}

fn origin(trace: &Trace) -> Option<SpanContext> {
    let mut parts = trace.parent().split('-').skip(1);
    let trace_id = TraceId::from_hex(parts.next()?).ok()?;
    let span_id = SpanId::from_hex(parts.next()?).ok()?;
    let flags = u8::from_str_radix(parts.next()?, 16).ok()?;
    let state = trace.state.as_deref().and_then(|state| std::str::from_utf8(state).ok());
    let state = state.and_then(|state| TraceState::from_str(state).ok()).unwrap_or_default();
    Some(SpanContext::new(trace_id, span_id, TraceFlags::new(flags), true, state))
}

//! Where a message stands in a trace: W3C's headers `traceparent` and `tracestate`, from the span or message at hand to the messages that come of it.

#[cfg(feature = "opentelemetry")]
mod otel;
mod span;

use bytes::Bytes;

use crate::handler::Headers;

pub(crate) use span::{failed, handling};

const PARENT: &str = "traceparent";
const STATE: &str = "tracestate";

/// The two headers, where the first is what W3C says. The second is nothing without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trace {
    parent: Bytes,
    state: Option<Bytes>,
}

tokio::task_local! {
    /// Of the message that is being handled.
    static HANDLED: Option<Trace>;
}

impl Trace {
    /// Of a message that was read.
    pub(crate) fn of(headers: &Headers) -> Option<Self> {
        let parent = headers.last(PARENT).filter(|value| is_parent(value))?;
        let state = headers.last(STATE).filter(|value| !value.is_empty()).map(Bytes::copy_from_slice);
        Some(Self { parent: Bytes::copy_from_slice(parent), state })
    }

    /// Of the span that is open here, where OpenTelemetry has it; otherwise of the message that is being handled.
    pub(crate) fn current() -> Option<Self> {
        #[cfg(feature = "opentelemetry")]
        if let Some(trace) = otel::current() {
            return Some(trace);
        }
        HANDLED.try_with(Clone::clone).ok().flatten()
    }

    /// The headers for a message that already has those of `own`: whoever wrote one of ours by hand meant it.
    pub(crate) fn beside<'a>(&'a self, own: &Headers) -> impl Iterator<Item = (&'a str, Option<&'a [u8]>)> + use<'a> {
        let parent: Option<(&'a str, _)> = Some((PARENT, Some(&*self.parent)));
        let state: Option<(&'a str, _)> = self.state.as_deref().map(|state| (STATE, Some(state)));
        let written = own.iter().any(|(name, _)| matches!(name, PARENT | STATE));
        parent.into_iter().chain(state).filter(move |_| !written)
    }

    /// As text; what is no text was refused before.
    fn parent(&self) -> &str {
        std::str::from_utf8(&self.parent).unwrap_or_default()
    }
}

/// What comes of a message belongs to its trace.
pub(crate) async fn within<F: Future>(trace: Option<Trace>, work: F) -> F::Output {
    HANDLED.scope(trace, work).await
}

/// `00-<32 digits>-<16 digits>-<2 digits>`, hexadecimal and small, neither number all zeros. A later version may have more behind.
fn is_parent(value: &[u8]) -> bool {
    let is_hex = |part: &[u8]| part.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let is_number = |part: &[u8]| is_hex(part) && part.iter().any(|b| *b != b'0');
    let mut parts = value.splitn(5, |b| *b == b'-');
    let mut next = |length: usize| parts.next().filter(|part| part.len() == length);
    let (Some(version), Some(trace), Some(span), Some(flags)) = (next(2), next(32), next(16), next(2)) else {
        return false;
    };
    let more = parts.next();
    is_hex(version)
        && version != b"ff"
        && (version != b"00" || more.is_none())
        && is_number(trace)
        && is_number(span)
        && is_hex(flags)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_context_is_taken_from_headers_where_it_is_one() {
        let trace = Trace::of(&Headers::new().with(PARENT, GOOD).with(STATE, "a=b")).unwrap();
        assert_eq!(trace.parent(), GOOD);
        let written: Vec<_> = trace.beside(&Headers::new()).collect();
        assert_eq!(written, [(PARENT, Some(GOOD.as_bytes())), (STATE, Some(&b"a=b"[..]))]);
        assert_eq!(trace.beside(&Headers::new().with(PARENT, "mine")).count(), 0);
        assert_eq!(Trace::of(&Headers::new().with(STATE, "a=b")), None);
        for bad in [
            "",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
        ] {
            assert_eq!(Trace::of(&Headers::new().with(PARENT, bad)), None, "{bad}");
        }
        let later = "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more";
        assert!(Trace::of(&Headers::new().with(PARENT, later)).is_some());
    }

    #[tokio::test]
    async fn what_is_done_within_a_message_belongs_to_its_trace_and_nothing_else_does() {
        assert_eq!(Trace::current(), None);
        let trace = Trace::of(&Headers::new().with(PARENT, GOOD));
        let inside = within(trace.clone(), async { Trace::current() }).await;
        assert_eq!(inside, trace);
        assert_eq!(within(None, async { Trace::current() }).await, None);
        assert_eq!(Trace::current(), None);
    }
}

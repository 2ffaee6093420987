//! Parts of an envelope that an event carries in its own fields.

use std::collections::BTreeMap;

use super::id::Id;
use super::origin::Origin;
use super::{EnvelopeHeaders, Flow, Marks, header};
use crate::event::Topic;
use crate::event::carried::{Carried, Part};
use crate::handler::Headers;
use crate::schema::Descriptor;
use crate::types::TimestampMillis;

/// Which header has what else stands in a field.
const HEADERS: [(Part, &str); 12] = [
    (Part::EventId, header::ID),
    (Part::EventType, header::TYPE),
    (Part::Timestamp, header::TIME),
    (Part::ServiceName, header::SOURCE),
    (Part::Version, header::DATA_VERSION),
    (Part::AggregateId, header::SUBJECT),
    (Part::AggregateType, header::AGGREGATE_TYPE),
    (Part::CorrelationId, header::CORRELATION_ID),
    (Part::CausationId, header::CAUSATION_ID),
    (Part::CommandName, header::COMMAND_NAME),
    (Part::ReplyTo, header::REPLY_TO),
    (Part::TimeoutMs, header::TIMEOUT_MS),
];

/// What the fields of an event may be filled with: what its message is given, and else what fills itself.
pub(crate) struct Given(Carried);

impl Given {
    /// For an event whose fields hold that already.
    pub(crate) fn of(kept: &EnvelopeHeaders, event: &Descriptor, own: &Headers, held: &Carried) -> Self {
        let text = |name: &str| own.text(name).filter(|text| !text.is_empty()).map(str::to_owned);
        let mut parts: BTreeMap<Part, String> =
            HEADERS.iter().filter_map(|(part, name)| Some((*part, text(name)?))).collect();
        let mut fill = |part, value: Option<String>| {
            if let Some(value) = value {
                parts.entry(part).or_insert(value);
            }
        };
        let flow = Flow::here();
        // Drawn in any case, since each message takes its place.
        let id = Origin::next().unwrap_or_else(Id::new).to_string();
        // What the event says itself is its envelope's, also where it cannot be filled in.
        fill(Part::EventId, Some(held.get(Part::EventId).map_or(id, str::to_owned)));
        fill(Part::EventType, Some(event.event.to_owned()));
        fill(Part::Timestamp, Some(TimestampMillis::now().to_string()));
        fill(Part::ServiceName, kept.name().map(str::to_owned));
        fill(Part::Version, event.file.and_then(|file| file.version).map(|version| version.to_string()));
        fill(Part::CorrelationId, flow.as_ref().map(|flow| flow.correlation_id.as_ref().to_owned()));
        fill(Part::CausationId, flow.and_then(|flow| flow.causation_id).map(|id| id.as_ref().to_owned()));
        let metadata = own.iter().filter_map(|(name, value)| {
            let value = std::str::from_utf8(value?).ok()?;
            Some((name.strip_prefix(header::METADATA)?.to_owned(), value.to_owned()))
        });
        Self(Carried { parts, metadata: metadata.collect() })
    }

    pub(crate) fn parts(&self) -> &Carried {
        &self.0
    }

    /// The headers that fill themselves, of a message whose event carries that: what stands inside is not said twice, but for the id.
    pub(crate) fn marks(&self, kept: &EnvelopeHeaders, carried: &Carried) -> Marks {
        let mut marks = Marks::from_parts(kept, &self.0);
        for (part, name) in HEADERS.iter().filter(|(part, _)| *part != Part::EventId) {
            if carried.get(*part).is_some() {
                marks.leave_out(name);
            }
        }
        marks
    }
}

/// The headers of a message that was read, with what its event carries in its own fields where they have none. Handlers and consumers have this done already; for
/// whoever reads otherwise.
///
/// ```
/// # use topika::{Event, Topic};
/// use topika::Headers;
/// use topika::envelope::{Envelope, with_carried};
///
/// #[derive(Clone, Event)]
/// #[event(name = "billing.payment-taken")]
/// struct PaymentTaken {
///     #[event(envelope = "correlation_id")]
///     request: String,
/// }
/// # #[derive(Topic)]
/// # #[topic(name = "payments")]
/// # enum Payments { PaymentTaken(PaymentTaken) }
///
/// let read = Payments::from(PaymentTaken { request: "req-1".to_owned() });
/// let headers = with_carried(Headers::new(), &read);
/// assert_eq!(Envelope::of(&headers, None).correlation_id(), Some("req-1"));
/// ```
#[must_use]
pub fn with_carried<T: Topic>(mut headers: Headers, event: &T) -> Headers {
    let Some(carried) = event.carried() else { return headers };
    for (part, name) in HEADERS {
        if let Some(value) = carried.get(part).filter(|_| headers.text(name).is_none_or(str::is_empty)) {
            headers = headers.without(name).with(name, value);
        }
    }
    for (name, value) in &carried.metadata {
        let name = format!("{}{name}", header::METADATA);
        if headers.last(&name).is_none() {
            headers = headers.with(name, value);
        }
    }
    headers
}

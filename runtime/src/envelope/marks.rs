//! The headers of its envelope that a message gets by itself.

use std::sync::Arc;

use super::id::Id;
use super::origin::Origin;
use super::{EnvelopeHeaders, Flow, header};
use crate::event::carried::{Carried, Part};
use crate::handler::Headers;
use crate::schema::Descriptor;
use crate::types::TimestampMillis;

/// Of one message.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    id: Option<String>,
    correlation_id: Option<Arc<str>>,
    /// What few ask for.
    others: Vec<(&'static str, String)>,
}

impl Marks {
    /// Of an event; without one, of a tombstone.
    pub(crate) fn of(kept: &EnvelopeHeaders, event: Option<&Descriptor>) -> Self {
        let flow = if kept.correlation_id || kept.causation_id { Flow::here() } else { None };
        let mut others = Vec::new();
        if kept.spec_version {
            others.push((header::SPEC_VERSION, "1.0".to_owned()));
        }
        if let Some(service) = &kept.service {
            others.push((header::SOURCE, service.clone()));
        }
        if let Some(event) = event.filter(|_| kept.event_type) {
            others.push((header::TYPE, event.event.to_owned()));
        }
        if kept.time {
            others.push((header::TIME, TimestampMillis::now().to_string()));
        }
        if let Some(version) = event.filter(|_| kept.version).and_then(|event| event.file?.version) {
            others.push((header::DATA_VERSION, version.to_string()));
        }
        if let Some(cause) = flow.as_ref().filter(|_| kept.causation_id).and_then(|flow| flow.causation_id.as_deref()) {
            others.push((header::CAUSATION_ID, cause.to_owned()));
        }
        Self {
            id: kept.id.then(|| Origin::next().unwrap_or_else(Id::new).to_string()),
            correlation_id: flow.filter(|_| kept.correlation_id).map(|flow| flow.correlation_id),
            others,
        }
    }

    /// Of an event whose envelope is put together already.
    pub(crate) fn from_parts(kept: &EnvelopeHeaders, parts: &Carried) -> Self {
        let part = |part, wanted: bool| parts.get(part).filter(|_| wanted).map(str::to_owned);
        let version = kept.spec_version.then(|| "1.0".to_owned());
        let others = [
            (header::SPEC_VERSION, version),
            (header::SOURCE, part(Part::ServiceName, kept.service.is_some())),
            (header::TYPE, part(Part::EventType, kept.event_type)),
            (header::TIME, part(Part::Timestamp, kept.time)),
            (header::DATA_VERSION, part(Part::Version, kept.version)),
            (header::CAUSATION_ID, part(Part::CausationId, kept.causation_id)),
        ];
        Self {
            id: part(Part::EventId, kept.id),
            correlation_id: part(Part::CorrelationId, kept.correlation_id).map(Arc::from),
            others: others.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        }
    }

    /// That header stands elsewhere.
    pub(crate) fn leave_out(&mut self, name: &str) {
        if name == header::CORRELATION_ID {
            self.correlation_id = None;
        }
        self.others.retain(|(other, _)| *other != name);
    }

    /// The headers for a message that already has `own`: what it was given stands.
    pub(crate) fn beside<'a>(&'a self, own: &'a Headers) -> impl Iterator<Item = (&'a str, Option<&'a [u8]>)> {
        let id = self.id.as_deref().map(|id| (header::ID, id));
        let correlation = self.correlation_id.as_deref().map(|id| (header::CORRELATION_ID, id));
        let others = self.others.iter().map(|(name, value)| (*name, value.as_str()));
        let all = id.into_iter().chain(correlation).chain(others);
        all.filter(|(name, _)| own.iter().all(|(given, _)| given != *name))
            .map(|(name, value)| (name, Some(value.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<'a>(marks: &'a Marks, own: &'a Headers) -> Vec<&'a str> {
        marks.beside(own).map(|(name, _)| name).collect()
    }

    #[tokio::test]
    async fn a_message_has_its_id_and_within_a_handler_its_correlation() {
        let (kept, own) = (EnvelopeHeaders::new(), Headers::new());
        assert_eq!(names(&Marks::of(&kept, None), &own), [header::ID]);
        let flow = Flow::of(&Headers::new().with(header::ID, "1"));
        let marks = Flow::around(flow.clone(), async { Marks::of(&kept.clone().causation_id(), None) }).await;
        assert_eq!(names(&marks, &own), [header::ID, header::CORRELATION_ID, header::CAUSATION_ID]);
        let given = Headers::new().with(header::ID, "mine").with(header::CORRELATION_ID, "too");
        assert_eq!(names(&marks, &given), [header::CAUSATION_ID]);
        let none = Flow::around(flow, async { Marks::of(&EnvelopeHeaders::none(), None) }).await;
        assert_eq!(names(&none, &own), [""; 0]);
    }

    #[test]
    fn whole_cloud_events_are_what_their_specification_asks_for() {
        let marks = Marks::of(&EnvelopeHeaders::cloud_events("orders"), None);
        assert_eq!(names(&marks, &Headers::new()), [header::ID, header::SPEC_VERSION, header::SOURCE, header::TIME]);
    }
}

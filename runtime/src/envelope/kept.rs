use crate::error::{Error, ErrorKind};

/// Which headers of an [`Envelope`](super::Envelope) fill themselves on each message that a client writes. Default: `ce_id` and, where there is one,
/// `ce_correlationid`. Headers cost: each about a tenth of a microsecond, and its bytes on the wire and on disk.
///
/// ```
/// use topika::envelope::EnvelopeHeaders;
///
/// let all = EnvelopeHeaders::cloud_events("orders"); // whole CloudEvents: specversion, id, source, type, time
/// let some = EnvelopeHeaders::new().causation_id().version();
/// let client = topika::Client::builder().bootstrap("127.0.0.1:9092").without_registry().envelope(some).build()?;
/// # Ok::<(), topika::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct EnvelopeHeaders {
    pub(super) id: bool,
    pub(super) correlation_id: bool,
    pub(super) causation_id: bool,
    pub(super) event_type: bool,
    pub(super) time: bool,
    pub(super) version: bool,
    pub(super) spec_version: bool,
    pub(super) service: Option<String>,
}

impl Default for EnvelopeHeaders {
    fn default() -> Self {
        Self { id: true, correlation_id: true, ..Self::none() }
    }
}

impl EnvelopeHeaders {
    /// The id and the correlation.
    pub fn new() -> Self {
        Self::default()
    }

    /// None: only what a message is given stands beside it.
    pub const fn none() -> Self {
        Self {
            id: false,
            correlation_id: false,
            causation_id: false,
            event_type: false,
            time: false,
            version: false,
            spec_version: false,
            service: None,
        }
    }

    /// All that CloudEvents 1.0 asks for, and the time: other readers of CloudEvents understand the messages then.
    pub fn cloud_events(service: impl Into<String>) -> Self {
        Self { spec_version: true, ..Self::new().event_type().time().service(service) }
    }

    /// The name of the service that writes: `ce_source`.
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.service = Some(name.into());
        self
    }

    /// The id of the handled message: `ce_causationid`.
    pub const fn causation_id(mut self) -> Self {
        self.causation_id = true;
        self
    }

    /// The event's name: `ce_type`.
    pub const fn event_type(mut self) -> Self {
        self.event_type = true;
        self
    }

    /// The moment of writing: `ce_time`. A record has a time of its own already.
    pub const fn time(mut self) -> Self {
        self.time = true;
        self
    }

    /// The locked version of the event's schema: `ce_dataversion`. What is newer than the lock has none.
    pub const fn version(mut self) -> Self {
        self.version = true;
        self
    }

    pub(crate) fn name(&self) -> Option<&str> {
        self.service.as_deref()
    }

    /// From the words `id`, `correlation`, `causation`, `type`, `time` and `version`, with commas between them; `cloudevents` is all that CloudEvents
    /// ask for, `none` is none. Gives back a word that is none of these.
    pub(crate) fn of_words(text: &str) -> Result<Self, String> {
        let mut kept = Self::none();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match word {
                "id" => kept.id = true,
                "correlation" => kept.correlation_id = true,
                "causation" => kept.causation_id = true,
                "type" => kept.event_type = true,
                "time" => kept.time = true,
                "version" => kept.version = true,
                "cloudevents" => {
                    (kept.id, kept.spec_version, kept.event_type, kept.time) = (true, true, true, true);
                }
                "none" => {}
                other => return Err(other.to_owned()),
            }
        }
        Ok(kept)
    }

    /// That the service's name is one, where one is needed.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| !c.is_whitespace() && !c.is_control());
        match &self.service {
            Some(name) if !is_name(name) => Err(Error::new(
                ErrorKind::Config,
                format!("the service's name {name:?} cannot be `ce_source`: it is a URI reference of CloudEvents"),
            )
            .help("a name without spaces, such as \"orders\" or \"/orders/eu\"")),
            None if self.spec_version => {
                Err(Error::new(ErrorKind::Config, "CloudEvents name their source, and this service has no name")
                    .help("set TOPIKA_SERVICE, or call `Client::builder().service(\"orders\")`"))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_which_headers_there_are() {
        assert_eq!(EnvelopeHeaders::of_words("id, correlation"), Ok(EnvelopeHeaders::new()));
        assert_eq!(EnvelopeHeaders::of_words("none"), Ok(EnvelopeHeaders::none()));
        let whole = EnvelopeHeaders::of_words("correlation,cloudevents").unwrap();
        assert!(whole.check().unwrap_err().to_string().contains("TOPIKA_SERVICE"));
        assert_eq!(whole.service("orders"), EnvelopeHeaders::cloud_events("orders"));
        assert_eq!(EnvelopeHeaders::of_words("id,tmie"), Err("tmie".to_owned()));
    }

    #[test]
    fn a_service_has_a_name_without_spaces() {
        EnvelopeHeaders::cloud_events("/orders/eu").check().unwrap();
        for bad in ["", "my orders", "a\n"] {
            let error = EnvelopeHeaders::new().service(bad).check().unwrap_err();
            assert!(error.to_string().contains("ce_source"), "{error}");
        }
    }
}

//! The check that plain messages and framed ones can be told apart, made while compiling.

#![allow(clippy::panic)] // In a constant a panic is the compile error.

use super::message::Message;
use super::{Descriptor, Format, TopicDescriptor};

/// A topic that holds both has values and keys of JSON, or keys that have no frame at all.
#[track_caller] // The error stands at the topic, not in here.
pub const fn assert_mixed(topic: &TopicDescriptor, key: Option<&Descriptor>) {
    let (what, of) = match (topic.events, key) {
        // The stand-in of an event that has errors of its own: it has no name.
        ([event, ..], _) if event.rust.is_empty() => return,
        ([event, ..], _) if matches!(event.format, Format::Avro) => (event.rust, "is Avro"),
        (_, Some(key)) if matches!(key.format, Format::Avro) => (key.rust, "is a key in Avro"),
        _ => return,
    };
    let message = Message::new().code(what).text(" ").text(of).text(
        ", and plain Avro may begin with the bytes of a frame, so that nobody can tell the two apart: `mixed` is for topics of JSON",
    );
    panic!("{}", message.as_str());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::TopicSettings;

    const fn event(rust: &'static str, format: Format) -> Descriptor {
        Descriptor { event: "web.seen", record: "Seen", format, file: None, rust, fields: None, text: || "" }
    }

    static JSON: Descriptor = event("Seen", Format::Json);
    static AVRO: Descriptor = event("Seen", Format::Avro);
    static KEY: Descriptor = event("SeenKey", Format::Avro);

    static OF_JSON: TopicDescriptor = topic(&[&JSON]);
    static OF_AVRO: TopicDescriptor = topic(&[&AVRO]);

    const fn topic(events: &'static [&'static Descriptor]) -> TopicDescriptor {
        TopicDescriptor {
            name: "seen",
            events,
            key: &[],
            key_type: "none",
            compact: false,
            settings: TopicSettings::NONE,
            environments: &[],
            dead_letters: None,
            plain: true,
            mixed: true,
            rust: "Topic",
        }
    }

    #[test]
    fn json_is_told_apart() {
        const _: () = assert_mixed(&OF_JSON, None);
        assert_mixed(&OF_JSON, Some(&JSON));
        assert!(!OF_JSON.is_without_registry());
    }

    #[test]
    #[should_panic = "`Seen` is Avro, and plain Avro may begin with the bytes of a frame"]
    fn an_avro_event_is_not() {
        assert_mixed(&OF_AVRO, None);
    }

    #[test]
    #[should_panic = "`SeenKey` is a key in Avro, and plain Avro may begin with the bytes of a frame"]
    fn nor_is_an_avro_key() {
        assert_mixed(&OF_JSON, Some(&KEY));
    }
}

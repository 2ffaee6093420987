use std::fmt;

use crate::envelope::header;
use crate::handler::{Context, Failure, FromMessage, Headers, Metadata};

/// By what an inbox knows a message again, and for which consumer group: each group has its own effects. A handler takes it as an argument.
///
/// It is the topic and the header `ce_id`, with `ce_source` where that is there too; so a message that was written twice, was tried again in a tier, or was sent again
/// from dead letters, is the same message. An id that stands on two topics, as ids of one's own may (`payment-4711` on `payments` and on `invoices`), is two messages. One
/// without that header is known by topic, partition and offset: that it is read twice is seen, that it was written twice is not.
///
/// ```
/// use topika::Headers;
/// use topika::inbox::MessageId;
///
/// let id = MessageId::of("billing", &Headers::new().with("ce_id", "0198"), "orders", 3, 42);
/// assert_eq!(id.id(), "orders  0198");
/// let id = MessageId::of("billing", &Headers::new(), "orders", 3, 42);
/// assert_eq!(id.id(), "orders/3/42");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MessageId {
    group: String,
    id: String,
}

impl MessageId {
    /// An id of one's own, for effects of that group.
    #[must_use]
    pub fn new(group: impl Into<String>, id: impl Into<String>) -> Self {
        Self { group: group.into(), id: id.into() }
    }

    /// Of a message that was read otherwise than by a handler: from its headers, or else its place.
    #[must_use]
    pub fn of(group: &str, headers: &Headers, topic: &str, partition: i32, offset: i64) -> Self {
        // PostgreSQL's texts hold no zero.
        // An id is unique among those of one source and topic: one that its producer has made up may stand on another topic for something else, and would be lost there.
        let text = |name| headers.text(name).filter(|text| !text.is_empty() && !text.contains('\0'));
        let id = match (text(header::ID), text(header::SOURCE)) {
            (Some(id), source) => format!("{topic} {} {id}", source.unwrap_or_default()),
            (None, _) => format!("{topic}/{partition}/{offset}"),
        };
        Self::new(group, id)
    }

    /// The consumer group.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (of group \"{}\")", self.id, self.group)
    }
}

impl<K, S> FromMessage<K, S> for MessageId {
    fn from_message(context: &Context<K, S>) -> Result<Self, Failure> {
        let Metadata { group, topic, partition, offset, .. } = &context.metadata;
        Ok(Self::of(group, &context.headers, topic, *partition, *offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_known_by_its_id_and_source_and_else_by_its_place() {
        let id = |headers: &Headers| MessageId::of("g", headers, "t", 1, 2).id;
        assert_eq!(id(&Headers::new().with(header::ID, "7").with(header::SOURCE, "shop")), "t shop 7");
        assert_eq!(id(&Headers::new().with(header::ID, "7")), "t  7");
        let elsewhere = MessageId::of("g", &Headers::new().with(header::ID, "7"), "u", 1, 2);
        assert_ne!(elsewhere.id(), "t  7", "the same id on another topic is another message");
        for none in ["", "a\0b"] {
            assert_eq!(id(&Headers::new().with(header::ID, none)), "t/1/2");
        }
        assert_eq!(id(&Headers::new().with(header::ID, [255])), "t/1/2");
        assert_ne!(MessageId::new("a", "7"), MessageId::new("b", "7"));
    }
}

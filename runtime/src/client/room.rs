//! Whether a topic takes messages of another one together with our headers.

use crate::error::{Error, ErrorKind};
use crate::kafka::{Admin, RawMessage};

/// The setting of a topic that bounds its messages; of a batch, as it is compressed.
const MOST_BYTES: &str = "max.message.bytes";
/// More than our headers ever take.
pub(super) const HEADERS_ROOM: i32 = 64 << 10;

/// What a topic beside that one is made with: what just went into that one would not go into a topic with the same limit.
pub(super) async fn beside(admin: &Admin, source: &str) -> Option<(String, String)> {
    match admin.topic_config(source, MOST_BYTES).await {
        Ok(limit) => {
            let bytes = limit?.parse::<i32>().ok()?;
            Some((MOST_BYTES.to_owned(), bytes.saturating_add(HEADERS_ROOM).to_string()))
        }
        // The right to describe settings is one that not every client has; the broker's default serves then.
        Err(error) => {
            tracing::debug!(%error, source, "the largest message of the topic is not known");
            None
        }
    }
}

/// That a topic which is there takes messages of the other one that `become` something. Nothing is said where the settings may not be described.
pub(super) async fn check(admin: &Admin, topic: &str, source: &str, become_what: &str) -> Result<(), Error> {
    let configs = match admin.describe_configs(&[topic, source]).await {
        Ok(configs) => configs,
        Err(error) => {
            tracing::debug!(%error, topic, source, "the largest messages of the topics are not known");
            return Ok(());
        }
    };
    let most = |topic: &str| configs.get(topic)?.get(MOST_BYTES)?.0.parse::<i32>().ok();
    let (Some(limit), Some(of_source)) = (most(topic), most(source)) else { return Ok(()) };
    judge(topic, limit, source, of_source, become_what)
}

fn judge(topic: &str, limit: i32, source: &str, of_source: i32, become_what: &str) -> Result<(), Error> {
    let wanted = of_source.saturating_add(HEADERS_ROOM);
    if limit < of_source {
        let message = format!(
            "topic \"{topic}\" has {MOST_BYTES}={limit}, and \"{source}\", whose messages {become_what} in it, {of_source}: the larger ones would not go in"
        );
        return Err(Error::new(ErrorKind::TopicDiffers, message)
            .help(format!("set {MOST_BYTES}={wanted} on \"{topic}\": those of \"{source}\", and 65536 for headers")));
    }
    if limit < wanted {
        tracing::warn!(
            topic,
            limit,
            wanted,
            source,
            "the largest messages of \"{source}\" do not go into the topic with all that is told of them; set its `max.message.bytes`"
        );
    }
    Ok(())
}

/// Says which topic is to take how much.
pub(crate) fn too_large(
    raw: &RawMessage,
    headers: &[(&str, Option<&[u8]>)],
    topic: &str,
    what: &str,
    error: &Error,
) -> Error {
    let headers: usize = headers.iter().map(|(name, value)| name.len() + value.map_or(0, <[u8]>::len)).sum();
    let bytes = headers + raw.key.as_deref().map_or(0, <[u8]>::len) + raw.payload.as_deref().map_or(0, <[u8]>::len);
    let source = raw.topic();
    let message = format!(
        "the message at \"{source}\" partition {} offset {} takes {bytes} bytes, and cannot {what}: {}",
        raw.partition,
        raw.offset,
        error.message()
    );
    Error::new(ErrorKind::TooLarge, message).help(format!(
        "set {MOST_BYTES} of \"{topic}\" to that of \"{source}\" and 65536 more, and `message.max.bytes` of the client to no less (`kafka_property` or TOPIKA_KAFKA_MESSAGE_MAX_BYTES)"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_that_takes_less_than_the_other_one_is_refused_with_what_to_set() {
        let judge = |limit| judge("dlq.orders", limit, "orders", 1_000_000, "are given up");
        judge(1_000_000).unwrap();
        judge(1_065_536).unwrap();
        let error = judge(999_999).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TopicDiffers);
        let text = error.to_string();
        assert!(
            text.contains("\"dlq.orders\" has max.message.bytes=999999")
                && text.contains("set max.message.bytes=1065536"),
            "{text}"
        );
    }

    #[test]
    fn what_does_not_go_in_is_said_with_its_size_and_the_topic_to_change() {
        let raw = RawMessage::for_test("orders", 2, 41, Some("key"), Some(b"payload"));
        let refused = Error::new(ErrorKind::TooLarge, "cannot produce on \"dlq.orders\": message size too large");
        let text =
            too_large(&raw, &[("a", Some(&[0; 9])), ("bc", None)], "dlq.orders", "be kept", &refused).to_string();
        assert!(
            text.contains("\"orders\" partition 2 offset 41 takes 22 bytes, and cannot be kept: cannot produce on"),
            "{text}"
        );
        assert!(text.contains("set max.message.bytes of \"dlq.orders\""), "{text}");
    }
}

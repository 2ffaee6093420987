//! Topics in which messages wait for their retry.

use std::time::Duration;

use super::connection::Client;
use super::provision::Provision;
use super::room;
use crate::error::{Error, ErrorKind};
use crate::kafka::{Admin, TopicPlan};

/// What is kept beyond the delay: so long may an app stand still.
const KEPT: Duration = Duration::from_secs(7 * 86_400);
const RETENTION: &str = "retention.ms";
const CLEANUP: &str = "cleanup.policy";

/// A topic beside another one.
pub(super) struct Wanted<'a> {
    pub(super) topic: &'a str,
    /// The messages of that one wait in it.
    pub(super) source: &'a str,
    pub(super) partitions: u32,
    pub(super) delay: Duration,
}

impl Client {
    /// That there is a topic in which messages of `source` wait for so long: with as many partitions as that has, and kept for long enough.
    pub(crate) async fn retry_topic(
        &self,
        topic: &str,
        source: &str,
        partitions: u32,
        delay: Duration,
    ) -> Result<(), Error> {
        let wanted = Wanted { topic, source, partitions, delay };
        ensure(self.admin(), &wanted, self.provisioning(), self.is_development()).await
    }
}

async fn ensure(admin: &Admin, wanted: &Wanted<'_>, how: Provision, is_development: bool) -> Result<(), Error> {
    let Wanted { topic, source, partitions, delay } = *wanted;
    let Some(there) = admin.partitions(topic).await? else {
        if how == Provision::Exists {
            return Err(missing(wanted, admin.bootstrap()));
        }
        let mut configs =
            vec![(CLEANUP.to_owned(), "delete".to_owned()), (RETENTION.to_owned(), retention(delay).to_string())];
        configs.extend(room::beside(admin, source).await);
        let replication = is_development.then_some(1);
        let plan = TopicPlan { name: topic.to_owned(), partitions: Some(partitions), replication, configs };
        if admin.create(&plan).await? {
            tracing::info!(topic, partitions, "topic for retries created");
        }
        return Ok(());
    };
    if there < partitions {
        if how == Provision::Exists {
            return Err(too_few(wanted, there));
        }
        if admin.add_partitions(topic, partitions).await? {
            tracing::info!(topic, there, partitions, "topic for retries has as many partitions as its source now");
        }
    }
    let configs = match admin.describe_configs(&[topic]).await {
        Ok(mut configs) => configs.remove(topic).unwrap_or_default(),
        // The right to describe settings is one that not every client has.
        Err(error) => {
            tracing::debug!(%error, topic, "the settings of the topic are not known");
            return Ok(());
        }
    };
    let value = |name: &str| configs.get(name).map(|(value, _)| value.as_str());
    judge(wanted, value(CLEANUP), value(RETENTION))?;
    room::check(admin, topic, source, "are to wait for their retry").await
}

/// A topic that loses messages before they are due is none to wait in.
fn judge(wanted: &Wanted<'_>, cleanup: Option<&str>, retention_ms: Option<&str>) -> Result<(), Error> {
    let Wanted { topic, source, delay, .. } = *wanted;
    let differs = |what: String, set: String| {
        let message = format!(
            "topic \"{topic}\" has {what}: messages of \"{source}\" that wait in it for {delay:?} would be lost"
        );
        Err(Error::new(ErrorKind::TopicDiffers, message)
            .help(format!("set {set} on it, or delete it when it is empty: the app makes it anew")))
    };
    if let Some(cleanup) = cleanup.filter(|cleanup| cleanup.split(',').any(|policy| policy.trim() == "compact")) {
        return differs(format!("{CLEANUP}={cleanup}"), format!("{CLEANUP}=delete"));
    }
    let Some(kept) = retention_ms.and_then(|millis| millis.parse::<i64>().ok()).filter(|millis| *millis >= 0) else {
        return Ok(());
    };
    if u128::try_from(kept).unwrap_or_default() <= delay.as_millis() {
        return differs(format!("{RETENTION}={kept}"), format!("{RETENTION}={}", retention(delay)));
    }
    if kept < retention(delay) {
        tracing::warn!(
            topic,
            kept,
            wanted = retention(delay),
            "messages that wait for their retry are lost where the app stands still for longer than `retention.ms`"
        );
    }
    Ok(())
}

fn retention(delay: Duration) -> i64 {
    i64::try_from(delay.saturating_add(KEPT).as_millis()).unwrap_or(i64::MAX)
}

fn missing(wanted: &Wanted<'_>, bootstrap: &str) -> Error {
    let Wanted { topic, source, partitions, delay } = *wanted;
    let message = format!(
        "topic \"{topic}\", in which messages of \"{source}\" are to wait for their retry, does not exist on Kafka at \"{bootstrap}\""
    );
    Error::new(ErrorKind::UnknownTopic, message).help(format!(
        "create it with {partitions} partitions and {RETENTION}={}, or let the app do so: `Provision::Verify` and `Provision::Create` do",
        retention(delay)
    ))
}

fn too_few(wanted: &Wanted<'_>, there: u32) -> Error {
    let Wanted { topic, source, partitions, .. } = *wanted;
    let message = format!(
        "topic \"{topic}\" has {there} partitions, and \"{source}\", whose messages are to wait in it, {partitions}"
    );
    Error::new(ErrorKind::TopicDiffers, message)
        .help("give it as many, or let the app do so: `Provision::Verify` and `Provision::Create` do")
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Wanted<'_> = Wanted {
        topic: "retry.kitchen.food-orders.10s",
        source: "food-orders",
        partitions: 3,
        delay: Duration::from_secs(10),
    };

    #[test]
    fn a_topic_that_would_lose_what_waits_in_it_is_refused_with_what_to_set() {
        assert_eq!(retention(WANTED.delay), 604_810_000);
        for kept in [None, Some("-1"), Some("604810000"), Some("10001")] {
            judge(&WANTED, Some("delete"), kept).unwrap();
        }
        let error = judge(&WANTED, Some("delete"), Some("10000")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TopicDiffers);
        let text = error.to_string();
        assert!(text.contains("retention.ms=10000") && text.contains("set retention.ms=604810000"), "{text}");
        let error = judge(&WANTED, Some("compact,delete"), None).unwrap_err();
        assert!(error.to_string().contains("cleanup.policy=compact,delete"), "{error}");
    }

    #[test]
    fn a_topic_that_is_not_to_be_made_is_said_with_what_it_is_to_be_like() {
        let text = missing(&WANTED, "kafka:9092").to_string();
        assert!(text.contains("\"retry.kitchen.food-orders.10s\"") && text.contains("3 partitions"), "{text}");
        let text = too_few(&WANTED, 1).to_string();
        assert!(text.contains("has 1 partitions, and \"food-orders\"") && text.contains('3'), "{text}");
    }
}

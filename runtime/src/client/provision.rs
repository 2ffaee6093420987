//! Topics at the start: there, as declared, or made.

use crate::error::{Error, ErrorKind};
use crate::kafka::{Admin, TopicPlan};
use crate::schema::TopicDescriptor;

/// What is done about a topic before it is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Provision {
    /// It must exist, with the partitions that it declares.
    #[default]
    Verify,
    /// It is created with its declared partitions and retention where it is missing; then as `Verify`.
    Create,
    /// It must exist, however it is.
    Exists,
}

/// Brings the topic to where it may be used; how many partitions it has.
pub(super) async fn provision(
    admin: &Admin,
    how: Provision,
    prefix: &str,
    topic: &'static TopicDescriptor,
) -> Result<u32, Error> {
    let name = format!("{prefix}{}", topic.name);
    let mut found = admin.partitions(&name).await?;
    if found.is_none() && how == Provision::Create {
        let plan = plan(&name, topic);
        if admin.create(&plan).await? {
            tracing::info!(topic = name, partitions = ?topic.partitions, "topic created");
        }
        found = admin.partitions(&name).await?;
    }
    let Some(partitions) = found else { return Err(unknown(&name, topic, admin.bootstrap())) };
    match topic.partitions {
        Some(declared) if declared != partitions && how != Provision::Exists => {
            Err(differs(&name, topic, declared, partitions))
        }
        _ => {
            if how != Provision::Exists {
                tell_other_retention(admin, &name, topic).await;
            }
            Ok(partitions)
        }
    }
}

/// Retention that differs is told and no error: operators change it for good reasons, and nothing of ours stands on it.
async fn tell_other_retention(admin: &Admin, name: &str, topic: &TopicDescriptor) {
    let Some(declared) = topic.retention_ms else { return };
    match admin.topic_config(name, "retention.ms").await {
        Ok(Some(found)) if found != declared.to_string() => {
            tracing::warn!(topic = name, found, declared, "the topic's retention.ms is not as it is declared");
        }
        Ok(_) => {}
        // The right to describe settings is one that not every client has.
        Err(error) => tracing::debug!(%error, "the retention cannot be compared"),
    }
}

fn plan(name: &str, topic: &TopicDescriptor) -> TopicPlan {
    let retention = topic.retention_ms.map(|ms| ("retention.ms", ms.to_string()));
    // With a retention, what is old goes as well.
    let cleanup = match retention {
        _ if !topic.compact => None,
        Some(_) => Some("compact,delete"),
        None => Some("compact"),
    };
    let cleanup = cleanup.map(|policy| ("cleanup.policy", policy.to_owned()));
    let configs = retention.into_iter().chain(cleanup).map(|(name, value)| (name.to_owned(), value)).collect();
    TopicPlan { name: name.to_owned(), partitions: topic.partitions, replication: None, configs }
}

fn unknown(name: &str, topic: &TopicDescriptor, bootstrap: &str) -> Error {
    let partitions = topic.partitions.map(|n| format!(" with {n} partitions")).unwrap_or_default();
    Error::new(ErrorKind::UnknownTopic, format!("topic \"{name}\" (`{}`) does not exist on Kafka at \"{bootstrap}\"", topic.rust)).help(format!(
        "create it{partitions}, or let the client do so with `Client::builder().provision(Provision::Create)` or TOPIKA_PROVISION=create; if it \
         exists under another name, see TOPIKA_TOPIC_PREFIX"
    ))
}

fn differs(name: &str, topic: &TopicDescriptor, declared: u32, found: u32) -> Error {
    Error::new(
        ErrorKind::TopicDiffers,
        format!("topic \"{name}\" has {found} partitions, and `{}` declares {declared}", topic.rust),
    )
    .help("change `partitions` of the topic in topika.toml, or the topic; `Provision::Exists` takes it as it is")
}

#[cfg(test)]
mod tests {
    use super::*;

    static TOPIC: TopicDescriptor = TopicDescriptor {
        name: "food-orders",
        events: &[],
        key: &[],
        key_type: "none",
        compact: false,
        partitions: Some(3),
        retention_ms: Some(604_800_000),
        plain: false,
        mixed: false,
        rust: "FoodOrders",
    };

    #[test]
    fn a_topic_is_planned_as_it_is_declared() {
        let plan = plan("dev.food-orders", &TOPIC);
        assert_eq!(plan.name, "dev.food-orders");
        assert_eq!(plan.partitions, Some(3));
        assert_eq!(plan.configs, [("retention.ms".to_owned(), "604800000".to_owned())]);
        let configs =
            |retention_ms| super::plan("t", &TopicDescriptor { compact: true, retention_ms, ..TOPIC }).configs;
        assert_eq!(configs(None), [("cleanup.policy".to_owned(), "compact".to_owned())]);
        assert_eq!(configs(Some(1)).last(), Some(&("cleanup.policy".to_owned(), "compact,delete".to_owned())));
    }

    #[test]
    fn a_wrong_topic_is_said_with_its_name_and_the_next_step() {
        let error = unknown("dev.food-orders", &TOPIC, "localhost:9092");
        assert_eq!(error.kind(), ErrorKind::UnknownTopic);
        let text = error.to_string();
        assert!(
            text.contains("\"dev.food-orders\"")
                && text.contains("with 3 partitions")
                && text.contains("TOPIKA_PROVISION=create"),
            "{text}"
        );
        let error = differs("dev.food-orders", &TOPIC, 3, 1);
        assert_eq!(error.kind(), ErrorKind::TopicDiffers);
        assert!(
            error.to_string().starts_with("topic \"dev.food-orders\" has 1 partitions, and `FoodOrders` declares 3")
        );
    }
}

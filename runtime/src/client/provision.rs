//! Topics at the start: there, as declared, or made.

use crate::error::{Error, ErrorKind};
use crate::kafka::{Admin, TopicPlan};
use crate::schema::TopicDescriptor;

/// What is done about a topic before it is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Provision {
    /// It must exist, with at least the partitions that are declared, and compacted where that is declared. What else differs is a warning.
    #[default]
    Verify,
    /// It is created as it is declared where it is missing; then as `Verify`.
    Create,
    /// It must exist, however it is.
    Exists,
}

/// Where a client is, which changes what is wanted of a topic.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place<'c> {
    pub(super) prefix: &'c str,
    pub(super) environment: Option<&'c str>,
    /// One broker is all there is.
    pub(super) is_development: bool,
}

impl Place<'_> {
    fn configs(&self, topic: &TopicDescriptor) -> Vec<(String, String)> {
        let mut configs = topic.configs_in(self.environment);
        configs.retain(|(name, _)| !self.is_development || name != "min.insync.replicas");
        configs
    }
}

/// Brings the topic to where it may be used; how many partitions it has.
pub(super) async fn provision(
    admin: &Admin,
    how: Provision,
    place: Place<'_>,
    topic: &'static TopicDescriptor,
) -> Result<u32, Error> {
    let Place { prefix, environment, .. } = place;
    let name = format!("{prefix}{}", topic.name);
    let mut found = admin.partitions(&name).await?;
    if found.is_none() && how == Provision::Create {
        let plan = plan(&name, topic, place);
        if admin.create(&plan).await? {
            tracing::info!(topic = name, partitions = ?plan.partitions, "topic created");
        }
        found = admin.partitions(&name).await?;
    }
    let settings = topic.settings_in(environment);
    let Some(partitions) = found else {
        return Err(unknown(&name, topic, settings.partitions, admin.bootstrap()));
    };
    if how == Provision::Exists {
        return Ok(partitions);
    }
    match settings.partitions {
        Some(declared) if partitions < declared => return Err(differs(&name, topic, declared, partitions)),
        // Partitions are added before programs are built anew that know of them, and those before may be started again until then.
        Some(declared) if partitions > declared => {
            tracing::warn!(
                topic = name,
                found = partitions,
                declared,
                "the topic has more partitions than are declared"
            );
        }
        _ => {}
    }
    let declared = place.configs(topic);
    if !declared.is_empty() {
        compare(admin, &name, topic, &declared).await?;
    }
    Ok(partitions)
}

/// Settings that differ are told and no error: operators change them for good reasons, and nothing of ours stands on them. A topic that is to be compacted
/// and is not loses what it holds, which is one.
async fn compare(
    admin: &Admin,
    name: &str,
    topic: &TopicDescriptor,
    declared: &[(String, String)],
) -> Result<(), Error> {
    let there = match admin.describe_configs(&[name]).await {
        Ok(mut there) => there.remove(name).unwrap_or_default(),
        // The right to describe settings is one that not every client has.
        Err(error) => {
            tracing::debug!(%error, "the settings of the topic cannot be compared");
            return Ok(());
        }
    };
    for (config, declared) in declared {
        let Some((found, _)) = there.get(config) else { continue };
        if config == "cleanup.policy" {
            if !found.split(',').any(|policy| policy.trim() == "compact") {
                return Err(not_compacted(name, topic, found));
            }
        } else if found != declared {
            tracing::warn!(topic = name, config, found, declared, "the topic is not as it is declared");
        }
    }
    Ok(())
}

fn plan(name: &str, topic: &TopicDescriptor, place: Place<'_>) -> TopicPlan {
    let settings = topic.settings_in(place.environment);
    TopicPlan {
        name: name.to_owned(),
        partitions: settings.partitions,
        replication: if place.is_development { Some(1) } else { settings.replication },
        configs: place.configs(topic),
    }
}

fn not_compacted(name: &str, topic: &TopicDescriptor, found: &str) -> Error {
    let message = format!(
        "topic \"{name}\" has cleanup.policy={found}, and `{}` is compacted: the last message of a key would be lost",
        topic.rust
    );
    Error::new(ErrorKind::TopicDiffers, message)
        .help("run `cargo topika topics apply`, or set cleanup.policy=compact; `Provision::Exists` takes it as it is")
}

fn unknown(name: &str, topic: &TopicDescriptor, partitions: Option<u32>, bootstrap: &str) -> Error {
    let partitions = partitions.map(|n| format!(" with {n} partitions")).unwrap_or_default();
    Error::new(ErrorKind::UnknownTopic, format!("topic \"{name}\" (`{}`) does not exist on Kafka at \"{bootstrap}\"", topic.rust)).help(format!(
        "create it{partitions} (`cargo topika topics apply`), or let the client do so with `Client::builder().provision(Provision::Create)` or TOPIKA_PROVISION=create; if it \
         exists under another name, see TOPIKA_TOPIC_PREFIX"
    ))
}

fn differs(name: &str, topic: &TopicDescriptor, declared: u32, found: u32) -> Error {
    Error::new(
        ErrorKind::TopicDiffers,
        format!("topic \"{name}\" has {found} partitions, and `{}` declares {declared}", topic.rust),
    )
    .help("change `partitions` of the topic in topika.toml, or the topic; where environments differ, say which this is with TOPIKA_ENV; `Provision::Exists` takes it as it is")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::TopicSettings;

    static TOPIC: TopicDescriptor = TopicDescriptor {
        name: "food-orders",
        events: &[],
        key: &[],
        key_type: "none",
        compact: false,
        settings: TopicSettings { partitions: Some(3), retention_ms: Some(604_800_000), ..TopicSettings::NONE },
        environments: &[(
            "prod",
            TopicSettings {
                partitions: Some(12),
                replication: Some(3),
                retention_ms: Some(u64::MAX),
                configs: &[("min.insync.replicas", "2")],
            },
        )],
        dead_letters: None,
        plain: false,
        mixed: false,
        rust: "FoodOrders",
    };

    fn in_env(environment: &str) -> Place<'_> {
        Place { environment: Some(environment), ..Place::default() }
    }

    #[test]
    fn a_topic_is_planned_as_it_is_declared() {
        let plan = plan("dev.food-orders", &TOPIC, in_env("dev"));
        assert_eq!(plan.name, "dev.food-orders");
        assert_eq!((plan.partitions, plan.replication), (Some(3), None));
        assert_eq!(plan.configs, [("retention.ms".to_owned(), "604800000".to_owned())]);
        let plan = super::plan("prod.food-orders", &TOPIC, in_env("prod"));
        assert_eq!((plan.partitions, plan.replication), (Some(12), Some(3)));
        let configs = [("retention.ms", "-1"), ("min.insync.replicas", "2")];
        assert_eq!(plan.configs, configs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        // One broker takes no second copy, and never had two that were in step.
        let plan = super::plan("prod.food-orders", &TOPIC, Place { is_development: true, ..in_env("prod") });
        assert_eq!((plan.partitions, plan.replication), (Some(12), Some(1)));
        assert_eq!(plan.configs, [("retention.ms".to_owned(), "-1".to_owned())]);
        let compacted = |settings| TopicDescriptor { compact: true, settings, ..TOPIC }.configs_in(None);
        assert_eq!(compacted(TopicSettings::NONE), [("cleanup.policy".to_owned(), "compact".to_owned())]);
        let old = TopicSettings { configs: &[("retention.bytes", "1")], ..TopicSettings::NONE };
        assert_eq!(compacted(old).first(), Some(&("cleanup.policy".to_owned(), "compact,delete".to_owned())));
    }

    #[test]
    fn a_wrong_topic_is_said_with_its_name_and_the_next_step() {
        let error = unknown("dev.food-orders", &TOPIC, Some(3), "localhost:9092");
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

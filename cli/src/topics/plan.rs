//! What lies between the topics that are wanted and those that are there: pure, so that all of it can be tested without a Kafka.

use std::collections::BTreeMap;

use topika::client::TopicState;

use super::same::same;
use super::wanted::MOST_BYTES;
use super::{Wanted, WantedTopic};

/// Kafka's default of it.
const MOST_BYTES_DEFAULT: u64 = 1_048_588;
/// What the headers of a dead letter take at most: the client makes its topics with as much room.
const HEADERS_ROOM: u64 = 64 << 10;

/// Set and taken away again by tools that move partitions (Kafka's own, Cruise Control): nobody's to declare.
const PASSING: [&str; 2] = ["leader.replication.throttled.replicas", "follower.replication.throttled.replicas"];

/// Something that an apply does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Create(WantedTopic),
    /// Done only where it was asked for.
    AddPartitions {
        topic: String,
        from: u32,
        to: u32,
        is_keyed: bool,
    },
    SetConfig {
        topic: String,
        config: String,
        from: Option<String>,
        to: String,
    },
    TakeBack {
        topic: String,
        config: String,
        from: String,
    },
}

/// Something that differs, and that no apply mends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Drift {
    MorePartitions { topic: String, declared: u32, found: u32 },
    Replication { topic: String, declared: u16, found: u16 },
    Undeclared { topic: String, config: String, found: String },
    Leftover { topic: String },
}

impl Drift {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::MorePartitions { .. } => "more-partitions",
            Self::Replication { .. } => "replication",
            Self::Undeclared { .. } => "undeclared-config",
            Self::Leftover { .. } => "leftover",
        }
    }

    pub(crate) fn topic(&self) -> &str {
        match self {
            Self::MorePartitions { topic, .. }
            | Self::Replication { topic, .. }
            | Self::Undeclared { topic, .. }
            | Self::Leftover { topic } => topic,
        }
    }

    /// What is declared and what was found, as texts.
    pub(crate) fn values(&self) -> (Option<String>, Option<String>) {
        match self {
            Self::MorePartitions { declared, found, .. } => (Some(declared.to_string()), Some(found.to_string())),
            Self::Replication { declared, found, .. } => (Some(declared.to_string()), Some(found.to_string())),
            Self::Undeclared { found, .. } => (None, Some(found.clone())),
            Self::Leftover { .. } => (None, None),
        }
    }

    pub(crate) fn message(&self) -> String {
        match self {
            Self::MorePartitions { topic, declared, found } => {
                format!("{topic} has {found} partitions, and topika.toml says {declared}")
            }
            Self::Replication { topic, declared, found } => {
                format!("each partition of {topic} has {found} copies at least, and topika.toml says {declared}")
            }
            Self::Undeclared { topic, config, found } => {
                format!("{topic} has {config}={found}, of which topika.toml says nothing")
            }
            Self::Leftover { topic } => format!("{topic} is there and was locked, and the project has it no more"),
        }
    }

    pub(crate) fn help(&self, env: &str, prefix: &str) -> String {
        match self {
            Self::MorePartitions { found, .. } => {
                format!("Kafka takes no partitions away: say `partitions = {found}`, or make a new topic")
            }
            Self::Replication { found, .. } => {
                format!("copies are moved by kafka-reassign-partitions; or say `replication = {found}`")
            }
            Self::Undeclared { .. } => {
                format!("say it in `configs`, or take it back: `cargo topika topics apply --env {env} --reset`")
            }
            Self::Leftover { topic } => {
                let plain = topic.strip_prefix(prefix).unwrap_or(topic);
                format!("once nobody reads it any more: `cargo topika topics apply --env {env} --delete {plain}`")
            }
        }
    }
}

/// What an apply does, and what it does not mend.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) drift: Vec<Drift>,
}

impl Plan {
    pub(crate) fn is_in_line(&self) -> bool {
        self.steps.is_empty() && self.drift.is_empty()
    }
}

/// Lays what is wanted beside what is there; `reset` takes back what nobody declares.
pub(crate) fn plan(wanted: &Wanted, there: &BTreeMap<String, TopicState>, reset: bool) -> Plan {
    let mut plan = Plan::default();
    for topic in &wanted.topics {
        let room = topic.letters_of.iter().map(|source| room_for(source, wanted, there)).max();
        match there.get(&topic.name) {
            None => {
                let mut topic = topic.clone();
                if let Some(room) = room {
                    topic.configs.insert(MOST_BYTES.to_owned(), room.to_string());
                }
                plan.steps.push(Step::Create(topic));
            }
            Some(found) => compare(topic, found, room, reset, &mut plan),
        }
    }
    let gone = wanted.gone.iter().filter(|name| there.contains_key(*name));
    plan.drift.extend(gone.map(|name| Drift::Leftover { topic: name.clone() }));
    // What is made cannot fail for want of what is changed, and the other way round; this reads best.
    plan.steps.sort_by_key(|step| !matches!(step, Step::Create(_)));
    plan
}

fn compare(topic: &WantedTopic, found: &TopicState, room: Option<u64>, reset: bool, plan: &mut Plan) {
    let name = || topic.name.clone();
    match topic.partitions {
        Some(to) if to > found.partitions => {
            plan.steps.push(Step::AddPartitions {
                topic: name(),
                from: found.partitions,
                to,
                is_keyed: topic.is_keyed,
            });
        }
        Some(declared) if declared < found.partitions => {
            plan.drift.push(Drift::MorePartitions { topic: name(), declared, found: found.partitions });
        }
        _ => {}
    }
    if let Some(declared) = topic.replication.filter(|declared| *declared != found.replication) {
        plan.drift.push(Drift::Replication { topic: name(), declared, found: found.replication });
    }
    for (config, to) in &topic.configs {
        let from = found.configs.get(config).map(|there| there.value.clone());
        if from.as_ref().is_none_or(|from| !same(config, from, to)) {
            plan.steps.push(Step::SetConfig { topic: name(), config: config.clone(), from, to: to.clone() });
        }
    }
    if let Some(room) = room {
        let from = found.configs.get(MOST_BYTES).map(|there| there.value.clone());
        if from.as_ref().and_then(|from| from.parse::<u64>().ok()).is_none_or(|bytes| bytes < room) {
            plan.steps.push(Step::SetConfig {
                topic: name(),
                config: MOST_BYTES.to_owned(),
                from,
                to: room.to_string(),
            });
        }
    }
    for (config, there) in found.configs.iter().filter(|(_, there)| there.is_set) {
        let is_known = topic.configs.contains_key(config)
            || PASSING.contains(&config.as_str())
            || (room.is_some() && config == MOST_BYTES);
        if is_known {
            continue;
        }
        let (topic, config, value) = (name(), config.clone(), there.value.clone());
        if reset {
            plan.steps.push(Step::TakeBack { topic, config, from: value });
        } else {
            plan.drift.push(Drift::Undeclared { topic, config, found: value });
        }
    }
}

/// How large a dead letter of a topic may be: its message, and our headers.
fn room_for(source: &str, wanted: &Wanted, there: &BTreeMap<String, TopicState>) -> u64 {
    let said = wanted.topics.iter().find(|topic| topic.name == source).and_then(|topic| topic.configs.get(MOST_BYTES));
    let found = || there.get(source).and_then(|topic| topic.configs.get(MOST_BYTES)).map(|there| &there.value);
    let bytes = said.or_else(found).and_then(|bytes| bytes.parse::<u64>().ok()).unwrap_or(MOST_BYTES_DEFAULT);
    bytes.saturating_add(HEADERS_ROOM)
}

#[cfg(test)]
mod tests {
    use topika::client::TopicConfig;

    use super::*;

    fn wanted(topics: Vec<WantedTopic>) -> Wanted {
        Wanted { topics, gone: vec!["p.old".to_owned()] }
    }

    fn topic(configs: &[(&str, &str)]) -> WantedTopic {
        WantedTopic {
            name: "p.orders".to_owned(),
            plain: "orders".to_owned(),
            partitions: Some(6),
            replication: Some(3),
            configs: configs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            is_keyed: true,
            letters_of: Vec::new(),
        }
    }

    fn found(partitions: u32, replication: u16, configs: &[(&str, &str, bool)]) -> TopicState {
        let mut state = TopicState::default();
        (state.partitions, state.replication) = (partitions, replication);
        for (name, value, is_set) in configs {
            let mut config = TopicConfig::default();
            (config.value, config.is_set) = ((*value).to_owned(), *is_set);
            state.configs.insert((*name).to_owned(), config);
        }
        state
    }

    fn there(topics: Vec<(&str, TopicState)>) -> BTreeMap<String, TopicState> {
        topics.into_iter().map(|(name, state)| (name.to_owned(), state)).collect()
    }

    #[test]
    fn what_is_missing_is_made_and_what_is_as_declared_is_left() {
        let wanted = wanted(vec![topic(&[("retention.ms", "1")])]);
        assert!(
            matches!(plan(&wanted, &there(vec![]), false).steps.as_slice(), [Step::Create(made)] if made.name == "p.orders")
        );
        // A value that holds although nobody set it is the one that is wanted.
        let same = there(vec![("p.orders", found(6, 3, &[("retention.ms", "1", false)]))]);
        assert!(plan(&wanted, &same, false).is_in_line());
    }

    #[test]
    fn partitions_are_added_and_never_taken_away() {
        let wanted = wanted(vec![topic(&[])]);
        let steps = plan(&wanted, &there(vec![("p.orders", found(2, 3, &[]))]), false).steps;
        assert_eq!(steps, [Step::AddPartitions { topic: "p.orders".to_owned(), from: 2, to: 6, is_keyed: true }]);
        let more = plan(&wanted, &there(vec![("p.orders", found(9, 1, &[]))]), true);
        assert!(more.steps.is_empty());
        let kinds: Vec<_> = more.drift.iter().map(Drift::kind).collect();
        assert_eq!(kinds, ["more-partitions", "replication"]);
    }

    #[test]
    fn what_nobody_declared_is_named_and_taken_back_only_where_that_is_asked_for() {
        let wanted = wanted(vec![topic(&[("retention.ms", "1")])]);
        let there = there(vec![(
            "p.orders",
            found(
                6,
                3,
                &[
                    ("retention.ms", "2", true),
                    ("segment.ms", "5", true),
                    ("preallocate", "false", false),
                    ("leader.replication.throttled.replicas", "0:1", true),
                ],
            ),
        )]);
        let told = plan(&wanted, &there, false);
        assert!(matches!(told.steps.as_slice(), [Step::SetConfig { config, .. }] if config == "retention.ms"));
        assert_eq!(
            told.drift.iter().map(Drift::message).collect::<Vec<_>>(),
            ["p.orders has segment.ms=5, of which topika.toml says nothing"]
        );
        let reset = plan(&wanted, &there, true);
        assert!(reset.drift.is_empty());
        assert!(matches!(reset.steps.as_slice(), [_, Step::TakeBack { config, .. }] if config == "segment.ms"));
    }

    #[test]
    fn a_dead_letter_has_room_for_its_message_and_the_headers() {
        let letters = WantedTopic {
            name: "p.dlq.orders".to_owned(),
            letters_of: vec!["p.orders".to_owned()],
            replication: None,
            partitions: None,
            ..topic(&[])
        };
        let with = |configs: &[(&str, &str)], state: Vec<(&str, TopicState)>| {
            plan(&wanted(vec![topic(configs), letters.clone()]), &there(state), false).steps
        };
        let made = |steps: Vec<Step>| {
            steps.into_iter().find_map(|step| match step {
                Step::Create(topic) if topic.name == "p.dlq.orders" => topic.configs.get(MOST_BYTES).cloned(),
                _ => None,
            })
        };
        assert_eq!(made(with(&[], vec![])).as_deref(), Some("1114124"));
        assert_eq!(made(with(&[(MOST_BYTES, "1000")], vec![])).as_deref(), Some("66536"));
        let source = ("p.orders", found(6, 3, &[(MOST_BYTES, "2000", false)]));
        assert_eq!(made(with(&[], vec![source.clone()])).as_deref(), Some("67536"));
        let enough = ("p.dlq.orders", found(1, 1, &[(MOST_BYTES, "70000", true)]));
        assert!(with(&[], vec![source.clone(), enough]).is_empty());
        let small = ("p.dlq.orders", found(1, 1, &[(MOST_BYTES, "2000", true)]));
        assert!(matches!(with(&[], vec![source, small]).as_slice(), [Step::SetConfig { to, .. }] if to == "67536"));
    }

    #[test]
    fn what_was_locked_and_is_gone_is_named_while_it_is_there() {
        let there = there(vec![("p.old", found(1, 1, &[])), ("p.elsewhere", found(1, 1, &[]))]);
        let plan = plan(&wanted(vec![]), &there, true);
        assert_eq!(plan.drift, [Drift::Leftover { topic: "p.old".to_owned() }]);
        assert!(plan.drift.iter().all(|drift| drift.help("prod", "p.").contains("--env prod --delete old`")));
    }
}

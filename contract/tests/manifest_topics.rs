//! How topics are on Kafka, as `topika.toml` says it: of all, of one, and in an environment.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed step is a failed test")]

use topika_contract::manifest::{Manifest, Setting, TopicSettings};
use topika_contract::report::Report;
use topika_contract::text::Source;

fn parse(text: &str) -> (Manifest, Report) {
    let mut report = Report::default();
    let manifest = Manifest::parse(&Source::new("topika.toml", text), &mut report);
    (manifest, report)
}

/// The one finding, and what helps.
fn said(text: &str) -> (String, String) {
    let (_, report) = parse(text);
    let [one] = report.findings() else { panic!("{text}: {report:#?}") };
    (one.message.clone(), one.help.clone().unwrap_or_default())
}

const MANIFEST: &str = r#"
[topics]
replication = 3
min_insync_replicas = 2
configs = { max.message.bytes = 2_000_000 }

[topic.orders]
events = ["orders.placed"]
partitions = 12
retention = "7d"
retention_bytes = "10 GiB"
configs = { "segment.ms" = 3600000, "preallocate" = true }
consumers = ["kitchen"]
dead_letters = { retention = "forever" }

[topic.audit]
events = ["audit.written"]
consumers = ["billing"]
dead_letters = false

[env.prod]
bootstrap = { env = "KAFKA" }

[env.prod.kafka]
security.protocol = "sasl_ssl"
sasl.username = "topika"
"sasl.password" = { env = "KAFKA_PASSWORD" }

[env.prod.topics]
retention = "14d"

[env.prod.topic.orders]
partitions = 48
configs = { segment.ms = 60000 }

[env.prod.topic."dlq.orders"]
partitions = 6

[env.dev]
bootstrap = "localhost:9092"
development = true

[env.dev.topics]
partitions = 1
"#;

fn facts(settings: &TopicSettings) -> (Option<u32>, Option<u16>, Vec<String>) {
    let configs = settings.configs().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    (settings.partitions.as_ref().map(|said| said.value), settings.replication.as_ref().map(|said| said.value), configs)
}

#[test]
fn what_is_nearer_to_a_topic_and_its_environment_counts() {
    let (manifest, report) = parse(MANIFEST);
    assert!(report.findings().is_empty(), "{report:#?}");
    let of = |topic: &str, env: Option<&str>| {
        facts(&manifest.topic_settings(topic, env.and_then(|env| manifest.env_row(env))))
    };
    let (partitions, replication, configs) = of("orders", None);
    assert_eq!((partitions, replication), (Some(12), Some(3)));
    assert_eq!(
        configs,
        [
            "max.message.bytes=2000000",
            "min.insync.replicas=2",
            "preallocate=true",
            "retention.bytes=10737418240",
            "retention.ms=604800000",
            "segment.ms=3600000"
        ]
    );
    let (partitions, replication, configs) = of("orders", Some("prod"));
    assert_eq!((partitions, replication), (Some(48), Some(3)));
    assert!(
        configs.contains(&"retention.ms=1209600000".to_owned()) && configs.contains(&"segment.ms=60000".to_owned())
    );
    assert!(configs.contains(&"preallocate=true".to_owned()), "{configs:?}");
    // In development one broker is all there is, whatever the topics say.
    let (partitions, replication, configs) = of("orders", Some("dev"));
    assert_eq!((partitions, replication), (Some(1), Some(1)));
    assert!(configs.contains(&"min.insync.replicas=1".to_owned()), "{configs:?}");
    assert_eq!(
        of("conventional", None),
        (None, Some(3), vec!["max.message.bytes=2000000".into(), "min.insync.replicas=2".into()])
    );
}

#[test]
fn dead_letters_have_the_partitions_of_their_source_where_nothing_else_is_said() {
    let (manifest, _) = parse(MANIFEST);
    let of = |env: &str| facts(&manifest.dead_letter_settings("orders", manifest.env_row(env)));
    assert_eq!(of("dev"), (Some(1), Some(1), vec!["min.insync.replicas=1".into(), "retention.ms=-1".into()]));
    assert_eq!(of("prod"), (Some(6), Some(3), vec!["min.insync.replicas=2".into(), "retention.ms=-1".into()]));
    let has = |topic: &str| manifest.topic_row(topic).unwrap().has_dead_letters();
    assert!(has("orders") && !has("audit"));
}

#[test]
fn dead_letters_may_have_a_name_which_topics_may_share() {
    let text = MANIFEST
        .replace("dead_letters = { retention", "dead_letters = { name = \"failed\", retention")
        .replace("dead_letters = false", "dead_letters = \"failed\"")
        .replace("topic.\"dlq.orders\"", "topic.failed");
    let (manifest, report) = parse(&text);
    assert!(report.findings().is_empty(), "{report:#?}");
    assert_eq!(
        ["orders", "audit", "else"].map(|topic| manifest.dead_letters_of(topic)),
        ["failed", "failed", "dlq.else"]
    );
    let prod = facts(&manifest.dead_letter_settings("orders", manifest.env_row("prod")));
    assert_eq!(prod, (Some(6), Some(3), vec!["min.insync.replicas=2".into(), "retention.ms=-1".into()]));
    assert!(manifest.topic_row("audit").unwrap().has_dead_letters());
}

#[test]
fn in_development_dead_letters_have_one_copy_whatever_is_said_of_them() {
    let text = MANIFEST
        .replace("dead_letters = { retention", "dead_letters = { replication = 3, min_insync_replicas = 3, retention");
    let (manifest, report) = parse(&text);
    assert!(report.findings().is_empty(), "{report:#?}");
    let of = |env: &str| facts(&manifest.dead_letter_settings("orders", manifest.env_row(env)));
    assert_eq!(of("dev"), (Some(1), Some(1), vec!["min.insync.replicas=1".into(), "retention.ms=-1".into()]));
    assert_eq!(of("prod"), (Some(6), Some(3), vec!["min.insync.replicas=3".into(), "retention.ms=-1".into()]));
}

/// The page of topics, whose blocks are manifests, or parts of one.
#[test]
fn every_block_of_the_page_is_read_without_a_word() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/topics.md")).unwrap();
    let blocks: Vec<&str> = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 4, "{}", blocks.len());
    for block in blocks {
        let (_, report) = parse(block);
        // A row of a topic whose name follows from the pattern needs no events; the page leaves them out in one block.
        let told: Vec<_> = report.findings().iter().filter(|one| !one.message.contains("`events`")).collect();
        assert!(told.is_empty(), "{block}\n{told:#?}");
    }
}

#[test]
fn an_environment_says_where_its_kafka_is_and_its_secrets_stand_in_variables() {
    let (manifest, _) = parse(MANIFEST);
    let prod = manifest.env_row("prod").unwrap();
    assert_eq!(prod.bootstrap.as_ref().unwrap().value, Setting::Variable("KAFKA".to_owned()));
    let properties: Vec<_> =
        prod.kafka.iter().map(|property| (property.name.value.as_str(), &property.value)).collect();
    assert_eq!(
        properties,
        [
            ("security.protocol", &Setting::Text("sasl_ssl".to_owned())),
            ("sasl.username", &Setting::Text("topika".to_owned())),
            ("sasl.password", &Setting::Variable("KAFKA_PASSWORD".to_owned())),
        ]
    );
}

#[test]
fn what_cannot_be_is_said_where_it_stands() {
    for (text, message, help) in [
        ("[topics]\npartition = 3", "unknown key `partition` in [topics]", "did you mean `partitions`?"),
        ("[env.a.topics]\nevents = []", "unknown key `events` in [env.a.topics]", "[env.a.topics] knows `partitions`"),
        ("[env.a.topic.\"b.c\"]\nretention = \"1w\"", "`retention` wants a time such as", "write a time"),
        ("[topics]\nreplication = 40000", "`replication` wants a whole number from 1 to 32767, and is 40000", ""),
        ("[topics]\nretention_bytes = \"10GB\"", "`retention_bytes` wants a number of bytes, or a size", "10GiB"),
        ("[topics]\nconfigs = { \"retention.ms\" = 1 }", "`retention.ms` stands in `configs`", "say `retention = ...`"),
        ("[topics]\nconfigs = { cleanup.policy = \"compact\" }", "has a key of its own", "say `compact = ...`"),
        (
            "[topics]\nconfigs = { \"segment.msec\" = 1 }",
            "`segment.msec` is no setting of a topic",
            "did you mean `segment.ms`?",
        ),
        ("[topics]\nconfigs = { \"segment.ms\" = [1] }", "`segment.ms` wants a text, a number, true or false", ""),
        (
            "[topic.a]\nevents = [\"b.c\"]\ndead_letters = 3",
            "`dead_letters` wants true, false, the name of a topic or a table",
            "",
        ),
        (
            "[topic.a]\nevents = [\"b.c\"]\ndead_letters = \"a b\"",
            "the name \"a b\" of a topic of dead letters",
            "dead_letters = \"orders.failed\"",
        ),
        (
            "[topic.a]\nevents = [\"b.c\"]\ndead_letters = { name = \"a\" }",
            "the dead letters of `a` are to go to `a` itself",
            "dlq.a",
        ),
        ("[topic.a]\nevents = [\"b.c\"]\ndead_letters = { nam = \"x\" }", "`nam`", "`name`"),
        ("[env.a]\nbootstrap = \"kafka\"", "`bootstrap` wants brokers such as", ""),
        (
            "[env.a]\nbootstrap = \"u:pw@kafka:9092\"",
            "`bootstrap` wants brokers such as \"kafka-1:9092,kafka-2:9092\", and is none",
            "",
        ),
        (
            "[env.a.kafka]\nbootstrap.servers = \"x:1\"",
            "`bootstrap.servers` stands in [env.a.kafka]",
            "say `bootstrap =",
        ),
        (
            "[topics]\nreplication = 1\nmin_insync_replicas = 2",
            "`min_insync_replicas` is 2 where a partition has one copy",
            "2 of 3",
        ),
        (
            "[topics]\nmin_insync_replicas = 3\n[env.a.topics]\nreplication = 2",
            "`min_insync_replicas` is 3 where a partition has 2 copies",
            "",
        ),
    ] {
        let (found, helps) = said(text);
        assert!(found.contains(message), "{text}: {found}");
        assert!(helps.contains(help), "{text}: {helps}");
    }
}

#[test]
fn a_secret_that_stands_in_the_file_is_refused_and_not_shown() {
    for line in [
        "sasl.password = \"hunter2\"",
        "\"ssl.key.pem\" = \"hunter2\"",
        "sasl.oauthbearer.config = \"hunter2\"",
        "ssl = { key.password = \"hunter2\" }",
    ] {
        let (_, report) = parse(&format!("[env.a.kafka]\n{line}\n"));
        let [one] = report.findings() else { panic!("{line}: {report:#?}") };
        assert!(one.message.contains("a variable that holds it"), "{}", one.message);
        assert!(!one.message.contains("hunter2"), "{}", one.message);
        #[cfg(feature = "excerpt")]
        assert!(!topika_contract::report::full(one, false).contains("hunter2"), "{line}");
    }
}

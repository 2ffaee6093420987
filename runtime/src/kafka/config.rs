//! Settings: what librdkafka gets wrong for us is set right here, once.

use std::collections::BTreeMap;
use std::fmt;

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;

use super::delivery::Hook;
use super::reach::Link;
use super::transactional_id::TransactionalId;
use crate::error::{Error, ErrorKind};

/// What every client of one cluster shares.
#[derive(Clone)]
pub(crate) struct Settings {
    bootstrap: String,
    properties: BTreeMap<String, String>,
    hook: Option<Hook>,
    link: Link,
}

/// Properties that the runtime's promises stand on; setting one of them otherwise is an error, not a surprise.
const OURS: &[(&str, &str)] = &[
    ("enable.auto.commit", "only acknowledged messages are committed"),
    ("enable.auto.offset.store", "only acknowledged messages are committed"),
    ("group.id", "the group is named with `client.consumer(group)` or `App::new(group)`"),
    ("bootstrap.servers", "it is set with `Client::builder().bootstrap(..)` or KAFKA_BOOTSTRAP_SERVERS"),
    ("transactional.id", "it is given with `client.transactions(id)`"),
    ("transaction.timeout.ms", "it is given with `client.transactions(id).timeout(..)`"),
    ("delivery.report.only.error", "every delivery is answered, the good ones too"),
    ("queue.buffering.max.messages", "the producer bounds what is queued itself"),
    ("queue.buffering.max.kbytes", "the producer bounds what is queued itself"),
];

/// Properties that only a consumer knows; librdkafka would warn about them on a producer.
const CONSUMER_ONLY: &[&str] = &[
    "auto.offset.reset",
    "partition.assignment.strategy",
    "session.timeout.ms",
    "heartbeat.interval.ms",
    "max.poll.interval.ms",
    "group.instance.id",
    "group.protocol",
    "group.remote.assignor",
    "isolation.level",
    "check.crcs",
    "client.rack",
];
const CONSUMER_PREFIXES: &[&str] = &["fetch.", "queued."];

/// Properties that only a producer knows.
const PRODUCER_ONLY: &[&str] = &[
    "acks",
    "request.required.acks",
    "enable.idempotence",
    "partitioner",
    "linger.ms",
    "queue.buffering.max.ms",
    "batch.size",
    "batch.num.messages",
    "delivery.timeout.ms",
    "message.timeout.ms",
    "request.timeout.ms",
    "retries",
    "message.send.max.retries",
    "enable.gapless.guarantee",
    "sticky.partitioning.linger.ms",
];
const PRODUCER_PREFIXES: &[&str] = &["compression."];

impl Settings {
    /// Checks the properties and keeps them.
    pub(crate) fn new(bootstrap: String, properties: BTreeMap<String, String>) -> Result<Self, Error> {
        if bootstrap.trim().is_empty() {
            return Err(Error::new(ErrorKind::Config, "no Kafka broker is named")
                .help("set KAFKA_BOOTSTRAP_SERVERS=host:9092, or call `Client::builder().bootstrap(\"host:9092\")`"));
        }
        for name in properties.keys() {
            if let Some((_, why)) = OURS.iter().find(|(ours, _)| ours == name) {
                return Err(Error::new(
                    ErrorKind::Config,
                    format!("the Kafka property \"{name}\" cannot be set: {why}"),
                ));
            }
        }
        refuse_missing_features(&properties)?;
        let link = Link::new(&bootstrap);
        Ok(Self { bootstrap, properties, hook: None, link })
    }

    /// With what is called with every delivery.
    pub(crate) fn on_delivery(self, hook: Option<Hook>) -> Self {
        Self { hook, ..self }
    }

    pub(super) fn hook(&self) -> Option<Hook> {
        self.hook.clone()
    }

    pub(crate) fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    /// What is known of the brokers.
    pub(crate) fn link(&self) -> &Link {
        &self.link
    }

    /// For admin calls and metadata: nothing but the connection.
    pub(super) fn plain(&self) -> ClientConfig {
        let mut config = self.base();
        self.overlay(&mut config, |name| !is_consumer_only(name) && !is_producer_only(name));
        config
    }

    pub(super) fn producer(&self) -> ClientConfig {
        let mut config = self.base();
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            // Java's partitioner: librdkafka's default is CRC32, which puts the same key on another partition.
            .set("partitioner", "murmur2_random")
            .set("compression.type", "lz4")
            .set("linger.ms", "5")
            // That brokers are back is read from the statistics.
            .set("statistics.interval.ms", "5000")
            .set("delivery.timeout.ms", "120000")
            // Our own bound is the one that counts; librdkafka's full queue would be answered by polling for room.
            .set("queue.buffering.max.messages", "0")
            .set("queue.buffering.max.kbytes", "2147483647");
        self.overlay(&mut config, |name| !is_consumer_only(name));
        config
    }

    /// For dead letters: each is awaited before the next, and as large as any message that could be read.
    pub(super) fn letters(&self) -> ClientConfig {
        let mut config = self.producer();
        config.set("linger.ms", "0").set("message.max.bytes", "1000000000");
        config
    }

    /// For transactions: librdkafka refuses to try longer to deliver than a transaction may take.
    pub(super) fn transactional(&self, id: &TransactionalId) -> ClientConfig {
        let mut config = self.producer();
        let most = id.timeout_ms();
        for name in ["delivery.timeout.ms", "message.timeout.ms"] {
            let tried = config.get(name).and_then(|tried| tried.parse::<u64>().ok());
            if tried.is_some_and(|tried| tried == 0 || tried > most) {
                config.set(name, most.to_string());
            }
        }
        config.set("transactional.id", &id.name).set("transaction.timeout.ms", most.to_string());
        config
    }

    pub(super) fn consumer(&self, group: &str) -> ClientConfig {
        let mut config = self.base();
        config
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "earliest")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("enable.partition.eof", "false")
            // Lag is read from the statistics, and that brokers are back.
            .set("statistics.interval.ms", "5000")
            // One message waits in our queue at a time per partition bound; librdkafka's own may be smaller than its 64 MiB.
            .set("queued.max.messages.kbytes", "16384");
        self.overlay(&mut config, |name| !is_producer_only(name));
        config
    }

    fn base(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        // The crate would take the level of `log`, which is off where only `tracing` is used; and a failed connection could not be explained.
        let debugged = self.properties.contains_key("debug");
        config.set_log_level(if debugged { RDKafkaLogLevel::Debug } else { RDKafkaLogLevel::Info });
        config
            .set("bootstrap.servers", &self.bootstrap)
            .set("client.id", "topika")
            .set("allow.auto.create.topics", "false")
            // A broker that restarts is found again within a second, not after librdkafka's ten.
            .set("reconnect.backoff.max.ms", "1000");
        config
    }

    fn overlay(&self, config: &mut ClientConfig, takes: impl Fn(&str) -> bool) {
        for (name, value) in self.properties.iter().filter(|(name, _)| takes(name)) {
            config.set(name, value);
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: BTreeMap<&str, &str> = self
            .properties
            .iter()
            .map(|(name, value)| (name.as_str(), if is_secret(name) { "[redacted]" } else { value.as_str() }))
            .collect();
        f.debug_struct("Settings").field("bootstrap", &self.bootstrap).field("properties", &shown).finish()
    }
}

fn is_consumer_only(name: &str) -> bool {
    CONSUMER_ONLY.contains(&name) || CONSUMER_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

fn is_producer_only(name: &str) -> bool {
    PRODUCER_ONLY.contains(&name) || PRODUCER_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether the value of a property must never be shown.
fn is_secret(name: &str) -> bool {
    ["password", "secret", "key.pem", "token", "jaas", "oauthbearer.config", "ssl.key"]
        .iter()
        .any(|part| name.contains(part))
}

/// librdkafka is built here without OpenSSL; it would say so in words about its own build options.
fn refuse_missing_features(properties: &BTreeMap<String, String>) -> Result<(), Error> {
    let value = |name: &str| properties.get(name).map(|v| v.to_ascii_uppercase()).unwrap_or_default();
    let protocol = value("security.protocol");
    if protocol.ends_with("SSL") {
        return Err(Error::new(
            ErrorKind::Config,
            format!(
                "security.protocol={} needs TLS, which this build of topika does not have for Kafka",
                protocol.to_lowercase()
            ),
        )
        .help("use a plaintext listener (plaintext or sasl_plaintext)"));
    }
    let mechanism = [value("sasl.mechanism"), value("sasl.mechanisms")].concat();
    if mechanism.starts_with("SCRAM") || mechanism == "OAUTHBEARER" || mechanism == "GSSAPI" {
        return Err(Error::new(
            ErrorKind::Config,
            format!("sasl.mechanism={mechanism} is not in this build of topika"),
        )
        .help("use sasl.mechanism=PLAIN"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn settings(properties: &[(&str, &str)]) -> Result<Settings, Error> {
        let properties = properties.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Settings::new("127.0.0.1:9092".to_owned(), properties)
    }

    #[test]
    fn a_producer_is_idempotent_and_partitions_as_java_does() {
        let config = settings(&[]).unwrap().producer();
        assert_eq!(config.get("enable.idempotence"), Some("true"));
        assert_eq!(config.get("partitioner"), Some("murmur2_random"));
        assert_eq!(config.get("acks"), Some("all"));
        assert_eq!(config.get("compression.type"), Some("lz4"));
    }

    #[test]
    fn a_dead_letter_goes_at_once_whatever_its_size() {
        let config = settings(&[("linger.ms", "500"), ("message.max.bytes", "2000")]).unwrap().letters();
        assert_eq!(config.get("linger.ms"), Some("0"));
        assert_eq!(config.get("message.max.bytes"), Some("1000000000"));
        assert_eq!(config.get("enable.idempotence"), Some("true"));
    }

    #[test]
    fn a_delivery_within_a_transaction_takes_no_longer_than_that() {
        let id = TransactionalId { name: "billing".to_owned(), timeout: Duration::from_secs(10) };
        let config = settings(&[]).unwrap().transactional(&id);
        assert_eq!(config.get("transactional.id"), Some("billing"));
        assert_eq!(config.get("transaction.timeout.ms"), Some("10000"));
        assert_eq!(config.get("delivery.timeout.ms"), Some("10000"));
        let shorter = settings(&[("delivery.timeout.ms", "5000")]).unwrap().transactional(&id);
        assert_eq!(shorter.get("delivery.timeout.ms"), Some("5000"));
        shorter.create_native_config().unwrap();
    }

    #[test]
    fn a_consumer_commits_nothing_by_itself() {
        let config = settings(&[]).unwrap().consumer("kitchen");
        assert_eq!(config.get("group.id"), Some("kitchen"));
        assert_eq!(config.get("enable.auto.commit"), Some("false"));
        assert_eq!(config.get("enable.auto.offset.store"), Some("false"));
        assert_eq!(config.get("partition.assignment.strategy"), Some("cooperative-sticky"));
        assert_eq!(config.get("auto.offset.reset"), Some("earliest"));
    }

    #[test]
    fn a_property_reaches_only_the_side_that_knows_it() {
        let settings = settings(&[
            ("linger.ms", "50"),
            ("session.timeout.ms", "9000"),
            ("fetch.wait.max.ms", "10"),
            ("client.id", "x"),
        ]);
        let settings = settings.unwrap();
        assert_eq!(settings.producer().get("linger.ms"), Some("50"));
        assert_eq!(settings.producer().get("session.timeout.ms"), None);
        assert_eq!(settings.consumer("g").get("linger.ms"), None);
        assert_eq!(settings.consumer("g").get("session.timeout.ms"), Some("9000"));
        assert_eq!(settings.consumer("g").get("fetch.wait.max.ms"), Some("10"));
        assert_eq!(settings.plain().get("client.id"), Some("x"));
        assert_eq!(settings.plain().get("linger.ms"), None);
    }

    #[test]
    fn a_property_that_the_promises_stand_on_is_refused_with_the_reason() {
        let error = settings(&[("enable.auto.commit", "true")]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("only acknowledged messages are committed"), "{error}");
    }

    #[test]
    fn what_this_build_cannot_do_is_said_at_start() {
        for (name, value) in
            [("security.protocol", "sasl_ssl"), ("security.protocol", "SSL"), ("sasl.mechanism", "SCRAM-SHA-256")]
        {
            let error = settings(&[(name, value)]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(name), "{error}");
        }
        assert!(settings(&[("security.protocol", "sasl_plaintext"), ("sasl.mechanism", "PLAIN")]).is_ok());
    }

    #[test]
    fn no_broker_is_an_error_that_names_the_variable() {
        let error = Settings::new("  ".to_owned(), BTreeMap::new()).unwrap_err();
        assert!(error.to_string().contains("KAFKA_BOOTSTRAP_SERVERS"), "{error}");
    }

    #[test]
    fn secrets_are_not_shown() {
        let settings = settings(&[("sasl.password", "hunter2"), ("sasl.username", "ada")]).unwrap();
        let shown = format!("{settings:?}");
        assert!(!shown.contains("hunter2") && shown.contains("ada") && shown.contains("[redacted]"), "{shown}");
    }

    #[test]
    fn librdkafka_takes_all_of_our_settings() {
        let settings = settings(&[]).unwrap();
        for config in [settings.producer(), settings.consumer("g"), settings.plain()] {
            config.create_native_config().unwrap();
        }
    }
}

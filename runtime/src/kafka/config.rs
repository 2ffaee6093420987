//! Settings: what librdkafka gets wrong for us is set right here, once.

use std::collections::BTreeMap;
use std::fmt;

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;

use super::context::LastTrouble;
use super::delivery::Hook;
use super::properties::{self, Property, Secrets};
use super::reach::Link;
use super::sasl_token::{TokenSource, Tokens};
use super::transactional_id::TransactionalId;
use super::trial;
use crate::error::{Error, ErrorKind};

/// What every client of one cluster shares.
#[derive(Clone)]
pub(crate) struct Settings {
    bootstrap: String,
    properties: BTreeMap<String, String>,
    hook: Option<Hook>,
    link: Link,
    tokens: Option<Tokens>,
}

/// How members of the classic protocol share out partitions.
const STRATEGY: &str = "partition.assignment.strategy";

impl Settings {
    /// Checks the properties and keeps them.
    pub(crate) fn new(bootstrap: String, properties: BTreeMap<String, String>) -> Result<Self, Error> {
        if bootstrap.trim().is_empty() {
            return Err(Error::new(ErrorKind::Config, "no Kafka broker is named")
                .help("set KAFKA_BOOTSTRAP_SERVERS=host:9092, or call `Client::builder().bootstrap(\"host:9092\")`"));
        }
        for (name, value) in &properties {
            properties::check(name, value)?;
        }
        let properties = properties::merged(properties)?;
        properties::security(&properties)?;
        let link = Link::new(&bootstrap);
        let settings = Self { bootstrap, properties, hook: None, link, tokens: None };
        trial::holds(&settings)?;
        Ok(settings)
    }

    /// Whether nothing was set otherwise.
    pub(super) fn is_as_it_comes(&self) -> bool {
        self.properties.is_empty()
    }

    /// Where a client keeps what went wrong last, in words without the secrets of these settings.
    pub(super) fn trouble(&self) -> LastTrouble {
        LastTrouble::of(self.link.clone(), Secrets::of(&self.properties))
    }

    /// With what gives tokens, for a login with them.
    pub(crate) fn with_tokens(self, source: Option<TokenSource>) -> Result<Self, Error> {
        Ok(Self { tokens: source.map(Tokens::start).transpose()?, ..self })
    }

    /// With what one producer is told of its own.
    pub(crate) fn with_own(&self, own: &BTreeMap<String, String>) -> Result<Self, Error> {
        for (name, value) in own {
            properties::check(name, value)?;
        }
        let mut with = self.clone();
        with.properties.extend(own.iter().map(|(name, value)| (name.clone(), value.clone())));
        Ok(with)
    }

    pub(super) fn tokens(&self) -> Option<Tokens> {
        self.tokens.clone()
    }

    /// Whether brokers are shown credentials, or their certificates looked at.
    pub(super) fn is_secured(&self) -> bool {
        self.properties.get("security.protocol").is_some_and(|protocol| !protocol.eq_ignore_ascii_case("plaintext"))
    }

    /// For a look at the certificate of a broker whatever the name in it. Nothing in it says who we are.
    pub(super) fn handshake_with_any_name(&self) -> ClientConfig {
        let mut config = self.base();
        self.overlay(&mut config, |property| {
            property.name.starts_with("ssl.") && !property.name.starts_with("ssl.key")
        });
        for own in ["ssl.certificate.location", "ssl.certificate.pem", "ssl.keystore.location", "ssl.keystore.password"]
        {
            config.remove(own);
        }
        config.set("security.protocol", "ssl").set("ssl.endpoint.identification.algorithm", "none");
        config
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

    /// For admin calls and metadata: nothing but the connection.
    pub(super) fn plain(&self) -> ClientConfig {
        let mut config = self.base();
        self.overlay(&mut config, |property| !property.is_of_consumers() && !property.is_of_producers());
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
        self.overlay(&mut config, |property| !property.is_of_consumers());
        config
    }

    /// For dead letters: each is awaited before the next, and as large as any message that could be read.
    pub(super) fn letters(&self) -> ClientConfig {
        let mut config = self.producer();
        config.set("linger.ms", "0").set("message.max.bytes", "1000000000");
        // A topic's bound is one of batches: a small message is not refused for a large one beside it.
        config.set("batch.num.messages", "1");
        config
    }

    /// For the rows of an outbox: of each key one is on its way at a time, so a message hardly waits for others; how large one may be is the broker's to say.
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(super) fn relay(&self) -> ClientConfig {
        let mut config = self.producer();
        config.set("linger.ms", "1").set("message.max.bytes", "1000000000");
        // A topic that is not there is said so after this, in place of half a minute for which the others of its batch would wait.
        config.set("topic.metadata.propagation.max.ms", "3000");
        config
    }

    /// For transactions: librdkafka refuses to try longer to deliver than a transaction may take.
    pub(super) fn transactional(&self, id: &TransactionalId) -> ClientConfig {
        let mut config = self.producer();
        let most = id.timeout_ms();
        let tried = config.get("delivery.timeout.ms").and_then(|tried| tried.parse::<u64>().ok());
        if tried.is_some_and(|tried| tried == 0 || tried > most) {
            config.set("delivery.timeout.ms", most.to_string());
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
            .set(STRATEGY, "cooperative-sticky")
            .set("enable.partition.eof", "false")
            // Lag is read from the statistics, and that brokers are back.
            .set("statistics.interval.ms", "5000")
            // One message waits in our queue at a time per partition bound; librdkafka's own may be smaller than its 64 MiB.
            .set("queued.max.messages.kbytes", "16384")
            // A second, otherwise, in which a quick consumer has long used up what was fetched.
            .set("fetch.queue.backoff.ms", "10");
        self.overlay(&mut config, |property| !property.is_of_producers());
        // There the brokers say who reads what (KIP-848), and librdkafka refuses to be told. What the user sets is the user's to hear about.
        if config.get("group.protocol") == Some("consumer") && !self.properties.contains_key(STRATEGY) {
            config.remove(STRATEGY);
        }
        config
    }

    /// Whether a consumer that has nothing committed begins at the first message.
    pub(super) fn begins_at_the_start(&self) -> bool {
        let reset = self.consumer("").get("auto.offset.reset").map(str::to_ascii_lowercase);
        reset.is_some_and(|reset| ["earliest", "smallest", "beginning"].contains(&reset.as_str()))
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

    /// What was set, where a client of that side knows it.
    fn overlay(&self, config: &mut ClientConfig, takes: impl Fn(&Property) -> bool) {
        for (name, value) in &self.properties {
            if properties::find(name).is_some_and(&takes) {
                config.set(name, value);
            }
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: BTreeMap<&str, &str> = self
            .properties
            .iter()
            .map(|(name, value)| {
                (name.as_str(), if properties::is_secret(name) { "[redacted]" } else { value.as_str() })
            })
            .collect();
        f.debug_struct("Settings").field("bootstrap", &self.bootstrap).field("properties", &shown).finish()
    }
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
    fn a_consumer_of_the_consumer_protocol_leaves_the_assignment_to_the_brokers() {
        let config = settings(&[("group.protocol", "consumer")]).unwrap().consumer("kitchen");
        assert_eq!(config.get("partition.assignment.strategy"), None);
        config.create_native_config().unwrap();
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
    fn the_older_name_of_a_property_replaces_our_default_too() {
        let settings = settings(&[("compression.codec", "none"), ("message.timeout.ms", "9000")]).unwrap();
        let config = settings.producer();
        assert_eq!(config.get("compression.type"), Some("none"));
        assert_eq!(config.get("delivery.timeout.ms"), Some("9000"));
        assert_eq!((config.get("compression.codec"), config.get("message.timeout.ms")), (None, None));
    }

    #[test]
    fn no_broker_is_an_error_that_names_the_variable() {
        let error = Settings::new("  ".to_owned(), BTreeMap::new()).unwrap_err();
        assert!(error.to_string().contains("KAFKA_BOOTSTRAP_SERVERS"), "{error}");
    }

    #[test]
    fn secrets_are_not_shown() {
        let settings = settings(&[
            ("security.protocol", "sasl_plaintext"),
            ("sasl.mechanism", "PLAIN"),
            ("sasl.password", "hunter2"),
            ("sasl.username", "ada"),
        ]);
        let settings = settings.unwrap();
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
